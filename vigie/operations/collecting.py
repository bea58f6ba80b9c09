"""Collecting: ask one source, stage what it gave. Called by the collection task and by ``sweep``.

Nothing is decided here; the analysis commits the staged share together with its cursor.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from datetime import timedelta

from vigie.convention.model import Source
from vigie.operations.isolation import network_port, note_barred, require_world
from vigie.operations.leases import LEASE_SECONDS
from vigie.operations.runtime import Runtime
from vigie.operations.shelving import StoreShelf, has_fellows
from vigie.operations.stages import mark_stage
from vigie.records.activation import Activation
from vigie.records.collected import Collected
from vigie.sources.collection import Asking, collect
from vigie.sources.contract import SourceContext
from vigie.sources.registry import connectors
from vigie.sources.sharing import SharingTransport
from vigie.sources.transport import Limits, Transport
from vigie.sources.transport_addresses import AddressPolicy


def source_lease(activation_id: str, source_id: str) -> str:
    """Return the name of the lease on one source of one activation."""
    return f"source:{activation_id}:{source_id}"


def make_transport(
    runtime: Runtime,
    activation: Activation,
    sources: list[Source],
    *,
    most_seconds: float = math.inf,
) -> Transport:
    """Return the one way out for an activation's sources.

    An exercise's goes to its simulated networks only; every request is spent from its host's
    budget.

    Args:
        runtime: Whose store, clock and settings.
        activation: Who asks.
        sources: Whose budgets pay.
        most_seconds: For what may not wait as long as the settings allow a source.
    """
    budgets = {source.id: source.budget for source in sources}
    settings = runtime.house.settings
    return Transport(
        limits=Limits(
            total_seconds=min(settings.request_timeout_seconds, most_seconds),
            answer_bytes=settings.answer_limit_bytes,
        ),
        policy=AddressPolicy(
            kind=activation.kind,
            is_loopback_allowed=settings.allow_loopback,
            port=network_port(activation),
        ),
        clock=runtime.clock,
        sessions=runtime.sessions,
        # In an exercise all sources live on one machine; in the world they would not.
        spend=lambda host, source_id, now: runtime.store.spend_budget(
            host if activation.kind == "real" else f"{activation.id}/{source_id}",
            budgets[source_id].requests,
            budgets[source_id].per_minutes * 60,
            now,
        ),
    )


async def collect_source(
    runtime: Runtime, activation_id: str, source_id: str, sweep_id: str
) -> Collected | None:
    """Ask a source for what is new since its cursor and stage it.

    A source's own fault is told in the result's state, never raised.

    Returns:
        What was staged, or None if another sweep holds the source.

    Raises:
        SettingsError: If the activation does not belong into this house.
    """
    # Every call of the store runs in a thread: it may wait for its database, the others must not.
    activation = await asyncio.to_thread(runtime.store.activation, activation_id)
    await asyncio.to_thread(require_world, runtime, activation)
    sources = runtime.sources_of(activation)
    source = next(item for item in sources if item.id == source_id)
    holder = f"{runtime.holder}/{sweep_id}"
    name = source_lease(activation_id, source_id)
    is_ours = await asyncio.to_thread(
        runtime.store.take_lease, name, holder, LEASE_SECONDS, runtime.wall_clock()
    )
    if not is_ours:
        return None
    mark_stage(runtime.house, activation_id, sweep_id, "fetch", runtime.clock(), source_id)
    settings = runtime.house.settings
    since_at = (activation.activated_at or activation.created_at) - timedelta(
        hours=settings.look_back_hours
    )
    is_shared = await asyncio.to_thread(has_fellows, runtime, activation, source)
    async with make_transport(runtime, activation, sources) as plain_transport:
        transport: Asking = plain_transport
        if is_shared:
            transport = SharingTransport(
                plain_transport,
                StoreShelf(runtime, activation_id, holder),
                source,
                runtime.clock,
                settings.request_timeout_seconds,
            )
        collected = await collect(
            connectors()[source.kind],
            source,
            SourceContext.of(source, runtime.environ, is_exercise=activation.kind == "exercise"),
            await asyncio.to_thread(runtime.store.cursor, activation_id, source_id),
            await asyncio.to_thread(runtime.store.validators, activation_id, source_id),
            transport,
            sweep_id=sweep_id,
            since_at=since_at,
            clock=runtime.clock,
        )
    # At once, not with the sweep: a refusal happened, whatever becomes of the sweep.
    await asyncio.to_thread(note_barred, runtime, activation, source_id, collected.barred)
    share = replace(collected, barred=())
    await asyncio.to_thread(runtime.store.stage, activation_id, share)
    return collected


def release_sources(
    runtime: Runtime, activation_id: str, source_ids: list[str], sweep_id: str
) -> None:
    """Give a sweep's sources back."""
    holder = f"{runtime.holder}/{sweep_id}"
    for source_id in source_ids:
        runtime.store.release_lease(source_lease(activation_id, source_id), holder)
