"""Trainers' verdicts laid beside computed scores: which can be given, what the sums come to.

Called by the operations that score and by the debrief. Pure. The computed score stays as it is;
sums are made twice, without and with the verdicts, and both are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from vigie.exercise.scoring import FactScore, Score
from vigie.language import say
from vigie.problem import Problem
from vigie.records.overrule import VERDICTS, Overrule, RuledVerdict, SubjectKind

_REACTION_VERDICTS = ("met", "late", "missed", "open", "judged")


class OverruleError(Problem):
    """A verdict that cannot be given: no such subject, not said of it, without a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The sums of a score.

    Attributes:
        findable_count, found_count: True facts that sweeps could find, and did.
        row_count, false_count: Rows of sweeps, and the false ones among them.
        reactions: Verdict (met, late, missed, open, judged) to how many.
        confirmed_rumours: Rumours that were wrongly confirmed.
    """

    findable_count: int
    found_count: int
    row_count: int
    false_count: int
    reactions: Mapping[str, int]
    confirmed_rumours: tuple[str, ...]

    @property
    def false_share(self) -> float:
        """Share of false rows among those of sweeps."""
        return self.false_count / self.row_count if self.row_count else 0.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """A trainer's verdict and the computed one; ``gone`` where its subject is no longer there."""

    overrule: Overrule
    computed: str


@dataclass(frozen=True, slots=True)
class RuledScore:
    """A computed score, the verdicts beside it, and the sums without and with them."""

    score: Score
    rulings: tuple[Ruling, ...]
    computed: Tally
    ruled: Tally

    def ruling(self, kind: SubjectKind, subject: str) -> Ruling | None:
        """Return the verdict on a subject, if there is one."""
        for one in self.rulings:
            if (one.overrule.kind, one.overrule.subject) == (kind, subject):
                return one
        return None


def rule(score: Score, row_refs: Collection[str], overrules: Iterable[Overrule]) -> RuledScore:
    """Return a score with its verdicts.

    Args:
        score: As computed.
        row_refs: Rows of sweeps in the main log; a verdict on one that is gone counts nothing.
        overrules: One a subject.
    """
    rulings = tuple(
        Ruling(one, computed_verdict(score, row_refs, one.kind, one.subject)) for one in overrules
    )
    valid = {
        (one.overrule.kind, one.overrule.subject): one.overrule.verdict
        for one in rulings
        if one.computed != "gone"
    }
    return RuledScore(score, rulings, _tally(score, {}), _tally(score, valid))


def computed_verdict(
    score: Score, row_refs: Collection[str], kind: SubjectKind, subject: str
) -> str:
    """Return what was computed about a subject; ``gone`` if there is no such subject (any more)."""
    if kind == "fact":
        fact = next((one for one in score.facts if one.fact.id == subject), None)
        return "gone" if fact is None else _of_fact(fact)
    if kind == "inject":
        return next((one.verdict for one in score.expectations if one.inject_id == subject), "gone")
    if subject not in row_refs:
        return "gone"
    return "false_row" if subject in score.false_refs else "not_false"


def subject_kind(
    score: Score, row_refs: Collection[str], subject: str, verdict: RuledVerdict | None = None
) -> SubjectKind:
    """Return what a subject is, having proved that the verdict can be given about it.

    Args:
        score: As computed.
        row_refs: Rows of sweeps in the main log.
        subject: As a person wrote it.
        verdict: None asks for the kind alone.

    Raises:
        OverruleError: There is no such subject, two things bear the name, or the verdict is not
            said of such a thing.
    """
    kinds = [one for one in VERDICTS if computed_verdict(score, row_refs, one, subject) != "gone"]
    if not kinds:
        raise OverruleError(
            subject,
            say("it is no fact, no inject that expects something, and no row of the sweeps here."),
            say("vigie exercise score lists them; what was not shown yet cannot be judged."),
        )
    fitting = [one for one in kinds if verdict is None or verdict in VERDICTS[one]]
    if len(fitting) > 1:
        raise OverruleError(
            subject,
            say("a fact and an inject both bear this name."),
            say("Give them different names in the scenario."),
        )
    if not fitting or (verdict is not None and not _can_be_said(score, subject, verdict)):
        raise OverruleError(
            subject,
            say("this verdict cannot be given about it."),
            say(
                "A fact is found, missed or not counted (a rumour only not counted); a reaction "
                "met, late, missed or not counted; a row false, not false or not counted."
            ),
        )
    return fitting[0]


def _can_be_said(score: Score, subject: str, verdict: RuledVerdict) -> bool:
    """A rumour is neither found nor missed: it can only be left out."""
    rumours = {one.fact.id for one in score.facts if not one.fact.is_true}
    return subject not in rumours or verdict == "not_counted"


def _of_fact(one: FactScore) -> str:
    if not one.fact.is_true:
        if one.confirmed_minute is not None:
            return "wrongly_confirmed"
        return "refuted" if one.refuted_minute is not None else "unrefuted"
    if not one.is_findable:
        return "not_findable"
    return "found" if one.is_found_by_sweeps else "missed"


def _tally(score: Score, ruled: Mapping[tuple[SubjectKind, str], RuledVerdict]) -> Tally:
    facts = [
        ruled.get(("fact", one.fact.id), _of_fact(one)) for one in score.facts if one.fact.is_true
    ]
    reactions = Counter(
        str(ruled.get(("inject", one.inject_id), one.verdict)) for one in score.expectations
    )
    false = set(score.false_refs)
    row_count = score.row_count
    for (kind, ref), verdict in ruled.items():
        if kind == "row":
            false = false | {ref} if verdict == "false_row" else false - {ref}
            row_count -= verdict == "not_counted"
    return Tally(
        findable_count=sum(one in ("found", "missed") for one in facts),
        found_count=facts.count("found"),
        row_count=row_count,
        false_count=len(false),
        reactions={one: reactions[one] for one in _REACTION_VERDICTS},
        confirmed_rumours=tuple(
            one.fact.id
            for one in score.facts
            if _of_fact(one) == "wrongly_confirmed" and ("fact", one.fact.id) not in ruled
        ),
    )
