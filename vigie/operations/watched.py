"""The sources of an activation: the convention's, with what was added while it ran.

Pure. Hashtags are born during the event; an exercise asks its own network instead of the world.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from vigie.convention.model import Budget, Convention, Source
from vigie.records.activation import Activation
from vigie.signals.hashtags import tag_keys

_FEED_CADENCE_MINUTES = 5
_FEED_SILENCE_MINUTES = 720
_ID_DIGITS = 10


def effective_sources(convention: Convention, activation: Activation) -> list[Source]:
    """Return the sources to sweep, in the convention's order, added feeds last."""
    sources = [_with_hashtags(source, activation.hashtags) for source in convention.sources]
    sources += [added_feed(address) for address in activation.feeds]
    if activation.network is not None:
        network = activation.network.rstrip("/")
        sources = [
            source.model_copy(update={"address": f"{network}/{source.id}", "secrets": {}})
            for source in sources
        ]
    return sources


def watched_tags(sources: Sequence[Source], activation: Activation) -> frozenset[str]:
    """Return every hashtag by which posts are found, as the signals compare them."""
    queried = [tag for source in sources for tag in source.queries.get("hashtags", ())]
    return tag_keys([*queried, *activation.hashtags])


def _with_hashtags(source: Source, hashtags: tuple[str, ...]) -> Source:
    if "hashtags" not in source.queries or not hashtags:
        return source
    known = list(source.queries["hashtags"])
    folded = {tag.casefold() for tag in known}
    added = [tag for tag in hashtags if tag.casefold() not in folded]
    return source.model_copy(update={"queries": {**source.queries, "hashtags": known + added}})


def feed_id(address: str) -> str:
    """Return the id of an added feed: the same address keeps its cursor, health and links."""
    return f"feed-{hashlib.sha256(address.encode()).hexdigest()[:_ID_DIGITS]}"


def added_feed(address: str) -> Source:
    """Return the source of a feed that was added while the activation ran.

    Raises:
        pydantic.ValidationError: If the address cannot be a source's (see ``HttpAddress``).
    """
    return Source(
        id=feed_id(address),
        name=address.split("//", 1)[-1].split("/", 1)[0],
        kind="rss",
        address=address,
        queries={},
        cadence_minutes=_FEED_CADENCE_MINUTES,
        silence_minutes=_FEED_SILENCE_MINUTES,
        budget=Budget(requests=30, per_minutes=60),
    )
