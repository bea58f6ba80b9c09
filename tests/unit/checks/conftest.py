"""Posts for the checks' tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vigie.records.post import Post

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _make(native_id: str, **changes: Any) -> Post:
    values: dict[str, Any] = {
        "source_key": "mastodon:https://social.example",
        "source_id": "social",
        "native_id": native_id,
        "kind": "message",
        "text": "Inondation à Dijon",
        "captured_at": NOW,
        "payload": "{}",
        "url": "https://social.example/@a/1",
        "author": f"auteur{native_id}",
        "posted_at": NOW - timedelta(minutes=5),
        "language": "fr",
    }
    return Post(**{**values, **changes})


@pytest.fixture
def make_post() -> Callable[..., Post]:
    """Give the maker of posts: every check passes on what it makes."""
    return _make


@pytest.fixture
def now() -> datetime:
    """Give the time against which ages are judged."""
    return NOW
