"""Files and gazetteer for the map: contours, communes to draw, the commune that a row means.

Called by ``mapping``. What is drawn of a territory is made once per process: it never changes.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from vigie.convention.model import Territory
from vigie.language import say
from vigie.operations.runtime import DATA, Runtime
from vigie.operations.territory import commune_named
from vigie.problem import SettingsError
from vigie.signals.gazetteer import Commune
from vigie.signals.normalisation import words
from vigie.situation.map_ground import GroundCommune, make_ground
from vigie.situation.map_items import LonLat
from vigie.situation.map_page import embedded
from vigie.situation.map_public import CommuneSpot

_METROPOLITAN = frozenset(
    [f"{number:02d}" for number in range(1, 96) if number != 20] + ["2A", "2B"]
)
"""The departments whose contours are shipped."""
_FARTHEST_KILOMETRES = 30.0
"""A row's point may lie outside its commune, but no farther: else another homonym is meant."""


@functools.lru_cache(maxsize=16)
def _ground(
    departments: tuple[str, ...],
    communes: tuple[str, ...],
    beside: tuple[str, ...],
    is_country: bool,
) -> tuple[str, tuple[float, ...] | None]:
    named = _communes()
    homes = {named[code].department for code in communes if code in named}
    inside = _METROPOLITAN if is_country else frozenset({*departments, *homes})
    chosen = [
        one
        for one in named.values()
        if one.department in inside and (is_country or departments or one.insee in communes)
    ]
    made = make_ground(_contours(), chosen, inside=inside, beside=beside)
    bounds = made["bounds"]
    return embedded(made), tuple(bounds) if bounds else None


def ground_of(runtime: Runtime, territory: Territory) -> tuple[str, tuple[float, ...] | None]:
    """Return a territory's ground as JSON for the page, and west, south, east, north of it.

    Raises:
        SettingsError: If the contours or the communes cannot be read.
    """
    is_country = territory.all_france or (territory.overseas and not territory.departments)
    departments = tuple(sorted(territory.departments))
    codes = tuple(sorted(territory.communes))
    near = runtime.gazetteer.departments_beside(
        {*departments, *(code[:2] for code in codes if code in runtime.gazetteer)}
    )
    return _ground(departments, codes, tuple(sorted(near)), is_country)


def commune_finder(
    runtime: Runtime, territory: Territory
) -> Callable[[str, LonLat | None], CommuneSpot | None]:
    """Return the function that finds the one commune which a row's cells mean.

    Of homonyms the one near the row's own point; without a point, the only one of the territory.
    """
    gazetteer = runtime.gazetteer

    @functools.cache
    def find(name: str, point: LonLat | None) -> CommuneSpot | None:
        found = _near(name, point) if point else None
        found = found or commune_named(name, gazetteer, territory)
        if found is None or found.lon is None or found.lat is None:
            return None
        return CommuneSpot(found.name, (found.lon, found.lat))

    def _near(name: str, point: LonLat) -> Commune | None:
        here = Commune("", "", "", 0, (), point[0], point[1])
        named = (gazetteer.commune(code) for code in gazetteer.codes_named(words(name)))
        near = [(gazetteer.kilometres_between(here, one), one.insee, one) for one in named]
        best = min(near, default=None, key=lambda item: item[:2])
        return best[2] if best and best[0] <= _FARTHEST_KILOMETRES else None

    return find


@functools.cache
def _contours() -> tuple[dict[str, Any], ...]:
    path = DATA / "map" / "departements.geojson"
    try:
        return tuple(json.loads(path.read_text(encoding="utf-8"))["features"])
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(
            str(path),
            say("The contours of the departments cannot be read: {error}.", error=str(error)),
            say("Put the file back from the repository."),
        ) from error


@functools.cache
def _communes() -> dict[str, GroundCommune]:
    path = DATA / "communes.csv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except OSError as error:
        raise SettingsError(
            str(path),
            say("The table of places cannot be read: {error}.", error=error.strerror),
            say("Put the file back from the repository."),
        ) from error
    # The table quotes nothing: no name of a commune has a comma.
    rows = (line.split(",") for line in lines)
    return {
        row[0]: GroundCommune(
            row[0], row[1], row[2], int(row[3] or 0), (float(row[5]), float(row[6]))
        )
        for row in rows
        if row[5] and row[6]
    }
