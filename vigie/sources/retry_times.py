"""When a server says to come back: ``Retry-After`` and the rate-limit headers. Pure.

Called by the transport. Must not read a clock: the present is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from vigie.sources.instants import parse_instant

LONGEST_WAIT_SECONDS = 6 * 3600
"""A server's wish beyond this is cut: a mistaken header must not silence a source for a week."""
_UNIX_FROM = 1_000_000_000
"""A number this large is a Unix time, a smaller one is seconds from now."""
_RESETS = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
_REMAINDERS = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")


def wish_to_wait(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when a refusing server may be asked again, or None if it does not say.

    Args:
        headers: Names in lower case.
        now: Aware UTC.

    Source: RFC 9110 §10.2.3 (seconds or an HTTP date); Mastodon writes an ISO time in
    ``X-RateLimit-Reset``, Bluesky a Unix time in ``RateLimit-Reset``, the IETF draft seconds.
    """
    moments = [_moment(headers.get(name, ""), now) for name in ("retry-after", *_RESETS)]
    return next((_cut(moment, now) for moment in moments if moment), None)


def allowance_ends_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when to ask again if this good answer used up the last of the allowance."""
    if not any(headers.get(name, "").strip() == "0" for name in _REMAINDERS):
        return None
    moments = [_moment(headers.get(name, ""), now) for name in _RESETS]
    return next((_cut(moment, now) for moment in moments if moment), None)


def _moment(text: str, now: datetime) -> datetime | None:
    text = text.strip()
    try:
        number = float(text)
        if not 0 <= number < 10_000_000_000:
            return None
        if number >= _UNIX_FROM:
            return datetime.fromtimestamp(number, UTC)
        return now + timedelta(seconds=number)
    except (ValueError, OverflowError):
        return parse_instant(text) or _http_date(text)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _cut(moment: datetime, now: datetime) -> datetime:
    return max(now, min(moment, now + timedelta(seconds=LONGEST_WAIT_SECONDS)))
