"""One source, one sweep: every chain, page after page, told as one ``Collected``.

Called by ``vigie.operations.collecting``. A source's fault is a state in the result, never an
exception: no source may fail another. Writes nothing: the cursor moves with the committed posts.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from pydantic import ValidationError

from vigie.convention.model import Source
from vigie.language import say
from vigie.records.collected import Collected, Cursor
from vigie.records.health import Health
from vigie.sources.contract import (
    Answer,
    Connector,
    Fault,
    Page,
    Queries,
    Request,
    SourceContext,
)
from vigie.sources.failure import Failure
from vigie.sources.gathered import Gathered

MOST_PAGES = 40
"""Pages of one chain in one sweep; the next sweep goes on from there."""
MOST_SECONDS = 120.0
"""No further request of a sweep is begun after this time."""
Validators = Mapping[str, tuple[str, str]]


class Asking(Protocol):
    """What asks: the transport, or one that first looks what others were answered."""

    async def fetch(
        self, request: Request, source_id: str, validators: tuple[str, str] = ("", "")
    ) -> Answer | Failure:
        """Send one request; see ``Transport.fetch``."""


_log = logging.getLogger(__name__)


async def collect(  # noqa: PLR0913 - where everything about one sweep of one source meets
    connector: Connector,
    source: Source,
    context: SourceContext,
    cursor: Cursor,
    validators: Validators,
    transport: Asking,
    *,
    sweep_id: str,
    since_at: datetime,
    clock: Callable[[], datetime],
    most_pages: int = MOST_PAGES,
    most_seconds: float = MOST_SECONDS,
) -> Collected:
    """Ask a source for everything new since its cursor.

    What was read before a failure is kept, and the cursor goes as far as was read. Chains are
    asked one after the other, each sweep beginning with another one, so that a small budget
    starves none for ever.

    Args:
        connector: Of the source's kind.
        source: As the convention writes it, already rebased in an exercise.
        context: The same for the connector, with its secrets.
        cursor: Marks of the last committed sweep.
        validators: URL to (ETag, Last-Modified) of the last committed sweep.
        transport: Opened.
        sweep_id: Names the sweep.
        since_at: How far back a first sweep reaches. Aware UTC.
        clock: Returns the present, aware UTC.
        most_pages: Pages of one chain.
        most_seconds: See ``MOST_SECONDS``.
    """
    gathered = Gathered(sweep_id, context, clock(), cursor, validators)
    params = _ready(connector, source, context)
    if isinstance(params, str):
        return gathered.refused(params, clock())
    requests = connector.first(params, cursor, context, since_at)
    begin = zlib.crc32(sweep_id.encode()) % len(requests) if requests else 0
    ends_at = asyncio.get_running_loop().time() + most_seconds
    for request in requests[begin:] + requests[:begin]:
        walk = _Walk(connector, params, context, transport, gathered, ends_at)
        if not await walk.along(request, most_pages):
            break
    return gathered.collected(clock())


def is_worth_retrying(collected: Collected) -> bool:
    """Return whether asking again within seconds may help (for Prefect's retries)."""
    return collected.state == "unreachable" and collected.retry_at is None


def postponed(
    source: Source,
    health: Health | None,
    cursor: Cursor,
    validators: Validators,
    *,
    sweep_id: str,
    now: datetime,
) -> Collected | None:
    """Return the share of a source that asked not to be asked yet, or None if it may be.

    Args:
        source: Whose turn it is.
        health: As the last sweep left it.
        cursor: Returned as it is.
        validators: Returned as they are.
        sweep_id: Names the sweep.
        now: Aware UTC.
    """
    if health is None or health.retry_at is None or health.retry_at <= now:
        return None
    return Collected(
        sweep_id=sweep_id,
        source_id=source.id,
        source_key=source.key,
        started_at=now,
        finished_at=now,
        state=health.state,
        cursor=dict(cursor),
        validators=dict(validators),
        detail=health.detail,
        retry_at=health.retry_at,
    )


def _ready(connector: Connector, source: Source, context: SourceContext) -> Queries | str:
    """The validated parameters, or why the source cannot be asked at all."""
    if context.missing_variables:
        names = ", ".join(context.missing_variables)
        return say("Not asked: the environment variable {names} is not set.", names=names)
    try:
        return connector.Params.model_validate(dict(source.queries))
    except ValidationError as error:
        places = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
        return say("Not asked: queries of the convention are wrong at {places}.", places=places)


class _Walk:
    """Follows one chain of one source to its end or to the first failure."""

    def __init__(
        self,
        connector: Connector,
        params: Queries,
        context: SourceContext,
        transport: Asking,
        gathered: Gathered,
        ends_at: float,
    ) -> None:
        self._connector = connector
        self._params = params
        self._context = context
        self._transport = transport
        self._gathered = gathered
        self._ends_at = ends_at

    async def along(self, first: Request, most_pages: int) -> bool:
        """Read page after page; returns False if the other chains would fare no better."""
        request: Request | None = first
        for _ in range(most_pages):
            if request is None:
                return True
            if asyncio.get_running_loop().time() > self._ends_at:
                self._gathered.stopped(say("The sweep ran out of time; the next one goes on."))
                return False
            outcome = await self._fetch(request)
            if isinstance(outcome, Failure):
                self._gathered.failed(outcome)
                return not outcome.is_host_wide
            page = await self._read(request, outcome)
            self._gathered.took(request, outcome, page)
            if outcome.retry_at is not None and page.next is not None:
                self._gathered.stopped(
                    say("The server's allowance is used up; the next sweep goes on."),
                    outcome.retry_at,
                )
                return False
            request = page.next
        if request is not None:
            self._gathered.stopped(say("More was there than one sweep reads; the next goes on."))
        return True

    async def _fetch(self, request: Request) -> Answer | Failure:
        validators = self._gathered.validators_for(request)
        outcome = await self._transport.fetch(request, self._context.id, validators)
        explain = getattr(self._connector, "explain", None)
        if isinstance(outcome, Failure) and outcome.status and explain is not None:
            told: Failure = explain(outcome)
            return told
        return outcome

    async def _read(self, request: Request, answer: Answer) -> Page:
        if answer.status == 304:
            return Page(state="unchanged")
        try:
            # Parsing is heavy work: off the event loop.
            return await asyncio.to_thread(
                self._connector.read, request, answer, self._params, self._context
            )
        except Exception as error:
            # Hostile input found a hole in a connector: told as such, and logged for us to mend.
            # The trace holds code lines only, nothing of the answer.
            _log.error(
                "connector %s: %s in %s",
                self._connector.KIND,
                type(error).__name__,
                _where(error),
            )
            name = type(error).__name__
            return Page(
                state="malformed",
                faults=(Fault(say("The answer could not be read ({error}).", error=name)),),
            )


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
