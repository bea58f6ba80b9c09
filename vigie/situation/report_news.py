"""What is new since the last point de situation, by the journal and by what that report knew.

Called by ``report``. Pure. The journal says which rows were touched and when; what a report said of
each row is frozen in its data, so that a change back and forth is no news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vigie.records.activation import JournalEntry
from vigie.records.observation import Observation
from vigie.situation.report_rows import is_verified, text_of

TREND_HOURS = 12
_TOP_COUNT = 5
Journal = Sequence[tuple[int, JournalEntry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row whose status or urgency is another than in the last report.

    Attributes:
        at: When the journal last saw it change; None where something else made it count anew.
    """

    ref: str
    category: str
    commune: str
    status_before: str
    status: str
    urgency_before: str
    urgency: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new.

    Attributes:
        since_number: The report it is new against; 0 where this is the first.
        verified: New rows that are verified, by number; apart from them the unverified ones.
    """

    since_number: int = 0
    since_at: datetime | None = None
    verified: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def is_first(self) -> bool:
        """Whether there is no earlier report."""
        return self.since_number == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How many rows came when, and about what.

    Attributes:
        hours: New rows in each of the last hours, the oldest first; the last one ends now.
        communes: Those named most by the rows of the last three hours, with their counts.
        categories: The same of categories.
    """

    hours: tuple[int, ...]
    communes: tuple[tuple[str, int], ...] = ()
    categories: tuple[tuple[str, int], ...] = ()


def states_of(observations: Sequence[Observation]) -> dict[str, list[str]]:
    """Return ref to [urgency, effective status]: what the next report compares with."""
    return {
        row.ref: [
            text_of(row, "urgency"),
            "withdrawn" if row.is_withdrawn else row.effective_status(),
        ]
        for row in observations
    }


def news_of(
    observations: Sequence[Observation], journal: Journal, previous: Mapping[str, Any] | None
) -> News:
    """Return what is new.

    Args:
        observations: All rows of the activation.
        journal: Its journal, in order.
        previous: Data of the last report, None where there is none.
    """
    known: Mapping[str, Any] = previous["states"] if previous else {}
    mark = int(previous["journal_mark"]) if previous else 0
    touched = _touched(journal, mark)
    states = states_of(observations)
    new = [
        row for row in observations if row.ref not in known and states[row.ref][1] != "withdrawn"
    ]
    return News(
        since_number=int(previous["number"]) if previous else 0,
        since_at=datetime.fromisoformat(previous["issued_at"]) if previous else None,
        verified=tuple(row.ref for row in new if is_verified(row)),
        unverified=tuple(row.ref for row in new if not is_verified(row)),
        changes=tuple(
            Change(
                ref=row.ref,
                category=text_of(row, "category"),
                commune=text_of(row, "commune"),
                urgency_before=str(known[row.ref][0]),
                status_before=str(known[row.ref][1]),
                urgency=states[row.ref][0],
                status=states[row.ref][1],
                at=touched.get(row.ref),
            )
            for row in observations
            if row.ref in known and list(known[row.ref]) != states[row.ref]
        ),
    )


def trend_of(observations: Sequence[Observation], now: datetime) -> Trend:
    """Return the trend: by the time at which rows came in, withdrawn ones left out."""
    hours = [0] * TREND_HOURS
    communes: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    for row in observations:
        came_at = row.value("received_at")
        if row.is_withdrawn or not isinstance(came_at, datetime):
            continue
        age_hours = (now - came_at) // timedelta(hours=1)
        if not 0 <= age_hours < TREND_HOURS:
            continue
        hours[TREND_HOURS - 1 - age_hours] += 1
        if age_hours < 3 and row.value("category") != "noise":
            communes[text_of(row, "commune")] += 1
            categories[text_of(row, "category")] += 1
    return Trend(hours=tuple(hours), communes=_most(communes), categories=_most(categories))


def last_mark(journal: Journal) -> int:
    """Return the number of the journal's last entry, 0 where it is empty."""
    return max((number for number, _ in journal), default=0)


def _touched(journal: Journal, mark: int) -> dict[str, datetime]:
    """Return ref to when its status, urgency or what these rest on last changed since a report."""
    fields = ("status", "urgency", "evidence", "verified_by", "entered_by")
    return {
        entry.subject: entry.at
        for number, entry in journal
        if number > mark and (entry.field in fields or entry.action == "create")
    }


def _most(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    named = [(name, count) for name, count in counts.items() if name]
    return tuple(sorted(named, key=lambda pair: (-pair[1], pair[0]))[:_TOP_COUNT])
