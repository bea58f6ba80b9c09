"""What the team did since the last point de situation, and what it asks.

Called by ``report``. Pure.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.records.activation import JournalEntry
from vigie.records.observation import CellValue, Observation
from vigie.records.sheet import PeopleRow
from vigie.situation.report_rows import OVER, text_of

_MACHINE = "vigie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long something took, over all rows where both times were written. Minutes.

    Attributes:
        count: Rows that the figures rest on; 0 leaves them meaningless.
    """

    count: int = 0
    median_minutes: int = 0
    longest_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the team asks of somebody, and how far it came."""

    ref: str
    action: str
    recipient: str = ""
    transmitted_at: datetime | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solidarity:
    """A line of the sheet Solidarité that is open; the organiser's contact stays there."""

    key: str
    kind: str
    what: str
    where: str = ""
    valid_until: datetime | None = None
    is_moderated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """What was done since the last report (counts) and how quickly over all (delays).

    Attributes:
        edited_count: Rows that people changed.
        added_count: Rows that people entered.
        verified_count: Rows that bear a verifier since.
        held_count: Posts that the checks hold and nobody has decided about.
        on_duty_count: People checked in and not out.
    """

    edited_count: int = 0
    added_count: int = 0
    verified_count: int = 0
    held_count: int = 0
    on_duty_count: int = 0
    transmitted_count: int = 0
    acknowledged_count: int = 0
    to_transmission: Delay = Delay()
    to_acknowledgement: Delay = Delay()
    requests: tuple[Request, ...] = ()


def team_of(
    observations: Sequence[Observation],
    journal: Sequence[tuple[int, JournalEntry]],
    people_rows: Sequence[PeopleRow],
    *,
    mark: int,
    held_count: int,
) -> Team:
    """Return what the team did.

    Args:
        observations: All rows.
        journal: The activation's journal, in order.
        people_rows: What people wrote outside the main log.
        mark: Number of the journal's last entry that the last report knew.
        held_count: Posts held by the checks without a decision.
    """
    rows = [row for row in observations if not row.is_withdrawn]
    refs = {row.ref for row in rows}
    since = [entry for number, entry in journal if number > mark and entry.subject in refs]
    edits = [entry for entry in since if entry.actor != _MACHINE and entry.action != "typed_over"]
    sent = [(row.value("received_at"), row.value("transmitted_at")) for row in rows]
    heard = [(row.value("transmitted_at"), row.value("acknowledged_at")) for row in rows]
    return Team(
        edited_count=len({entry.subject for entry in edits if entry.action != "create"}),
        added_count=sum(entry.action == "create" for entry in edits),
        verified_count=len({e.subject for e in edits if e.field == "verified_by" and e.after}),
        held_count=held_count,
        on_duty_count=sum(_is_on_duty(row) for row in people_rows),
        transmitted_count=sum(row.value("transmitted_at") is not None for row in rows),
        acknowledged_count=sum(row.value("acknowledged_at") is not None for row in rows),
        to_transmission=_delay(sent),
        to_acknowledgement=_delay(heard),
        requests=tuple(_request(row) for row in rows if _asks(row)),
    )


def solidarity_of(people_rows: Sequence[PeopleRow], now: datetime) -> tuple[Solidarity, ...]:
    """Return the open lines of Solidarité, moderated ones first, each group in its order."""
    found = [
        Solidarity(
            key=row.key,
            kind=_text(row, "solidarity_kind"),
            what=_text(row, "what"),
            where=_text(row, "where"),
            valid_until=_time(row.values.get("valid_until")),
            is_moderated=bool(_text(row, "moderated_by")),
        )
        for row in people_rows
        if row.sheet == "solidarity" and _is_open(row, now)
    ]
    return tuple(sorted(found, key=lambda line: not line.is_moderated))


def _is_open(row: PeopleRow, now: datetime) -> bool:
    until = _time(row.values.get("valid_until"))
    if row.values.get("closed_at") is not None or not _text(row, "what"):
        return False
    return until is None or until > now


def _is_on_duty(row: PeopleRow) -> bool:
    if row.sheet != "team":
        return False
    values = row.values
    return values.get("checked_in_at") is not None and values.get("checked_out_at") is None


def _asks(row: Observation) -> bool:
    return bool(text_of(row, "requested_action")) and row.effective_status() not in OVER


def _request(row: Observation) -> Request:
    return Request(
        ref=row.ref,
        action=text_of(row, "requested_action"),
        recipient=text_of(row, "recipient"),
        transmitted_at=_time(row.value("transmitted_at")),
        acknowledged_at=_time(row.value("acknowledged_at")),
    )


def _delay(pairs: Sequence[tuple[CellValue, CellValue]]) -> Delay:
    minutes = [
        int((end - start) / timedelta(minutes=1))
        for start, end in pairs
        if isinstance(start, datetime) and isinstance(end, datetime) and end >= start
    ]
    if not minutes:
        return Delay()
    return Delay(
        count=len(minutes),
        median_minutes=int(statistics.median(minutes)),
        longest_minutes=max(minutes),
    )


def _text(row: PeopleRow, column: str) -> str:
    value = row.values.get(column)
    return "" if value is None else " ".join(str(value).split())


def _time(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
