"""Times as the many feeds of a generic kind write them, turned into aware UTC. Pure.

Called by the connector of described feeds. What says its own zone keeps it; the rest is local.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Any

_FRENCH = re.compile(
    r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:\s*(?:à|T|-)?\s*(\d{1,2})[:hH](\d{2})?(?::(\d{2}))?)?$"
)
_MILLISECONDS_FROM = 100_000_000_000
"""Greater numbers are milliseconds: as seconds they would lie beyond the year 5100."""


def read_time(value: Any, zone: tzinfo) -> datetime | None:
    """Return an ISO 8601, French or epoch time as aware UTC, or None if it is none.

    Args:
        value: ``2026-11-20T14:00:00+01:00``, ``20/11/2026 14:00``, ``20/11/2026 14h``, seconds or
            milliseconds since 1970, as a number or as its digits.
        zone: Of times that do not say theirs.
    """
    if isinstance(value, str):
        value = value.strip()
        if value.isascii() and value.isdecimal() and 9 <= len(value) <= 14:
            value = int(value)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
            return datetime.fromtimestamp(seconds, UTC)
        return _of_text(value, zone) if isinstance(value, str) and value else None
    except (ValueError, OverflowError, OSError):
        return None


def _of_text(text: str, zone: tzinfo) -> datetime:
    french = _FRENCH.match(text)
    if french:
        day, month, year, hour, minute, second = (int(part or 0) for part in french.groups())
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    else:
        moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)
