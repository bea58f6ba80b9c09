"""The ground of a map without tiles: contours of departments, points of communes.

Called by ``vigie.operations.mapping_ground``. Pure: what lies in files comes in as arguments.
Coordinates leave as whole numbers, each the step from the last one, so that a page stays small on
a bad line; ``templates/map/map.js`` adds them up again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vigie.situation.map_items import LonLat

_STEPS_PER_DEGREE = 2000
"""A step of some 50 m: finer than the contours are drawn at the deepest zoom that makes sense."""
_MOST_COMMUNES = 2500
"""Beyond it only the larger ones are drawn: a country's 35 000 would weigh a megabyte."""


@dataclass(frozen=True, slots=True)
class GroundCommune:
    """A commune to be drawn and named."""

    insee: str
    name: str
    department: str
    population: int
    point: LonLat


def make_ground(
    contours: Iterable[Mapping[str, Any]],
    communes: Iterable[GroundCommune],
    *,
    inside: Collection[str],
    beside: Collection[str],
) -> dict[str, Any]:
    """Return the ground as the page's script reads it.

    Args:
        contours: Features of ``data/map/departements.geojson``.
        communes: Those of the territory.
        inside: Departments of the territory: drawn strongly.
        beside: Their neighbours: drawn faintly.
    """
    drawn = [one for one in contours if one["properties"]["code"] in {*inside, *beside}]
    largest = sorted(communes, key=lambda one: (-one.population, one.insee))[:_MOST_COMMUNES]
    return {
        "steps": _STEPS_PER_DEGREE,
        "departments": [
            {
                "name": one["properties"]["name"],
                "inside": one["properties"]["code"] in inside,
                "rings": [
                    steps(ring) for polygon in one["geometry"]["coordinates"] for ring in polygon
                ],
            }
            for one in drawn
        ],
        "communes": [[one.name, *_scaled(one.point)] for one in largest],
        "bounds": _bounds(drawn, largest, inside),
    }


def steps(ring: Sequence[Sequence[float]]) -> list[int]:
    """Return a ring as lon, lat, then the steps to each next point; points that meet are one."""
    made: list[int] = []
    x = y = 0
    for lon, lat in ring:
        to_x, to_y = _scaled((lon, lat))
        if not made or (to_x, to_y) != (x, y):
            made += (to_x - x, to_y - y)
            x, y = to_x, to_y
    return made


def _scaled(point: LonLat) -> tuple[int, int]:
    return (round(point[0] * _STEPS_PER_DEGREE), round(point[1] * _STEPS_PER_DEGREE))


def _bounds(
    drawn: Iterable[Mapping[str, Any]], communes: Sequence[GroundCommune], inside: Collection[str]
) -> list[float] | None:
    """Return west, south, east, north of the territory; None where nothing of it is known."""
    points: list[Sequence[float]] = [
        point
        for one in drawn
        if one["properties"]["code"] in inside
        for polygon in one["geometry"]["coordinates"]
        for ring in polygon
        for point in ring
    ]
    # Overseas there are no contours; a country's far departments must not stretch its map.
    points = points or [one.point for one in communes]
    if not points:
        return None
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return [min(lons), min(lats), max(lons), max(lats)]
