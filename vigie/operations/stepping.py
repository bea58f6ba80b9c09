"""Steps a play: to its next due sweep or inject, at once, and stands still there.

Called by ``vigie exercise step``. A step sweeps nothing that an undisturbed run would not sweep: at
an inject that comes between two sweeps the clock only stands, so that the animator can look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vigie.exercise.timeline import shown_injects
from vigie.language import say
from vigie.operations.conducting import conduct, has_ended, take_up
from vigie.operations.playing import Conductor, PlayError
from vigie.operations.runtime import Runtime
from vigie.operations.turns import is_conducted
from vigie.records.play import Play


def step_play(
    runtime: Runtime,
    activation_id: str,
    by: str,
    tell: Callable[[str], None],
    act: Callable[[Conductor], Callable[[float], None]] | None = None,
) -> float:
    """Go to the next due sweep or inject, do what is due there, and pause; return the minute.

    Args:
        runtime: Of the exercise house.
        activation_id: Whose play; it stands still: paused, left, killed, or not begun.
        by: Name of who decides.
        tell: Takes the lines of the live view.
        act: Makes the played team, where nobody real plays.

    Raises:
        PlayError: It follows no scenario, has ended, runs in another process, or stands at its end.
    """
    conductor = take_up(runtime, activation_id)
    if is_conducted(runtime, activation_id):
        raise PlayError(
            activation_id,
            say("another process conducts this exercise."),
            say("Pause it first: a step begins where it stands still."),
        )
    reaction = act(conductor) if act is not None else None
    due = conductor.next_due_minute()

    def stepped(play: Play) -> Play:
        if play.state == "ended":
            raise has_ended(activation_id)
        wall = runtime.wall_clock()
        clock = play.clock.paused(wall)
        return replace(play, clock=clock.jumped(wall, _next_stop(conductor, play, due)))

    conductor.move(stepped, "play_step", by)
    conduct(conductor, conductor.minute(), tell, reaction)

    def paused(play: Play) -> Play:
        return play if play.state == "ended" else replace(play, state="paused")

    conductor.move(paused, "play_pause", by)
    return conductor.minute()


def _next_stop(conductor: Conductor, play: Play, due: int | None) -> float:
    """Return the minute of the next due sweep or inject.

    Args:
        conductor: Of the play.
        play: As it stands.
        due: First minute whose sweep is not done: perhaps the very one where the clock stands.

    Raises:
        PlayError: The play stands at its end.
    """
    now = conductor.minute_of(play)
    if due is None:
        raise has_ended(play.activation_id)
    if due <= now:
        return now
    shown = shown_injects(conductor.scenario, play.changes)
    return float(min([due, *(one.minute for one in shown if one.minute > now)]))
