"""Scores a play: leads its rows back to injects and compares them with the scenario's truth.

Called by ``vigie exercise score``, by the play itself and by the debrief. Reads the store, writes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vigie.convention.model import Convention
from vigie.exercise.findable import findable_facts
from vigie.exercise.scenario import Scenario
from vigie.exercise.scenario_loading import parse_scenario
from vigie.exercise.scoring import Score, score
from vigie.exercise.spoken import SpokenWords
from vigie.exercise.staging import stage
from vigie.exercise.timeline import ShownInject, shown_injects
from vigie.exercise.tracing import Change, Hand, TracedPost, TracedRow, Tracer
from vigie.language import say
from vigie.operations.runtime import Runtime
from vigie.problem import Problem
from vigie.records.activation import JournalEntry
from vigie.records.observation import Observation
from vigie.records.play import Play


@dataclass(frozen=True, slots=True)
class Scored:
    """A score and what it was read from."""

    play: Play
    scenario: Scenario
    score: Score
    rows: tuple[TracedRow, ...]


@dataclass(frozen=True, slots=True)
class Staged:
    """What of a play stays the same from score to score until animators change an inject.

    Attributes:
        published: (source id, native id) to the inject that was published as that.
        findable: Fact to the first minute at which a sweep could find it.
        points: INSEE code to (latitude, longitude).
    """

    play: Play
    convention: Convention
    scenario: Scenario
    shown: Sequence[ShownInject]
    published: Mapping[tuple[str, str], str]
    findable: Mapping[str, float]
    points: Mapping[str, tuple[float, float]]


def score_play(runtime: Runtime, activation_id: str, minute: float | None = None) -> Scored:
    """Score a play as it stands.

    Args:
        runtime: Of the exercise house.
        activation_id: An activation that follows a scenario.
        minute: Minute of exercise to score at; None is where the clock stands.

    Raises:
        Problem: It follows no scenario.
        UnknownActivationError: There is none of that id.
    """
    staged = staged_play(runtime, activation_id)
    return score_staged(runtime, staged, staged.play, minute)


def staged_play(runtime: Runtime, activation_id: str) -> Staged:
    """Read a play's scenario and what its networks show.

    Args:
        runtime: Of the exercise house.
        activation_id: An activation that follows a scenario.

    Raises:
        Problem: It follows no scenario.
        UnknownActivationError: There is none of that id.
    """
    activation = runtime.store.activation(activation_id)
    play = runtime.store.play(activation_id)
    if play is None:
        raise Problem(
            activation_id,
            say("This activation follows no scenario: there is no truth to compare with."),
            say("Play one with: vigie exercise play."),
        )
    convention = runtime.convention_of(activation)
    scenario = parse_scenario(
        play.scenario_text, play.scenario_id, {convention.id: convention}, is_played=True
    )
    shown = shown_injects(scenario, play.changes)
    material = stage(scenario, convention, play.seed, play.changes)
    published = {
        (source, native): short for (source, short), native in material.native_ids().items()
    }
    return Staged(
        play,
        convention,
        scenario,
        shown,
        published,
        findable_facts(shown, scenario, convention),
        _points(runtime, scenario),
    )


def score_staged(
    runtime: Runtime, staged: Staged, play: Play, minute: float | None = None
) -> Scored:
    """Score a play whose scenario was read before.

    Args:
        runtime: Of the exercise house.
        staged: As read when the play had the same changes.
        play: As it stands.
        minute: Minute of exercise to score at; None is where the clock stands.
    """
    now = play.clock.minute(runtime.wall_clock()) if minute is None else minute
    shown = [one for one in staged.shown if one.minute <= now]
    rows = tuple(_rows(runtime, play, staged.scenario, shown, staged.published))
    found = score(staged.scenario, shown, staged.findable, rows, now, staged.points)
    return Scored(play, staged.scenario, found, rows)


def _points(runtime: Runtime, scenario: Scenario) -> dict[str, tuple[float, float]]:
    points = {}
    for code in {fact.commune for fact in scenario.facts if fact.commune}:
        if code not in runtime.gazetteer:
            continue
        commune = runtime.gazetteer.commune(code)
        if commune.lat is not None and commune.lon is not None:
            points[code] = (commune.lat, commune.lon)
    return points


def _rows(
    runtime: Runtime,
    play: Play,
    scenario: Scenario,
    shown: Sequence[ShownInject],
    published: Mapping[tuple[str, str], str],
) -> list[TracedRow]:
    posts = runtime.store.posts_of(play.activation_id)
    journal = [entry for _, entry in runtime.store.journal(play.activation_id)]
    changes = _changes(journal, play)
    tracer, spoken = Tracer(shown, published), SpokenWords(scenario, shown)
    rows = []
    for observation in runtime.store.observations(play.activation_id):
        if observation.is_withdrawn:
            continue
        names = [
            tracer.inject_of(
                TracedPost(
                    post.source_id,
                    post.native_id,
                    post.subject,
                    post.level,
                    _minute(post.posted_at, play) if post.posted_at else None,
                )
            )
            for post in posts.get(observation.ref, ())
        ]
        inject_ids = tuple(dict.fromkeys(name for name in names if name is not None))
        if observation.is_added_by_people:
            inject_ids = spoken.injects_of(_typed(observation))
        rows.append(_row(observation, inject_ids, changes.get(observation.ref, []), play))
    return rows


def _row(
    observation: Observation, inject_ids: tuple[str, ...], changes: list[Change], play: Play
) -> TracedRow:
    received = observation.machine.get("received_at")
    created = next((one.minute for one in changes if one.column == ""), None)
    seen = _minute(received, play) if isinstance(received, datetime) else (created or 0.0)
    urgency = observation.machine.get("urgency")
    own = [one for one in changes if one.column]
    if urgency and not any(one.column == "urgency" and one.hand == "machine" for one in own):
        own.append(Change(seen, "urgency", str(urgency), "machine"))
    lat, lon = observation.value("lat"), observation.value("lon")
    return TracedRow(
        ref=observation.ref,
        seen_minute=seen if created is None else min(seen, created) if received else created,
        inject_ids=inject_ids,
        is_by_people=observation.is_added_by_people,
        values={
            column: str(value)
            for column in ("category", "urgency", "status", "commune")
            if (value := observation.value(column)) is not None
        },
        lat=lat if isinstance(lat, float) else None,
        lon=lon if isinstance(lon, float) else None,
        changes=tuple(own),
    )


def _changes(journal: Sequence[JournalEntry], play: Play) -> dict[str, list[Change]]:
    """Return each row's changes; its creation has no column."""
    found: dict[str, list[Change]] = {}
    for entry in journal:
        if entry.field or entry.action == "create":
            hand: Hand = "machine" if entry.actor == "vigie" else "people"
            change = Change(_minute(entry.at, play), entry.field, entry.after, hand)
            found.setdefault(entry.subject, []).append(change)
    return found


def _minute(at: datetime, play: Play) -> float:
    return (at - play.clock.started_at).total_seconds() / 60


def _typed(observation: Observation) -> str:
    """Return the words of a typed row that tell what it is about, and where."""
    return " ".join(str(observation.value(c) or "") for c in ("summary", "commune", "place"))
