"""Renders what each source answers at a wave, as (content type, body, last change).

Called by ``application``. Renders on demand from the material; statuses are rendered once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vigie.exercise.bulletins import issued_at, vigicrues_json, vigilance_json
from vigie.exercise.channels import channel_answer
from vigie.exercise.feeds import changed_at, feed_xml
from vigie.exercise.material import Material
from vigie.exercise.script import (
    ChannelSource,
    DocumentSource,
    FeedSource,
    MastodonSource,
    VigicruesSource,
    VigilanceSource,
    resolve,
)
from vigie.exercise.statuses import status_json

_MOMENT = re.compile(r"@@(-?\d{1,5})@@")


@dataclass(frozen=True, slots=True)
class Document:
    """A whole answer that can be asked for conditionally."""

    content_type: str
    body: bytes
    changed_at: datetime


def render_statuses(
    material: Material, source: MastodonSource, started_at: datetime
) -> list[tuple[int, dict[str, Any]]]:
    """Return (wave, Status) of everything the instance will ever show, oldest first."""
    by_id: dict[str, dict[str, Any]] = {}
    originals = {p.id: p for other in material.mastodon_sources() for p in other.posts}
    rendered = []
    for sequence, post in enumerate(material.shown_on(source.id)):
        boosted = None
        if post.boost_of is not None:
            boosted = by_id.get(post.boost_of) or status_json(
                originals[post.boost_of],
                instance_host=source.host,
                started_at=started_at,
                sequence=sequence,
            )
        status = status_json(
            post,
            instance_host=source.host,
            started_at=started_at,
            sequence=sequence,
            boosted=boosted,
        )
        by_id[post.id] = status
        rendered.append((material.play.wave_of(post.at), status))
    return rendered


def render_channel(
    material: Material,
    source: ChannelSource,
    path: str,
    params: Mapping[str, str],
    wave: int,
    started_at: datetime,
) -> Document | None:
    """Return what a channel's service answers at a wave (1 …), None for a page it has not."""
    answer = channel_answer(source, path, params, material.play, wave, started_at)
    if answer is None:
        return None
    kind, body = answer
    return Document(kind, body, started_at.astimezone(UTC).replace(microsecond=0))


def render_page(
    material: Material, source: DocumentSource, name: str, base: str, started_at: datetime
) -> Document:
    """Return a written-out document with its times and addresses filled in.

    Args:
        material: Holds its text.
        source: Whose it is.
        name: Its file name.
        base: The source's own address.
        started_at: Start of the play, aware.
    """
    text = material.documents[name].replace("@@base@@", base)

    def moment(found: re.Match[str]) -> str:
        return resolve(int(found[1]), started_at).replace(microsecond=0).isoformat()

    issued = started_at.astimezone(UTC).replace(microsecond=0)
    return Document(source.content_type, _MOMENT.sub(moment, text).encode(), issued)


def render_document(
    material: Material,
    source: FeedSource | VigicruesSource | VigilanceSource | DocumentSource,
    wave: int,
    started_at: datetime,
    base: str = "",
) -> Document:
    """Return the document of a source at a wave (1 …); ``base`` is the source's own address."""
    play = material.play
    if isinstance(source, DocumentSource):
        return render_page(material, source, source.answer_of(wave), base, started_at)
    if isinstance(source, FeedSource):
        return Document(
            f"application/{source.form}+xml; charset=utf-8",
            feed_xml(source, play, wave, started_at),
            changed_at(source, play, wave, started_at),
        )
    template = material.templates[source.template]
    issued = issued_at(source, play, wave, started_at)
    if isinstance(source, VigicruesSource):
        answer = vigicrues_json(source, template, play, wave, started_at)
        kind = "application/geo+json; charset=utf-8"
    else:
        answer = vigilance_json(source, template, play, wave, started_at)
        kind = "application/json"
    return Document(kind, json.dumps(answer, ensure_ascii=False).encode(), issued)
