"""One point for any GeoJSON geometry. Pure; called by the connectors.

Source: RFC 7946: positions are longitude, latitude.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vigie.records.post import Point
from vigie.sources.box import middle_of, point_of

_MOST_POSITIONS = 20_000
_MOST_DEPTH = 6


def representative_point(geometry: Any) -> Point | None:
    """Return a point for a geometry, or None where it has none.

    A point is itself, a line the vertex in the middle of its longest part (so that the point lies
    on the road), a polygon the middle of its longest outer ring's corners.
    """
    if not isinstance(geometry, dict):
        return None
    parts = geometry.get("geometries")
    if geometry.get("type") == "GeometryCollection" and isinstance(parts, list):
        points = (representative_point(part) for part in parts[:100] if _is_plain(part))
        return next((point for point in points if point is not None), None)
    kind, coordinates = str(geometry.get("type", "")), geometry.get("coordinates")
    runs = list(_runs(coordinates, _MOST_DEPTH))
    longest = max(runs, key=len, default=[])
    if not longest:
        return None
    if kind.endswith("Polygon"):
        # The last corner of a ring is its first one again.
        return middle_of(longest[:-1] if len(longest) > 1 else longest)
    return point_of(*longest[len(longest) // 2])


def _is_plain(part: Any) -> bool:
    """A collection in a collection is against the standard, and has no bottom."""
    return isinstance(part, dict) and part.get("type") != "GeometryCollection"


def _runs(coordinates: Any, depth: int) -> Iterator[list[tuple[Any, Any]]]:
    """Yield the runs of positions in nested coordinates."""
    if not isinstance(coordinates, list) or not coordinates or depth == 0:
        return
    if _is_position(coordinates):
        yield [(coordinates[0], coordinates[1])]
        return
    positions = [(p[0], p[1]) for p in coordinates[:_MOST_POSITIONS] if _is_position(p)]
    if positions:
        yield positions
        return
    for part in coordinates[:_MOST_POSITIONS]:
        yield from _runs(part, depth - 1)


def _is_position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= 2
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value[:2])
    )
