"""Records that the store's tests put in: one activation, posts, a sweep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from vigie.records.activation import Activation, JournalEntry
from vigie.records.post import Post
from vigie.records.sweep import Draft, PostKey, SweepOutcome

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def make_activation(**changes: Any) -> Activation:
    """Return an unnamed activation of Côte-d'Or."""
    values: dict[str, Any] = {
        "id": "",
        "convention_id": "cote-dor",
        "convention_text": "schema_version: 1\n",
        "convention_hash": "abc",
        "kind": "real",
        "state": "active",
        "event": "Crue de la Tille",
        "door": "partner",
        "opened_by": "Anne",
        "created_at": NOW,
    }
    return Activation(**{**values, **changes})


def make_entry(action: str = "activate", **changes: Any) -> JournalEntry:
    """Return a journal entry of Anne's."""
    values: dict[str, Any] = {"at": NOW, "actor": "Anne", "subject": "activation"}
    return JournalEntry(**{**values, "action": action, **changes})


def make_post(number: int, **changes: Any) -> Post:
    """Return a post; a higher number is later."""
    values: dict[str, Any] = {
        "source_key": "mastodon:https://social.example",
        "source_id": "mastodon",
        "native_id": f"https://social.example/{number}",
        "kind": "message",
        "text": f"La route {number} est coupée",
        "captured_at": NOW + timedelta(hours=1),
        "posted_at": NOW + timedelta(seconds=number),
        "payload": f'{{"id": {number}}}',
        "author": "anne@social.example",
    }
    return Post(**{**values, **changes})


def key(post: Post) -> PostKey:
    """Return a post's identity."""
    return (post.source_key, post.native_id)


def make_draft(*posts: Post, **changes: Any) -> Draft:
    """Return a draft that gathers posts; the store finds its leader."""
    values: dict[str, Any] = {
        "machine": {"summary": posts[0].text if posts else "", "received_at": NOW},
        "leader": None,
        "posts": tuple(key(post) for post in posts),
    }
    return Draft(**{**values, **changes})


def make_outcome(sweep_id: str, posts: Iterable[Post] = (), **changes: Any) -> SweepOutcome:
    """Return what a sweep changes; one draft a post unless ``drafts`` is given."""
    given = tuple(posts)
    values: dict[str, Any] = {
        "sweep_id": sweep_id,
        "committed_at": NOW,
        "posts": given,
        "drafts": tuple(make_draft(post) for post in given),
    }
    return SweepOutcome(**{**values, **changes})
