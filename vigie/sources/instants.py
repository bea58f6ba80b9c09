"""Times as sources write them, turned into aware UTC. Called by the connectors. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_instant(value: object) -> datetime | None:
    """Return an ISO 8601 time as aware UTC, or None if it is none.

    A time without a zone is taken as UTC: every source here says that it writes UTC.
    """
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
