"""The one way out: every byte that Vigie asks of a source passes here.

Called by ``collection.py``; every later channel that goes out must use it too. Bounds time, size,
redirects and addresses, keeps to the budget, and tells each failure in plain words. Keeps no
cookie, reads no environment, writes no secret and no query into a sentence. Retries are Prefect's.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.metadata
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Final, Self

import httpx

from vigie.language import say
from vigie.records.barred import Barred, origin_of
from vigie.sources.contract import Answer, Request, Session
from vigie.sources.decoding import ACCEPT_ENCODING, BoundedBody, BrokenEncodingError, TooLargeError
from vigie.sources.failure import (
    Failure,
    budget_spent,
    failure_of_status,
    malformed,
    refusal,
    unreachable,
)
from vigie.sources.retry_times import allowance_ends_at
from vigie.sources.transport_addresses import AddressPolicy, Resolver
from vigie.sources.transport_connection import (
    SENT_ON_TO,
    GuardedTransport,
    failure_of_exception,
)
from vigie.sources.transport_mail import MailTransport
from vigie.sources.transport_session import Sessions, is_expired, not_accepted, with_token

USER_AGENT: Final = f"Vigie/{importlib.metadata.version('vigie')}"
"""Who we are: servers ask clients to name themselves."""
Spend = Callable[[str, str, datetime], datetime | None]
"""(host, source id, now) → None if one request was spent, else when the next one is free."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECURE_PORT = 443
# The client's own log writes whole questions: a geocoder is asked with where somebody lives.
logging.getLogger("httpx").setLevel(logging.WARNING)
_WORDS_BYTES = 16_000
_WORDS_SECONDS = 2.0
"""How much of a refusing answer is read for its reason, and how long it may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one request.

    Attributes:
        total_seconds: From the first name look-up to the last byte, redirects included.
        connect_seconds: To open a connection.
        read_seconds: Between two pieces of the answer.
        answer_bytes: Largest body, as received and unpacked.
        redirects: Most that are followed.
    """

    total_seconds: float = 20.0
    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    answer_bytes: int = 10_000_000
    redirects: int = 3


class Transport:
    """Sends requests; open it with ``async with``.

    Args:
        limits: Bounds of one request.
        policy: Which machines may be reached.
        clock: Returns the present, aware UTC.
        spend: Keeper of the budgets; called in a thread, as it may wait for its database.
        resolve: Turns names into addresses; the system's by default.
        sessions: Keeper of the logins, which outlives this transport; its own by default.
    """

    def __init__(
        self,
        *,
        limits: Limits,
        policy: AddressPolicy,
        clock: Callable[[], datetime],
        spend: Spend,
        resolve: Resolver | None = None,
        sessions: Sessions | None = None,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._spend = spend
        self._sessions = sessions or Sessions()
        # An exercise never leaves this machine: no certificates to load.
        context = tls_context() if policy.kind == "real" else None
        self._mail = MailTransport(
            limits=limits, policy=policy, clock=clock, spend=spend, context=context, resolve=resolve
        )
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(policy, context, resolve),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(
                limits.read_seconds, connect=limits.connect_seconds, pool=limits.total_seconds
            ),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPT_ENCODING},
        )

    async def __aenter__(self) -> Self:
        """Open the connections' pool."""
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._client.__aexit__(kind, error, trace)

    async def fetch(
        self, request: Request, source_id: str, validators: tuple[str, str] = ("", "")
    ) -> Answer | Failure:
        """Send one request, following redirects within its own host, with its login if it has one.

        Args:
            request: What a connector asks for.
            source_id: Whose budget pays.
            validators: (ETag, Last-Modified) of the last good answer.

        Returns:
            The answer (status 304 if nothing changed), or why there is none.
        """
        if request.mailbox is not None:
            return await self._mail.fetch(request, request.mailbox, source_id)
        if request.session is None:
            return await self._send(request, source_id, validators)
        return await self._send_in_session(request, request.session, source_id, validators)

    async def _send_in_session(
        self, request: Request, session: Session, source_id: str, validators: tuple[str, str]
    ) -> Answer | Failure:
        """Send with the session's token; a token that is no longer taken is prolonged once."""

        async def send(wish: Request) -> Answer | Failure:
            return await self._send(wish, source_id, ("", ""))

        stale = ""
        for _ in range(2):
            token = await self._sessions.token(session, send, self._clock(), stale)
            if isinstance(token, Failure):
                return token
            outcome = await self._send(with_token(request, token), source_id, validators)
            if not is_expired(session, outcome):
                return outcome
            stale = token
        return not_accepted(request, outcome)

    async def _send(
        self, request: Request, source_id: str, validators: tuple[str, str]
    ) -> Answer | Failure:
        try:
            url = httpx.URL(request.url).copy_merge_params(dict(request.params))
        except (httpx.InvalidURL, ValueError, TypeError):
            return refusal(
                say("The address of the source is not an address."),
                barred=Barred(address=origin_of(request.url), cause="form"),
            )
        if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
            return refusal(
                say("The address of the source must be http or https, without a password in it."),
                barred=Barred(address=origin_of(request.url), cause="form"),
            )
        if not all(map(_is_sendable, request.headers.values())):
            return refusal(
                say("Not asked: a key of this source holds a character that no request can carry.")
            )
        headers = dict(request.headers) | _conditions(validators)
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._follow(url, headers, request.body, source_id)
        except TimeoutError:
            seconds = f"{self._limits.total_seconds:g}"
            return unreachable(
                say(
                    "{host} had not answered whole after {seconds} s.",
                    host=url.host,
                    seconds=seconds,
                )
            )

    async def _follow(
        self, url: httpx.URL, headers: dict[str, str], body: bytes | None, source_id: str
    ) -> Answer | Failure:
        for _ in range(self._limits.redirects + 1):
            now = self._clock()
            free_at = await asyncio.to_thread(self._spend, url.host, source_id, now)
            if free_at is not None:
                return budget_spent(url.host, free_at)
            outcome = await self._ask(url, headers, body)
            if not isinstance(outcome, httpx.URL):
                return outcome
            if body is not None:
                # What is posted may be a password: it goes where the convention says, or nowhere.
                return refusal(
                    say("{host} sends us on to another address.", host=url.host),
                    barred=_redirection(outcome),
                )
            if not _is_same_place(url, outcome):
                return refusal(
                    say(
                        "{host} sends us on to {other}: not followed. If that is right, "
                        "write the new address in the convention.",
                        host=url.host,
                        other=f"{outcome.scheme}://{outcome.netloc.decode('ascii', 'replace')}",
                    ),
                    barred=_redirection(outcome),
                )
            url = outcome
        return refusal(say("{host} sends us round in circles.", host=url.host))

    async def _ask(
        self, url: httpx.URL, headers: dict[str, str], body: bytes | None
    ) -> Answer | Failure | httpx.URL:
        """Send one request; a redirect's target is returned, not followed."""
        method = "GET" if body is None else "POST"
        # No answer of one source may prepare the next request: cookies are dropped.
        self._client.cookies.clear()
        try:
            async with self._client.stream(method, url, headers=headers, content=body) as response:
                if response.status_code in _REDIRECTS:
                    return _target(url, response)
                return await self._take(url, response)
        except TooLargeError as error:
            megabytes = f"{self._limits.answer_bytes / 1_000_000:g}"
            if error.is_unpacked:
                return malformed(
                    say(
                        "The answer of {host} unpacks to over {megabytes} MB: it was not read.",
                        host=url.host,
                        megabytes=megabytes,
                    )
                )
            return malformed(
                say(
                    "The answer of {host} is larger than {megabytes} MB: it was not read.",
                    host=url.host,
                    megabytes=megabytes,
                )
            )
        except BrokenEncodingError:
            return malformed(
                say("The compressed answer of {host} cannot be unpacked.", host=url.host)
            )
        except Exception as error:  # told apart there; what is not the network's is raised again
            return failure_of_exception(error, url.host)

    async def _take(self, url: httpx.URL, response: httpx.Response) -> Answer | Failure:
        now = self._clock()
        headers = {name.lower(): value for name, value in response.headers.items()}
        failure = failure_of_status(response.status_code, headers, url.host, now)
        if failure is not None:
            words = await _words(response, headers)
            return replace(failure, status=response.status_code, body=words, answered_at=now)
        stated = headers.get("content-length", "")
        if stated.isdecimal() and len(stated) < 20 and int(stated) > self._limits.answer_bytes:
            raise TooLargeError
        body = BoundedBody(headers.get("content-encoding", ""), self._limits.answer_bytes)
        async for piece in response.aiter_raw():
            body.add(piece)
        return Answer(
            status=response.status_code,
            headers=headers,
            body=body.whole(),
            url=str(url),
            received_at=now,
            validators=(headers.get("etag", "")[:500], headers.get("last-modified", "")[:100]),
            retry_at=allowance_ends_at(headers, now),
        )


async def _words(response: httpx.Response, headers: dict[str, str]) -> bytes:
    """The beginning of a refusing answer, or nothing: the refusal itself is what counts."""
    try:
        async with asyncio.timeout(_WORDS_SECONDS):
            body = BoundedBody(headers.get("content-encoding", ""), _WORDS_BYTES)
            async for piece in response.aiter_raw():
                body.add(piece)
            return body.whole()
    except Exception:  # too long, too slow, broken off, badly packed: no reason is given then
        return b""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the process's one TLS context: building it costs more than a request."""
    return httpx.create_ssl_context(trust_env=False)


def _conditions(validators: tuple[str, str]) -> dict[str, str]:
    """The headers of a conditional request. Source: RFC 9110 §13.1."""
    etag, modified = validators
    # What a server gave may be unfit to be given back: then the whole answer is asked for.
    return ({"If-None-Match": etag} if etag and _is_sendable(etag) else {}) | (
        {"If-Modified-Since": modified} if modified and _is_sendable(modified) else {}
    )


def _is_sendable(value: str) -> bool:
    """Whether a header can carry a value: ASCII without control characters. RFC 9110 §5.5."""
    return value.isascii() and value.isprintable()


def _target(url: httpx.URL, response: httpx.Response) -> httpx.URL | Failure:
    location = response.headers.get(SENT_ON_TO, "")
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError, TypeError):
        target = url.copy_with(host="")
    if not location or target.scheme not in {"http", "https"} or not target.host:
        return refusal(
            say("{host} sends us on to no valid address.", host=url.host),
            barred=Barred(address=origin_of(location), cause="redirect"),
        )
    return target


def _redirection(target: httpx.URL) -> Barred:
    return Barred(address=origin_of(str(target)), cause="redirect")


def _is_same_place(old: httpx.URL, new: httpx.URL) -> bool:
    """Same host, and either the same door or from plain to secure: headers may carry a key."""
    if old.host != new.host or new.userinfo:
        return False
    if (old.scheme, old.port) == (new.scheme, new.port):
        return True
    is_upgrade = old.scheme == "http" and new.scheme == "https"
    return is_upgrade and old.port is None and new.port in {None, _SECURE_PORT}
