"""Tells a score in the terminal: figures first, then what was missed, with the rows behind.

Called by ``vigie exercise score`` and at the end of a play. Pure: returns lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from vigie.exercise.scenario import exercise_time
from vigie.exercise.scoring import ExpectationScore, FactScore, Score
from vigie.language import say


def score_lines(score: Score) -> Iterator[str]:
    """Yield the lines of a score, for people."""
    found, findable = score.found, score.findable
    yield say(
        "Facts that sweeps could find: {found} of {count} found.",
        found=len(found),
        count=len(findable),
    )
    if delays := [one.delay_minutes for one in found if one.delay_minutes is not None]:
        yield say(
            "From inject to row: median {median} min, longest {longest} min.",
            median=f"{median(delays):.0f}",
            longest=f"{max(delays):.0f}",
        )
    yield from _steps(score.facts)
    yield from _life(score.facts)
    yield from _rumours(score.facts)
    yield say(
        "Rows of sweeps: {count}; false {false} ({share} %); two facts in one {mixed}; "
        "left double {double}.",
        count=score.row_count,
        false=len(score.false_refs),
        share=f"{100 * score.false_share:.0f}",
        mixed=len(score.mixed_refs),
        double=sum(len(one.duplicate_refs) for one in score.facts),
    )
    if wrong := [one for one in score.facts if (one.distance_metres or 0) > _FAR_METRES]:
        names = ", ".join(f"{one.fact.id} ({one.distance_metres:.0f} m)" for one in wrong)
        yield say("Placed further than 5 km from the truth: {names}.", names=names)
    yield from _reactions(score.expectations)
    for one in findable:
        if not one.is_found_by_sweeps:
            yield say("  missed: {fact}: {summary}", fact=one.fact.id, summary=one.fact.summary)


_FAR_METRES = 5_000.0
"""Beyond the next village. Ours."""


def _steps(facts: Sequence[FactScore]) -> Iterator[str]:
    """Tell how long people took from a row to each step, over the true facts that got there."""
    for words, step in (
        (say("From row to grade"), "graded_minute"),
        (say("From row to action"), "acted_minute"),
        (say("From row to acknowledgement"), "acknowledged_minute"),
    ):
        minutes = [
            max(0.0, reached - one.seen_minute)
            for one in facts
            if one.fact.is_true
            and one.seen_minute is not None
            and (reached := getattr(one, step)) is not None
        ]
        if minutes:
            yield say(
                "{step}: median {median} min, longest {longest} min ({count} facts).",
                step=words,
                median=f"{median(minutes):.0f}",
                longest=f"{max(minutes):.0f}",
                count=len(minutes),
            )


def _life(facts: Sequence[FactScore]) -> Iterator[str]:
    for one in facts:
        if one.fact.urgency == "life_at_risk" and one.fact.is_true:
            yield say(
                "Life at risk, {fact}: told {told}, row {seen}, urgent {urgent}, "
                "acknowledged {acknowledged}.",
                fact=one.fact.id,
                told=_when(one.told_minute),
                seen=_when(one.seen_minute),
                urgent=_when(one.urgent_minute),
                acknowledged=_when(one.acknowledged_minute),
            )


def _rumours(facts: Sequence[FactScore]) -> Iterator[str]:
    for one in facts:
        if one.fact.is_true:
            continue
        if one.confirmed_minute is not None:
            when = _when(one.confirmed_minute)
            yield say("Rumour {fact}: WRONGLY CONFIRMED at {when}.", fact=one.fact.id, when=when)
        else:
            when = _when(one.refuted_minute)
            yield say("Rumour {fact}: refuted {when}.", fact=one.fact.id, when=when)


def _reactions(expectations: Sequence[ExpectationScore]) -> Iterator[str]:
    counts = dict.fromkeys(("met", "late", "missed", "open", "judged"), 0)
    for one in expectations:
        counts[one.verdict] += 1
    if expectations:
        yield say(
            "Expected reactions: {met} met, {late} late, {missed} missed, {open} open, "
            "{judged} for the observers.",
            **counts,
        )


def _when(minute: float | None) -> str:
    return say("never") if minute is None else exercise_time(int(minute))
