"""Sweeps: which sources are due, who analyses when, and a whole sweep without Prefect.

Called by the sweep flow and by ``vigie sweep ID --here``.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from vigie.activation.plan import due_sources
from vigie.operations.analysis import SweepResult, analyse
from vigie.operations.collecting import collect_source, release_sources
from vigie.operations.geocoding import refine_points
from vigie.operations.isolation import note_ways_out, require_world
from vigie.operations.leases import analysis_turn
from vigie.operations.publication import publish
from vigie.operations.published import Published
from vigie.operations.runtime import Runtime
from vigie.problem import Problem
from vigie.records.health import Health

_TOLERANCE_SECONDS = 20.0
"""A tick a little early still takes what is due: schedules are never exact."""


@dataclass(frozen=True, slots=True)
class StartedSweep:
    """A sweep that has begun: which sources it shall ask, or why none."""

    sweep_id: str
    source_ids: tuple[str, ...] = ()
    reason: str = ""


def begin_sweep(runtime: Runtime, activation_id: str, *, everything: bool = False) -> StartedSweep:
    """Say which sources of an activation are due now.

    Args:
        runtime: Whose store and clock.
        activation_id: Whose sweep; nothing is due unless it is active.
        everything: Every source, due or not; only a ``retry_at`` is still respected.

    Raises:
        SettingsError: If the activation does not belong into this house.
    """
    activation = runtime.store.activation(activation_id)
    sweep_id = uuid.uuid4().hex[:12]
    if activation.state != "active":
        return StartedSweep(sweep_id, (), f"{activation.state}: nothing is swept.")
    require_world(runtime, activation)
    if activation.kind == "exercise":
        note_ways_out(runtime, activation, runtime.convention_of(activation))
    now = runtime.clock()
    healths = runtime.store.healths(activation_id)
    sources = runtime.sources_of(activation)
    if everything:
        due = [item for item in sources if not _must_wait(healths.get(item.id), now)]
    else:
        due = due_sources(sources, healths, now, _TOLERANCE_SECONDS)
    return StartedSweep(sweep_id, tuple(item.id for item in due))


def _must_wait(health: Health | None, now: datetime) -> bool:
    return health is not None and health.retry_at is not None and health.retry_at > now


def end_sweep(runtime: Runtime, activation_id: str, started: StartedSweep) -> None:
    """Give the sweep's sources back, however it ended."""
    release_sources(runtime, activation_id, list(started.source_ids), started.sweep_id)


def analyse_in_turn(runtime: Runtime, activation_id: str, sweep_id: str) -> SweepResult:
    """Analyse when no other sweep of the activation does: two would not see each other's rows."""
    with analysis_turn(runtime, activation_id):
        if runtime.store.activation(activation_id).state not in ("active", "standby"):
            # Closed meanwhile: what came too late must not appear behind the last revision.
            return SweepResult(sweep_id)
        result = analyse(runtime, activation_id, sweep_id)
    # Outside the turn: no other sweep waits for the online geocoder, whose answers only refine.
    try:
        refined_count = refine_points(runtime, activation_id)
    except Problem:
        # The sweep is committed and stands; the next one tries again.
        refined_count = 0
    return replace(result, updated_count=result.updated_count + refined_count)


def finish_workbook(runtime: Runtime, activation_id: str) -> Published:
    """Write the last revision of an activation that has ended, after the last sweep under way."""
    runtime.store.forget_answers()
    with analysis_turn(runtime, activation_id):
        return publish(runtime, activation_id, is_final=True)


async def sweep_here(
    runtime: Runtime, activation_id: str, *, everything: bool = True
) -> SweepResult:
    """Run one whole sweep in this process, without Prefect: collect, analyse, publish nothing."""
    started = await asyncio.to_thread(begin_sweep, runtime, activation_id, everything=everything)
    if not started.source_ids:
        return SweepResult(started.sweep_id)
    try:
        shares = await asyncio.gather(
            *(
                collect_source(runtime, activation_id, source_id, started.sweep_id)
                for source_id in started.source_ids
            )
        )
        result = await asyncio.to_thread(analyse_in_turn, runtime, activation_id, started.sweep_id)
        skipped = (
            source_id
            for source_id, share in zip(started.source_ids, shares, strict=True)
            if share is None
        )
        return replace(result, skipped_ids=tuple(skipped))
    finally:
        end_sweep(runtime, activation_id, started)
