"""Turns: a scheduled run of a played activation waits until its job is due, does it, says so.

Prefect's schedule ticks by the wall, the exercise's clock stands at each due minute until the work
is done: so a tick comes a little early and waits here. One run a job waits at a time. Called by the
flows; the conductor's side is ``driving``.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vigie.operations.leases import LEASE_SECONDS, may_be_alive
from vigie.operations.runtime import Runtime
from vigie.records.turn import Job, TurnMaker

_WAIT_SECONDS = 120.0
"""Longer than a tick can come early (``flows.service.play_schedules.LAG_SECONDS``); a run that
waited so long waits for a conductor that is gone."""
_LOOK_SECONDS = 0.2


def play_lease(activation_id: str) -> str:
    """Return the name of the lease on the conduct of a play."""
    return f"play:{activation_id}"


def is_conducted(runtime: Runtime, activation_id: str) -> bool:
    """Tell whether a living process conducts a play."""
    name, now = play_lease(activation_id), runtime.wall_clock()
    return any(
        held.name == name and held.expires_at > now and may_be_alive(held.holder)
        for held in runtime.store.leases()
    )


def is_turn_taken(runtime: Runtime, activation_id: str, job: Job) -> bool:
    """Tell whether a run waits for, or does, a job of a play."""
    name, now = _lease_name(activation_id, job), runtime.wall_clock()
    return any(held.name == name and held.expires_at > now for held in runtime.store.leases())


@asynccontextmanager
async def due_turn(
    runtime: Runtime,
    activation_id: str,
    job: Job,
    made_by: TurnMaker,
    *,
    is_asked: bool = False,
) -> AsyncIterator[str]:
    """Wait for a job's turn, and say that it is done when the block ends well.

    What fails within the block leaves the turn open: the conductor has it done again.

    Args:
        runtime: Of the activation's house.
        activation_id: Whose job. An activation without a play has no turns: it never waits.
        job: What the block does.
        made_by: What the turn's record says; the flow takes what is open now and never waits.
        is_asked: A person wants it now, due or not.

    Yields:
        Empty if the block shall do the job, else why not.
    """
    is_played = runtime.house.kind == "exercise" and await asyncio.to_thread(
        lambda: runtime.store.play(activation_id) is not None
    )
    if is_asked or not is_played:
        yield ""
        return
    store, name = runtime.store, _lease_name(activation_id, job)
    holder = f"{runtime.holder}/{uuid.uuid4().hex[:12]}"
    is_ours = await asyncio.to_thread(
        store.take_lease, name, holder, LEASE_SECONDS, runtime.wall_clock()
    )
    if not is_ours:
        yield "Another run has this turn."
        return
    try:
        # The conductor awaits what it takes itself: waiting for it in turn would never end.
        wait_seconds = 0.0 if made_by == "flow" else _WAIT_SECONDS
        minute = await _due_minute(runtime, activation_id, job, wait_seconds)
        if minute is None:
            yield "The exercise does not wait for it."
            return
        yield ""
        await asyncio.to_thread(store.end_turn, activation_id, job, minute, made_by)
    finally:
        await asyncio.to_thread(store.release_lease, name, holder)


async def _due_minute(
    runtime: Runtime, activation_id: str, job: Job, wait_seconds: float
) -> float | None:
    """Return the minute at which the clock stands for a job; None if it is not to be waited for."""
    deadline = time.monotonic() + wait_seconds
    while True:
        minute, is_worth_waiting = await asyncio.to_thread(_look, runtime, activation_id, job)
        if minute is not None or not is_worth_waiting or time.monotonic() >= deadline:
            return minute
        await asyncio.sleep(_LOOK_SECONDS)


def _look(runtime: Runtime, activation_id: str, job: Job) -> tuple[float | None, bool]:
    play = runtime.store.play(activation_id)
    if play is None or play.state != "running":
        return None, False
    for turn in runtime.store.turns(activation_id):
        if turn.job == job and turn.done_by is None:
            return turn.minute, True
    ours = (one.activation_id for one in runtime.store.commissions())
    is_driven = not play.is_walked and activation_id in ours
    # Where nobody conducts any more (the service stops) nobody must be kept waiting.
    return None, is_driven and is_conducted(runtime, activation_id)


def _lease_name(activation_id: str, job: Job) -> str:
    return f"turn:{activation_id}:{job}"
