"""One source's share of a sweep as plain values and back. Called by ``collection``. Pure."""

from __future__ import annotations

import dataclasses
from typing import Any

from vigie.records.collected import Collected
from vigie.records.post import Point, Post

_POST_FIELDS = tuple(field.name for field in dataclasses.fields(Post))
_COLLECTED_FIELDS = tuple(field.name for field in dataclasses.fields(Collected))


def to_plain(collected: Collected) -> dict[str, Any]:
    """Return what the codec can keep: mappings, lists, texts, numbers, times."""
    plain = {name: getattr(collected, name) for name in _COLLECTED_FIELDS}
    plain["posts"] = [_post_to_plain(post) for post in collected.posts]
    plain["cursor"] = dict(collected.cursor)
    return plain


def from_plain(plain: dict[str, Any]) -> Collected:
    """Return the share that ``to_plain`` was given."""
    posts = tuple(_post_from_plain(item) for item in plain["posts"])
    return Collected(**{**plain, "posts": posts})


def _post_to_plain(post: Post) -> dict[str, Any]:
    plain = {name: getattr(post, name) for name in _POST_FIELDS}
    if post.point is not None:
        plain["point"] = [post.point.lon, post.point.lat]
    return plain


def _post_from_plain(plain: dict[str, Any]) -> Post:
    point = plain["point"]
    return Post(**{**plain, "point": Point(*point) if point else None})
