"""Posts and the gazetteer for the tests of signals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from vigie.records.post import Post
from vigie.signals.places import Gazetteer

DATA = Path(__file__).resolve().parents[3] / "data"
START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def _make(number: int, text: str = "", **changes: Any) -> Post:
    values: dict[str, Any] = {
        "source_key": "mastodon:https://social.example",
        "source_id": "social",
        "native_id": f"https://social.example/{number}",
        "kind": "message",
        "text": text,
        "captured_at": START + timedelta(hours=12),
        "payload": "{}",
        "author": f"auteur{number}",
        "posted_at": START + timedelta(seconds=number),
    }
    return Post(**{**values, **changes})


@pytest.fixture
def make_post() -> Callable[..., Post]:
    """Give the maker of posts: number, text, changes."""
    return _make


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """Give the project's own gazetteer."""
    return Gazetteer.of_folder(DATA)
