"""Everything that a debrief is made from, as the use case hands it over. Plain, no behaviour.

Texts of posts, addresses and authors are left out before, by
``vigie.operations.debriefing_known``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vigie.convention.model import Source
from vigie.records.activation import Activation, JournalEntry
from vigie.records.debrief import DebriefEntry
from vigie.records.finding import Finding
from vigie.records.health import Health
from vigie.records.observation import Observation
from vigie.records.outcome import FactTimes, Verdict
from vigie.records.overrule import SubjectKind
from vigie.records.report import ReportHead
from vigie.records.sheet import Conflict, PeopleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FactOutcome(FactTimes):
    """What became of one fact of a scenario, and what the fact was."""

    id: str
    summary: str
    is_true: bool
    urgency: str

    @property
    def verdict(self) -> str:
        """What was computed of it, as a code of the labels ``ruling_fact``."""
        if not self.is_true:
            if self.confirmed_minute is not None:
                return "wrongly_confirmed"
            return "refuted" if self.refuted_minute is not None else "unrefuted"
        if not self.is_findable:
            return "not_findable"
        return "found" if self.machine_refs else "missed"


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
class Ruling:
    """A trainer's verdict beside the computed one, on a fact, an inject's reaction or a row.

    Attributes:
        computed: What the score says of the subject; ``gone`` where it is no longer there.
    """

    kind: SubjectKind
    subject: str
    computed: str
    verdict: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The sums of a score, of facts, rows of sweeps and expected reactions."""

    findable_count: int
    found_count: int
    row_count: int
    false_count: int
    met: int
    late: int
    missed: int
    open: int
    judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """A play's score. ``row_count`` are the rows of sweeps, the others are among them.

    Attributes:
        rulings: Trainers' verdicts; they never replace what was computed.
        sums, ruled_sums: Without and with these verdicts; None where nobody asked.
    """

    minute: float
    facts: tuple[FactOutcome, ...]
    reactions: tuple[Reaction, ...]
    row_count: int
    false_refs: tuple[str, ...]
    mixed_refs: tuple[str, ...]
    rulings: tuple[Ruling, ...] = ()
    sums: Sums | None = None
    ruled_sums: Sums | None = None

    def ruling(self, kind: SubjectKind, subject: str) -> Ruling | None:
        """Return the verdict on a subject, if there is one."""
        return next(
            (one for one in self.rulings if (one.kind, one.subject) == (kind, subject)), None
        )

    def standing(self, kind: SubjectKind, subject: str, computed: str) -> str:
        """Return the verdict that people go by: the direction's where there is one."""
        ruling = self.ruling(kind, subject)
        return computed if ruling is None else ruling.verdict

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
