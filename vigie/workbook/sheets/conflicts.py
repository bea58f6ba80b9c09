"""Conflits: the same cell changed by two hands; both values, which stands, what people choose."""

from __future__ import annotations

from vigie.records.observation import CellValue
from vigie.records.sheet import Conflict
from vigie.workbook.content import Content
from vigie.workbook.layout import Column, Row, RowLink

CODE = "conflicts"
_LOG = "log"
_LABELLED = {
    "urgency": "urgency",
    "status": "status",
    "category": "category",
    "decision": "decision",
    "state": "source_state",
    "severity": "severity",
    "role": "team_role",
    "solidarity_kind": "solidarity_kind",
}
"""Columns whose codes are shown as words, to the catalogue's context of those words."""

CHOICES = ("keep_standing", "take_other")
"""What people may choose about a conflict."""

COLUMNS = (
    Column(code="number", owner="machine", width=8),
    Column(code="at", owner="machine", kind="datetime", width=18),
    Column(code="sheet_name", owner="machine", width=18),
    Column(code="row_key", owner="machine", width=14),
    Column(code="column_name", owner="machine", width=22),
    Column(code="standing", owner="machine", kind="long_text", width=40),
    Column(code="other", owner="machine", kind="long_text", width=40),
    Column(code="reason", owner="machine", kind="long_text", width=44),
    Column(code="revision", owner="machine", kind="integer", width=10),
    Column(
        code="choice",
        owner="people",
        kind="choice",
        width=22,
        choices_context="conflict_choice",
        choices=CHOICES,
    ),
    Column(code="comment", owner="people", kind="long_text", width=36),
)


def rows(content: Content) -> list[Row]:
    """Return one row a conflict, in the order in which they arose, then the rows people added."""
    own = [
        content.with_people(CODE, _row(conflict, content), COLUMNS)
        for conflict in content.conflicts
    ]
    return own + content.added_rows(CODE, COLUMNS)


def _row(conflict: Conflict, content: Content) -> Row:
    wording = content.wording
    return Row(
        key=str(conflict.id),
        values={
            "number": str(conflict.id),
            "at": conflict.at,
            "sheet_name": wording.sheet_title(conflict.sheet),
            # Of many rows the other value names some; their keys are for the choice alone.
            "row_key": None if conflict.reason == "mass_deletion" else conflict.key,
            "column_name": wording.column_name(conflict.sheet, conflict.column)
            if conflict.column
            else None,
            "standing": _shown(conflict.column, conflict.standing, content),
            "other": _shown(conflict.column, conflict.other, content),
            "reason": wording.label("conflict_reason", conflict.reason),
            "revision": conflict.revision,
            "choice": conflict.choice or None,
        },
        links={"row_key": RowLink(sheet=_LOG, key=conflict.key)}
        if conflict.sheet == _LOG and conflict.key and conflict.reason != "mass_deletion"
        else {},
        people_columns=frozenset({"choice"}) if conflict.choice else frozenset(),
    )


def _shown(column: str, value: CellValue, content: Content) -> CellValue:
    """Return a value as people know it; an emptied cell is said, so that it can be told apart."""
    if value is None or value == "":
        return content.wording.catalogue.say("(empty)")
    if isinstance(value, str) and column in _LABELLED:
        return content.wording.label(_LABELLED[column], value)
    return value
