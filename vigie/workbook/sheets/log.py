"""Main courante: one row an observation. Written by the machine and by people, per column."""

from __future__ import annotations

from vigie.records.observation import (
    ALWAYS_MACHINE,
    CATEGORIES,
    INFORMATION_GRADES,
    SOURCE_GRADES,
    STATUSES,
    URGENCIES,
    CellValue,
    Observation,
)
from vigie.records.observation import (
    COLUMNS as OWNERS,
)
from vigie.workbook.content import Content
from vigie.workbook.layout import Column, ColumnKind, Row

CODE = "log"

_SHAPES: dict[str, tuple[ColumnKind, float]] = {
    "ref": ("text", 13),
    "observed_at": ("datetime", 18),
    "received_at": ("datetime", 18),
    "urgency": ("choice", 12),
    "status": ("choice", 13),
    "category": ("choice", 18),
    "summary": ("long_text", 46),
    "original_text": ("long_text", 52),
    "commune": ("text", 18),
    "place": ("text", 20),
    "lat": ("decimal", 10),
    "lon": ("decimal", 10),
    "precision_metres": ("integer", 10),
    "source": ("long_text", 20),
    "link": ("link", 26),
    "author": ("text", 14),
    "corroboration_count": ("integer", 13),
    "grouped_with": ("text", 14),
    "source_grade": ("choice", 10),
    "information_grade": ("integer", 10),
    "entered_by": ("text", 14),
    "evidence": ("long_text", 26),
    "verified_by": ("text", 15),
    "followed_by": ("text", 15),
    "requested_action": ("long_text", 26),
    "recipient": ("text", 18),
    "transmitted_at": ("datetime", 18),
    "acknowledged_at": ("datetime", 18),
    "comment": ("long_text", 34),
}
_CHOICES: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "urgency": ("urgency", URGENCIES),
    "status": ("status", STATUSES),
    "category": ("category", CATEGORIES),
    "source_grade": ("source_grade", SOURCE_GRADES),
    "information_grade": ("", INFORMATION_GRADES),
}

COLUMNS: tuple[Column, ...] = tuple(
    Column(
        code=code,
        owner=owner,
        kind=_SHAPES[code][0],
        width=_SHAPES[code][1],
        choices_context=_CHOICES.get(code, ("", ()))[0],
        choices=_CHOICES.get(code, ("", ()))[1],
    )
    for code, owner in OWNERS.items()
)


def rows(content: Content) -> list[Row]:
    """Return one row an observation, in the store's order; withdrawn ones are marked."""
    return [_row(observation) for observation in content.observations]


def _row(observation: Observation) -> Row:
    theirs = {
        code: value for code, value in observation.people.items() if code not in ALWAYS_MACHINE
    }
    values: dict[str, CellValue] = {**observation.machine, **theirs, "ref": observation.ref}
    return Row(
        key=observation.ref,
        values=values,
        style_hint="withdrawn" if observation.is_withdrawn else "",
        people_columns=frozenset(theirs),
        is_added_by_people=observation.is_added_by_people,
    )
