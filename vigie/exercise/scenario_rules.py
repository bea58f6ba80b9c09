"""Rules that one value of a scenario alone cannot break: names that must exist, order, sources.

Called by ``vigie.exercise.scenario_loading`` on a scenario whose form is right. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from vigie.convention.document import Breach, Path
from vigie.convention.model import Convention
from vigie.convention.wording import choose_among
from vigie.exercise.inject_channels import (
    AlertContent,
    ArticleContent,
    PostContent,
    RoadContent,
)
from vigie.exercise.scenario import Inject, Scenario, minutes_of
from vigie.language import say

Rule = Callable[[Scenario, Mapping[str, Convention]], Iterable[Breach]]

KINDS_OF_CHANNEL: Mapping[str, frozenset[str]] = {
    "post": frozenset({"mastodon", "bluesky", "telegram", "youtube"}),
    "article": frozenset({"rss"}),
    "alert": frozenset({"cap"}),
    "vigilance": frozenset({"vigilance"}),
    "reach": frozenset({"vigicrues"}),
    "gauge": frozenset({"hubeau"}),
    "road": frozenset({"datex", "geojson"}),
    "mail": frozenset({"mail"}),
}
"""Kinds of sources that a channel can be played on."""


def convention_known(scenario: Scenario, conventions: Mapping[str, Convention]) -> Iterator[Breach]:
    """The scenario's convention is installed and allows exercises."""
    convention = conventions.get(scenario.convention)
    if convention is None:
        what = say("There is no convention {id}.", id=scenario.convention)
        yield Breach(("convention",), what, choose_among(scenario.convention, conventions))
    elif not convention.exercise.allowed:
        what = say("The convention {id} allows no exercise.", id=scenario.convention)
        yield Breach(("convention",), what, say("Choose another, or change its exercise.allowed."))


def ids_once(scenario: Scenario, _conventions: Mapping[str, Convention]) -> Iterator[Breach]:
    """Each id of the cast, the facts and the injects is used once."""
    named = {
        "cast": [member.id for member in scenario.cast],
        "facts": [fact.id for fact in scenario.facts],
        "injects": [inject.id for inject in scenario.injects],
    }
    for key, ids in named.items():
        for at, name in enumerate(ids):
            if name in ids[:at]:
                what = say("The id {id} is used twice.", id=name)
                yield Breach((key, at, "id"), what, say("Give each its own."))


def facts_known(scenario: Scenario, _conventions: Mapping[str, Convention]) -> Iterator[Breach]:
    """Each inject but noise names a fact; a rumour a false one; each fact is told by somebody."""
    facts = {fact.id: fact for fact in scenario.facts}
    for at, inject in enumerate(scenario.injects):
        path: Path = ("injects", at, "truth", "fact")
        name, kind = inject.truth.fact, inject.truth.kind
        if name is None:
            if kind != "noise":
                what = say("An inject that is no noise tells a fact.")
                yield Breach(path, what, say("Name the fact, or write kind: noise."))
            continue
        if name not in facts:
            what = say("There is no fact {id}.", id=name)
            yield Breach(path, what, choose_among(name, facts))
        elif (kind == "rumour" and facts[name].is_true) or (
            kind == "true" and not facts[name].is_true
        ):
            what = say("The fact {id} is not what the inject says of it.", id=name)
            yield Breach(
                path, what, say("Write kind: true for what is so, rumour for what is not.")
            )
    told = {inject.truth.fact for inject in scenario.injects}
    for at, fact in enumerate(scenario.facts):
        if fact.id not in told:
            what = say("Nobody tells the fact {id}.", id=fact.id)
            yield Breach(("facts", at), what, say("Add an inject that tells it, or remove it."))


def times_in_order(scenario: Scenario, _conventions: Mapping[str, Convention]) -> Iterator[Breach]:
    """Everything lies within the exercise; nothing is shown before it happened."""
    end = scenario.duration_minutes
    for at, inject in enumerate(scenario.injects):
        if inject.shown_minute < inject.minute:
            what = say("It is shown before it happens.")
            yield Breach(("injects", at, "shown_at"), what, say("Correct one of the two times."))
        if not 0 <= inject.shown_minute <= end:
            what = say("{time} lies outside of the exercise.", time=inject.shown_at or inject.at)
            cure = say("Write a time from T+00:00 to {end}.", end=scenario.duration)
            yield Breach(("injects", at, "at"), what, cure)
    for at, breakdown in enumerate(scenario.breakdowns):
        if minutes_of(breakdown.ends) <= minutes_of(breakdown.starts):
            what = say("It ends before it begins.")
            yield Breach(("breakdowns", at, "ends"), what, say("Correct one of the two times."))


def sources_there(scenario: Scenario, conventions: Mapping[str, Convention]) -> Iterator[Breach]:
    """What is played on a source is played on one that the convention has."""
    convention = conventions.get(scenario.convention)
    if convention is None:
        return
    known = [source.id for source in convention.sources]
    for path, source in _named_sources(scenario):
        if source not in known:
            what = say("The convention has no source {id}.", id=source)
            yield Breach(path, what, choose_among(source, known))


def absent_sources(scenario: Scenario, convention: Convention) -> list[str]:
    """Return the sources on which a scenario plays and which its convention has not, each once."""
    known = {source.id for source in convention.sources}
    named = (source for _, source in _named_sources(scenario))
    return [source for source in dict.fromkeys(named) if source not in known]


def _named_sources(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    for at, inject in enumerate(scenario.injects):
        source = getattr(inject.content, "source", None)
        if source is not None:
            yield ("injects", at, "content", "source"), source
    for at, name in enumerate(scenario.noise.sources if scenario.noise else []):
        yield ("noise", "sources", at), name
    for at, breakdown in enumerate(scenario.breakdowns):
        yield ("breakdowns", at, "source"), breakdown.source


def sources_fit(scenario: Scenario, conventions: Mapping[str, Convention]) -> Iterator[Breach]:
    """What is played on a source can be played on its kind."""
    convention = conventions.get(scenario.convention)
    if convention is None:
        return
    kinds = {source.id: source.kind for source in convention.sources}
    for at, inject in enumerate(scenario.injects):
        source = getattr(inject.content, "source", None)
        if source not in kinds:
            continue
        path: Path = ("injects", at, "content", "source")
        if kinds[source] not in KINDS_OF_CHANNEL[inject.content.channel]:
            what = say(
                "{channel} cannot be played on {id} ({kind}).",
                channel=inject.content.channel,
                id=source,
                kind=kinds[source],
            )
            yield Breach(path, what, say("Choose a source of another kind."))
    people = KINDS_OF_CHANNEL["post"]
    for at, name in enumerate(scenario.noise.sources if scenario.noise else []):
        if kinds.get(name, "mastodon") not in people:
            what = say("{id} is no source of people's posts in the convention.", id=name)
            yield Breach(
                ("noise", "sources", at),
                what,
                choose_among(name, [i for i, k in kinds.items() if k in people]),
            )


def noise_fillable(scenario: Scenario, _conventions: Mapping[str, Convention]) -> Iterator[Breach]:
    """A template names its hashtag by ``{tag}`` alone: that brings its own mark."""
    templates = scenario.noise.templates if scenario.noise else []
    for at, template in enumerate(templates):
        if "#{tag}" in template:
            what = say("{written} would become two marks, which no sweep finds.", written="#{tag}")
            cure = say("Write {written}.", written="{tag}")
            yield Breach(("noise", "templates", at), what, cure)


def accounts_fit(scenario: Scenario, conventions: Mapping[str, Convention]) -> Iterator[Breach]:
    """Who posts is of the cast and has an account of that network."""
    convention = conventions.get(scenario.convention)
    kinds = {source.id: source.kind for source in convention.sources} if convention else {}
    cast = {member.id: member for member in scenario.cast}
    for at, inject in enumerate(scenario.injects):
        if not isinstance(inject.content, PostContent):
            continue
        kind = kinds.get(inject.content.source)
        path: Path = ("injects", at, "sender")
        if inject.sender not in cast:
            what = say("{id} is not in the cast.", id=inject.sender)
            yield Breach(path, what, choose_among(inject.sender, cast))
            continue
        handle = cast[inject.sender].handle
        if kind == "mastodon" and "@" not in handle:
            what = say("{id} has no account on Mastodon.", id=inject.sender)
            yield Breach(path, what, say("Write its handle: name@host.example."))
        elif kind == "bluesky" and not handle.endswith(".bsky.example"):
            what = say("{id} has no account on Bluesky.", id=inject.sender)
            yield Breach(path, what, say("Write its handle: name.bsky.example."))


def references_known(
    scenario: Scenario, _conventions: Mapping[str, Convention]
) -> Iterator[Breach]:
    """What an inject boosts, revises, cancels or ends is an earlier inject of the same sort."""
    injects = {inject.id: inject for inject in scenario.injects}
    for at, inject in enumerate(scenario.injects):
        key, name = _reference(inject)
        if name is None:
            continue
        earlier = injects.get(name)
        if (
            earlier is None
            or earlier.content.channel != inject.content.channel
            or earlier.shown_minute > inject.shown_minute
        ):
            what = say("{id} is no earlier inject of the same channel.", id=name)
            yield Breach(("injects", at, "content", key), what, say("Name the one that is meant."))


def _reference(inject: Inject) -> tuple[str, str | None]:
    content = inject.content
    if isinstance(content, PostContent):
        return "boost_of", content.boost_of
    if isinstance(content, ArticleContent):
        return "revises", content.revises
    if isinstance(content, AlertContent):
        return "references", content.references
    if isinstance(content, RoadContent):
        return "ends", content.ends
    return "", None


RULES: tuple[Rule, ...] = (
    convention_known,
    ids_once,
    facts_known,
    times_in_order,
    sources_there,
    sources_fit,
    accounts_fit,
    references_known,
    noise_fillable,
)
"""Every rule, in the order in which faults are told."""
