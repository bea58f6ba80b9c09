"""Journal: what happened, in order; remarks by people."""

from __future__ import annotations

from datetime import datetime

from vigie.records.activation import JournalEntry
from vigie.workbook.cell_values import local_text
from vigie.workbook.content import Content
from vigie.workbook.layout import Column, Row, RowLink
from vigie.workbook.wording import Wording

CODE = "journal"
_LOG = "log"
_LABELLED = {"urgency", "status", "category", "decision"}
_TIMES = {"observed_at", "received_at", "transmitted_at", "acknowledged_at"}
_CODED = {"door", "sheet"}

COLUMNS = (
    Column(code="number", owner="machine", width=8),
    Column(code="at", owner="machine", kind="datetime", width=18),
    Column(code="actor", owner="machine", width=20),
    Column(code="action", owner="machine", kind="choice", width=22, choices_context="action"),
    Column(code="subject", owner="machine", kind="long_text", width=28),
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
    # An alarm's subject says of what kind it is: ``life:CO21-0042``, ``source:vigicrues``.
    subject = entry.subject.partition(":")[2] if entry.action == "alarm" else entry.subject
    return Row(
        key=str(number),
        values={
            "number": str(number),
            "at": entry.at,
            "actor": "Vigie" if entry.actor == "vigie" else entry.actor,
            "action": entry.action,
            "subject": _subject(subject, content),
            "field": wording.column_name(_LOG, entry.field) if entry.field else None,
            "before": _shown(entry.before, entry, wording),
            "after": _shown(entry.after, entry, wording),
            "channel": wording.catalogue.label("channel", entry.channel),
            "detail": _detail(entry, wording) or None,
        },
        links={"subject": RowLink(sheet=_LOG, key=subject)} if subject in refs else {},
    )


def _subject(subject: str, content: Content) -> str:
    """Return what an entry is about in people's words: a source's name, a row of a sheet."""
    names = {source.id: source.name for source in content.all_sources}
    sheet, _, key = subject.partition("/")
    if key and content.wording.sheet_title(sheet) != sheet:
        return f"{content.wording.sheet_title(sheet)} {key}"
    return names.get(subject) or content.wording.catalogue.label("subject", subject)


def _shown(text: str, entry: JournalEntry, wording: Wording) -> str:
    """Return a value before or after a change as the other sheets show it."""
    words = wording.catalogue
    if entry.action == "alarm":
        return _rung(text, wording)
    if entry.field == "state":
        is_source = entry.action == "source_state"
        return words.label("source_state" if is_source else "activation_state", text)
    if entry.field in _LABELLED:
        return wording.label(entry.field, text)
    if entry.field in _TIMES and text:
        moment = _moment(text)
        # People may have typed words where a time is asked for.
        return local_text(moment, wording) if moment is not None else text
    return text


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _rung(told: str, wording: Wording) -> str:
    if not told:
        return ""
    say = wording.catalogue.say
    return say("it rang") if told == "0" else say("its command failed: {told}", told=told)


def _detail(entry: JournalEntry, wording: Wording) -> str:
    """Return what else is known of a change: why, who asked, despite what; each with its word."""
    words = wording.catalogue
    return " ; ".join(
        f"{words.label('detail', name)} : {words.label(name, value) if name in _CODED else value}"
        for name, value in entry.detail.items()
        if value
    )
