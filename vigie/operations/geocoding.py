"""Refining points: addresses in new rows are looked up online, where a convention wants it.

Called after each sweep's commit. Never needed: whatever goes wrong here, the rows stand with their
commune's point. Sends the words of an address and the commune's code, nothing else of a post.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from vigie.convention.model import Convention, Source
from vigie.operations.addressing import GEOCODER_ID, AddressQuestion, question_of, refined
from vigie.operations.collecting import make_transport
from vigie.operations.leases import analysis_turn, lease
from vigie.operations.runtime import Runtime
from vigie.problem import BusyError
from vigie.records.activation import Activation, JournalEntry
from vigie.records.addresses import KnownAddresses, PlacedAddress
from vigie.records.collected import Collected
from vigie.records.health import GOOD_STATES, Health
from vigie.records.observation import PLACE_COLUMNS, URGENCIES, Observation
from vigie.records.sweep import SweepOutcome, Update
from vigie.signals.addresses import house_number, is_same_street
from vigie.signals.gazetteer import Commune, Gazetteer
from vigie.sources.failure import Failure
from vigie.sources.geoplateforme import BUDGET, Candidate, read, request_of, sure_one
from vigie.sources.health import next_health
from vigie.sources.transport import Transport

MOST_QUESTIONS = 10
"""In one sweep; the others wait for the next."""
_MOST_SECONDS = 15.0
"""After which a sweep asks nothing more: the workbook waits."""
_ANSWER_SECONDS = 5.0
_MOST_FAILURES = 2
_FARTHEST_KILOMETRES = 30.0
"""From a commune's point to its farthest houses. Source: Arles, the widest, reaches 25 km."""


@dataclass(slots=True)
class _Round:
    """What one round of questions brought."""

    answers: dict[str, PlacedAddress | None] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    asked_count: int = 0


def is_asked_online(activation: Activation, convention: Convention) -> bool:
    """Tell whether a convention wants the geocoder and the activation may ask it.

    An exercise reaches nothing real: it never asks.
    """
    return convention.territory.geocoder is not None and activation.kind == "real"


def known_addresses(
    runtime: Runtime, activation: Activation, convention: Convention
) -> KnownAddresses:
    """Return what the geocoder answered for an activation; nothing where it is not asked."""
    if not is_asked_online(activation, convention):
        return {}
    return runtime.store.addresses(activation.id)


def refine_points(runtime: Runtime, activation_id: str) -> int:
    """Look up addresses of rows that have only their commune's point; lay the answers over them.

    Runs in a thread of its own: it waits for the network.

    Returns:
        How many rows were refined.
    """
    activation = runtime.store.activation(activation_id)
    convention = runtime.convention_of(activation)
    if activation.state != "active" or not is_asked_online(activation, convention):
        return 0
    with lease(runtime, f"geocoding:{activation_id}", uuid.uuid4().hex[:12]) as is_ours:
        if not is_ours:
            return 0
        known = runtime.store.addresses(activation_id)
        wanted = _questions(runtime.store.observations(activation_id), runtime.gazetteer)
        open_questions = {key: one for key, one in wanted.items() if key not in known}
        if open_questions:
            _ask(runtime, activation, list(open_questions.values()))
            known = runtime.store.addresses(activation_id)
        if not any(known.get(key) for key in wanted):
            return 0
        # Another sweep may be at it for long; then the next one lays the answers over the rows.
        with contextlib.suppress(BusyError), analysis_turn(runtime, activation_id):
            return _lay_over(runtime, activation, convention.prefix, known)
    return 0


def _questions(rows: Iterable[Observation], gazetteer: Gazetteer) -> dict[str, AddressQuestion]:
    """Return the questions of all rows by their digest, the most pressing and newest first."""
    found: dict[str, AddressQuestion] = {}
    newest_first = list(rows)
    newest_first.reverse()
    for row in sorted(newest_first, key=_pressing):
        question = question_of(row.machine, gazetteer) if _is_ours(row) else None
        if question is not None:
            found.setdefault(question.key, question)
    return found


def _pressing(row: Observation) -> int:
    urgency = row.value("urgency")
    return URGENCIES.index(urgency) if urgency in URGENCIES else len(URGENCIES)


def _is_ours(row: Observation) -> bool:
    """Whether the machine places a row: nobody typed into its place, and it is not set aside."""
    is_placed_by_people = any(column in row.people for column in PLACE_COLUMNS)
    return not (row.is_added_by_people or row.is_withdrawn or is_placed_by_people)


def _lay_over(
    runtime: Runtime,
    activation: Activation,
    prefix: str,
    known: KnownAddresses,
) -> int:
    """Give the rows as they stand now the points that were answered; return how many changed."""
    updates = []
    for row in runtime.store.observations(activation.id):
        if not _is_ours(row):
            continue
        before = dict(row.machine)
        after = refined(before, runtime.gazetteer, known)
        if after is not before:
            changed = {name: after[name] for name in PLACE_COLUMNS if after.get(name) is not None}
            updates.append(Update(ref=row.ref, machine=changed))
    if updates:
        outcome = SweepOutcome(
            sweep_id=f"geocoding-{uuid.uuid4().hex[:12]}",
            committed_at=runtime.clock(),
            updates=tuple(updates),
        )
        runtime.store.commit_sweep(activation.id, prefix, outcome)
    return len(updates)


def _ask(runtime: Runtime, activation: Activation, questions: list[AddressQuestion]) -> None:
    """Ask, unless the geocoder wants to be left in peace; keep the answers and how it is doing."""
    previous = runtime.store.healths(activation.id).get(GEOCODER_ID)
    started_at = runtime.clock()
    if previous and previous.next_try_at and previous.next_try_at > started_at:
        return
    brought = asyncio.run(_round(runtime, activation, questions[:MOST_QUESTIONS]))
    runtime.store.keep_addresses(activation.id, brought.answers)
    _tell(runtime, activation, previous, brought, started_at)


async def _round(
    runtime: Runtime, activation: Activation, questions: list[AddressQuestion]
) -> _Round:
    brought = _Round()
    base = runtime.house.settings.geocoder_address
    enough_at = time.monotonic() + _MOST_SECONDS
    async with make_transport(
        runtime, activation, [_geocoder(base)], most_seconds=_ANSWER_SECONDS
    ) as transport:
        for question in questions:
            if time.monotonic() > enough_at or _is_enough(brought.failures):
                break
            brought.asked_count += 1
            found = await _placed(transport, base, question, runtime.gazetteer)
            if isinstance(found, Failure):
                brought.failures.append(found)
                if found.status != HTTPStatus.BAD_REQUEST:
                    continue
                # These words it will never understand: they are not asked again.
                found = None
            brought.answers[question.key] = found
    return brought


def _is_enough(failures: list[Failure]) -> bool:
    return len(failures) >= _MOST_FAILURES or any(one.is_host_wide for one in failures)


async def _placed(
    transport: Transport, base: str, question: AddressQuestion, gazetteer: Gazetteer
) -> PlacedAddress | Failure | None:
    """Return the point of an address, None where there is none to be sure of."""
    insee = question.commune.insee
    outcome = await transport.fetch(request_of(base, question.address, insee), GEOCODER_ID)
    candidates = outcome if isinstance(outcome, Failure) else read(outcome, insee)
    if isinstance(candidates, Failure):
        return candidates
    best = sure_one([one for one in candidates if _fits(one, question, gazetteer)])
    if best is None:
        return None
    return PlacedAddress(lon=best.lon, lat=best.lat, precision_metres=best.precision_metres)


def _fits(one: Candidate, question: AddressQuestion, gazetteer: Gazetteer) -> bool:
    """Whether an answer means what was asked: its street, its number, its commune."""
    if not is_same_street(question.address, one.name):
        return False
    if one.kind == "housenumber" and house_number(one.number) != house_number(question.address):
        return False
    there = Commune("", "", "", 0, (), one.lon, one.lat)
    return gazetteer.kilometres_between(question.commune, there) <= _FARTHEST_KILOMETRES


def _geocoder(base: str) -> Source:
    """The geocoder as the transport knows sources, with a budget of its own."""
    # Not validated: its id is one that no convention can write.
    return Source.model_construct(
        id=GEOCODER_ID,
        name=GEOCODER_ID,
        kind="geoplateforme",
        address=base,
        queries={},
        cadence_minutes=5,
        silence_minutes=60,
        budget=BUDGET,
        secrets={},
        grade=None,
    )


def _tell(
    runtime: Runtime,
    activation: Activation,
    previous: Health | None,
    brought: _Round,
    started_at: datetime,
) -> None:
    """Keep how the geocoder is doing; journal it when that changes, once."""
    fault = brought.failures[-1] if brought.failures else None
    source = _geocoder(runtime.house.settings.geocoder_address)
    collected = Collected(
        sweep_id="",
        source_id=source.id,
        source_key=source.key,
        started_at=started_at,
        finished_at=runtime.clock(),
        state=fault.state if fault else "ok",
        seen_count=brought.asked_count,
        detail=fault.sentence if fault else "",
        retry_at=fault.retry_at if fault else None,
    )
    found_count = sum(place is not None for place in brought.answers.values())
    health = next_health(previous, collected, found_count, source)
    before = previous.state if previous else "ok"
    entries = () if health.state == before else (_entry(health, before, collected.finished_at),)
    outcome = SweepOutcome(
        sweep_id=f"geocoder-{uuid.uuid4().hex[:12]}",
        committed_at=collected.finished_at,
        healths=(health,),
        journal=entries,
    )
    runtime.store.commit_sweep(activation.id, "", outcome)


def _entry(health: Health, before: str, at: datetime) -> JournalEntry:
    detail = "" if health.state in GOOD_STATES else health.detail
    return JournalEntry(
        at=at,
        actor="vigie",
        subject=GEOCODER_ID,
        action="source_state",
        field="state",
        before=before,
        after=health.state,
        detail={"detail": detail} if detail else {},
    )
