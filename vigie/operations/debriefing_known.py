"""Gathers what a debrief is made from, without what it must never hold.

Called by ``debriefing``. Reads the store, writes nothing. Texts of posts, their addresses and
authors stay behind; what the machine wrote itself loses telephones, accounts, homes and names.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from vigie.debrief.aliases import MACHINE, without_names
from vigie.debrief.known import FactOutcome, Known, Reaction, Ruling, Scores, Sums
from vigie.exercise.overruling import RuledScore, Tally
from vigie.language import catalogue
from vigie.operations.overruling import RuledPlay, ruled_play
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation, JournalEntry
from vigie.records.finding import Finding
from vigie.records.observation import Observation
from vigie.records.outcome import FactTimes
from vigie.records.sheet import Conflict
from vigie.situation.report_privacy import without_personal_data

_NEVER = frozenset({"original_text", "link", "author"})
"""Columns that hold a post's text or lead to its author."""
_PEOPLES_WORDS = frozenset({"summary", "place", "comment"})


def gather_known(
    runtime: Runtime, activation: Activation, *, has_names: bool, now: datetime
) -> Known:
    """Return everything that a debrief is made from, as it may be told.

    Args:
        runtime: Whose store.
        activation: Whose debrief.
        has_names: Whether volunteers may be named.
        now: Aware UTC.
    """
    store = runtime.store
    convention = runtime.convention_of(activation)
    words = catalogue(convention.workbook.language)
    scored = _scored(runtime, activation)
    journal = [(number, _entry(entry)) for number, entry in store.journal(activation.id)]
    known = Known(
        activation=activation,
        convention_name=convention.name,
        parties=tuple(party.name for party in convention.parties),
        missions=tuple(words.label("mission", mission) for mission in convention.missions),
        cadence_minutes=convention.situation.cadence_minutes,
        until=_until(activation, scored, now),
        now=now,
        observations=[_observation(row) for row in store.observations(activation.id)],
        journal=journal,
        post_sources={
            ref: tuple(post.source_id for post in posts)
            for ref, posts in store.posts_of(activation.id).items()
        },
        sources=runtime.sources_of(activation),
        healths=store.healths(activation.id),
        findings=[_finding(one) for one in store.findings(activation.id)],
        conflicts=[_conflict(one) for one in store.conflicts(activation.id)],
        people_rows=store.people_rows(activation.id),
        reports=store.report_heads(activation.id),
        sweeps=store.sweep_times(activation.id),
        scores=_scores(scored.ruled) if scored else None,
        summary=scored.scenario.summary if scored else "",
        objectives=tuple(scored.scenario.objectives) if scored else (),
        entries=store.debrief_entries(activation.id),
        earlier_actions=[one for one in store.earlier_actions(activation.id) if one.is_open],
        has_names=has_names,
    )
    return known if has_names else without_names(known, words)


def _scored(runtime: Runtime, activation: Activation) -> RuledPlay | None:
    if activation.kind != "exercise" or runtime.store.play(activation.id) is None:
        return None
    return ruled_play(runtime, activation.id)


def _until(activation: Activation, scored: RuledPlay | None, now: datetime) -> datetime:
    """Return where an activation's own time ends; a play's is that of its clock."""
    if scored is not None:
        return scored.play.clock.at_minute(scored.ruled.score.minute)
    return activation.closed_at or now


def _observation(row: Observation) -> Observation:
    machine = {
        column: without_personal_data(value)
        if column in _PEOPLES_WORDS and isinstance(value, str)
        else value
        for column, value in row.machine.items()
        if column not in _NEVER
    }
    people = {column: value for column, value in row.people.items() if column not in _NEVER}
    return replace(row, machine=machine, people=people)


def _entry(entry: JournalEntry) -> JournalEntry:
    if entry.field in _NEVER:
        return replace(entry, before="", after="")
    detail = {name: text for name, text in entry.detail.items() if name not in _NEVER}
    if entry.actor != MACHINE:
        return replace(entry, detail=detail)
    return replace(
        entry,
        before=_machine_words(entry.field, entry.before),
        after=_machine_words(entry.field, entry.after),
        detail={name: without_personal_data(text) for name, text in detail.items()},
    )


def _machine_words(field: str, text: str) -> str:
    return without_personal_data(text) if field in _PEOPLES_WORDS else text


def _finding(one: Finding) -> Finding:
    return replace(one, post=None, value="", message=without_personal_data(one.message))


def _conflict(one: Conflict) -> Conflict:
    if one.column in _NEVER:
        return replace(one, standing=None, other=None)
    return one


def _sums(tally: Tally) -> Sums:
    return Sums(
        findable_count=tally.findable_count,
        found_count=tally.found_count,
        row_count=tally.row_count,
        false_count=tally.false_count,
        **tally.reactions,
    )


def _rulings(ruled: RuledScore) -> tuple[Ruling, ...]:
    return tuple(
        Ruling(
            kind=one.overrule.kind,
            subject=one.overrule.subject,
            computed=one.computed,
            verdict=one.overrule.verdict,
            reason=one.overrule.reason,
            by=one.overrule.by,
        )
        for one in ruled.rulings
    )


def _scores(ruled: RuledScore) -> Scores:
    score = ruled.score
    return Scores(
        rulings=_rulings(ruled),
        sums=_sums(ruled.computed),
        ruled_sums=_sums(ruled.ruled),
        minute=score.minute,
        row_count=score.row_count,
        false_refs=score.false_refs,
        mixed_refs=score.mixed_refs,
        facts=tuple(
            FactOutcome(
                id=one.fact.id,
                summary=one.fact.summary,
                is_true=one.fact.is_true,
                urgency=one.fact.urgency,
                **{part.name: getattr(one, part.name) for part in fields(FactTimes)},
            )
            for one in score.facts
        ),
        reactions=tuple(
            Reaction(
                inject_id=one.inject_id,
                reaction=one.expectation.reaction,
                of=one.expectation.of,
                due_minute=one.due_minute,
                met_minute=one.met_minute,
                verdict=one.verdict,
                refs=one.refs,
            )
            for one in score.expectations
        ),
    )
