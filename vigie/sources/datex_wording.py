"""What a road situation is called, which category it has, and its text for people. Pure.

Called by the connector of road events. Words of codes are labels of the context ``datex``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vigie.language import Catalogue, catalogue
from vigie.sources.datex_situation import Record, Span

_CLOSES = frozenset(
    {"roadClosed", "carriagewayClosures", "closedPermanentlyForTheWinter", "intermittentClosures"}
)
_BLOCKS = frozenset({"roadBlocked", "carriagewayBlocked"})
"""``TrafficConstrictionTypeEnum``. Source: DATEX II 2.3."""
_HAZARDS = {
    "flooding": "water",
    "flashFloods": "water",
    "stormDamage": "wind",
    "fallenTrees": "wind",
    "strongWinds": "wind",
    "galeForceWinds": "wind",
    "gales": "wind",
    "grassFire": "fire",
    "forestFire": "fire",
    "seriousFire": "fire",
    "rockfalls": "landslide",
    "landslips": "landslide",
    "mudSlide": "landslide",
    "subsidence": "landslide",
    "avalanches": "landslide",
    "chemicalSpillage": "pollution",
    "oilSpillage": "pollution",
    "damagedBridge": "network_damage",
}
"""``EnvironmentalObstructionTypeEnum`` and its neighbours to category. Source: DATEX II 2.3."""
_WORKS = frozenset({"MaintenanceWorks", "ConstructionWorks"})
_RANK = ("road_closed", "water", "fire", "landslide", "wind", "pollution", "network_damage")


def closes_the_road(record: Record) -> bool:
    """Tell whether a record closes the road to traffic."""
    return record.detail in _CLOSES or record.constriction in _BLOCKS


def is_works(record: Record) -> bool:
    """Tell whether a record is of road works."""
    return record.kind in _WORKS


def category_of(record: Record) -> str:
    """Return the code of the category tree for one record."""
    if closes_the_road(record):
        return "road_closed"
    if record.kind == "ReroutingManagement":
        return "diversion"
    return _HAZARDS.get(record.detail, "transport")


def by_weight(records: Sequence[Record]) -> list[Record]:
    """Return records with what matters most first: closures, hazards, then the rest, works last."""

    def weight(record: Record) -> tuple[int, int]:
        category = category_of(record)
        if category in _RANK:
            return _RANK.index(category), 0
        return len(_RANK), is_works(record) + 2 * (record.kind == "ReroutingManagement")

    return sorted(records, key=weight)


def text_of_records(records: Sequence[Record], language: str, now: datetime) -> str:
    """Return the text of a situation: what and where on its first line.

    Args:
        records: That are told, weightiest first; at least one.
        language: Of the sentences.
        now: Aware; a later start is told as one to come.
    """
    words = catalogue(language)
    main = records[0]
    comments = dict.fromkeys(line for record in records for line in record.comments)
    others = [name for one in records[1:] if (name := _what(one, words)) != _what(main, words)]
    parts = [
        words.say("{what}: {where}", what=_what(main, words), where=_where(records, words))
        if _where(records, words)
        else _what(main, words),
        ", ".join(dict.fromkeys(others)),
        *comments,
        _when(main.span, words, now),
    ]
    return "\n\n".join(part for part in parts if part)


def _what(record: Record, words: Catalogue) -> str:
    """The word for the detail, else for the type of the record, else for any road event."""
    for code in (
        record.detail,
        record.constriction if closes_the_road(record) else "",
        record.kind,
    ):
        label = words.label("datex", code) if code else ""
        if label and label != code:
            return label
    return words.say("Road event")


def _where(records: Sequence[Record], words: Catalogue) -> str:
    road = next((one.road for one in records if one.road), "")
    markers = next((one.markers for one in records if one.markers), ())
    towns = next((one.towns for one in records if one.towns), ())[:4]
    parts = [road]
    if len(markers) >= 2:
        parts.append(words.say("from PR {first} to PR {last}", first=markers[0], last=markers[-1]))
    elif markers:
        parts.append(f"PR {markers[0]}")
    slips = [
        label
        for code in records[0].carriageways
        if (label := words.label("datex", code)) != code and code != "mainCarriageway"
    ]
    whole = " ".join(part for part in parts if part)
    return ", ".join(part for part in (whole, *slips, *towns) if part)


def _when(span: Span, words: Catalogue, now: datetime) -> str:
    """The span as the operator wrote it, in the zone in which it was written."""
    start, end = _shown(span.start), _shown(span.end)
    is_to_come = span.starts_at is not None and span.starts_at > now
    if start and end:
        return words.say("From {start} to {end}.", start=start, end=end)
    if start and is_to_come:
        return words.say("Planned from {start}.", start=start)
    if start:
        return words.say("Since {start}.", start=start)
    return words.say("Until {end}.", end=end) if end else ""


def _shown(moment: str) -> str:
    try:
        return f"{datetime.fromisoformat(moment):%d/%m/%Y %H:%M}" if moment else ""
    except ValueError:
        return ""
