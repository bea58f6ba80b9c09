"""``exercise pause|speed|jump|stop``: movements of an exercise's clock, each with who decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from vigie.cli.exercise_arguments import By, Identity, PlayedTeam
from vigie.cli.language import choose_language
from vigie.language import say

choose_language()


def verbs() -> list[tuple[str, str, Callable[..., None]]]:
    """Return the verbs of this file: name, help, function."""
    return [
        ("pause", say("Freeze an exercise's clock; whoever conducts it stops."), pause),
        ("speed", say("Change how fast an exercise goes."), speed_verb),
        ("jump", say("Set an exercise's clock forward to a time or an inject."), jump),
        (
            "step",
            say("Go to the next due sweep or inject at once, and stand still there."),
            step,
        ),
        ("stop", say("End an exercise for good; it can be scored and debriefed."), stop),
    ]


def pause(identity: Identity, by: By) -> None:
    """Freeze the clock."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.moving import pause_play

    with opened_for(identity) as runtime:
        _tell_time(identity, pause_play(runtime, identity, by))


def speed_verb(
    identity: Identity,
    speed: Annotated[float, typer.Argument(min=0.1, max=3600, metavar="SPEED")],
    by: By,
) -> None:
    """Change the speed."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.moving import set_speed

    with opened_for(identity) as runtime:
        _tell_time(identity, set_speed(runtime, identity, speed, by))


def jump(
    identity: Identity, target: Annotated[str, typer.Argument(metavar="T+HH:MM|INJECT")], by: By
) -> None:
    """Set the clock forward."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.moving import jump as jump_to

    with opened_for(identity) as runtime:
        _tell_time(identity, jump_to(runtime, identity, target, by))


def step(identity: Identity, by: By, with_played_team: PlayedTeam = False) -> None:
    """Go one step further."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.rehearsing import PlayedTeam as Team
    from vigie.operations.stepping import step_play

    with opened_for(identity) as runtime:
        act = (lambda conductor: Team.of(conductor).act) if with_played_team else None
        _tell_time(identity, step_play(runtime, identity, by, typer.echo, act))


def stop(identity: Identity, by: By) -> None:
    """End the exercise."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.moving import stop_play

    with opened_for(identity) as runtime:
        _tell_time(identity, stop_play(runtime, identity, by))


def _tell_time(identity: str, minute: float) -> None:
    from vigie.exercise.scenario import exercise_time

    typer.echo(say("{id} stands at {time}.", id=identity, time=exercise_time(int(minute))))
