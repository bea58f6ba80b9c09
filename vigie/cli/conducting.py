"""Who conducts a play: the service's flow where the service runs, else this terminal.

Called by ``vigie exercise play`` and ``resume``. Imports no prefect.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from flows.service import names
from flows.service.control import running_state
from flows.service.requests import api_client, request_run, run_state
from flows.service.state import ServiceState
from vigie.language import say
from vigie.problem import ServiceError

if TYPE_CHECKING:
    from vigie.operations.playing import Conductor
    from vigie.operations.rehearsing import PlayedTeam
    from vigie.operations.runtime import Runtime

_LOOK_SECONDS = 0.5
Tell = Callable[[str], None]
"""Prints a line above the view."""


def conduct_play(
    runtime: Runtime,
    conductor: Conductor,
    until_minute: float | None,
    *,
    is_team_played: bool,
    is_here: bool,
) -> None:
    """Have a play conducted and tell what is said aloud in it, until it ends or stands.

    Args:
        runtime: Of the exercise house.
        conductor: Of a play that stands; its networks are not open.
        until_minute: Where to stop, in minutes of exercise; None: at its end.
        is_team_played: Let a played team react.
        is_here: By this terminal, even where the service runs.

    Raises:
        PlayError: Somebody conducts it already, or its port is taken.
        ServiceError: The service fails, or is stopped while it conducts.
    """
    from vigie.cli.exercise_screen import beside
    from vigie.operations.placing import workbook_place
    from vigie.operations.watching import Watch

    identity = conductor.identity
    activation = runtime.store.activation(identity)
    typer.echo(say("EXERCISE {id}: {title}", id=identity, title=conductor.scenario.title))
    typer.echo(say("Workbook: {path}", path=workbook_place(runtime, activation)))
    service = None if is_here else running_state(runtime.house)
    first, swept_count, began = conductor.minute(), _swept_count(conductor), time.monotonic()
    if service is None:
        try:
            with beside(Watch(runtime, identity)) as tell:
                speed = _conduct_here(conductor, until_minute, is_team_played, tell)
        except KeyboardInterrupt:
            _tell_left(conductor)
            raise
    else:
        with beside(Watch(runtime, identity)) as tell:
            is_seen_through = _conduct_there(
                runtime, conductor, service, until_minute, is_team_played, tell
            )
        if not is_seen_through:
            return
        speed = (conductor.minute() - first) * 60 / (time.monotonic() - began)
    _tell_end(conductor, _swept_count(conductor) - swept_count, speed)


def _conduct_here(
    conductor: Conductor,
    until_minute: float | None,
    is_team_played: bool,
    tell: Tell,
) -> float:
    from vigie.operations.conducting import conduct
    from vigie.operations.rehearsing import PlayedTeam

    tell(say("This terminal conducts: Ctrl-C leaves the exercise where it is."))
    if not is_team_played:
        return conduct(conductor, until_minute, tell)
    team = PlayedTeam.of(conductor)
    speed = conduct(conductor, until_minute, tell, team.act)
    _tell_team(team, tell)
    return speed


def _tell_team(team: PlayedTeam, tell: Tell) -> None:
    """Tell whether everything that the played team typed is there."""
    if lost := team.lost():
        tell(say("LOST: {lost}", lost="; ".join(lost)))
        raise typer.Exit(1)
    tell(
        say(
            "The played team typed {cells} cell(s) and {rows} row(s); all of it is there.",
            cells=len(team.typed),
            rows=len(team.added),
        )
    )


def _conduct_there(
    runtime: Runtime,
    conductor: Conductor,
    service: ServiceState,
    until_minute: float | None,
    is_team_played: bool,
    tell: Tell,
) -> bool:
    """Start the flow and follow it; False if the person only stopped looking."""
    from vigie.operations.conducting import conducted_elsewhere
    from vigie.operations.turns import is_conducted
    from vigie.records.turn import Commission

    identity = conductor.identity
    if is_conducted(runtime, identity):
        raise conducted_elsewhere(identity)
    # Written before it is asked for: a service that is killed in between takes it up.
    runtime.store.commission_play(Commission(identity, until_minute, is_team_played))
    run_id = request_run(
        service.api_url,
        names.EXERCISE_FLOW,
        names.SYSTEM_DEPLOYMENT,
        {
            "activation_id": identity,
            "until_minute": until_minute,
            "is_team_played": is_team_played,
        },
    )
    pages = service.api_url.removesuffix("/api")
    tell(say("The service conducts: {url}", url=f"{pages}/runs/flow-run/{run_id}"))
    tell(
        say(
            "Ctrl-C only ends this view, the exercise goes on. To freeze it: "
            "vigie exercise pause {id} --by NAME",
            id=identity,
        )
    )
    try:
        _follow(runtime, conductor, service, run_id, tell)
    except KeyboardInterrupt:
        words = say(
            "{id} goes on in the service; see it with: vigie exercise watch {id}", id=identity
        )
        tell(words)
        return False
    return True


def _follow(
    runtime: Runtime, conductor: Conductor, service: ServiceState, run_id: str, tell: Tell
) -> None:
    """Tell what is said aloud until the run has ended."""
    from vigie.operations.announcing import news

    told: set[str] = set()
    # What was said before this run is not said again.
    news(conductor, conductor.minute() - 1, told)
    with api_client(service.api_url) as client:
        while (state := run_state(client, run_id)) not in names.ENDED_STATES:
            _tell_news(conductor, told, tell)
            if running_state(runtime.house) is None:
                raise ServiceError(
                    say("Service"),
                    say("It has stopped; the exercise stands."),
                    say("Start it, and the exercise goes on: vigie up --exercise"),
                )
            time.sleep(_LOOK_SECONDS)
    _tell_news(conductor, told, tell)
    if state != "COMPLETED":
        raise ServiceError(
            say("Run {flow}", flow=names.EXERCISE_FLOW),
            say("ended as {state}.", state=state),
            say("Its reason is in Prefect's UI and in the worker's log."),
        )


def _tell_news(conductor: Conductor, told: set[str], tell: Tell) -> None:
    from vigie.operations.announcing import news

    conductor.reload()
    for line in news(conductor, conductor.minute(), told):
        tell(line)


def _tell_end(conductor: Conductor, sweep_count: int, speed: float) -> None:
    from vigie.exercise.scenario import exercise_time
    from vigie.operations.playing import PlayError

    with contextlib.suppress(PlayError):
        conductor.reload()
    typer.echo(
        say(
            "{id} stands at {time}; {sweeps} sweeps, speed reached {speed}.",
            id=conductor.identity,
            time=exercise_time(int(conductor.minute())),
            sweeps=sweep_count,
            speed=f"{speed:.0f}",
        )
    )


def _tell_left(conductor: Conductor) -> None:
    from vigie.exercise.scenario import exercise_time

    typer.echo(
        say(
            "{id} was left at {time}; to go on: vigie exercise resume {id}",
            id=conductor.identity,
            time=exercise_time(int(conductor.minute())),
        )
    )


def _swept_count(conductor: Conductor) -> int:
    turns = conductor.wall.store.turns(conductor.identity)
    return sum(turn.job == "sweep" and turn.done_by is not None for turn in turns)
