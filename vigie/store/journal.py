"""Writing and reading the journal's lines; called by the other parts inside their transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from vigie.records.activation import JournalEntry
from vigie.records.observation import CellValue
from vigie.store.bulk import add_rows
from vigie.store.tables import JournalRow


def write_journal(session: Session, activation_id: str, entries: Iterable[JournalEntry]) -> None:
    """Append entries in their order."""
    rows = [
        {
            "activation_id": activation_id,
            "at": entry.at,
            "actor": entry.actor,
            "subject": entry.subject,
            "action": entry.action,
            "field": entry.field,
            "before": entry.before,
            "after": entry.after,
            "channel": entry.channel,
            "detail": dict(entry.detail),
        }
        for entry in entries
    ]
    add_rows(session, JournalRow, rows)


def read_journal(session: Session, activation_id: str) -> list[tuple[int, JournalEntry]]:
    """Return an activation's entries with their numbers, in order."""
    rows = session.exec(
        select(JournalRow)
        .where(JournalRow.activation_id == activation_id)
        .order_by(col(JournalRow.id))
    )
    return [(row.id or 0, _entry(row)) for row in rows]


def without_known(
    session: Session, activation_id: str, entries: Iterable[JournalEntry], most: int
) -> list[JournalEntry]:
    """Return the entries that say something new of their action, as many as still may be written.

    Args:
        session: Of the caller's transaction.
        activation_id: Whose journal.
        entries: Told apart by subject, action, value and detail, not by time.
        most: Lines of their actions on one subject that a journal holds at most.
    """
    wanted = {_content(entry): entry for entry in entries}
    rows = session.exec(
        select(JournalRow).where(
            JournalRow.activation_id == activation_id,
            col(JournalRow.action).in_({entry.action for entry in wanted.values()}),
        )
    )
    known = {_content(_entry(row)) for row in rows}
    room = Counter({entry.subject: most for entry in wanted.values()})
    room.subtract(str(content[0]) for content in known)
    new = []
    for content, entry in wanted.items():
        if content not in known and room[entry.subject] > 0:
            room[entry.subject] -= 1
            new.append(entry)
    return new


def _content(entry: JournalEntry) -> tuple[object, ...]:
    return entry.subject, entry.action, entry.after, tuple(sorted(entry.detail.items()))


def journal_text(value: CellValue) -> str:
    """Return a cell's value as the journal shows it before or after a change; times in UTC."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _entry(row: JournalRow) -> JournalEntry:
    return JournalEntry(
        at=row.at,
        actor=row.actor,
        subject=row.subject,
        action=row.action,
        field=row.field,
        before=row.before,
        after=row.after,
        channel=row.channel,
        detail=row.detail,
    )
