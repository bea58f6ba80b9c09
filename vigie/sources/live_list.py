"""What a service lists as in force: what was there last time, what ended since. Pure.

Called by the connectors of alerts and closures. The list is the chain's mark, so that it moves in
one transaction with the posts. Must not know any connector.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from vigie.language import catalogue
from vigie.records.post import Post
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.instants import parse_instant

_MOST_LISTED = 2_000

Live = Mapping[str, str]
"""Native id to its end (ISO 8601), or to nothing where no end is said."""


def read_live(mark: str) -> dict[str, str]:
    """Return what a mark lists; nothing where it is empty or damaged."""
    try:
        listed = json.loads(mark) if mark else {}
    except ValueError:
        return {}
    if not isinstance(listed, dict):
        return {}
    return {str(name): str(end) for name, end in listed.items()}


def write_live(live: Live) -> str:
    """Return the mark of a list, the latest two thousand of it."""
    return json.dumps(dict(list(live.items())[-_MOST_LISTED:]), ensure_ascii=False, sort_keys=True)


def is_over(end: str, now: datetime) -> bool:
    """Tell whether an end has been said and has passed.

    Args:
        end: ISO 8601 with zone, or nothing.
        now: Aware.
    """
    moment = parse_instant(end)
    return moment is not None and moment <= now


def ended_since(
    before: Live, listed: Collection[str], now: datetime, *, vanishing_means_ended: bool
) -> list[str]:
    """Return the native ids that were in force and are no longer, sorted.

    Args:
        before: What was in force at the last reading.
        listed: What the service lists now.
        now: Aware.
        vanishing_means_ended: The service lists only what is in force.
    """
    gone = {
        name
        for name, end in before.items()
        if name not in listed and (vanishing_means_ended or is_over(end, now))
    }
    return sorted(gone)


def end_posts(names: Iterable[str], answer: Answer, source: SourceContext) -> list[Post]:
    """Return for each thing that has ended a post that says so; it joins the thing's row."""
    said = catalogue(source.language).say("No longer in force according to the source.")
    return [
        Post(
            source_key=source.key,
            source_id=source.id,
            native_id=f"{name}#end-{answer.received_at:%Y%m%dT%H%M%S}",
            kind="alert",
            text=said,
            captured_at=answer.received_at,
            payload=json.dumps({"ended": name}, ensure_ascii=False),
            language=source.language,
            repost_of=name,
            is_ended=True,
        )
        for name in names
    ]
