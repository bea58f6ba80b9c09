"""Moves a play from outside: pause, speed, jump, stop, and what animators change of its injects.

Called by ``vigie exercise …``. Writes the play in the store; whoever conducts it follows at its
next look. Each movement stands in the journal with who decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vigie.exercise.scenario import Inject, exercise_time, minutes_of
from vigie.exercise.timeline import ShownInject, shown_injects
from vigie.language import say
from vigie.operations.conducting import has_ended, take_up
from vigie.operations.playing import Conductor, PlayError
from vigie.operations.runtime import Runtime
from vigie.records.play import WALKING_ABOVE_SPEED, InjectChange, InjectState, Play


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

    def paused(play: Play) -> Play:
        return replace(play, clock=play.clock.paused(runtime.wall_clock()), state="paused")

    return _moved(conductor, paused, "play_pause", by)


def set_speed(runtime: Runtime, activation_id: str, speed: float, by: str) -> float:
    """Let a play go on at another speed; return the minute at which it stands.

    Raises:
        PlayError: It follows no scenario, or has ended.
    """
    conductor = take_up(runtime, activation_id)

    def at_speed(play: Play) -> Play:
        wall = runtime.wall_clock()
        clock = play.clock.at_speed(wall, speed)
        if speed > WALKING_ABOVE_SPEED:
            # From here on it is set, sweep by sweep: left running it would leap to the next one.
            clock = clock.paused(wall)
        return replace(play, clock=clock, wanted_speed=speed)

    return _moved(conductor, at_speed, "play_speed", by, f"{speed:g}")


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

    def _jumped(play: Play) -> Play:
        minute = _target(conductor, play, target)
        try:
            return replace(play, clock=play.clock.jumped(runtime.wall_clock(), minute))
        except ValueError:
            raise PlayError(
                target,
                say("it has passed: the exercise stands at {time}.", time=_time(conductor, play)),
                say("Jump forward, or play the scenario anew."),
            ) from None

    return _moved(conductor, _jumped, "play_jump", by)


def stop_play(runtime: Runtime, activation_id: str, by: str) -> float:
    """End a play for good; its activation stays open for the debrief. Return the minute.

    Raises:
        PlayError: It follows no scenario, or has ended already.
    """
    conductor = take_up(runtime, activation_id)

    def ended(play: Play) -> Play:
        return replace(play, clock=play.clock.paused(runtime.wall_clock()), state="ended")

    return _moved(conductor, ended, "play_end", by)


def change_inject(
    runtime: Runtime, activation_id: str, inject_id: str, state: InjectState, by: str
) -> Inject:
    """Fire an inject by hand now, hold it back, or plan it again.

    Raises:
        PlayError: There is no such inject, or it was shown already.
    """
    conductor = take_up(runtime, activation_id)
    inject = _inject(conductor, conductor.play, inject_id)

    def _changed(play: Play) -> Play:
        now = conductor.minute_of(play)
        shown = {one.inject.id: one.minute for one in _shown(conductor, play)}
        if shown.get(inject_id, float("inf")) <= now:
            raise PlayError(
                inject_id,
                say("it was shown already, at {time}.", time=exercise_time(int(shown[inject_id]))),
                say("What has happened cannot unhappen: add another inject."),
            )
        minute = float(int(now)) if state == "fired" else None
        text = next((c.text for c in play.changes if c.inject_id == inject_id), "")
        return _with_change(play, InjectChange(inject_id, state, minute, text))

    _moved(conductor, _changed, f"inject_{state}", by, inject_id)
    return inject


def put_inject(runtime: Runtime, activation_id: str, inject: Inject, by: str) -> None:
    """Add an inject while the exercise runs, or replace one that was not shown yet.

    Raises:
        PlayError: One of that id was shown already, or its time has passed.
    """
    conductor = take_up(runtime, activation_id)

    def _put(play: Play) -> Play:
        shown = {one.inject.id: one.minute for one in _shown(conductor, play)}
        earliest = min(inject.shown_minute, shown.get(inject.id, inject.shown_minute))
        if earliest < conductor.minute_of(play):
            raise PlayError(
                inject.id,
                say(
                    "its time has passed: the exercise stands at {time}.",
                    time=_time(conductor, play),
                ),
                say("Give it a later time."),
            )
        return _with_change(
            play, InjectChange(inject.id, "planned", None, inject.model_dump_json())
        )

    _moved(conductor, _put, "inject_put", by, inject.id)


def _moved(
    conductor: Conductor, change: Callable[[Play], Play], action: str, by: str, after: str = ""
) -> float:
    """Move a play that has not ended, whoever moved it meanwhile; return the minute."""

    def change_unless_ended(play: Play) -> Play:
        if play.state == "ended":
            raise has_ended(play.activation_id)
        return change(play)

    conductor.move(change_unless_ended, action, by, after)
    return conductor.minute()


def _with_change(play: Play, change: InjectChange) -> Play:
    others = (one for one in play.changes if one.inject_id != change.inject_id)
    # In the store's order: what was read again is equal to what was written.
    changes = sorted((*others, change), key=lambda one: one.inject_id)
    return replace(play, changes=tuple(changes))


def _shown(conductor: Conductor, play: Play) -> list[ShownInject]:
    return shown_injects(conductor.scenario, play.changes)


def _inject(conductor: Conductor, play: Play, inject_id: str) -> Inject:
    known = {one.id: one for one in conductor.scenario.injects}
    known |= {one.inject.id: one.inject for one in _shown(conductor, play)}
    if inject_id not in known:
        raise PlayError(
            inject_id,
            say("there is no such inject."),
            say("See vigie exercise injects {id}.", id=conductor.identity),
        )
    return known[inject_id]


def _target(conductor: Conductor, play: Play, target: str) -> float:
    try:
        return float(minutes_of(target))
    except ValueError:
        inject = _inject(conductor, play, target)
        shown = {one.inject.id: one.minute for one in _shown(conductor, play)}
        return shown.get(target, float(inject.shown_minute))


def _time(conductor: Conductor, play: Play) -> str:
    return exercise_time(int(conductor.minute_of(play)))
