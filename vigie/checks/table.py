"""The table of posts that the checks look at: plain columns, one row a post.

Called by ``suite``. Pure; must not import pandas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vigie.records.post import Post

Columns = dict[str, list[str | float | None]]
"""Column name to its values, in the order of the posts; None = not said."""


def columns_of(posts: Sequence[Post]) -> Columns:
    """Return the columns: texts stripped, times in seconds since 1970 UTC, counts."""
    written = Counter(_author(post) for post in posts)
    return {
        "text": [_whole(post.text) for post in posts],
        "text_characters": [float(len(post.text)) for post in posts],
        "posted_at_seconds": [p.posted_at.timestamp() if p.posted_at else None for p in posts],
        "url": [_whole(post.url, is_stripped=False) for post in posts],
        "native_id": [_whole(post.native_id) for post in posts],
        "language": [_whole((p.language or "").split("-")[0].lower()) for p in posts],
        "author_posts": [float(written[_author(p)]) if _author(p) else None for p in posts],
    }


def _whole(text: str | None, *, is_stripped: bool = True) -> str | None:
    """Return a text that pandas can hash: lone surrogates replaced, blank as not said."""
    said = (text or "").encode("utf-8", "replace").decode("utf-8")
    return (said.strip() if is_stripped else said) or None


def _author(post: Post) -> tuple[str, str] | None:
    if post.kind != "message" or not post.author:
        return None
    return (post.source_key, post.author)
