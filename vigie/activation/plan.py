"""Which source is asked when, which is due now, which has been silent for too long.

Called by ``vigie plan`` (the whole plan), by each sweep (what is due) and by ``vigie status`` (what
is silent). Pure: the time comes in as an argument. Times are aware UTC.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.convention.model import Source
from vigie.records.health import Health


@dataclass(frozen=True, slots=True)
class PlannedSweep:
    """One sweep of the plan.

    Attributes:
        at: Aware UTC.
        source_ids: Who is asked then, in the convention's order.
    """

    at: datetime
    source_ids: tuple[str, ...]


def tick_minutes(sources: Iterable[Source]) -> int:
    """Return the longest step, in minutes, on which every source's cadence falls; at least 1."""
    return math.gcd(*(source.cadence_minutes for source in sources)) or 1


def plan_sweeps(sources: Iterable[Source], start_at: datetime, hours: float) -> list[PlannedSweep]:
    """Return the sweeps from ``start_at`` on, each source first at once and then at its cadence.

    Args:
        sources: Of one convention.
        start_at: When the activation opens.
        hours: Length of the plan; its end is not part of it.
    """
    asked: dict[int, list[str]] = defaultdict(list)
    for source in sources:
        for minute in range(0, math.ceil(hours * 60), source.cadence_minutes):
            asked[minute].append(source.id)
    return [
        PlannedSweep(start_at + timedelta(minutes=minute), tuple(asked[minute]))
        for minute in sorted(asked)
    ]


def due_sources(
    sources: Iterable[Source],
    healths: Mapping[str, Health],
    now: datetime,
    tolerance_seconds: float,
) -> list[Source]:
    """Return the sources to be asked now, in the convention's order.

    A source is due if it was never asked or if its cadence has passed since the last attempt, and
    if it did not ask to be left alone until later. A late sweep asks once: missed turns are not
    made up for, because the cursor brings everything since the last answer anyway.

    Args:
        sources: Of one activation.
        healths: Source id to health; sources never asked are missing.
        now: The present time.
        tolerance_seconds: How much too early a tick may come.
    """
    tolerance = timedelta(seconds=tolerance_seconds)
    return [item for item in sources if _is_due(item, healths.get(item.id), now, tolerance)]


def _is_due(source: Source, health: Health | None, now: datetime, tolerance: timedelta) -> bool:
    if health is None:
        return True
    if health.next_try_at is not None and now < health.next_try_at:
        return False
    elapsed = now - health.last_attempt_at
    # An attempt in the future means that the clock was set back: waiting for it could take hours.
    return elapsed < -tolerance or elapsed >= timedelta(minutes=source.cadence_minutes) - tolerance


def silent_sources(
    sources: Iterable[Source],
    healths: Mapping[str, Health],
    activated_at: datetime,
    now: datetime,
) -> list[Source]:
    """Return the sources that have given no good answer for longer than their limit: an alarm.

    An empty or unchanged answer is an answer; silence is a source that fails or is not asked.

    Args:
        sources: Of one activation.
        healths: Source id to health; sources never asked are missing.
        activated_at: Since when answers can be expected: the opening, or the last resumption.
        now: The present time.
    """
    return [
        item
        for item in sources
        if now - _heard_at(healths.get(item.id), activated_at)
        > timedelta(minutes=item.silence_minutes)
    ]


def _heard_at(health: Health | None, activated_at: datetime) -> datetime:
    if health is None or health.last_answer_at is None:
        return activated_at
    return max(health.last_answer_at, activated_at)
