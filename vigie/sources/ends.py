"""Ends of alerts and closures: whether a stated one has passed, and the post that says so. Pure.

Called by ``in_force`` and by the connector of CAP. Must not know any connector.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from vigie.language import catalogue
from vigie.records.post import Post
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.instants import parse_instant


def is_over(end: str, now: datetime) -> bool:
    """Tell whether an end has been said and has passed.

    Args:
        end: ISO 8601 with zone, or nothing.
        now: Aware.
    """
    moment = parse_instant(end)
    return moment is not None and moment <= now


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
