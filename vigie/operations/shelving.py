"""Shared answers: who shares with whom, and the store as their shelf. Called by the collecting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vigie.convention.model import Source
from vigie.operations.runtime import Runtime
from vigie.problem import ConventionError
from vigie.records.activation import Activation, State
from vigie.store.answers import Claim

_MARGIN_SECONDS = 5.0


class StoreShelf:
    """The store's shared answers, as one activation takes and gives them.

    Args:
        runtime: Whose store.
        activation_id: Who takes.
        holder: Who asks.
    """

    def __init__(self, runtime: Runtime, activation_id: str, holder: str) -> None:
        self._store = runtime.store
        self._taker = activation_id
        self._holder = holder
        self._seconds = runtime.house.settings.request_timeout_seconds + _MARGIN_SECONDS

    def claim(self, key: str, now: datetime) -> Claim:
        """Take an answer or the right to ask."""
        return self._store.claim_answer(key, self._taker, self._holder, now, self._seconds)

    def share(self, key: str, outcome: Mapping[str, Any] | None, expires_at: datetime) -> None:
        """Give an answer to the others."""
        self._store.share_answer(key, self._taker, self._holder, outcome, expires_at)


def has_fellows(runtime: Runtime, activation: Activation, source: Source) -> bool:
    """Return whether another active activation asks the same source for the same account.

    With a single activation nothing can be shared, and the database is left in peace.
    """
    live: list[State] = ["active"]
    others = (item for item in runtime.store.activations(live) if item.id != activation.id)
    return any(
        found.key == source.key and found.secrets == source.secrets
        for other in others
        for found in _sources_of(runtime, other)
    )


def _sources_of(runtime: Runtime, other: Activation) -> list[Source]:
    try:
        return runtime.sources_of(other)
    except ConventionError:
        # A neighbour's convention that this version cannot read is no reason not to ask.
        return []
