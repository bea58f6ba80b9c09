"""An IMAP client that goes to judged addresses only and takes no more than is allowed.

Used by ``transport_mail.py`` alone. Must not know what is asked of a mailbox.
"""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from vigie.language import say

if TYPE_CHECKING:
    from vigie.sources.transport import Limits

PORTS = {"imap": 143, "imaps": 993}
"""Source: RFC 9051 §11.1 (implicit TLS on 993)."""


class TooMuchMailError(Exception):
    """The server sends more than is taken."""


class RefusedMailError(Exception):
    """The server refuses, or is not one that we may speak to; its text says why."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where the mailbox is, as the address says."""

    scheme: str
    host: str
    port: int
    folder: str

    @classmethod
    def of(cls, address: str) -> Door | None:
        """Return where an address leads, or None if it is no mailbox's."""
        try:
            parts = urlsplit(address)
            port = parts.port or PORTS.get(parts.scheme, 0)
        except ValueError:
            return None
        if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
            return None
        return cls(parts.scheme, parts.hostname, port, unquote(parts.path.strip("/")) or "INBOX")


class GuardedClient(imaplib.IMAP4):
    """Connects when told to, to the first judged address that answers.

    Args:
        door: Where the mailbox is.
        addresses: Its host's, all judged.
        limits: Bounds of one look.
        context: TLS; None where only loopback can be reached.
    """

    def __init__(
        self, door: Door, addresses: list[str], limits: Limits, context: ssl.SSLContext | None
    ) -> None:
        self._door = door
        self._addresses = addresses
        self._limits = limits
        self._context = context
        self._room = limits.answer_bytes
        self._socket: socket.socket | None = None
        self._is_hung_up = False

    def begin(self) -> None:
        """Connect and take the greeting.

        Raises:
            RefusedMailError: If a password would travel in the clear.
        """
        super().__init__(self._door.host, self._door.port, self._limits.read_seconds)
        if self._door.scheme == "imap" and not self._is_here():
            if self._context is None or "STARTTLS" not in self.capabilities:
                raise RefusedMailError(
                    say(
                        "{host} offers no secure connection: no password was sent.",
                        host=self._door.host,
                    )
                )
            self.starttls(self._context)

    def _is_here(self) -> bool:
        peer = self._socket.getpeername()[0] if self._socket else ""
        return ipaddress.ip_address(peer.split("%", 1)[0]).is_loopback

    def _create_socket(self, timeout: float | None) -> socket.socket:
        """Connect to the first judged address that answers; called by ``imaplib``."""
        failure: OSError = ConnectionError()
        for address in self._addresses:
            try:
                found = socket.create_connection(
                    (address, self._door.port), self._limits.connect_seconds
                )
            except OSError as error:
                failure = error
                continue
            found.settimeout(timeout)
            self._socket = found
            if self._door.scheme == "imaps":
                context = self._context or ssl.create_default_context()
                self._socket = context.wrap_socket(found, server_hostname=self._door.host)
            if self._is_hung_up:
                self.hang_up()
            return self._socket
        raise failure

    def read(self, size: int) -> bytes:
        """Take a literal, whose size the server announces.

        Raises:
            TooMuchMailError: If it is more than is left of the look's allowance.
        """
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Take a line.

        Raises:
            TooMuchMailError: If it is more than is left of the look's allowance.
        """
        line = super().readline()
        self._take(len(line))
        return line

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise TooMuchMailError

    def hang_up(self) -> None:
        """End every waiting on the connection, from another thread."""
        self._is_hung_up = True
        # STARTTLS puts a socket of its own in the place of the first one.
        found = getattr(self, "sock", None) or self._socket
        if found is not None:
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Say goodbye and hang up, whatever happened before."""
        if getattr(self, "state", "") in {"AUTH", "SELECTED", "NONAUTH"}:
            with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError, TooMuchMailError):
                self.logout()
        for found in (getattr(self, "sock", None), self._socket):
            if found is not None:
                found.close()
