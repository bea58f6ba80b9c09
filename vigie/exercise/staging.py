"""Turns a scenario into the material that the simulated networks play, one wave a minute.

Called by the conduct of a play and by tests. Pure: scenario, convention, changes and seed give the
material. Nothing real is in it: addresses are of the reserved domain, official answers are marked
as exercises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from vigie.convention.model import Convention, Source
from vigie.exercise.material import Material
from vigie.exercise.noise import NoisePost, background
from vigie.exercise.scenario import Scenario, minutes_of
from vigie.exercise.script import AnySource, Fault, Play, Wave
from vigie.exercise.staging_bulletins import vigicrues_source, vigilance_source
from vigie.exercise.staging_documents import (
    Written,
    alert_source,
    empty_source,
    gauge_source,
    mail_source,
)
from vigie.exercise.staging_people import channel_source, feed_source, mastodon_source
from vigie.exercise.staging_roads import datex_source, geojson_source
from vigie.exercise.timeline import ShownInject, shown_injects
from vigie.records.play import InjectChange

CREDIT = "EXERCICE EXERCICE EXERCICE : comptes et services fictifs."


def wave_at(minute: float, scenario: Scenario) -> int:
    """Return the wave (1 …) in force at a minute of exercise; 0 before its start."""
    if minute < 0:
        return 0
    return min(math.floor(minute), scenario.duration_minutes) + 1


def stage(
    scenario: Scenario,
    convention: Convention,
    seed: int,
    changes: Iterable[InjectChange] = (),
) -> Material:
    """Return the material of a scenario: wave ``n`` is minute ``n - 1`` of the exercise.

    Args:
        scenario: What is played.
        convention: Its convention: which sources there are.
        seed: Of the background noise.
        changes: What animators changed.
    """
    tags = watched_tags(scenario, convention)
    noise = background(scenario, tags, seed)
    shown = shown_injects(scenario, changes)
    sources: dict[str, AnySource] = {}
    templates: dict[str, Any] = {}
    documents: dict[str, str] = {}
    for source in convention.sources:
        own = [one for one in shown if getattr(one.inject.content, "source", None) == source.id]
        people = [post for post in noise if post.source == source.id]
        staged = _staged(scenario, source, own, people)
        sources[source.id] = staged.source
        templates |= staged.templates
        documents |= staged.documents
    waves = [
        Wave(number=minute + 1, until=minute, title=scenario.title)
        for minute in range(scenario.duration_minutes + 1)
    ]
    play = Play(
        title=scenario.title,
        credit=CREDIT,
        waves=waves,
        hashtags=list(tags) or ["exercice"],
        faults=_faults(scenario, sources),
    )
    return Material(play, sources, templates, documents)


def watched_tags(scenario: Scenario, convention: Convention) -> list[str]:
    """Return the hashtags that an activation of the scenario watches, each once."""
    tags = [str(tag) for source in convention.sources for tag in source.queries.get("hashtags", [])]
    return list(dict.fromkeys([*scenario.watch, *tags]))


_Official = Callable[[Scenario, Source, list[ShownInject]], Written]
_OFFICIAL: Mapping[str, _Official] = {
    "rss": feed_source,
    "vigicrues": vigicrues_source,
    "vigilance": vigilance_source,
    "cap": alert_source,
    "hubeau": gauge_source,
    "datex": datex_source,
    "geojson": geojson_source,
    "mail": mail_source,
}


def _staged(
    scenario: Scenario, source: Source, own: list[ShownInject], noise: list[NoisePost]
) -> Written:
    """Return what one source of the convention will show."""
    if source.kind == "mastodon":
        return mastodon_source(scenario, source, own, noise)
    if source.kind in {"bluesky", "telegram", "youtube"}:
        return channel_source(scenario, source, own, noise)
    if source.kind in _OFFICIAL:
        return _OFFICIAL[source.kind](scenario, source, own)
    return empty_source(source)


def _faults(scenario: Scenario, sources: Collection[str]) -> dict[str, dict[int, Fault]]:
    """Return source to wave to misbehaviour: ends are the first minute that is whole again."""
    faults: dict[str, dict[int, Fault]] = {}
    for breakdown in scenario.breakdowns:
        if breakdown.source not in sources:
            continue
        for minute in range(minutes_of(breakdown.starts), minutes_of(breakdown.ends)):
            faults.setdefault(breakdown.source, {})[minute + 1] = breakdown.fault
    return faults
