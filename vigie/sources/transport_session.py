"""Logins that requests need: opened once, kept in memory only, prolonged when they run out.

Used by ``transport.py``; one keeper lives as long as its process (``Runtime.sessions``), so that no
sweep logs in. Tokens never reach a file, the store, a log, a sentence or a ``repr``.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from vigie.language import say
from vigie.sources.contract import Answer, Request, Session
from vigie.sources.failure import Failure, malformed, refusal
from vigie.sources.json_answer import NotJsonError, parse_json

Send = Callable[[Request], Awaitable[Answer | Failure]]
REFUSED_MINUTES = 15
"""A refused login is not repeated before: logins are counted per day and accounts get locked.
Source: Bluesky allows 300 ``createSession`` a day for one account."""
_MOST_CHARACTERS = 10_000


@dataclass(slots=True)
class _Kept:
    """Tokens of one account, or why it has none."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    refused: Failure | None = None


class Sessions:
    """Keeps the tokens of this process's accounts."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        # A lock belongs to the event loop that first waits on it.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Lock]] = (
            WeakKeyDictionary()
        )

    async def token(
        self, session: Session, send: Send, now: datetime, stale: str = ""
    ) -> str | Failure:
        """Return a token for requests: the kept one, else a prolonged, else a new one.

        Args:
            session: How to log in.
            send: Sends the login's own requests, budget and all.
            now: Aware UTC.
            stale: A token that was no longer accepted.
        """
        key = _key(session)
        async with self._lock(key):
            kept = self._kept.setdefault(key, _Kept())
            if kept.access and kept.access != stale:
                # Somebody else may have prolonged it while we waited.
                return kept.access
            if kept.refused is not None and kept.refused.retry_at and kept.refused.retry_at > now:
                return kept.refused
            outcome: Answer | Failure | None = None
            if kept.refresh:
                outcome = await send(_prolonging(session, kept.refresh))
            if outcome is None or _is_no(outcome):
                outcome = await send(session.open)
            return self._take(key, session, outcome, now)

    def _take(
        self, key: str, session: Session, outcome: Answer | Failure, now: datetime
    ) -> str | Failure:
        if isinstance(outcome, Failure):
            if _is_no(outcome):
                retry_at = outcome.retry_at or now + timedelta(minutes=REFUSED_MINUTES)
                outcome = replace(outcome, retry_at=retry_at)
                self._kept[key] = _Kept(refused=outcome)
            return outcome
        tokens = _tokens(session, outcome.body)
        if tokens is None:
            host = urlsplit(outcome.url).hostname or ""
            return malformed(say("{host} answers our login without a token.", host=host))
        self._kept[key] = tokens
        return tokens.access

    def _lock(self, key: str) -> asyncio.Lock:
        locks = self._locks.setdefault(asyncio.get_running_loop(), {})
        return locks.setdefault(key, asyncio.Lock())


def with_token(request: Request, token: str) -> Request:
    """Return the request with the session's token. Source: RFC 6750 §2.1."""
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})


def is_expired(session: Session, outcome: Answer | Failure) -> bool:
    """Return whether an outcome says that the token is no longer accepted."""
    if not isinstance(outcome, Failure):
        return False
    if outcome.status == HTTPStatus.UNAUTHORIZED:
        return True
    return (
        outcome.status == HTTPStatus.BAD_REQUEST
        and error_word(outcome.body) in session.expired_errors
    )


def not_accepted(request: Request, outcome: Answer | Failure) -> Failure:
    """Return that even a fresh token was not accepted."""
    host = urlsplit(request.url).hostname or ""
    told = refusal(
        say("{host} does not accept the session that it has just given us.", host=host),
        is_host_wide=True,
    )
    if not isinstance(outcome, Failure):
        return told
    return replace(told, status=outcome.status, body=b"", answered_at=outcome.answered_at)


def error_word(body: bytes) -> str:
    """Return ``error`` of a refusing JSON answer; empty if it is none.

    Source: AT Protocol, XRPC error responses.
    """
    try:
        found: Any = parse_json(body)
    except NotJsonError:
        return ""
    word = found.get("error") if isinstance(found, dict) else None
    return word if isinstance(word, str) else ""


def _prolonging(session: Session, refresh: str) -> Request:
    return Request(
        url=session.refresh_url,
        headers={"Accept": "application/json", "Authorization": f"Bearer {refresh}"},
        body=b"",
    )


def _is_no(outcome: Answer | Failure) -> bool:
    """Whether the server said no to us, rather than being out of order or out of budget."""
    return isinstance(outcome, Failure) and 400 <= outcome.status < 500


def _tokens(session: Session, body: bytes) -> _Kept | None:
    try:
        found: Any = parse_json(body)
    except NotJsonError:
        return None
    if not isinstance(found, dict):
        return None
    access, refresh = (
        _token(found.get(name)) for name in (session.access_field, session.refresh_field)
    )
    return _Kept(access=access, refresh=refresh) if access else None


def _token(value: Any) -> str:
    """A token that can stand in a header, else nothing."""
    is_usable = isinstance(value, str) and len(value) <= _MOST_CHARACTERS
    return value if is_usable and value.isascii() and value.isprintable() else ""


def _key(session: Session) -> str:
    """Account and digest of its login: a changed password opens a session of its own."""
    digest = hashlib.sha256(session.open.body or b"").hexdigest()
    return json.dumps([session.account, digest])
