"""Moves a play from outside: pause, speed, jump, stop, and what animators change of its injects.

Called by ``vigie exercise …``. Writes the play in the store; whoever conducts it follows at its
next look. Each movement stands in the journal with who decided.
"""

from __future__ import annotations

from dataclasses import replace

from vigie.exercise.scenario import Inject, exercise_time, minutes_of
from vigie.exercise.timeline import ShownInject, shown_injects
from vigie.language import say
from vigie.operations.conducting import take_up
from vigie.operations.playing import Conductor, PlayError
from vigie.operations.runtime import Runtime
from vigie.records.play import InjectChange, InjectState, Play


def pause_play(runtime: Runtime, activation_id: str, by: str) -> float:
    """Freeze a play's clock; return the minute of exercise at which it stands.

    Args:
        runtime: Of the exercise house.
        activation_id: Whose clock.
        by: Name of who decides.

    Raises:
        PlayError: It follows no scenario, or has ended.
    """
    conductor = take_up(runtime, activation_id)
    clock = conductor.play.clock.paused(runtime.wall_clock())
    conductor.keep(replace(conductor.play, clock=clock, state="paused"), "play_pause", by)
    return conductor.minute()


def set_speed(runtime: Runtime, activation_id: str, speed: float, by: str) -> float:
    """Let a play go on at another speed; return the minute at which it stands.

    Raises:
        PlayError: It follows no scenario, or has ended.
    """
    conductor = take_up(runtime, activation_id)
    clock = conductor.play.clock.at_speed(runtime.wall_clock(), speed)
    play = replace(conductor.play, clock=clock, wanted_speed=speed)
    conductor.keep(play, "play_speed", by, f"{speed:g}")
    return conductor.minute()


def jump(runtime: Runtime, activation_id: str, target: str, by: str) -> float:
    """Set a play's clock forward to a time or to an inject; return the minute.

    Args:
        runtime: Of the exercise house.
        activation_id: Whose clock.
        target: ``T+01:30``, or the id of an inject.
        by: Name of who decides.

    Raises:
        PlayError: There is no such time or inject, or it has passed.
    """
    conductor = take_up(runtime, activation_id)
    minute = _target(conductor, target)
    try:
        clock = conductor.play.clock.jumped(runtime.wall_clock(), minute)
    except ValueError:
        raise PlayError(
            target,
            say("it has passed: the exercise stands at {time}.", time=_time(conductor)),
            say("Jump forward, or play the scenario anew."),
        ) from None
    conductor.keep(replace(conductor.play, clock=clock), "play_jump", by)
    return conductor.minute()


def stop_play(runtime: Runtime, activation_id: str, by: str) -> float:
    """End a play for good; its activation stays open for the debrief. Return the minute.

    Raises:
        PlayError: It follows no scenario, or has ended already.
    """
    conductor = take_up(runtime, activation_id)
    clock = conductor.play.clock.paused(runtime.wall_clock())
    conductor.keep(replace(conductor.play, clock=clock, state="ended"), "play_end", by)
    return conductor.minute()


def change_inject(
    runtime: Runtime, activation_id: str, inject_id: str, state: InjectState, by: str
) -> Inject:
    """Fire an inject by hand now, hold it back, or plan it again.

    Raises:
        PlayError: There is no such inject, or it was shown already.
    """
    conductor = take_up(runtime, activation_id)
    inject = _inject(conductor, inject_id)
    shown = {one.inject.id: one.minute for one in _shown(conductor)}
    if shown.get(inject_id, float("inf")) <= conductor.minute():
        raise PlayError(
            inject_id,
            say("it was shown already, at {time}.", time=exercise_time(int(shown[inject_id]))),
            say("What has happened cannot unhappen: add another inject."),
        )
    minute = float(int(conductor.minute())) if state == "fired" else None
    text = next((c.text for c in conductor.play.changes if c.inject_id == inject_id), "")
    _keep_change(conductor, InjectChange(inject_id, state, minute, text), f"inject_{state}", by)
    return inject


def put_inject(runtime: Runtime, activation_id: str, inject: Inject, by: str) -> None:
    """Add an inject while the exercise runs, or replace one that was not shown yet.

    Raises:
        PlayError: One of that id was shown already, or its time has passed.
    """
    conductor = take_up(runtime, activation_id)
    shown = {one.inject.id: one.minute for one in _shown(conductor)}
    earliest = min(inject.shown_minute, shown.get(inject.id, inject.shown_minute))
    if earliest < conductor.minute():
        raise PlayError(
            inject.id,
            say("its time has passed: the exercise stands at {time}.", time=_time(conductor)),
            say("Give it a later time."),
        )
    change = InjectChange(inject.id, "planned", None, inject.model_dump_json())
    _keep_change(conductor, change, "inject_put", by)


def _keep_change(conductor: Conductor, change: InjectChange, action: str, by: str) -> None:
    others = tuple(one for one in conductor.play.changes if one.inject_id != change.inject_id)
    play: Play = replace(conductor.play, changes=(*others, change))
    conductor.keep(play, action, by, change.inject_id)


def _shown(conductor: Conductor) -> list[ShownInject]:
    return shown_injects(conductor.scenario, conductor.play.changes)


def _inject(conductor: Conductor, inject_id: str) -> Inject:
    known = {one.id: one for one in conductor.scenario.injects}
    known |= {one.inject.id: one.inject for one in _shown(conductor)}
    if inject_id not in known:
        raise PlayError(
            inject_id,
            say("there is no such inject."),
            say("See vigie exercise injects {id}.", id=conductor.identity),
        )
    return known[inject_id]


def _target(conductor: Conductor, target: str) -> float:
    try:
        return float(minutes_of(target))
    except ValueError:
        inject = _inject(conductor, target)
        shown = {one.inject.id: one.minute for one in _shown(conductor)}
        return shown.get(target, float(inject.shown_minute))


def _time(conductor: Conductor) -> str:
    return exercise_time(int(conductor.minute()))
