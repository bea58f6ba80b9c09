"""Tells trainers' verdicts beside a computed score: in the terminal, and as plain JSON values.

Called by ``vigie exercise score`` and ``overrule``. Pure: returns lines and values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from vigie.exercise.overruling import RuledScore, Ruling, Tally
from vigie.exercise.scoring import ExpectationScore, FactScore
from vigie.language import say
from vigie.operations.overruling import verdict_words

FORM = "vigie-score/1"
"""Form of the JSON. Source: docs/exercises.md."""


def ruling_lines(ruled: RuledScore) -> Iterator[str]:
    """Yield each verdict beside the computed one, then the sums without and with them."""
    if not ruled.rulings:
        return
    yield say("Verdicts of the exercise direction: {count}.", count=len(ruled.rulings))
    for one in ruled.rulings:
        yield f"  {_told(one, ruled)}"
    yield say("Without them: {sums}", sums=_sums(ruled.computed))
    yield say("With them: {sums}", sums=_sums(ruled.ruled))


def score_data(ruled: RuledScore) -> dict[str, Any]:
    """Return a score with its verdicts as plain JSON values; times are minutes of exercise."""
    score = ruled.score
    return {
        "form": FORM,
        "minute": score.minute,
        "computed": _plain_tally(ruled.computed),
        "ruled": _plain_tally(ruled.ruled),
        "rulings": [
            {
                "kind": one.overrule.kind,
                "subject": one.overrule.subject,
                "computed": one.computed,
                "verdict": one.overrule.verdict,
                "reason": one.overrule.reason,
                "by": one.overrule.by,
                "decided_at": one.overrule.decided_at.isoformat(),
            }
            for one in ruled.rulings
        ],
        "facts": [_plain_fact(one) for one in score.facts],
        "reactions": [_plain_reaction(one) for one in score.expectations],
        "row_count": score.row_count,
        "false_refs": list(score.false_refs),
        "mixed_refs": list(score.mixed_refs),
    }


def _told(one: Ruling, ruled: RuledScore) -> str:
    kind, subject = one.overrule.kind, one.overrule.subject
    names = {
        "fact": say("fact {id}", id=subject),
        "inject": say("reaction to {id}", id=subject),
        "row": say("row {id}", id=subject),
    }
    return say(
        "{subject}: computed “{computed}”, decided “{verdict}” by {by}: {reason}",
        subject=names[kind],
        computed=verdict_words(kind, one.computed),
        verdict=verdict_words(kind, one.overrule.verdict),
        by=one.overrule.by,
        reason=one.overrule.reason,
    )


def _sums(tally: Tally) -> str:
    return say(
        "facts {found} of {findable} found; rows of sweeps {rows}, of which false {false}; "
        "reactions {met} met, {late} late, {missed} missed, {open} open, {judged} for the "
        "observers.",
        found=tally.found_count,
        findable=tally.findable_count,
        rows=tally.row_count,
        false=tally.false_count,
        **tally.reactions,
    )


def _plain_tally(tally: Tally) -> dict[str, Any]:
    return asdict(tally) | {"confirmed_rumours": list(tally.confirmed_rumours)}


def _plain_fact(one: FactScore) -> dict[str, Any]:
    plain = asdict(one) | {
        "fact": one.fact.id,
        "summary": one.fact.summary,
        "is_true": one.fact.is_true,
        "delay_minutes": one.delay_minutes,
    }
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()
    }


def _plain_reaction(one: ExpectationScore) -> dict[str, Any]:
    return {
        "inject": one.inject_id,
        "reaction": one.expectation.reaction,
        "of": one.expectation.of,
        "deliverable": one.expectation.deliverable,
        "due_minute": one.due_minute,
        "met_minute": one.met_minute,
        "verdict": one.verdict,
        "refs": list(one.refs),
    }
