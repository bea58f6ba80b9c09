"""What a trainer must see while an exercise runs, made from records.

Called by ``vigie.operations.watching``; drawn by the command line. Pure: the time is an argument.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from vigie.convention.model import Convention
from vigie.exercise.findable import is_findable
from vigie.exercise.scenario import Inject, Scenario, minutes_of
from vigie.exercise.scoring import ExpectationScore, FactScore, Score
from vigie.exercise.timeline import ShownInject
from vigie.exercise.tracing import TracedRow
from vigie.records.health import GOOD_STATES, SourceState

LiveState = Literal["ready", "running", "left", "paused", "ended"]
"""``left``: it is to run, but no process conducts it."""
SOON_MINUTES = 15.0
"""A deadline this near is shown before it passes. Ours."""
_UNTOLD = frozenset({"denial", "end", "noise"})
_JUDGED_BY_PEOPLE = "judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How a source of the convention is doing. Minutes of exercise; None means never."""

    state: SourceState
    answered_minute: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything that a look is made from.

    Attributes:
        shown: Every inject that is not held back, with its minute, also those to come.
        heard: Source id to how it is doing; never asked ones are missing.
        judged: Injects on whose reaction the direction decided.
        sweep_count: Sweeps so far.
    """

    identity: str
    scenario: Scenario
    convention: Convention
    state: LiveState
    minute: float
    now: datetime
    speed: float
    shown: Sequence[ShownInject]
    held: Sequence[Inject]
    score: Score
    rows: Sequence[TracedRow]
    heard: Mapping[str, Heard]
    judged: Collection[str] = ()
    sweep_count: int = 0


@dataclass(frozen=True, slots=True)
class Detected:
    """A row that was led back to a fact; ``delay_minutes`` since the first word of the fact.

    A double tells what an earlier row of sweeps tells already.
    """

    ref: str
    minute: float
    fact: FactScore
    delay_minutes: float | None
    is_by_people: bool

    @property
    def is_double(self) -> bool:
        """Whether the fact had a row of sweeps before."""
        return self.ref in self.fact.duplicate_refs


@dataclass(frozen=True, slots=True)
class Undetected:
    """A true fact that stood on a source which answered, and that no sweep's row tells."""

    fact: FactScore
    since_minute: float


@dataclass(frozen=True, slots=True)
class Deadline:
    """A reaction that is due; ``is_judged`` ones only an observer can tick off."""

    score: ExpectationScore
    minutes_left: float

    @property
    def is_judged(self) -> bool:
        """Whether nothing in the log can tell that it came."""
        return self.score.verdict == _JUDGED_BY_PEOPLE


@dataclass(frozen=True, slots=True)
class Broken:
    """A network that does not answer as it should.

    Attributes:
        until_minute: When the scenario mends it; None where the scenario did not break it.
        state: What sweeps found of it; None where none has noticed.
    """

    source_id: str
    name: str
    until_minute: float | None
    state: SourceState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """One look at an exercise. Minutes of exercise; ``now`` is its own time, aware UTC."""

    identity: str
    title: str
    state: LiveState
    minute: float
    duration_minutes: int
    now: datetime
    zone: ZoneInfo
    speed: float
    sweep_count: int
    score: Score
    shown: tuple[ShownInject, ...]
    coming: tuple[ShownInject, ...]
    held: tuple[Inject, ...]
    detected: tuple[Detected, ...]
    undetected: tuple[Undetected, ...]
    overdue: tuple[Deadline, ...]
    soon: tuple[Deadline, ...]
    broken: tuple[Broken, ...]


def live_view(seen: Seen) -> LiveView:
    """Return what there is to be seen: newest rows first, most recent misses first."""
    due = [_deadline(one, seen) for one in seen.score.expectations]
    waiting = [one for one in due if one is not None]
    return LiveView(
        identity=seen.identity,
        title=seen.scenario.title,
        state=seen.state,
        minute=seen.minute,
        duration_minutes=seen.scenario.duration_minutes,
        now=seen.now,
        zone=ZoneInfo(seen.convention.workbook.time_zones[0]),
        speed=seen.speed,
        sweep_count=seen.sweep_count,
        score=seen.score,
        shown=tuple(one for one in seen.shown if one.minute <= seen.minute),
        coming=tuple(one for one in seen.shown if one.minute > seen.minute),
        held=tuple(seen.held),
        detected=tuple(_detected(seen)),
        undetected=tuple(_undetected(seen)),
        overdue=tuple(
            sorted(
                (one for one in waiting if one.minutes_left < 0),
                key=lambda one: (-one.score.due_minute, one.score.inject_id),
            )
        ),
        soon=tuple(
            sorted(
                (one for one in waiting if 0 <= one.minutes_left <= SOON_MINUTES),
                key=lambda one: (one.score.due_minute, one.score.inject_id),
            )
        ),
        broken=tuple(_broken(seen)),
    )


def _detected(seen: Seen) -> list[Detected]:
    """Return one line a row and fact, newest first."""
    facts = {one.fact.id: one for one in seen.score.facts}
    told = {one.inject.id: one.inject.truth.fact for one in seen.shown}
    found = []
    for row in seen.rows:
        if row.values.get("category") == "noise":
            # Whoever reads the log will pass it over: that is no detection.
            continue
        ids = dict.fromkeys(told.get(name) for name in row.inject_ids)
        for fact in (facts[name] for name in ids if name is not None):
            since = fact.told_minute
            delay = None if since is None else max(0.0, row.seen_minute - since)
            found.append(Detected(row.ref, row.seen_minute, fact, delay, row.is_by_people))
    return sorted(found, key=lambda one: (-one.minute, one.ref))


def _undetected(seen: Seen) -> list[Undetected]:
    """Return what sweeps could have brought: their source answered after it was told."""
    since: dict[str, float] = {}
    for one in seen.shown:
        fact = one.inject.truth.fact
        heard = seen.heard.get(getattr(one.inject.content, "source", None) or "")
        if fact is None or one.inject.truth.kind in _UNTOLD or heard is None:
            continue
        answered = heard.answered_minute
        is_asked = answered is not None and one.minute <= answered and one.minute <= seen.minute
        if is_asked and is_findable(one, seen.scenario, seen.convention):
            since[fact] = min(one.minute, since.get(fact, one.minute))
    missing = [
        Undetected(fact, since[fact.fact.id])
        for fact in seen.score.facts
        if fact.fact.id in since and fact.fact.is_true and not fact.is_found_by_sweeps
    ]
    return sorted(
        missing, key=lambda one: (one.fact.fact.urgency != "life_at_risk", one.since_minute)
    )


def _deadline(one: ExpectationScore, seen: Seen) -> Deadline | None:
    if one.inject_id in seen.judged or one.verdict in {"met", "late"}:
        return None
    return Deadline(one, one.due_minute - seen.minute)


def _broken(seen: Seen) -> list[Broken]:
    names = {source.id: source.name for source in seen.convention.sources}
    planned: dict[str, float] = {}
    for one in seen.scenario.breakdowns:
        if minutes_of(one.starts) <= seen.minute < minutes_of(one.ends):
            planned[one.source] = float(minutes_of(one.ends))
    ailing = {
        source: one.state for source, one in seen.heard.items() if one.state not in GOOD_STATES
    }
    return [
        Broken(source, names[source], planned.get(source), ailing.get(source))
        for source in names
        if source in planned or source in ailing
    ]
