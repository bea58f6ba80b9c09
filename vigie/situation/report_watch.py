"""What was watched and what was not: a silent source is never told as calm.

Called by ``report``. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from vigie.convention.model import Source
from vigie.records.health import GOOD_STATES, Health

Gap = Literal["never_asked", "silent", "failing", "not_asked"]
_MISSED_TURNS = 3
_LEAST_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How one source did. Times are aware UTC.

    Attributes:
        gap: Why it could not be watched; empty where it was.
        since_at: Since when nothing is known from it; None where nothing ever was.
        detail: The fault in plain words.
    """

    source_id: str
    name: str
    state: str
    gap: Gap | Literal[""] = ""
    since_at: datetime | None = None
    last_answer_at: datetime | None = None
    detail: str = ""


def watch_of(
    sources: Sequence[Source],
    healths: Mapping[str, Health],
    silent: Collection[str],
    now: datetime,
    *,
    is_active: bool,
) -> tuple[Watched, ...]:
    """Return how each source did, what could not be watched first.

    Args:
        sources: As they are swept.
        healths: Source id to health; sources never asked are absent.
        silent: Ids of the sources that are silent beyond their limit.
        now: Aware UTC.
        is_active: Sweeps run; else not being asked is no fault, and the report says so as a whole.
    """
    found = [
        _watched(source, healths.get(source.id), source.id in silent, now, is_active=is_active)
        for source in sources
    ]
    return tuple(sorted(found, key=lambda item: item.gap == ""))


def _watched(
    source: Source, health: Health | None, is_silent: bool, now: datetime, *, is_active: bool
) -> Watched:
    if health is None:
        return Watched(
            source_id=source.id, name=source.name, state="never_asked", gap="never_asked"
        )
    return Watched(
        source_id=source.id,
        name=source.name,
        state=health.state,
        gap=_gap(source, health, is_silent, now, is_active=is_active),
        since_at=health.last_answer_at,
        last_answer_at=health.last_answer_at,
        detail=health.detail,
    )


def _gap(
    source: Source, health: Health, is_silent: bool, now: datetime, *, is_active: bool
) -> Gap | Literal[""]:
    if health.state not in GOOD_STATES:
        return "failing"
    if is_silent:
        return "silent"
    late = max(_LEAST_LATE, _MISSED_TURNS * timedelta(minutes=source.cadence_minutes))
    return "not_asked" if is_active and now - health.last_attempt_at > late else ""
