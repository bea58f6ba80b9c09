"""Which machines may be reached: decided on the address that is really connected to.

Used by ``transport.py`` alone. A name is resolved once, every address it gives is judged, and the
connection goes to a judged address itself: a second answer of the name server has no say.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import httpcore

from vigie.records.activation import Kind
from vigie.records.barred import Barred, host_and_port

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Name and port to numeric addresses."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 inside IPv6. Source: RFC 6052."""
_MOST_ADDRESSES = 4
_OWN_MACHINE = frozenset({ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")})
"""Of an exercise. The rest of 127.0.0.0/8 may be anything: containers, tunnels, forwarded ports."""
Verdict = Literal["allowed", "not_public", "not_loopback", "not_network"]


class BlockedAddressError(Exception):
    """A host that leads where this transport must not go.

    Attributes:
        host: As asked for.
        verdict: Why not.
        barred: The same for the journal.
    """

    def __init__(self, host: str, verdict: Verdict, port: int | None = None) -> None:
        super().__init__(host, verdict)
        self.host = host
        self.verdict = verdict
        self.barred = Barred(
            address=host_and_port(host, port), cause="address" if _is_number(host) else "name"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPolicy:
    """Who may be reached: the public network, or in an exercise its simulated networks only.

    Attributes:
        kind: ``real`` or ``exercise``.
        is_loopback_allowed: Real sources on this machine too (development).
        port: Exercises: the one port of the simulated networks on 127.0.0.1 or ::1, so that
            nothing else that listens on this machine is asked either. None leaves the port open.
    """

    kind: Kind
    is_loopback_allowed: bool = False
    port: int | None = None

    def judge(self, address: str, port: int | None = None) -> Verdict:
        """Judge one numeric address and port; what is no address is refused."""
        try:
            number = _unwrapped(ipaddress.ip_address(address.split("%", 1)[0]))
        except ValueError:
            return "not_loopback" if self.kind == "exercise" else "not_public"
        if self.kind == "exercise":
            return self._judge_in_exercise(number, port)
        if number.is_loopback and self.is_loopback_allowed:
            return "allowed"
        return "allowed" if number.is_global and not number.is_multicast else "not_public"

    def is_looked_up(self, host: str) -> bool:
        """Tell whether a host's addresses may be asked for: a question to a name server leaves too.

        An exercise whose networks are known by their port needs no name but this machine's.
        """
        is_closed = self.kind == "exercise" and self.port is not None
        return not is_closed or _is_number(host) or host.casefold() == "localhost"

    def _judge_in_exercise(self, number: Address, port: int | None) -> Verdict:
        if not number.is_loopback:
            return "not_loopback"
        is_network = number in _OWN_MACHINE and self.port in {None, port}
        return "allowed" if is_network else "not_network"


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to judged addresses only.

    Args:
        policy: Judges them.
        resolve: Turns names into addresses; the system's by default.
    """

    def __init__(self, policy: AddressPolicy, resolve: Resolver | None = None) -> None:
        self._policy = policy
        self._resolve = resolve or resolve_name
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first judged address that answers.

        Raises:
            BlockedAddressError: If any address of the host is not allowed: a name that points
                both ways is not a mistake that one should make half of.
            UnknownHostError: If the name is unknown.
            httpcore.ConnectError: If no address answers.
        """
        addresses = await judged_addresses(self._policy, self._resolve, host, port)
        failure: Exception = UnknownHostError(host)
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no source lives on a local socket.

        Raises:
            BlockedAddressError: Always.
        """
        del timeout, socket_options
        raise BlockedAddressError(path, "not_public")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks for."""
        await self._inner.sleep(seconds)


class UnknownHostError(httpcore.ConnectError):
    """The name server knows no such host, or does not answer."""


async def judged_addresses(
    policy: AddressPolicy, resolve: Resolver, host: str, port: int
) -> list[str]:
    """Return the first few numeric addresses of a host, all of them judged.

    Raises:
        BlockedAddressError: If any address of the host is not allowed.
        UnknownHostError: If the name is unknown.
    """
    if not policy.is_looked_up(host):
        raise BlockedAddressError(host, "not_loopback", port)
    try:
        addresses = await resolve(host, port)
    except OSError as error:
        raise UnknownHostError(str(error)) from error
    for address in addresses:
        verdict = policy.judge(address, port)
        if verdict != "allowed":
            raise BlockedAddressError(host, verdict, port)
    return addresses[:_MOST_ADDRESSES]


async def resolve_name(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a name, without blocking the event loop.

    Raises:
        OSError: If the name cannot be resolved.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%", 1)[0])
    except ValueError:
        return False
    return True


def _unwrapped(number: Address) -> Address:
    """The IPv4 address that an IPv6 address carries, if it does."""
    if isinstance(number, ipaddress.IPv4Address):
        return number
    if number in _NAT64:
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number
