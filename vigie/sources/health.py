"""How a source is doing after a sweep, and whether its silence is an alarm. Pure.

Called by ``vigie.operations`` (analysis, status). Must not read a clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from vigie.convention.model import Source
from vigie.records.collected import Collected
from vigie.records.health import GOOD_STATES, Health

_EARLY_SECONDS = 20.0
"""A back-off ends a little before its tick: schedules are never exact."""
_MOST_DOUBLINGS = 12


def next_health(
    previous: Health | None,
    collected: Collected,
    new_count: int,
    source: Source | None = None,
) -> Health:
    """Return a source's health after a sweep.

    ``since_at`` stays while the state does. An answer that was damaged but gave posts counts as
    an answer: the source is ill, not silent.

    Args:
        previous: Before the sweep; None at the first one.
        collected: What the sweep brought.
        new_count: Posts (or revisions of posts) that were not known before.
        source: For its rhythm; without it an unreachable source does not back off.
    """
    now = collected.finished_at
    has_answered = collected.state in GOOD_STATES or bool(collected.posts)
    failure_count = 0
    if collected.state == "unreachable":
        failure_count = (previous.failure_count if previous else 0) + 1
    is_same = previous is not None and previous.state == collected.state
    return Health(
        source_id=collected.source_id,
        state=collected.state,
        since_at=previous.since_at if previous and is_same else collected.started_at,
        last_attempt_at=collected.started_at,
        last_answer_at=now if has_answered else previous.last_answer_at if previous else None,
        last_news_at=now if new_count else previous.last_news_at if previous else None,
        seen_count=(previous.seen_count if previous else 0) + collected.seen_count,
        kept_count=(previous.kept_count if previous else 0) + new_count,
        detail=collected.detail,
        retry_at=collected.retry_at,
        failure_count=failure_count,
        backs_off_until=_back_off(source, failure_count, collected.started_at) if source else None,
    )


def _back_off(source: Source, failure_count: int, asked_at: datetime) -> datetime | None:
    """When an unreachable source has its next turn: twice the wait after each failure.

    The first failure changes nothing. The wait never passes the source's silence limit, so that
    the alarm is never older than one try.
    """
    if failure_count < 2:
        return None
    doublings = min(failure_count - 1, _MOST_DOUBLINGS)
    minutes = min(source.cadence_minutes * 2**doublings, source.silence_minutes)
    # A silence limit that equals the cadence leaves nothing to back off to.
    wait = timedelta(minutes=max(minutes, source.cadence_minutes), seconds=-_EARLY_SECONDS)
    return asked_at + wait


def is_silent(
    health: Health | None, silence_minutes: int, opened_at: datetime, now: datetime
) -> bool:
    """Return whether a source has not answered as it should for longer than its limit.

    A good answer without news is no silence: "nothing there" was said by the source itself.

    Args:
        health: None if the source was never swept.
        silence_minutes: The convention's limit.
        opened_at: When the activation began to ask. Aware UTC.
        now: Aware UTC.
    """
    last = health.last_answer_at if health else None
    return now - (last or opened_at) > timedelta(minutes=silence_minutes)
