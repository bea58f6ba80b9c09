"""Journal: what happened, in order; remarks by people."""

from __future__ import annotations

from vigie.records.activation import JournalEntry
from vigie.workbook.content import Content
from vigie.workbook.layout import Column, Row, RowLink
from vigie.workbook.wording import Wording

CODE = "journal"
_LOG = "log"
_LABELLED = {"urgency", "status", "category"}
_CODED = {"door", "sheet"}

COLUMNS = (
    Column(code="number", owner="machine", width=8),
    Column(code="at", owner="machine", kind="datetime", width=18),
    Column(code="actor", owner="machine", width=20),
    Column(code="action", owner="machine", kind="choice", width=22, choices_context="action"),
    Column(code="subject", owner="machine", width=18),
    Column(code="field", owner="machine", width=20),
    Column(code="before", owner="machine", kind="long_text", width=40),
    Column(code="after", owner="machine", kind="long_text", width=40),
    Column(code="channel", owner="machine", width=16),
    Column(code="detail", owner="machine", kind="long_text", width=40),
    Column(code="remark", owner="people", kind="long_text", width=40),
)


def rows(content: Content) -> list[Row]:
    """Return one row an entry, in order, then the rows people added."""
    refs = {observation.ref for observation in content.observations}
    own = [
        content.with_people(CODE, _row(number, entry, content, refs), COLUMNS)
        for number, entry in content.journal
    ]
    return own + content.added_rows(CODE, COLUMNS)


def _row(number: int, entry: JournalEntry, content: Content, refs: set[str]) -> Row:
    wording = content.wording

    def shown(text: str) -> str:
        if entry.field == "state":
            is_source = entry.action == "source_state"
            return wording.catalogue.label(
                "source_state" if is_source else "activation_state", text
            )
        return wording.label(entry.field, text) if entry.field in _LABELLED else text

    return Row(
        key=str(number),
        values={
            "number": str(number),
            "at": entry.at,
            "actor": "Vigie" if entry.actor == "vigie" else entry.actor,
            "action": entry.action,
            "subject": wording.catalogue.label("subject", entry.subject),
            "field": wording.column_name(_LOG, entry.field) if entry.field else None,
            "before": shown(entry.before),
            "after": shown(entry.after),
            "channel": entry.channel,
            "detail": _detail(entry, wording) or None,
        },
        links=(
            {"subject": RowLink(sheet=_LOG, key=entry.subject)} if entry.subject in refs else {}
        ),
    )


def _detail(entry: JournalEntry, wording: Wording) -> str:
    """Return what else is known of a change: why, who asked, despite what; each with its word."""
    words = wording.catalogue
    return " ; ".join(
        f"{words.label('detail', name)} : {words.label(name, value) if name in _CODED else value}"
        for name, value in entry.detail.items()
        if value
    )
