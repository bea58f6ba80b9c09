"""What the figures themselves say went well or badly: the debrief's first draft. Pure.

Each sentence names the rows or figures it rests on. People judge; nothing here has a level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from vigie.debrief.facts import FactLine
from vigie.debrief.figures import DelayLine, SourceLine, TeamLine, report_gaps
from vigie.debrief.known import Known
from vigie.debrief.wording import Words

THEMES = (
    "detection",
    "verification",
    "transmission",
    "sources",
    "workbook",
    "reports",
    "team",
    "public",
    "conduct",
    "other",
)
"""Themes under which remarks are gathered; people may write others. Ours."""
SOON_MINUTES = 15
"""A life at risk acknowledged within this is a strength. Source: mobilisation "in under 15
minutes", Dijon, Dec 2017 (the domain's table)."""
LONG_BREAK_MINUTES = 30
_CADENCE_TOLERANCE = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One sentence about how it went, and on what it rests."""

    kind: Literal["strength", "weak_point"]
    theme: str
    text: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the sentences are drawn from."""

    known: Known
    facts: Sequence[FactLine]
    delays: Sequence[DelayLine]
    sources: Sequence[SourceLine]
    team: Sequence[TeamLine]


def observed(figures: Figures, words: Words) -> tuple[Observed, ...]:
    """Return every sentence that the figures allow, by theme in the order of ``THEMES``."""
    rules: tuple[Callable[[Figures, Words], Iterator[Observed]], ...] = (
        _lives,
        _rumours,
        _proofs,
        _grading,
        _sources,
        _workbook,
        _reports,
        _team,
        _scores,
    )
    found = [one for rule in rules for one in rule(figures, words)]
    return tuple(sorted(found, key=lambda one: THEMES.index(one.theme)))


def _lives(figures: Figures, words: Words) -> Iterator[Observed]:
    rows = [one for one in _open(figures.facts) if one.urgency == "life_at_risk"]
    unheard = [one for one in rows if one.acknowledgement_minutes is None]
    late = [one for one in rows if (one.acknowledgement_minutes or 0) > SOON_MINUTES]
    if unheard:
        text = words.say(
            "Life at risk never acknowledged by the partner: {count}.", count=len(unheard)
        )
        yield Observed(kind="weak_point", theme="transmission", text=text, refs=_refs(unheard))
    if late:
        text = words.say(
            "Life at risk acknowledged after more than {minutes} min: {count}.",
            minutes=SOON_MINUTES,
            count=len(late),
        )
        yield Observed(kind="weak_point", theme="transmission", text=text, refs=_refs(late))
    if rows and not unheard and not late:
        text = words.say(
            "Every life at risk ({count}) was acknowledged within {minutes} min.",
            count=len(rows),
            minutes=SOON_MINUTES,
        )
        yield Observed(kind="strength", theme="transmission", text=text, refs=_refs(rows))


def _rumours(figures: Figures, words: Words) -> Iterator[Observed]:
    rows = [one for one in _open(figures.facts) if one.category == "rumour"]
    open_ones = [one for one in rows if one.status not in ("refuted", "confirmed", "lifted")]
    refuted = [one for one in _open(figures.facts) if one.status == "refuted"]
    if open_ones:
        text = words.say("Rumours neither confirmed nor refuted: {count}.", count=len(open_ones))
        yield Observed(kind="weak_point", theme="verification", text=text, refs=_refs(open_ones))
    if refuted:
        text = words.say("Refuted with evidence: {count}.", count=len(refuted))
        yield Observed(kind="strength", theme="verification", text=text, refs=_refs(refuted))


def _proofs(figures: Figures, words: Words) -> Iterator[Observed]:
    rows = [one for one in _open(figures.facts) if one.lacks_proof]
    if rows:
        text = words.say(
            "Status typed without the evidence or the second person that it needs: {count}.",
            count=len(rows),
        )
        yield Observed(kind="weak_point", theme="verification", text=text, refs=_refs(rows))


def _grading(figures: Figures, words: Words) -> Iterator[Observed]:
    urgent = [one for one in _open(figures.facts) if one.urgency in ("life_at_risk", "high")]
    untouched = [one for one in urgent if one.grade_minutes is None]
    if untouched:
        text = words.say(
            "Vital or high rows that nobody graded: {count} of {all}.",
            count=len(untouched),
            all=len(urgent),
        )
        yield Observed(kind="weak_point", theme="verification", text=text, refs=_refs(untouched))
    elif urgent:
        text = words.say("Every vital or high row ({count}) was graded.", count=len(urgent))
        yield Observed(kind="strength", theme="verification", text=text, refs=_refs(urgent))


def _sources(figures: Figures, words: Words) -> Iterator[Observed]:
    broken = [one for one in figures.sources if one.longest_break_minutes > LONG_BREAK_MINUTES]
    for one in broken:
        text = words.say(
            "{source} could not be watched for {minutes} in all ({count} breaks).",
            source=one.name,
            minutes=words.minutes(one.broken_minutes),
            count=one.break_count,
        )
        yield Observed(kind="weak_point", theme="sources", text=text)
    asked = [one for one in figures.sources if one.state]
    if asked and not any(one.break_count for one in asked):
        text = words.say("The {count} sources answered without a break.", count=len(asked))
        yield Observed(kind="strength", theme="sources", text=text)


def _workbook(figures: Figures, words: Words) -> Iterator[Observed]:
    unchosen = [one for one in figures.known.conflicts if not one.choice]
    if unchosen:
        refs = tuple(dict.fromkeys(one.key for one in unchosen if one.key))
        text = words.say("Conflicts on which nobody has chosen: {count}.", count=len(unchosen))
        yield Observed(kind="weak_point", theme="workbook", text=text, refs=refs)
    held = [one for one in figures.known.findings if one.severity == "stop" and not one.decision]
    if held:
        text = words.say("Held by the checks, without a decision: {count}.", count=len(held))
        yield Observed(kind="weak_point", theme="workbook", text=text)


def _reports(figures: Figures, words: Words) -> Iterator[Observed]:
    known = figures.known
    cadence = known.cadence_minutes
    longest = max(report_gaps(known))
    if longest > cadence * _CADENCE_TOLERANCE:
        text = words.say(
            "Up to {longest} without a situation report; agreed: {cadence}.",
            longest=words.minutes(longest),
            cadence=words.minutes(cadence),
        )
        yield Observed(kind="weak_point", theme="reports", text=text)
    elif known.reports:
        text = words.say(
            "{count} situation reports, at the agreed cadence ({cadence}).",
            count=len(known.reports),
            cadence=words.minutes(cadence),
        )
        yield Observed(kind="strength", theme="reports", text=text)


def _team(figures: Figures, words: Words) -> Iterator[Observed]:
    if not figures.team:
        text = words.say("Nobody stands on the roster: hours cannot be counted.")
        yield Observed(kind="weak_point", theme="team", text=text)
        return
    silent = [one for one in figures.team if one.checked_out_at and not one.handover_note.strip()]
    if silent:
        text = words.say("Ends of duty without a handover note: {count}.", count=len(silent))
        yield Observed(kind="weak_point", theme="team", text=text)
    if forgotten := [one for one in figures.team if one.is_open]:
        text = words.say("Checked in and never out: {count}.", count=len(forgotten))
        yield Observed(kind="weak_point", theme="team", text=text)


def _scores(figures: Figures, words: Words) -> Iterator[Observed]:
    scores = figures.known.scores
    if scores is None:
        return
    standing = scores.standing
    missed = [one for one in scores.facts if standing("fact", one.id, one.verdict) == "missed"]
    sums = scores.ruled_sums
    text = words.say(
        "Facts that sweeps could find: {found} of {count} found.",
        found=sums.found_count if sums else len(scores.found),
        count=sums.findable_count if sums else len(scores.findable),
    )
    if scores.rulings:
        text = f"{text} {words.say('The verdicts of the exercise direction are heeded.')}"
    kind: Literal["strength", "weak_point"] = "weak_point" if missed else "strength"
    yield Observed(kind=kind, theme="detection", text=text, refs=tuple(m.id for m in missed))
    wrong = [
        one for one in scores.facts if standing("fact", one.id, one.verdict) == "wrongly_confirmed"
    ]
    if wrong:
        text = words.say("Rumours wrongly confirmed: {count}.", count=len(wrong))
        refs = tuple(one.id for one in wrong)
        yield Observed(kind="weak_point", theme="verification", text=text, refs=refs)
    ends = {
        one.inject_id: standing("inject", one.inject_id, one.verdict) for one in scores.reactions
    }
    missing = tuple(name for name, verdict in ends.items() if verdict == "missed")
    if missing:
        text = words.say("Expected reactions that never came: {count}.", count=len(missing))
        yield Observed(kind="weak_point", theme="conduct", text=text, refs=missing)
    late = tuple(name for name, verdict in ends.items() if verdict == "late")
    if late:
        text = words.say("Expected reactions that came too late: {count}.", count=len(late))
        yield Observed(kind="weak_point", theme="conduct", text=text, refs=late)


def _open(facts: Sequence[FactLine]) -> list[FactLine]:
    return [one for one in facts if not one.is_withdrawn]


def _refs(rows: Sequence[FactLine]) -> tuple[str, ...]:
    return tuple(one.ref for one in rows)
