"""Identical questions of several activations: asked once, the answer shared.

Used by ``vigie.operations.collecting`` where another active activation has the same source. A
question is the same if method, address, parameters, kind and account are; secrets and validators
are no part of it. Whoever holds the validators of a shared answer is told "unchanged", as the
server would tell.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from vigie.convention.model import Source
from vigie.sources.contract import Answer, Request
from vigie.sources.failure import Failure
from vigie.sources.transport import Transport

VALID_PART = 0.5
"""For how much of a source's cadence its answer is shared."""
MOST_VALID_SECONDS = 600.0
FAILURE_SECONDS = 5.0
"""A failure is shared with who is waiting at that moment: a later try is a new one."""
MOST_BYTES = 2_000_000
"""Larger answers are not kept."""
_POLL_SECONDS = 0.1


class Claimed(Protocol):
    """What the shelf says to a claim."""

    @property
    def outcome(self) -> Mapping[str, Any] | None:
        """Somebody else's answer."""

    @property
    def is_ours(self) -> bool:
        """Whether we shall ask."""


class Shelf(Protocol):
    """Where shared answers lie, for one activation; its calls may wait for a database."""

    def claim(self, key: str, now: datetime) -> Claimed:
        """Take an answer or the right to ask."""

    def share(self, key: str, outcome: Mapping[str, Any] | None, expires_at: datetime) -> None:
        """Give an answer to the others."""


class SharingTransport:
    """A transport that first looks whether somebody else has just asked.

    Args:
        transport: Asks what nobody has asked; opened.
        shelf: Where the answers lie.
        source: Whose requests these are.
        clock: Returns the present, aware UTC.
        patience_seconds: How long another asker is waited for.
    """

    def __init__(
        self,
        transport: Transport,
        shelf: Shelf,
        source: Source,
        clock: Callable[[], datetime],
        patience_seconds: float,
    ) -> None:
        self._transport = transport
        self._shelf = shelf
        self._source = source
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._valid_seconds = min(source.cadence_minutes * 60 * VALID_PART, MOST_VALID_SECONDS)

    async def fetch(
        self, request: Request, source_id: str, validators: tuple[str, str] = ("", "")
    ) -> Answer | Failure:
        """Return a shared answer, or ask and share what comes; see ``Transport.fetch``."""
        key = question_key(request, self._source)
        deadline = asyncio.get_running_loop().time() + self._patience_seconds
        while asyncio.get_running_loop().time() < deadline:
            claimed = await asyncio.to_thread(self._shelf.claim, key, self._clock())
            if claimed.is_ours:
                return await self._ask(key, request, source_id, validators)
            if claimed.outcome is not None:
                shared = _fitted(claimed.outcome, validators)
                if shared is not None:
                    return shared
                break
            await asyncio.sleep(_POLL_SECONDS)
        return await self._transport.fetch(request, source_id, validators)

    async def _ask(
        self, key: str, request: Request, source_id: str, validators: tuple[str, str]
    ) -> Answer | Failure:
        outcome: Answer | Failure | None = None
        try:
            outcome = await self._transport.fetch(request, source_id, validators)
        finally:
            # Also when we are stopped: those who wait must not wait for the dead.
            plain = _plain(outcome, validators)
            seconds = FAILURE_SECONDS if isinstance(outcome, Failure) else self._valid_seconds
            expires_at = self._clock() + timedelta(seconds=seconds)
            await asyncio.shield(asyncio.to_thread(self._shelf.share, key, plain, expires_at))
        return outcome


def question_key(request: Request, source: Source) -> str:
    """Return the name of a question: everything that decides its answer, and no secret."""
    mailbox = request.mailbox
    box: list[object] = []
    if mailbox is not None:
        box = [mailbox.user, *mailbox.after]
        if not mailbox.after[1] and request.since_at is not None:
            box.append(request.since_at.isoformat())
    parts = [
        source.kind,
        "GET" if request.body is None else "POST",
        request.url,
        sorted(request.params.items()),
        # The names of the variables that hold the keys say which account asks.
        sorted(source.secrets.items()),
        request.session.account if request.session else "",
        box,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _plain(outcome: Answer | Failure | None, validators: tuple[str, str]) -> dict[str, Any] | None:
    """What is put on the shelf; None if nothing is."""
    if isinstance(outcome, Failure):
        if outcome.is_own_budget:
            return None
        return {
            "form": "failure",
            "state": outcome.state,
            "sentence": outcome.sentence,
            "is_permanent": outcome.is_permanent,
            "is_host_wide": outcome.is_host_wide,
            "retry_at": outcome.retry_at,
            "status": outcome.status,
            "body": base64.b64encode(outcome.body).decode("ascii"),
            "answered_at": outcome.answered_at,
        }
    if outcome is None or len(outcome.body) > MOST_BYTES:
        return None
    return {
        "form": "answer",
        "status": outcome.status,
        "headers": dict(outcome.headers),
        "body": base64.b64encode(outcome.body).decode("ascii"),
        "url": outcome.url,
        "received_at": outcome.received_at,
        "validators": list(outcome.validators),
        "retry_at": outcome.retry_at,
        "asked_with": list(validators),
    }


def _fitted(plain: Mapping[str, Any], validators: tuple[str, str]) -> Answer | Failure | None:
    """The shared outcome as the server would have told it to us; None if it cannot be."""
    values = {**plain, "body": base64.b64decode(plain["body"])}
    if values.pop("form") == "failure":
        return Failure(**cast(Any, values))
    asked_with = tuple(values.pop("asked_with"))
    answer = Answer(**cast(Any, {**values, "validators": tuple(values["validators"])}))
    if answer.status == 304:
        # "Unchanged" since what the asker had: it says nothing to who has something else.
        return answer if asked_with == validators and any(validators) else None
    if any(validators) and validators == answer.validators:
        return replace(answer, status=304, body=b"")
    return answer
