"""Loads and proves a folder of played material (``data/demonstration``).

Called by ``networks`` and by the demonstration's driver. ``parse_material`` is pure;
``load_material`` reads the folder and nothing else. Half-right material is refused whole.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from vigie.exercise.hashtags import fold_tag
from vigie.exercise.script import (
    AnySource,
    ChannelSource,
    DocumentSource,
    FeedSource,
    MastodonSource,
    Play,
    Toot,
    VigicruesSource,
    VigilanceSource,
)
from vigie.language import say
from vigie.problem import Problem

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, ten times as fast, where it is there."""
_SOURCE: TypeAdapter[AnySource] = TypeAdapter(AnySource)
INTAKE_ID = "intake"
"""Id of what people enter by hand: no source of the convention."""
_NO_DOCUMENTS: Mapping[str, str] = MappingProxyType({})
START_MARGIN = timedelta(minutes=2)
"""The newest post lies this far in the past when everything has been released."""


class MaterialError(Problem):
    """Played material that cannot be used as it is written."""


@dataclass(frozen=True, slots=True)
class Material:
    """The proved material.

    Attributes:
        sources: By id, in the order of ``material.yml``.
        templates: File name to parsed JSON of the official answers.
        documents: File name to text of the answers that are written out.
    """

    play: Play
    sources: Mapping[str, AnySource]
    templates: Mapping[str, Any]
    documents: Mapping[str, str] = field(default_factory=dict)

    def start_for(self, now: datetime) -> datetime:
        """Return the start that makes the whole play end just before ``now`` (aware).

        The play is told in the past: a demonstration of two minutes shows four hours.
        """
        return now - self.play.duration - START_MARGIN

    def shown_on(self, source_id: str) -> list[Toot]:
        """Return the posts a Mastodon source shows: its own and those federated to it, by time."""
        shown = [
            post
            for source in self.mastodon_sources()
            for post in source.posts
            if source.id == source_id or source_id in post.also_on
        ]
        return sorted(shown, key=lambda post: (post.at, post.id))

    def mastodon_sources(self) -> list[MastodonSource]:
        """Return the sources of kind ``mastodon``."""
        return [s for s in self.sources.values() if isinstance(s, MastodonSource)]

    def feed_sources(self) -> list[FeedSource]:
        """Return the sources of kind ``rss``."""
        return [s for s in self.sources.values() if isinstance(s, FeedSource)]

    def channel_sources(self) -> list[ChannelSource]:
        """Return the sources whose messages are written one by one, but for Mastodon's."""
        return [s for s in self.sources.values() if isinstance(s, ChannelSource)]

    def native_ids(self) -> dict[tuple[str, str], str]:
        """Return (source id, short id) to native id for everything that people publish."""
        found = {
            (source.id, post.id): post.uri
            for source in self.mastodon_sources()
            for post in self.shown_on(source.id)
        }
        for feed in self.feed_sources():
            found |= {(feed.id, item.id): feed.native_id(item) for item in feed.items}
        for channel in self.channel_sources():
            found |= {(channel.id, post.id): channel.native_id(post) for post in channel.posts}
        return found

    def minutes(self) -> dict[tuple[str, str], int]:
        """Return (source id, short id) to minutes after the start, for what people publish."""
        found = {
            (source.id, post.id): post.at
            for source in self.mastodon_sources()
            for post in self.shown_on(source.id)
        }
        for feed in self.feed_sources():
            found |= {(feed.id, item.id): item.at for item in feed.items}
        for channel in self.channel_sources():
            found |= {(channel.id, post.id): post.at for post in channel.posts}
        return found

    def waves_of_posts(self) -> dict[tuple[str, str], int]:
        """Return (source id, short id) to the wave that brings it, with what is entered by hand."""
        found = {name: self.play.wave_of(at) for name, at in self.minutes().items()}
        for entry in self.play.intake:
            found |= {(INTAKE_ID, short_id): entry.after_wave for short_id in entry.posts}
        return found


def load_material(folder: Path) -> Material:
    """Read and prove a folder of played material.

    Args:
        folder: Holds ``material.yml``, the files it names and the JSON templates.

    Raises:
        MaterialError: A file is missing, unreadable or wrong.
    """
    try:
        head = (folder / "material.yml").read_text(encoding="utf-8")
        names = _list_of_files(head)
        parts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
        templates = {
            path.name: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted([*folder.glob("*.json"), *folder.glob("*.geojson")])
        }
        documents = {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted((folder / "documents").glob("*"))
        }
    except (OSError, ValueError) as error:
        raise MaterialError(
            str(folder), str(error), say("Put the file back or mend it.")
        ) from error
    return parse_material(head, parts, templates, documents)


def parse_material(
    head: str,
    parts: Mapping[str, str],
    templates: Mapping[str, Any],
    documents: Mapping[str, str] = _NO_DOCUMENTS,
) -> Material:
    """Build the material from the texts of its files.

    Args:
        head: ``material.yml``: the play, and under ``files`` the names of the source files.
        parts: File name to the text of one source each.
        templates: File name to parsed JSON.
        documents: File name to text.

    Raises:
        MaterialError: Something is wrong; every fault that was found is named.
    """
    try:
        data = dict(_parsed(head))
        names = data.pop("files")
        play = Play.model_validate(data)
        sources = [_SOURCE.validate_python(_parsed(parts[name])) for name in names]
    except (ValidationError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        cure = say("Correct the material.")
        raise MaterialError("material.yml", str(error), cure) from error
    by_id = {source.id: source for source in sources}
    material = Material(play, by_id, dict(templates), dict(documents))
    faults = list(_faults(material))
    if faults:
        raise MaterialError("material.yml", "; ".join(faults), say("Correct the material."))
    return material


def _parsed(text: str) -> Any:
    return yaml.load(text, _LOADER)  # noqa: S506 - both loaders are safe


def _list_of_files(head: str) -> list[str]:
    data = _parsed(head)
    names = data.get("files", []) if isinstance(data, dict) else []
    return [str(name) for name in names]


def _faults(material: Material) -> Iterator[str]:
    yield from _wave_faults(material)
    yield from _identity_faults(material)
    yield from _level_faults(material)
    yield from _document_faults(material)


def _wave_faults(material: Material) -> Iterator[str]:
    waves = material.play.waves
    if [wave.number for wave in waves] != list(range(1, len(waves) + 1)):
        yield say("the waves must be numbered 1, 2, 3 …")
    if any(later.until <= earlier.until for earlier, later in pairwise(waves)):
        yield say("each wave must end after the one before it")
    for feed in material.feed_sources():
        per_wave = Counter(material.play.wave_of(item.at) for item in feed.items)
        if max(per_wave.values()) > feed.window:
            yield say("{source}: a wave brings more items than the feed shows", source=feed.id)


def _identity_faults(material: Material) -> Iterator[str]:
    ids = Counter(
        [post.id for source in material.mastodon_sources() for post in source.posts]
        + [item.id for feed in material.feed_sources() for item in feed.items]
        + [post.id for channel in material.channel_sources() for post in channel.posts]
        + [short_id for entry in material.play.intake for short_id in entry.posts]
    )
    yield from (say("the id {id} is used twice", id=key) for key, n in ids.items() if n > 1)
    watched = {fold_tag(t) for t in material.play.hashtags}
    watched |= {fold_tag(watch.tag) for watch in material.play.watch}
    mastodons = {source.id for source in material.mastodon_sources()}
    texts = {post.id: post.text for s in material.mastodon_sources() for post in s.posts}
    for source in material.mastodon_sources():
        for post in source.posts:
            if not watched & {fold_tag(tag) for tag in post.tags}:
                yield say("{id} carries none of the watched hashtags", id=post.id)
            if post.boost_of is not None and texts.get(post.boost_of) != post.text:
                yield say("{id} must repeat the text of the post that it boosts", id=post.id)
            if not set(post.also_on) <= mastodons - {source.id}:
                yield say("{id} is shown on an unknown source", id=post.id)


def _document_faults(material: Material) -> Iterator[str]:
    named = [
        (source.id, name)
        for source in material.sources.values()
        if isinstance(source, DocumentSource)
        for name in (*source.answers, *source.pages.values())
    ]
    named += [(INTAKE_ID, entry.document) for entry in material.play.intake]
    for source_id, name in named:
        if name not in material.documents:
            yield say("{source}: the document {name} is missing", source=source_id, name=name)


def _level_faults(material: Material) -> Iterator[str]:
    expected = material.play.last_wave
    for source in material.sources.values():
        levels: list[list[int]] = []
        if isinstance(source, VigicruesSource):
            levels = [list(values) for values in source.reaches.values()]
        elif isinstance(source, VigilanceSource):
            levels = [list(colour.levels) for colour in source.colours]
        else:
            continue
        if source.template not in material.templates:
            yield say("{source}: its template is missing", source=source.id)
        if any(len(values) != expected for values in levels):
            yield say("{source}: one level for each wave is needed", source=source.id)
