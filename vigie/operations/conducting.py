"""Conducts a play, in the terminal or in the service's flow: takes it up, walks or waits, tells.

Called by ``vigie exercise play`` and ``resume``, and by the exercise flow. One process conducts a
play at a time; other commands (``pause``, ``speed``, ``fire`` …) move the clock in the store and
this process follows.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from dataclasses import replace

from vigie.exercise.scenario import minutes_of
from vigie.language import say
from vigie.operations.announcing import Announcer
from vigie.operations.driving import Driver
from vigie.operations.leases import LEASE_SECONDS, lease, release_dead_leases
from vigie.operations.playing import Conductor, PlayError, walk
from vigie.operations.runtime import Runtime
from vigie.operations.turns import play_lease
from vigie.records.play import Play


def take_up(runtime: Runtime, activation_id: str, *, is_over_allowed: bool = False) -> Conductor:
    """Return the conductor of a play that was left: killed, paused, or never begun.

    Args:
        runtime: Of the exercise house.
        activation_id: Whose play.
        is_over_allowed: Also of one that has ended, to look at it.

    Raises:
        PlayError: It follows no scenario, or has ended.
        UnknownActivationError: There is none of that id.
    """
    runtime.store.activation(activation_id)
    release_dead_leases(runtime)
    play = runtime.store.play(activation_id)
    if play is None:
        raise PlayError(activation_id, say("It follows no scenario."))
    if play.state == "ended" and not is_over_allowed:
        raise has_ended(activation_id)
    return Conductor(runtime, play)


class ConductedError(PlayError):
    """A play that somebody conducts already."""


def conducted_elsewhere(activation_id: str) -> ConductedError:
    """Return the fault of conducting a play that is conducted."""
    return ConductedError(
        activation_id,
        say("another process conducts this exercise."),
        say("Use vigie exercise pause, speed, jump or stop: it follows."),
    )


def has_ended(activation_id: str) -> PlayError:
    """Return the fault of moving a play that has ended."""
    return PlayError(activation_id, say("This exercise has ended."), say("Play the scenario anew."))


def conduct(
    conductor: Conductor,
    until_minute: float | None,
    tell: Callable[[str], None],
    act: Callable[[float], None] | None = None,
    driver: Driver | None = None,
) -> float:
    """Play until the end, the minute wanted, or a pause; return the speed that was reached.

    Args:
        conductor: Of a play that stands.
        until_minute: Where to stop; None plays to the end.
        tell: Takes the lines of the live view.
        act: Called after each sweep with its minute: a played team, where nobody real plays.
        driver: Of the service's flow; None where a terminal conducts, whose play the service
            takes up no more.

    Raises:
        ConductedError: Another process, or another run of the service, conducts it.
        PlayError: Its port is taken.
    """
    # The owner is this conduct's own: two runs of one worker must not both have it.
    owner = uuid.uuid4().hex[:12]
    with lease(conductor.wall, play_lease(conductor.identity), owner) as is_ours:
        if not is_ours:
            raise conducted_elsewhere(conductor.identity)
        if driver is None:
            conductor.wall.store.end_commission(conductor.identity)
        conductor.move(_begun, "play_start")
        conductor.open_networks()
        try:
            return asyncio.run(
                _conduct(conductor, until_minute, owner, Announcer(conductor, tell), act, driver)
            )
        finally:
            conductor.close_networks()
            with contextlib.suppress(PlayError):
                _leave(conductor)


def minute_wanted(until: str | None) -> float | None:
    """Return the minute that an exercise time names; None for none.

    Raises:
        PlayError: The text is no exercise time.
    """
    if until is None:
        return None
    try:
        return float(minutes_of(until))
    except ValueError:
        raise PlayError(
            until, say("this is no time of an exercise."), say("Write T+01:30.")
        ) from None


async def _conduct(
    conductor: Conductor,
    until_minute: float | None,
    owner: str,
    announcer: Announcer,
    act: Callable[[float], None] | None,
    driver: Driver | None,
) -> float:
    async def at_stop(minute: float) -> None:
        await announcer.look(minute)
        if act is not None:
            await asyncio.to_thread(act, minute)

    beside = [
        asyncio.create_task(_hold_lease(conductor, owner)),
        asyncio.create_task(announcer.run()),
    ]
    try:
        speed = await walk(conductor, until_minute, at_stop, driver)
        await announcer.look(conductor.minute())
    finally:
        for task in beside:
            task.cancel()
    return speed


async def _hold_lease(conductor: Conductor, owner: str) -> None:
    """Prolong the lease on the play: an exercise lasts longer than a lease."""
    runtime = conductor.wall
    name, holder = play_lease(conductor.identity), f"{runtime.holder}/{owner}"
    while True:
        await asyncio.sleep(LEASE_SECONDS / 4)
        await asyncio.to_thread(
            runtime.store.renew_lease, name, holder, LEASE_SECONDS, runtime.wall_clock()
        )


def _begun(play: Play) -> Play:
    """Return a play that is conducted from now on.

    Raises:
        PlayError: It was ended meanwhile.
    """
    if play.state == "ended":
        raise has_ended(play.activation_id)
    return replace(play, state="running")


def _leave(conductor: Conductor) -> None:
    """Say where the play stands: ended, or to be taken up."""
    conductor.reload()
    # A pause or Ctrl-C at the very end leaves its last sweep to be done.
    is_over = conductor.next_due_minute() is None

    def left(play: Play) -> Play:
        clock = play.clock.paused(conductor.wall.wall_clock())
        return replace(play, clock=clock, state="ended" if is_over else play.state)

    conductor.move(left, "play_end" if is_over else "play_leave")
