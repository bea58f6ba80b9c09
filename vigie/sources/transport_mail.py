"""The way out to mailboxes: IMAP in a thread, bounded in time and size, marking nothing as read.

Used by ``transport.py`` alone. The answer's body is a container in JSON, read by the connector:
``{"form": "vigie-mailbox-1", "uidvalidity": 7, "is_continued": false, "messages": [{"uid": 12,
"received": "20-Nov-2026 10:00:00 +0000", "size": 4321, "is_cut": false, "raw": "<base64>"}]}``;
``is_continued`` says whether the UIDs before these were asked for (same UIDVALIDITY as the mark),
``is_cut`` that only the beginning of a large message was fetched, ``has_more`` that more wait.
"""

from __future__ import annotations

import asyncio
import base64
import imaplib
import json
import re
import ssl
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from vigie.language import say
from vigie.records.barred import Barred, origin_of
from vigie.sources.contract import Answer, Mailbox, Request
from vigie.sources.failure import Failure, budget_spent, malformed, refusal, unreachable
from vigie.sources.transport_addresses import (
    AddressPolicy,
    BlockedAddressError,
    Resolver,
    UnknownHostError,
    judged_addresses,
    resolve_name,
)
from vigie.sources.transport_connection import sentence_of_block
from vigie.sources.transport_imap import (
    Door,
    GuardedClient,
    RefusedMailError,
    TooMuchMailError,
)

if TYPE_CHECKING:
    from vigie.sources.transport import Limits, Spend

FORM = "vigie-mailbox-1"
MOST_MESSAGES = 50
"""Messages of one answer; the next page goes on."""
MESSAGE_BYTES = 500_000
"""Of a larger message only the beginning is fetched: words come first, attachments after."""
_SHARE_OF_TIME = 0.6
"""After this part of the time no further message is begun: what has come is worth keeping."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_RECEIVED = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')


class MailTransport:
    """Looks into mailboxes.

    Args:
        limits: Bounds of one look.
        policy: Which machines may be reached.
        clock: Returns the present, aware UTC.
        spend: Keeper of the budgets; one look counts as one request.
        context: TLS; None where only loopback can be reached.
        resolve: Turns names into addresses; the system's by default.
    """

    def __init__(
        self,
        *,
        limits: Limits,
        policy: AddressPolicy,
        clock: Callable[[], datetime],
        spend: Spend,
        context: ssl.SSLContext | None,
        resolve: Resolver | None = None,
    ) -> None:
        self._limits = limits
        self._policy = policy
        self._clock = clock
        self._spend = spend
        self._context = context
        self._resolve = resolve or resolve_name

    async def fetch(self, request: Request, mailbox: Mailbox, source_id: str) -> Answer | Failure:
        """Return the messages behind the mailbox's mark, or why there are none."""
        door = Door.of(request.url)
        if door is None:
            return refusal(
                say("The address of a mailbox must be imaps://host/FOLDER, without a password."),
                barred=Barred(address=origin_of(request.url), cause="form"),
            )
        try:
            addresses = await judged_addresses(self._policy, self._resolve, door.host, door.port)
        except (BlockedAddressError, UnknownHostError) as error:
            return _failure_of(error, door.host)
        free_at = await asyncio.to_thread(self._spend, door.host, source_id, self._clock())
        if free_at is not None:
            return budget_spent(door.host, free_at)
        look = _Look(door, addresses, self._limits, self._context)
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                body = await asyncio.to_thread(look.run, mailbox, request.since_at)
        except TimeoutError:
            look.abort()
            return unreachable(say("{host} does not answer in time.", host=door.host))
        except Exception as error:  # told apart there; what is not the network's is raised again
            return _failure_of(error, door.host)
        return Answer(
            status=200,
            headers={"content-type": "application/json"},
            body=body,
            url=f"{door.scheme}://{door.host}:{door.port}",
            received_at=self._clock(),
        )


class _Look:
    """One look into one mailbox, in a thread."""

    def __init__(
        self, door: Door, addresses: list[str], limits: Limits, context: ssl.SSLContext | None
    ) -> None:
        self._door = door
        self._addresses = addresses
        self._limits = limits
        self._context = context
        self._client: GuardedClient | None = None
        self._enough_at = time.monotonic() + limits.total_seconds * _SHARE_OF_TIME

    def abort(self) -> None:
        """End the thread's waiting, from outside."""
        if self._client is not None:
            self._client.hang_up()

    def run(self, mailbox: Mailbox, since_at: datetime | None) -> bytes:
        """Return the container."""
        client = self._client = GuardedClient(
            self._door, self._addresses, self._limits, self._context
        )
        try:
            client.begin()
            _log_in(client, self._door, mailbox)
            validity = _open_folder(client, self._door)
            is_continued = mailbox.after[0] == validity and mailbox.after[1] > 0
            uids = _search(client, mailbox.after[1] if is_continued else 0, since_at)
            messages, has_more = self._messages(client, uids)
        finally:
            client.end()
        return json.dumps(
            {
                "form": FORM,
                "uidvalidity": validity,
                "is_continued": is_continued,
                "messages": messages,
                "has_more": has_more,
            }
        ).encode()

    def _messages(
        self, client: GuardedClient, uids: list[int]
    ) -> tuple[list[dict[str, Any]], bool]:
        found: list[dict[str, Any]] = []
        portion = uids[:MOST_MESSAGES]
        heads = _heads(client, portion)
        # In base64 four characters carry three bytes; the rest of a tenth is for the container.
        room = int(self._limits.answer_bytes * 0.65)
        for uid in portion:
            if uid not in heads:
                continue
            size, received = heads[uid]
            room -= min(size, MESSAGE_BYTES)
            if found and (room < 0 or time.monotonic() > self._enough_at):
                return found, True
            raw = _raw(client, uid)
            if raw is not None:
                found.append(
                    {
                        "uid": uid,
                        "received": received,
                        "size": size,
                        "is_cut": size > len(raw),
                        "raw": base64.b64encode(raw).decode("ascii"),
                    }
                )
        return found, len(uids) > len(portion)


def _log_in(client: GuardedClient, door: Door, mailbox: Mailbox) -> None:
    """Log in by AUTHENTICATE PLAIN, which carries any character, else by LOGIN.

    Source: RFC 4616; RFC 9051 §6.2.3.
    """
    if any(sign < " " for sign in mailbox.user + mailbox.password):
        raise RefusedMailError(say("Account or password of the mailbox holds a control character."))
    secret = f"\0{mailbox.user}\0{mailbox.password}".encode()
    try:
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _: secret)
        else:
            client.login(_quoted(mailbox.user), mailbox.password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError):
        # The server's own words may repeat what was sent: they are not told.
        raise RefusedMailError(
            say("{host} does not accept the account or its password.", host=door.host)
        ) from None


def _open_folder(client: GuardedClient, door: Door) -> int:
    """Open the folder for reading only and return its UIDVALIDITY. Source: RFC 9051 §6.3.3."""
    kind, _ = client.select(_quoted(_utf7(door.folder)), readonly=True)
    _, values = client.response("UIDVALIDITY")
    value = values[-1] if values else None
    if kind != "OK" or not isinstance(value, bytes) or not value.isdigit():
        raise RefusedMailError(
            say(
                "The mailbox on {host} has no folder “{folder}”.",
                host=door.host,
                folder=door.folder[:60],
            )
        )
    return int(value)


def _search(client: GuardedClient, last: int, since_at: datetime | None) -> list[int]:
    """Return the UIDs behind ``last``, or those received since a day, in order.

    ``n:*`` names the last message even if its UID is smaller than n. Source: RFC 9051 §9,
    seq-range; measured on Dovecot.
    """
    if last:
        kind, data = client.uid("SEARCH", f"UID {last + 1}:*")
    elif since_at is not None:
        # Days are the server's own: one more than needed, the connector looks at the hour.
        day = since_at - timedelta(days=1)
        kind, data = client.uid("SEARCH", f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")
    else:
        kind, data = client.uid("SEARCH", "ALL")
    if kind != "OK":
        raise imaplib.IMAP4.error("SEARCH")
    words = b" ".join(item for item in data if isinstance(item, bytes)).split()
    return sorted({uid for uid in map(int, filter(bytes.isdigit, words)) if uid > last})


def _heads(client: GuardedClient, uids: list[int]) -> dict[int, tuple[int, str]]:
    """Return UID to size and time of receipt."""
    if not uids:
        return {}
    kind, data = client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
    if kind != "OK":
        raise imaplib.IMAP4.error("FETCH")
    found = {}
    for item in data:
        line = item[0] if isinstance(item, tuple) else item
        if not isinstance(line, bytes):
            continue
        uid, size, received = (pattern.search(line) for pattern in (_UID, _SIZE, _RECEIVED))
        if uid and size:
            moment = received[1].decode("ascii", "replace") if received else ""
            found[int(uid[1])] = (int(size[1]), moment)
    return found


def _raw(client: GuardedClient, uid: int) -> bytes | None:
    """Return the beginning of a message, unmarked; None if it has gone meanwhile."""
    kind, data = client.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{MESSAGE_BYTES}>)")
    if kind != "OK":
        raise imaplib.IMAP4.error("FETCH")
    return next((bytes(item[1]) for item in data if isinstance(item, tuple)), None)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _utf7(folder: str) -> str:
    """Return a folder's name as servers write it. Source: RFC 3501 §5.1.3 (modified UTF-7)."""
    parts: list[str] = []
    for piece in re.split(r"([^\x20-\x7e]+)", folder):
        if piece and not (piece.isascii() and piece.isprintable()):
            coded = base64.b64encode(piece.encode("utf-16-be", "replace")).rstrip(b"=")
            parts.append(f"&{coded.decode('ascii').replace('/', ',')}-")
        else:
            parts.append(piece.replace("&", "&-"))
    return "".join(parts)


def _failure_of(error: Exception, host: str) -> Failure:
    if isinstance(error, BlockedAddressError):
        return refusal(sentence_of_block(error), is_host_wide=True, barred=error.barred)
    if isinstance(error, RefusedMailError):
        return refusal(str(error), is_host_wide=True)
    if isinstance(error, TooMuchMailError):
        return malformed(say("{host} sends more than is taken: it was not read.", host=host))
    if isinstance(error, (OSError, imaplib.IMAP4.abort, UnknownHostError)):
        return unreachable(_sentence_of_network(error, host))
    if isinstance(error, (imaplib.IMAP4.error, ValueError)):
        return malformed(say("What {host} answers is not IMAP.", host=host))
    raise error


def _sentence_of_network(error: Exception, host: str) -> str:
    if isinstance(error, UnknownHostError):
        return say("The name {host} is unknown or cannot be looked up.", host=host)
    if isinstance(error, ssl.SSLError):
        return say("The secure connection to {host} fails (TLS).", host=host)
    if isinstance(error, TimeoutError):
        return say("{host} does not answer in time.", host=host)
    if isinstance(error, ConnectionRefusedError):
        return say("No connection to {host} can be made.", host=host)
    return say("The connection to {host} broke off.", host=host)
