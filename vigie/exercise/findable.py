"""Which injects a sweep can find: computed from channel, words and the convention's queries.

Called by the scores. Pure. Nobody marks it by hand, so that a query that watches the wrong hashtag
shows as facts that nobody could find.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from vigie.convention.model import Convention, Source
from vigie.exercise.hashtags import fold_tag
from vigie.exercise.inject_channels import GaugeContent, PostContent, ReachContent, VigilanceContent
from vigie.exercise.scenario import Scenario
from vigie.exercise.script import HASHTAG
from vigie.exercise.timeline import ShownInject

_TELLING = frozenset({"true", "rumour", "duplicate"})
"""Kinds of injects that tell a fact; a denial or an end alone does not."""


def is_findable(one: ShownInject, scenario: Scenario, convention: Convention) -> bool:
    """Return whether the convention's sweeps would bring an inject.

    Args:
        one: As it is shown.
        scenario: For the hashtags it watches.
        convention: As frozen into the activation.
    """
    if not one.is_swept:
        return False
    content = one.inject.content
    source = next((s for s in convention.sources if s.id == getattr(content, "source", None)), None)
    if source is None:
        return False
    if isinstance(content, PostContent):
        return _is_asked_for(content, source, scenario)
    if isinstance(content, GaugeContent):
        return any(content.metres >= level for level in _levels(source, content.station))
    if isinstance(content, ReachContent | VigilanceContent):
        return content.level > 1 and _is_watched(content, source)
    return True


def findable_facts(
    shown: Iterable[ShownInject], scenario: Scenario, convention: Convention
) -> Mapping[str, float]:
    """Return each fact that a sweep can find, with the minute of its first findable inject."""
    found: dict[str, float] = {}
    for one in shown:
        fact = one.inject.truth.fact
        if fact is None or one.inject.truth.kind not in _TELLING:
            continue
        if is_findable(one, scenario, convention):
            found[fact] = min(one.minute, found.get(fact, one.minute))
    return found


def _is_asked_for(content: PostContent, source: Source, scenario: Scenario) -> bool:
    queries: Mapping[str, Any] = source.queries
    if source.kind == "telegram":
        return bool(queries.get("channels"))
    tags = {fold_tag(str(tag)) for tag in [*queries.get("hashtags", []), *scenario.watch]}
    if tags & {fold_tag(tag) for tag in HASHTAG.findall(content.text)}:
        return source.kind != "youtube"
    words = _bare(f"{content.title} {content.text}")
    searches = [_bare(str(search)).split() for search in queries.get("searches", [])]
    return any(all(word in words for word in search) for search in searches)


def _levels(source: Source, station: str) -> list[float]:
    stations = source.queries.get("stations", [])
    return [
        float(level) for one in stations if one.get("code") == station for level in one["levels"]
    ]


def _is_watched(content: ReachContent | VigilanceContent, source: Source) -> bool:
    if isinstance(content, ReachContent):
        reaches = source.queries.get("reaches") or [content.reach]
        return content.reach in reaches
    domains = source.queries.get("domains") or [content.domain]
    return content.domain in domains


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
