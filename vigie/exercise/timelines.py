"""The paging of a Mastodon hashtag timeline: which statuses a request gets, and its Link header.

Called by ``networks``. Pure. ``since_id`` gives the *latest* page above a mark and so loses the
middle of a burst; ``min_id`` gives the page right after the mark: both as the real server does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from vigie.exercise.hashtags import fold_tag

DEFAULT_LIMIT = 20
MAX_LIMIT = 40
"""Source: mastodon/documentation ``content/en/methods/timelines.md``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineQuery:
    """The parameters of one request, read."""

    tag: str
    limit: int = DEFAULT_LIMIT
    min_id: int | None = None
    max_id: int | None = None
    since_id: int | None = None
    is_local: bool = False


def read_query(tag: str, params: Mapping[str, str]) -> TimelineQuery:
    """Read a request's parameters; what is no number counts as absent, as in the real server."""

    def number(name: str) -> int | None:
        value = params.get(name, "")
        return int(value) if value.isdecimal() else None

    limit = number("limit")
    return TimelineQuery(
        tag=tag,
        limit=DEFAULT_LIMIT if limit is None else min(limit, MAX_LIMIT),
        min_id=number("min_id"),
        max_id=number("max_id"),
        since_id=number("since_id"),
        is_local=params.get("local", "").lower() in {"1", "true", "t", "on"},
    )


def _shows(status: Mapping[str, Any], query: TimelineQuery) -> bool:
    if query.is_local and "@" in status["account"]["acct"]:
        return False
    wanted = fold_tag(query.tag)
    return any(fold_tag(tag["name"]) == wanted for tag in status["tags"])


def select_page(
    statuses: Sequence[Mapping[str, Any]], query: TimelineQuery
) -> list[Mapping[str, Any]]:
    """Return the page, newest first.

    Source: mastodon/mastodon ``app/models/concerns/paginable.rb``.
    """
    shown = sorted((s for s in statuses if _shows(s, query)), key=lambda s: int(s["id"]))
    if query.max_id is not None:
        shown = [s for s in shown if int(s["id"]) < query.max_id]
    if query.min_id is not None:
        page = [s for s in shown if int(s["id"]) > query.min_id][: query.limit]
        return page[::-1]
    if query.since_id is not None:
        shown = [s for s in shown if int(s["id"]) > query.since_id]
    return shown[::-1][: query.limit]


def link_header(page: Sequence[Mapping[str, Any]], query: TimelineQuery, address: str) -> str:
    """Return the Link header of a page, empty for an empty page.

    Args:
        page: Newest first, as ``select_page`` gives it.
        query: The request that it answers.
        address: Base address of the instance, without trailing slash.
    """
    if not page:
        return ""
    base = f"{address}/api/v1/timelines/tag/{quote(query.tag, safe='')}"
    kept = {"limit": str(query.limit)} | ({"local": "true"} if query.is_local else {})
    older = urlencode(kept | {"max_id": str(page[-1]["id"])})
    newer = urlencode(kept | {"min_id": str(page[0]["id"])})
    return f'<{base}?{older}>; rel="next", <{base}?{newer}>; rel="prev"'
