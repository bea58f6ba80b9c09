"""Conducts a play from the terminal: opens it or takes it up again, walks or waits, tells.

Called by ``vigie exercise play`` and ``resume``. One process conducts a play at a time; other
commands (``pause``, ``speed``, ``fire`` …) move the clock in the store and this process follows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace

from vigie.exercise.scenario import exercise_time, minutes_of
from vigie.exercise.timeline import shown_injects
from vigie.language import say
from vigie.operations.leases import lease, release_dead_leases
from vigie.operations.playing import Conductor, PlayError, walk
from vigie.operations.runtime import Runtime


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
        raise PlayError(
            activation_id, say("This exercise has ended."), say("Play the scenario anew.")
        )
    return Conductor(runtime, play)


def conduct(
    conductor: Conductor,
    until_minute: float | None,
    tell: Callable[[str], None],
    act: Callable[[float], None] | None = None,
) -> float:
    """Play until the end, the minute wanted, or a pause; return the speed that was reached.

    Args:
        conductor: Of a play that stands.
        until_minute: Where to stop; None plays to the end.
        tell: Takes the lines of the live view.
        act: Called after each sweep with its minute: a played team, where nobody real plays.

    Raises:
        PlayError: Another process conducts it, or its port is taken.
    """
    name = f"play:{conductor.identity}"
    with lease(conductor.wall, name, "conductor") as is_ours:
        if not is_ours:
            raise PlayError(
                conductor.identity,
                say("another process conducts this exercise."),
                say("Use vigie exercise pause, speed, jump or stop: it follows."),
            )
        conductor.keep(replace(conductor.play, state="running"), "play_start")
        conductor.open_networks()
        try:
            return asyncio.run(_conduct(conductor, until_minute, tell, act))
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
    tell: Callable[[str], None],
    act: Callable[[float], None] | None,
) -> float:
    told: set[str] = set()

    async def at_stop(minute: float) -> None:
        for line in _news(conductor, minute, told):
            tell(line)
        if act is not None:
            await asyncio.to_thread(act, minute)

    return await walk(conductor, until_minute, at_stop)


def _news(conductor: Conductor, minute: float, told: set[str]) -> list[str]:
    """Return what has happened since the last look: injects for the animators, and the time."""
    lines = []
    for one in shown_injects(conductor.scenario, conductor.play.changes):
        inject = one.inject
        if inject.id in told or one.minute > minute:
            continue
        told.add(inject.id)
        if not one.is_swept:
            text = getattr(inject.content, "text", "")
            lines.append(
                f"{exercise_time(int(one.minute))}  {inject.sender} → {inject.to} : {text}"
            )
    return lines


def _leave(conductor: Conductor) -> None:
    """Say where the play stands: ended, or to be taken up."""
    play = conductor.reload()
    clock = play.clock.paused(conductor.wall.wall_clock())
    is_over = conductor.minute() >= conductor.scenario.duration_minutes
    state = "ended" if is_over else play.state
    action = "play_end" if is_over else "play_leave"
    conductor.keep(replace(play, clock=clock, state=state), action)
