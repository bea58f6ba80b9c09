"""When a point de situation is due: beats from the activation's opening on, at the cadence.

Called by the operations (issuing, status, workbook). Pure: times are arguments, aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_TOLERANCE = timedelta(seconds=30)
"""How much too early a scheduled run may come, or a person who means the next beat."""


@dataclass(frozen=True, slots=True)
class Due:
    """Where a cadence stands.

    Attributes:
        next_at: The next beat.
        overdue_since: A beat that has passed without a report, else None.
    """

    next_at: datetime
    overdue_since: datetime | None = None


def due_at(
    started_at: datetime,
    cadence_minutes: int,
    now: datetime,
    last_issued_at: datetime | None,
) -> Due:
    """Return the next beat, and the last one if no report came since.

    Args:
        started_at: When the activation became active: the beats are counted from here, so that
            people know the hours.
        cadence_minutes: The convention's.
        now: The present.
        last_issued_at: When the newest report was issued, None where there is none.
    """
    cadence = timedelta(minutes=cadence_minutes)
    passed_count = max(0, (now + _TOLERANCE - started_at) // cadence)
    beat_at = started_at + passed_count * cadence
    next_at = beat_at + cadence
    is_answered = last_issued_at is not None and last_issued_at >= beat_at - _TOLERANCE
    if passed_count == 0 or is_answered:
        return Due(next_at)
    return Due(next_at, beat_at)
