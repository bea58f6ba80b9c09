"""What a service lists as in force, against what it listed before: news and ends. Pure.

Called by the connectors of closures and events with each whole answer. The list is the chain's
mark, so that it moves in one transaction with the posts. Must not know any connector.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from vigie.records.post import Post
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.ends import end_posts, is_over
from vigie.sources.instants import parse_instant

_MOST_STANDING = 3_000
_MOST_OVER = 1_000
_NEWS_AGE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing in force.

    Attributes:
        post: What is told of it; its native id stays the same from version to version.
        end: When it ends (ISO 8601), or nothing.
        version: Changes when the thing does; by default the hash of what people would see change.
    """

    post: Post
    end: str = ""
    version: str = ""

    def fingerprint(self) -> str:
        """Return what is compared with the last answer."""
        return self.version or self.post.content_hash[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one answer lists.

    Attributes:
        standing: In force now.
        over: Listed still, but as ended; news only where it was in force before.
        is_whole: False where a part could not be read: then nothing ends by its absence.
        is_exhaustive: The service lists everything that is in force: what is gone has ended.
    """

    standing: Sequence[Standing]
    over: Sequence[Post] = ()
    is_whole: bool = True
    is_exhaustive: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """One thing that was in force: its fingerprint, its end, when it last began again."""

    fingerprint: str
    end: str = ""
    resumed: str = ""


@dataclass(slots=True)
class _Memory:
    standing: dict[str, _Known] = field(default_factory=dict)
    over: dict[str, None] = field(default_factory=dict)


def settle(
    mark: str, listing: Listing, answer: Answer, source: SourceContext
) -> tuple[list[Post], str]:
    """Return what is news in an answer, and the mark after it.

    What ended and is listed again is told with the present as its version, so that it opens its
    row again: a service that lost its list for a minute closes no road for ever.

    Args:
        mark: Of the last committed answer; empty or damaged = nothing was in force.
        listing: What the answer lists.
        answer: For the time at which it was received.
        source: Whose posts they are.
    """
    before, after = _read(mark), _Memory()
    now = answer.received_at
    posts: list[Post] = []
    for one in listing.standing:
        name = one.post.native_id
        known = before.standing.get(name)
        began = now.isoformat() if name in before.over else ""
        resumed = known.resumed if known else began
        after.standing[name] = _Known(one.fingerprint(), one.end, resumed)
        if known is None or known.fingerprint != one.fingerprint():
            posts.append(_as_of(one.post, resumed))
    listed = {*after.standing, *(post.native_id for post in listing.over)}
    for post in listing.over:
        known = before.standing.get(post.native_id)
        if known is not None and post.native_id not in after.standing:
            posts.append(replace(_as_of(post, known.resumed), is_ended=True))
            after.over[post.native_id] = None
    is_gone = listing.is_exhaustive and listing.is_whole
    for name, known in before.standing.items():
        if name not in listed:
            if is_gone or is_over(known.end, now):
                after.over[name] = None
                posts += end_posts([name], answer, source)
            else:
                after.standing[name] = known
    for name in before.over:
        if name not in after.standing:
            after.over.setdefault(name)
    return posts, _write(after)


def awaits_an_end(mark: str) -> bool:
    """Tell whether something in force has a stated end: time alone can then bring news."""
    return any(known.end for known in _read(mark).standing.values())


def news_time(stated: datetime | None, now: datetime) -> datetime | None:
    """Return the stated time of what is in force, or None where it is no time of the news.

    A closure of last winter that is still listed is said now; one that begins tomorrow as well.

    Args:
        stated: Aware, or None.
        now: Aware.
    """
    if stated is None or not now - _NEWS_AGE <= stated <= now:
        return None
    return stated


def _as_of(post: Post, resumed: str) -> Post:
    moment = parse_instant(resumed)
    if moment is None:
        return post
    return replace(post, edited_at=max(moment, post.edited_at or moment))


def _read(mark: str) -> _Memory:
    try:
        plain: Any = json.loads(mark) if mark else {}
        return _Memory(
            {str(name): _Known(*map(str, values)) for name, values in plain["in"].items()},
            {str(name): None for name in plain["out"]},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return _Memory()


def _write(memory: _Memory) -> str:
    standing = list(memory.standing.items())[:_MOST_STANDING]
    plain = {
        "in": {name: [one.fingerprint, one.end, one.resumed] for name, one in standing},
        "out": list(memory.over)[:_MOST_OVER],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
