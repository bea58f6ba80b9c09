"""Rules of missions: they bind what may exist at all, the map and the sheets. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from vigie.convention.document import Breach, Document
from vigie.convention.model import Mission
from vigie.convention.registry import Registry
from vigie.language import say

_KNOWN = frozenset(get_args(Mission))
RELAY_MISSIONS = frozenset({"prudence_relay", "solidarity_relay"})
# Sheet to the missions of which it needs one. Source: the contracts ("missions bind").
SHEET_MISSIONS = {"relay": RELAY_MISSIONS, "solidarity": frozenset({"solidarity_relay"})}


def _missions(document: Document) -> set[str]:
    return {mission for _, mission in document.texts("missions")}


def map_with_mapping(document: Document, _registry: Registry) -> Iterable[Breach]:
    """A map exists exactly where the mapping mission does."""
    if not isinstance(document.value("missions"), list) or not _missions(document) <= _KNOWN:
        return  # a misspelt mission is told as such
    has_mission, has_map = "mapping" in _missions(document), document.value("map") is not None
    if has_map and not has_mission:
        yield Breach(
            ("map",),
            say("There is a map but no mapping mission."),
            say("Add mapping to missions, or remove map."),
        )
    if has_mission and not has_map:
        yield Breach(
            ("missions",),
            say("The mapping mission lacks the rules of its map."),
            say("Add map: with delay_minutes: below it, or remove mapping."),
        )


def sheets_with_missions(document: Document, _registry: Registry) -> Iterable[Breach]:
    """Sheets for relaying exist only with the mission that allows it."""
    missions = _missions(document)
    if not missions <= _KNOWN:
        return
    for at, sheet in document.texts("workbook", "sheets"):
        needed = SHEET_MISSIONS.get(sheet)
        if needed and not needed & missions:
            yield Breach(
                ("workbook", "sheets", at),
                say("The sheet {sheet} needs a mission that is not given.", sheet=sheet),
                say(
                    "Add {missions} to missions, or remove the sheet.",
                    missions=say(" or ").join(sorted(needed)),
                ),
            )
