"""Trainers overrule computed scores: with a reason, journalled, shown beside what was computed.

Called by ``vigie exercise overrule`` and ``score`` and by the debrief.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from vigie.exercise.inject_words import one_line
from vigie.exercise.overruling import OverruleError, RuledScore, rule, subject_kind
from vigie.exercise.scenario import Scenario
from vigie.language import catalogue, current_language, say
from vigie.operations.runtime import Runtime
from vigie.operations.scoring import Scored, score_play
from vigie.records.activation import JournalEntry
from vigie.records.overrule import VERDICTS, Overrule, RuledVerdict, SubjectKind
from vigie.records.play import Play

_REASON_CHARACTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledPlay:
    """A play, its computed score and the trainers' verdicts beside it."""

    play: Play
    scenario: Scenario
    ruled: RuledScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a trainer asks for, as it was typed.

    Attributes:
        verdict: In the field's words (``manqué``, ``pas fausse``) or as a code; empty to withdraw.
    """

    subject: str
    verdict: str = ""
    reason: str
    by: str


def ruled_play(runtime: Runtime, activation_id: str) -> RuledPlay:
    """Score a play as it stands, with the trainers' verdicts.

    Args:
        runtime: Of the exercise house.
        activation_id: An activation that follows a scenario; ``score_play`` raises what is wrong.
    """
    scored = score_play(runtime, activation_id)
    ruled = rule(scored.score, _row_refs(scored), runtime.store.overrules(activation_id))
    return RuledPlay(play=scored.play, scenario=scored.scenario, ruled=ruled)


def overrule(runtime: Runtime, activation_id: str, wish: Wish) -> RuledPlay:
    """Keep a trainer's verdict; return the score with it.

    Raises:
        OverruleError: It has no reason or no name, or the verdict or its subject is unknown.
    """
    scored = score_play(runtime, activation_id)
    subject, reason, by = wish.subject.strip(), _reason(wish), _name(wish)
    verdict = _verdict(wish.verdict)
    kind = subject_kind(scored.score, _row_refs(scored), subject, verdict)
    kept = Overrule(
        kind=kind,
        subject=subject,
        verdict=verdict,
        reason=reason,
        by=by,
        decided_at=runtime.wall_clock(),
    )
    standing = runtime.store.overrules(activation_id)
    before = rule(scored.score, _row_refs(scored), [kept]).rulings[0].computed
    for one in standing:
        if (one.kind, one.subject) == (kind, subject):
            before = one.verdict
    runtime.store.keep_overrule(
        activation_id, kept, _entry(runtime, scored.play, kept, "overrule", before)
    )
    return ruled_play(runtime, activation_id)


def withdraw(runtime: Runtime, activation_id: str, wish: Wish) -> RuledPlay:
    """Take a trainer's verdict away; return the score without it.

    Raises:
        OverruleError: It has no reason or no name, or nothing was decided on the subject.
    """
    play = score_play(runtime, activation_id).play
    subject, reason, by = wish.subject.strip(), _reason(wish), _name(wish)
    standing = [one for one in runtime.store.overrules(activation_id) if one.subject == subject]
    if not standing:
        raise OverruleError(
            subject,
            say("nothing was decided about it."),
            say("vigie exercise score lists the verdicts."),
        )
    for one in standing:
        gone = Overrule(
            kind=one.kind,
            subject=subject,
            verdict=one.verdict,
            reason=reason,
            by=by,
            decided_at=runtime.wall_clock(),
        )
        entry = _entry(runtime, play, gone, "overrule_withdrawn", one.verdict)
        runtime.store.withdraw_overrule(activation_id, one.kind, subject, entry)
    return ruled_play(runtime, activation_id)


def verdict_words(kind: SubjectKind, code: str) -> str:
    """Return a verdict, computed or decided, in the reader's words."""
    return catalogue(current_language()).label(f"ruling_{kind}", code)


def _row_refs(scored: Scored) -> frozenset[str]:
    return frozenset(row.ref for row in scored.rows if not row.is_by_people)


def _verdict(text: str) -> RuledVerdict:
    """Return the code of a verdict as people write it: any case, accents, gender."""
    wanted = _bare(text)
    for kind, codes in VERDICTS.items():
        for code in codes:
            if wanted in {_bare(code), _bare(verdict_words(kind, code))}:
                return code
    raise OverruleError(
        text,
        say("this is no verdict."),
        say("Write found, missed, met, late, false row, not false or not counted, in your words."),
    )


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("_", " ").replace("-", " "))
    words = "".join(c for c in plain if not unicodedata.combining(c)).split()
    # "manqué", "manquée", "manquées" are one word.
    return " ".join(word.rstrip("es") for word in words)


def _reason(wish: Wish) -> str:
    # It is shown in terminals, pages and workbooks: no control characters.
    reason = one_line(wish.reason)
    if not reason:
        raise OverruleError(
            wish.subject,
            say("a verdict needs its reason."),
            say("Give it with --reason: it stands beside the verdict in scores and debrief."),
        )
    if len(reason) > _REASON_CHARACTERS:
        raise OverruleError(
            wish.subject, say("the reason is longer than {limit} signs.", limit=_REASON_CHARACTERS)
        )
    return reason


def _name(wish: Wish) -> str:
    by = one_line(wish.by)
    if not by:
        raise OverruleError(
            wish.subject, say("nobody decided it."), say("Give the name with --by.")
        )
    return by


def _entry(runtime: Runtime, play: Play, one: Overrule, action: str, before: str) -> JournalEntry:
    convention = runtime.convention_of(runtime.store.activation(play.activation_id))
    words = catalogue(convention.workbook.language)
    context = f"ruling_{one.kind}"
    after = "" if action == "overrule_withdrawn" else words.label(context, one.verdict)
    return JournalEntry(
        at=play.clock.now(runtime.wall_clock()),
        actor=one.by,
        subject=one.subject,
        action=action,
        before=words.label(context, before),
        after=after,
        detail={"reason": one.reason},
    )
