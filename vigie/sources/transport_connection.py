"""httpx on top of connections that go to judged addresses only, and what can go wrong on them.

Used by ``transport.py`` alone. Built on httpcore's public pool because httpx offers no way to give
its own one a network of one's choice.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator
from typing import cast

import httpcore
import httpx

from vigie.language import say
from vigie.sources.failure import Failure, malformed, refusal, unreachable
from vigie.sources.transport_addresses import (
    AddressPolicy,
    BlockedAddressError,
    GuardedBackend,
    Resolver,
    UnknownHostError,
)

_MOST_CONNECTIONS = 4
SENT_ON_TO = "x-vigie-location"
"""Under this name ``Location`` reaches us: httpx prepares a redirection even where none is
followed, and raises an exception of its own at an address that it cannot read."""
_OF_THE_NETWORK = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    OSError,
)


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield piece

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


class GuardedTransport(httpx.AsyncBaseTransport):
    """Carries httpx's requests over guarded connections: HTTP/1.1, no proxy, no retry.

    Args:
        policy: Which addresses may be reached.
        context: TLS; None where only loopback can be reached.
        resolve: Turns names into addresses; the system's by default.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        context: ssl.SSLContext | None,
        resolve: Resolver | None = None,
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_MOST_CONNECTIONS,
            network_backend=GuardedBackend(policy, resolve),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; httpcore's exceptions pass through."""
        response = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=cast("AsyncIterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=response.status,
            headers=[_kept_from_httpx(name, value) for name, value in response.headers],
            stream=_Body(cast("AsyncIterator[bytes]", response.stream)),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


def _kept_from_httpx(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    return (SENT_ON_TO.encode() if name.lower() == b"location" else name), value


def failure_of_exception(error: Exception, host: str) -> Failure:
    """Return what an exception of the network means, in plain words.

    Args:
        error: As httpcore, the guard or the TLS layer raised it.
        host: Who was asked.

    Raises:
        Exception: The same one, if it is not of the network: a fault of ours must be seen.
    """
    if isinstance(error, BlockedAddressError):
        return refusal(sentence_of_block(error), is_host_wide=True, barred=error.barred)
    if isinstance(error, httpcore.RemoteProtocolError) and not _is_hang_up(error):
        return malformed(say("What {host} answers is not HTTP.", host=host))
    if not isinstance(error, _OF_THE_NETWORK):
        raise error
    return unreachable(_sentence_of_network(error, host))


def _sentence_of_network(error: Exception, host: str) -> str:
    if isinstance(error, UnknownHostError):
        return say("The name {host} is unknown or cannot be looked up.", host=host)
    if isinstance(error, httpcore.TimeoutException):
        return say("{host} does not answer in time.", host=host)
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return say("The secure connection to {host} fails (TLS).", host=host)
    if isinstance(error, httpcore.ConnectError):
        return say("No connection to {host} can be made.", host=host)
    return say("The connection to {host} broke off.", host=host)


def _is_hang_up(error: Exception) -> bool:
    # httpcore hands h11's words on; these are its ways to say that the other side hung up.
    return "disconnected" in str(error) or "closed connection" in str(error)


def sentence_of_block(error: BlockedAddressError) -> str:
    """Return why an address was not asked, in plain words."""
    if error.verdict == "not_loopback":
        return say(
            "{host} is not on this machine: an exercise reaches nothing real.", host=error.host
        )
    if error.verdict == "not_network":
        return say(
            "{host} is not the exercise's simulated network: an exercise reaches nothing else.",
            host=error.host,
        )
    return say("{host} is not a public address: it was not asked.", host=error.host)
