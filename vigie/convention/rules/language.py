"""Rules of words and hours: lexicons and time zones must exist. Called by the loader.

Reads the time-zone database of Python (or the tzdata package), nothing else.
"""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Iterable

from vigie.convention.document import Breach, Document
from vigie.convention.registry import Registry
from vigie.convention.wording import choose_among, shown
from vigie.language import say


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def time_zones_exist(document: Document, _registry: Registry) -> Iterable[Breach]:
    """Each time zone of the workbook is one of the world's."""
    for at, name in document.texts("workbook", "time_zones"):
        if name not in _zones():
            yield Breach(
                ("workbook", "time_zones", at),
                say("The time zone '{name}' does not exist.", name=shown(name)),
                _cure(name),
            )


def _cure(name: str) -> str:
    # "EST", "GMT+1" and the like exist too, but a town is what keeps summer time right.
    towns = {zone for zone in _zones() if "/" in zone and not zone.startswith("Etc/")}
    towns_by_end = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(towns)}
    exact = towns_by_end.get(name.strip().casefold())
    if exact:
        return say("Did you mean '{best}'?", best=exact)
    return choose_among(name, towns)


def lexicons_exist(document: Document, registry: Registry) -> Iterable[Breach]:
    """Each lexicon is installed."""
    for at, name in document.texts("lexicons"):
        if name not in registry.lexicons:
            yield Breach(
                ("lexicons", at),
                say("There is no lexicon '{name}'.", name=shown(name)),
                choose_among(name, registry.lexicons),
            )
