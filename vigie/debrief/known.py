"""Everything that a debrief is made from, as the use case hands it over. Plain, no behaviour.

Texts of posts, addresses and authors are left out before, by
``vigie.operations.debriefing_known``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vigie.convention.model import Source
from vigie.records.activation import Activation, JournalEntry
from vigie.records.debrief import DebriefEntry
from vigie.records.finding import Finding
from vigie.records.health import Health
from vigie.records.observation import Observation
from vigie.records.report import ReportHead
from vigie.records.sheet import Conflict, PeopleRow

Verdict = Literal["met", "late", "missed", "open", "judged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactOutcome:
    """What became of one fact of a scenario. Times are minutes of exercise; None means never."""

    id: str
    summary: str
    is_true: bool
    is_findable: bool
    urgency: str
    told_minute: float | None
    seen_minute: float | None
    graded_minute: float | None
    acknowledged_minute: float | None
    confirmed_minute: float | None
    refuted_minute: float | None
    machine_refs: tuple[str, ...]
    player_refs: tuple[str, ...]
    duplicate_refs: tuple[str, ...]
    distance_metres: float | None

    @property
    def delay_minutes(self) -> float | None:
        """From its first inject to its first row."""
        if self.seen_minute is None or self.told_minute is None:
            return None
        return max(0.0, self.seen_minute - self.told_minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """One expected reaction of a scenario and how it was met."""

    inject_id: str
    reaction: str
    of: str
    due_minute: float
    met_minute: float | None
    verdict: Verdict
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """A play's score. ``row_count`` are the rows of sweeps, the others are among them."""

    minute: float
    facts: tuple[FactOutcome, ...]
    reactions: tuple[Reaction, ...]
    row_count: int
    false_refs: tuple[str, ...]
    mixed_refs: tuple[str, ...]

    @property
    def findable(self) -> tuple[FactOutcome, ...]:
        """True facts that a sweep could find."""
        return tuple(one for one in self.facts if one.is_true and one.is_findable)

    @property
    def found(self) -> tuple[FactOutcome, ...]:
        """True facts that a sweep could find and did."""
        return tuple(one for one in self.findable if one.machine_refs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One activation, as it stands. Times are aware UTC.

    Attributes:
        until: Where its time ends: its closing, the end of its play, or now.
        post_sources: ``Réf`` to the source id of each of its posts.
        sweeps: When its sweeps were committed.
        cadence_minutes: Of its points de situation.
        entries: What people wrote into this debrief.
        earlier_actions: Open actions of earlier debriefs of the convention.
        has_names: Whether volunteers may be named.
    """

    activation: Activation
    convention_name: str
    parties: tuple[str, ...]
    missions: tuple[str, ...]
    cadence_minutes: int
    until: datetime
    now: datetime
    observations: Sequence[Observation]
    journal: Sequence[tuple[int, JournalEntry]]
    post_sources: Mapping[str, Sequence[str]]
    sources: Sequence[Source]
    healths: Mapping[str, Health]
    findings: Sequence[Finding] = ()
    conflicts: Sequence[Conflict] = ()
    people_rows: Sequence[PeopleRow] = ()
    reports: Sequence[ReportHead] = ()
    sweeps: Sequence[datetime] = ()
    scores: Scores | None = None
    summary: str = ""
    objectives: tuple[str, ...] = ()
    entries: Sequence[DebriefEntry] = ()
    earlier_actions: Sequence[DebriefEntry] = ()
    has_names: bool = False

    @property
    def began_at(self) -> datetime:
        """When it was opened."""
        return self.activation.activated_at or self.activation.created_at
