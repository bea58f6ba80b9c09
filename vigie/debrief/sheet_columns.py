"""Titles and widths of the debrief's sheets and columns. Called by what makes the sheets. Pure."""

from __future__ import annotations

from vigie.debrief.wording import Words
from vigie.records.table import ColumnKind, TableColumn

WIDTHS = {
    "subject": 22, "before": 34, "after": 34, "detail": 36, "summary": 56, "statuses": 30,
    "source_names": 30, "handover_note": 50, "message": 46, "text": 60, "strength": 44,
    "weak_point": 44, "proposal": 44, "action": 56, "owner": 26, "standing": 34, "other": 34,
    "reason": 40, "value": 30, "source_name": 32, "place": 22, "commune": 22, "who": 22,
    "theme": 26, "fact": 50, "reaction": 50, "rows": 26, "what": 24,
    "ref": 15, "urgency": 17, "category": 20, "status": 14, "state": 14, "elapsed": 10,
    "fact_id": 19, "is_true": 10, "is_findable": 12, "told_at": 10, "row_at": 10, "graded_at": 10,
    "acted_at": 10, "heard_at": 10, "confirmed_at": 11, "refuted_at": 10, "due_at": 10,
    "met_at": 10, "inject": 11, "verdict": 20, "machine_rows": 30, "player_rows": 17,
    "duplicate_rows": 30, "severity": 14,
    "ruled_verdict": 22, "ruling_reason": 44, "ruled_by": 22, "computed_verdict": 26,
}  # fmt: skip


def sheet_title(code: str, words: Words) -> str:
    """Return the name on a sheet's tab."""
    return words.label("debrief_sheet", code)


def column_title(code: str, words: Words) -> str:
    """Return the header of a column: the debrief's own word, else the workbook's."""
    own = words.label("debrief_column", code)
    return own if own != code else words.label("column", code)


def columns(words: Words, *codes: str) -> tuple[TableColumn, ...]:
    """Return columns; ``code:number`` and ``code:datetime`` say what they hold."""
    made = []
    for told in codes:
        code, _, kind = told.partition(":")
        known: dict[str, ColumnKind] = {"number": "number", "datetime": "datetime", "": "text"}
        width = WIDTHS.get(code, 12 if kind == "number" else 17)
        made.append(TableColumn(title=column_title(code, words), width=width, kind=known[kind]))
    return tuple(made)
