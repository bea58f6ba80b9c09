"""How a source is doing. Made by sources and operations, shown on ``Sources`` and by ``status``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SourceState = Literal["ok", "unchanged", "empty", "malformed", "refused", "unreachable"]
GOOD_STATES: frozenset[SourceState] = frozenset({"ok", "unchanged", "empty"})
"""States in which the source answered as it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One source of one activation. Times are aware UTC.

    Attributes:
        state: What the last answer was.
        since_at: When this state began.
        last_attempt_at: When we last asked.
        last_answer_at: When it last answered in a good state.
        last_news_at: When it last gave something new.
        seen_count: Items in all answers so far.
        kept_count: Items kept so far.
        detail: The fault in plain words, empty if none.
        retry_at: Not to be asked before (Retry-After, spent budget).
        failure_count: Sweeps in a row in which it could not be reached.
        backs_off_until: When its next turn is, being unreachable; a person's wish outranks it.
    """

    source_id: str
    state: SourceState
    since_at: datetime
    last_attempt_at: datetime
    last_answer_at: datetime | None = None
    last_news_at: datetime | None = None
    seen_count: int = 0
    kept_count: int = 0
    detail: str = ""
    retry_at: datetime | None = None
    failure_count: int = 0
    backs_off_until: datetime | None = None

    @property
    def next_try_at(self) -> datetime | None:
        """The earliest next try where the ordinary cadence does not hold, else None."""
        moments = [moment for moment in (self.retry_at, self.backs_off_until) if moment]
        return max(moments, default=None)
