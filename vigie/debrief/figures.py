"""Counts and delays over all rows, sources, team, reports: what tables and charts show. Pure."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.debrief.facts import FactLine
from vigie.debrief.known import Known
from vigie.records.health import GOOD_STATES
from vigie.records.observation import URGENCIES
from vigie.records.sheet import PeopleRow

STAGES = ("grade", "action", "acknowledgement")
_BUCKET_MINUTES = (10, 15, 30, 60, 120, 180, 360, 720, 1440, 10_080)
_MOST_BUCKETS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long a step took, in minutes; ``count`` rows are behind it."""

    count: int = 0
    median_minutes: float | None = None
    longest_minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayLine:
    """The delays of one urgency; ``all`` is every row together."""

    urgency: str
    row_count: int
    grade: Delay
    action: Delay
    acknowledgement: Delay


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source over the whole activation.

    Attributes:
        seen_count, kept_count: Items in its answers; items kept.
        row_count: Rows in which one of its posts stands.
        break_count: How often it failed; ``broken_minutes`` in all, ``longest_break_minutes`` once.
        alarm_count: How often its silence was shouted about.
    """

    id: str
    name: str
    state: str
    seen_count: int
    kept_count: int
    row_count: int
    break_count: int
    broken_minutes: int
    longest_break_minutes: int
    alarm_count: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """One line of the roster; ``hours`` is None where neither hours nor times are written."""

    name: str
    role: str
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    hours: float | None
    is_open: bool
    handover_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Rows seen in one stretch of time; ``urgent_count`` of them were vital or high."""

    starts_at: datetime
    count: int
    urgent_count: int


def delay_lines(facts: Sequence[FactLine]) -> tuple[DelayLine, ...]:
    """Return the delays by urgency, all rows first; rows set aside do not count."""
    rows = [fact for fact in facts if not fact.is_withdrawn]
    groups = [("all", rows)]
    groups += [(code, [fact for fact in rows if fact.urgency == code]) for code in URGENCIES]
    return tuple(
        DelayLine(
            urgency=code,
            row_count=len(group),
            grade=_delay(fact.grade_minutes for fact in group),
            action=_delay(fact.action_minutes for fact in group),
            acknowledgement=_delay(fact.acknowledgement_minutes for fact in group),
        )
        for code, group in groups
    )


def _delay(values: Iterable[float | None]) -> Delay:
    known = [value for value in values if value is not None]
    if not known:
        return Delay()
    middle = round(statistics.median(known), 1)
    return Delay(count=len(known), median_minutes=middle, longest_minutes=max(known))


def source_lines(known: Known) -> tuple[SourceLine, ...]:
    """Return how each source did, in the convention's order."""
    rows = Counter(name for posts in known.post_sources.values() for name in set(posts))
    alarms = Counter(
        entry.subject.partition(":")[2]
        for _, entry in known.journal
        if entry.action == "alarm" and entry.subject.startswith("source:")
    )
    lines = []
    for source in known.sources:
        health = known.healths.get(source.id)
        breaks = _breaks(source.id, known)
        lines.append(
            SourceLine(
                id=source.id,
                name=source.name,
                state=health.state if health else "",
                seen_count=health.seen_count if health else 0,
                kept_count=health.kept_count if health else 0,
                row_count=rows[source.id],
                break_count=len(breaks),
                broken_minutes=sum(breaks),
                longest_break_minutes=max(breaks, default=0),
                alarm_count=alarms[source.id],
                detail=health.detail if health else "",
            )
        )
    return tuple(lines)


def _breaks(source_id: str, known: Known) -> list[int]:
    """Return the lengths, in whole minutes, of the stretches in which a source failed."""
    found: list[int] = []
    since: datetime | None = None
    for _, entry in known.journal:
        if entry.action != "source_state" or entry.subject != source_id:
            continue
        is_good = entry.after in GOOD_STATES
        if since is None and not is_good:
            since = entry.at
        elif since is not None and is_good:
            found.append(_whole_minutes(since, entry.at))
            since = None
    if since is not None:
        found.append(_whole_minutes(since, max(since, known.until)))
    return found


def team_lines(rows: Sequence[PeopleRow], until: datetime) -> tuple[TeamLine, ...]:
    """Return the roster with its hours; who never checked out counts until the end."""
    return tuple(_team_line(row, until) for row in rows if row.sheet == "team" and row.values)


def _team_line(row: PeopleRow, until: datetime) -> TeamLine:
    begun, ended = row.values.get("checked_in_at"), row.values.get("checked_out_at")
    typed = row.values.get("hours")
    began_at = begun if isinstance(begun, datetime) else None
    ended_at = ended if isinstance(ended, datetime) else None
    hours: float | None = None
    if isinstance(typed, int | float):
        hours = float(typed)
    elif began_at is not None:
        end = ended_at or until
        hours = round(max(timedelta(), end - began_at) / timedelta(hours=1), 2)
    return TeamLine(
        name=str(row.values.get("name") or ""),
        role=str(row.values.get("role") or ""),
        checked_in_at=began_at,
        checked_out_at=ended_at,
        hours=hours,
        is_open=began_at is not None and ended is None and typed is None,
        handover_note=str(row.values.get("handover_note") or ""),
    )


def buckets(facts: Sequence[FactLine], start: datetime, end: datetime) -> tuple[Bucket, ...]:
    """Return how many rows were seen over time, in at most 24 stretches of a round length."""
    seen = [fact for fact in facts if fact.seen_at is not None and not fact.is_withdrawn]
    times = [fact.seen_at for fact in seen if fact.seen_at is not None]
    first, last = min([start, *times]), max([end, *times])
    whole = (last - first) / timedelta(minutes=1)
    size = next(
        (minutes for minutes in _BUCKET_MINUTES if whole / minutes <= _MOST_BUCKETS),
        int(whole / _MOST_BUCKETS) + 1,
    )
    count = max(1, int(whole // size) + (whole % size > 0))
    totals, urgent = [0] * count, [0] * count
    for fact in seen:
        assert fact.seen_at is not None
        at = min(count - 1, int((fact.seen_at - first) / timedelta(minutes=size)))
        totals[at] += 1
        urgent[at] += fact.urgency in ("life_at_risk", "high")
    return tuple(
        Bucket(
            starts_at=first + at * timedelta(minutes=size),
            count=totals[at],
            urgent_count=urgent[at],
        )
        for at in range(count)
    )


def counted(facts: Sequence[FactLine], field: str) -> Mapping[str, int]:
    """Return how many rows bear each value of a field, the most frequent first."""
    found = Counter(str(getattr(fact, field)) for fact in facts if not fact.is_withdrawn)
    return dict(found.most_common())


def report_gaps(known: Known) -> tuple[float, ...]:
    """Return the minutes between points de situation, from the opening to the end."""
    times = [known.began_at, *(head.issued_at for head in known.reports), known.until]
    pairs = itertools.pairwise(times)
    return tuple(max(0.0, (later - before).total_seconds() / 60) for before, later in pairs)


def _whole_minutes(start: datetime, end: datetime) -> int:
    return round((end - start) / timedelta(minutes=1))
