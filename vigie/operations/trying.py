"""Trying a source: ask it once, show what would be collected, store nothing.

Called by ``vigie source try``. Needs no activation and no store: budgets count within the trial.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from vigie.convention.loader import load_convention
from vigie.convention.model import Budget, Source
from vigie.language import say
from vigie.operations.conventions import convention_path, convention_registry
from vigie.problem import ConventionError, Problem
from vigie.records.activation import Kind
from vigie.records.collected import Collected
from vigie.settings import Settings
from vigie.sources.collection import collect
from vigie.sources.contract import Answer, Request, SourceContext
from vigie.sources.failure import Failure
from vigie.sources.registry import connectors
from vigie.sources.transport import Limits, Transport
from vigie.sources.transport_addresses import AddressPolicy

_SWEEP = "try"
_BUDGET = Budget(requests=60, per_minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of a trial.

    Attributes:
        host: Who was asked; never the whole address, which may carry what is nobody's business.
        told: HTTP status, or the state of a failure.
        bytes_count: Size of the answer, unpacked.
    """

    host: str
    seconds: float
    told: str
    bytes_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a source gave."""

    source: Source
    collected: Collected
    seconds: float
    asked: Sequence[Asked] = field(default=())


class _Watched:
    """A transport that notes how long each request took, and counts the budget."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.asked: list[Asked] = []

    async def fetch(
        self, request: Request, source_id: str, validators: tuple[str, str] = ("", "")
    ) -> Answer | Failure:
        """Send one request; see ``Transport.fetch``."""
        begin = time.monotonic()
        outcome = await self._transport.fetch(request, source_id, validators)
        is_answer = isinstance(outcome, Answer)
        self.asked.append(
            Asked(
                host=urlsplit(request.url).hostname or "",
                seconds=time.monotonic() - begin,
                told=str(outcome.status) if is_answer or outcome.status else _state(outcome),
                bytes_count=len(outcome.body) if is_answer else 0,
            )
        )
        return outcome


def _state(outcome: Answer | Failure) -> str:
    return outcome.state if isinstance(outcome, Failure) else ""


def source_of_convention(settings: Settings, convention: str, source_id: str) -> Source:
    """Return a source as a convention's file writes it.

    Raises:
        ConventionError: If there is no such convention or source, or the file is wrong.
    """
    loaded = load_convention(
        convention_path(settings.conventions, convention), convention_registry()
    )
    for source in loaded.sources:
        if source.id == source_id:
            return source
    raise ConventionError(
        convention,
        say("It has no source {id}.", id=source_id),
        say("Known: {known}.", known=", ".join(source.id for source in loaded.sources)),
    )


def source_of_words(
    kind: str, address: str, queries: Sequence[str], secrets: Sequence[str]
) -> Source:
    """Return a source as it is described on the command line.

    Args:
        kind: Of source.
        address: Its base address.
        queries: ``name=value``; a list is given by repeating the name.
        secrets: ``name=VARIABLE``: the environment variable that holds the secret.

    Raises:
        Problem: If the kind is unknown, or the rest does not fit it.
    """
    known = connectors()
    if kind not in known:
        raise Problem(
            kind,
            say("There is no such kind of source."),
            say("Known: {known}.", known=", ".join(known)),
        )
    if not address:
        raise Problem(kind, say("An address is missing."), say("Write --address https://…"))
    values = _values(known[kind].Params, queries)
    references = {name: f"${{env:{variable}}}" for name, variable in map(_pair, secrets)}
    try:
        return Source(
            id=kind.replace("_", "-"),
            name=kind,
            kind=kind,
            address=address,
            queries=values,
            cadence_minutes=5,
            silence_minutes=60,
            budget=_BUDGET,
            secrets=references,
        )
    except ValidationError as error:
        places = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
        raise Problem(
            kind,
            say("This does not describe a source: {places}.", places=places),
            say("An address begins with https:// (imaps:// for mail); a variable is in capitals."),
        ) from None


async def try_source(
    source: Source, settings: Settings, environ: Mapping[str, str], now: datetime, hours: float
) -> Trial:
    """Ask a source for what it gave in the last hours; nothing is kept.

    Args:
        source: Whom to ask.
        settings: For time-outs and sizes.
        environ: For the secrets that it names.
        now: Aware UTC.
        hours: How far back.
    """
    kind: Kind = "real"
    begin = time.monotonic()
    spent: list[datetime] = []

    def spend(_host: str, _source_id: str, at: datetime) -> datetime | None:
        if len(spent) >= source.budget.requests:
            return at + timedelta(minutes=source.budget.per_minutes)
        spent.append(at)
        return None

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - begin)

    async with Transport(
        limits=Limits(
            total_seconds=settings.request_timeout_seconds,
            answer_bytes=settings.answer_limit_bytes,
        ),
        policy=AddressPolicy(kind=kind, is_loopback_allowed=settings.allow_loopback),
        clock=clock,
        spend=spend,
    ) as transport:
        watched = _Watched(transport)
        collected = await collect(
            connectors()[source.kind],
            source,
            SourceContext.of(source, environ, settings.lang),
            {},
            {},
            watched,
            sweep_id=_SWEEP,
            since_at=now - timedelta(hours=hours),
            clock=clock,
        )
    return Trial(
        source=source,
        collected=collected,
        seconds=time.monotonic() - begin,
        asked=tuple(watched.asked),
    )


def run_trial(
    source: Source, settings: Settings, environ: Mapping[str, str], now: datetime, hours: float
) -> Trial:
    """Run ``try_source`` to its end."""
    return asyncio.run(try_source(source, settings, environ, now, hours))


def _values(shape: type[BaseModel], queries: Sequence[str]) -> dict[str, Any]:
    """The queries with the types that the kind wants.

    Raises:
        Problem: If a name is unknown or a value does not fit.
    """
    given: dict[str, list[str]] = {}
    for name, value in map(_pair, queries):
        given.setdefault(name, []).append(value)
    values: dict[str, Any] = {}
    for name, texts in given.items():
        field_ = shape.model_fields.get(name)
        is_list = field_ is not None and get_origin(field_.annotation) is list
        values[name] = texts if is_list else texts[-1]
    try:
        # Text from a command line has no types of its own: here, and only here, it is given some.
        return shape.model_validate(values, strict=False).model_dump(exclude_unset=True)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, item["loc"])) or "-" for item in error.errors())
        raise Problem(
            "--query",
            say("This kind of source does not understand: {places}.", places=places),
            say("It knows: {known}.", known=", ".join(shape.model_fields) or "-"),
        ) from None


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise Problem(text, say("This is not name=value."))
    return name.strip(), value.strip()
