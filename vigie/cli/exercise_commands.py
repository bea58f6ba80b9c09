"""``exercise …``: scenarios, play, scores. Nothing here can reach anything real."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say

if TYPE_CHECKING:
    from vigie.operations.playing import Conductor
    from vigie.operations.runtime import Runtime
    from vigie.records.play import InjectState

choose_language()

Identity = Annotated[str, typer.Argument(metavar="ID", help=say("Activation of the exercise."))]
InjectId = Annotated[str, typer.Argument(metavar="INJECT", help=say("Id of the inject."))]
By = Annotated[str, typer.Option("--by", help=say("Name of who decides."))]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="T+HH:MM", help=say("Stop at this time of the exercise.")),
]
Speed = Annotated[
    float,
    typer.Option(
        "--speed", min=0.1, max=3600, help=say("Minutes of exercise in a minute of the clock.")
    ),
]


PlayedTeam = Annotated[
    bool,
    typer.Option(
        "--with-played-team",
        help=say("Let a played team react, where nobody real takes part: rehearsals."),
    ),
]


def app() -> typer.Typer:
    """Return the group of verbs."""
    group = typer.Typer(no_args_is_help=True, help=say("Exercises: scenarios, play, scores."))
    for name, help_text, verb in (
        ("check", say("Check scenario files: every fault, with line and cure."), check),
        ("export", say("Hand out a scenario as a workbook (chronogramme)."), export),
        ("import", say("Take a workbook (chronogramme) into a scenario."), import_),
        ("play", say("Play a scenario: open its activation and conduct its clock."), play),
        ("resume", say("Go on with an exercise that was paused, left or killed."), resume),
        ("pause", say("Freeze an exercise's clock; whoever conducts it stops."), pause),
        ("speed", say("Change how fast an exercise goes."), speed_verb),
        ("jump", say("Set an exercise's clock forward to a time or an inject."), jump),
        ("stop", say("End an exercise for good; it can be scored and debriefed."), stop),
        ("fire", say("Show an inject now."), fire),
        ("hold", say("Hold an inject back until it is fired or released."), hold),
        ("release", say("Plan a held inject again, at its own time."), release),
        ("put", say("Add an inject, or replace one that was not shown yet (YAML)."), put),
        ("injects", say("List the injects: shown, next, held."), injects),
        ("score", say("Score an exercise against the truth of its scenario."), score),
    ):
        group.command(name=name, help=help_text)(verb)
    return group


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILES", help=say("Files; default: all that are shipped.")),
    ] = None,
) -> None:
    """Check files; exit 1 if any is wrong."""
    from vigie.exercise.scenario_loading import ScenarioErrors
    from vigie.operations.scenarios import channel_counts, scenario_at, scenario_files
    from vigie.settings import Settings

    settings, is_wrong = Settings(), False
    for path in files or scenario_files():
        try:
            scenario = scenario_at(path, settings)
        except ScenarioErrors as errors:
            is_wrong = True
            for fault in errors.faults:
                typer.echo(str(fault))
            typer.echo(
                say("{count} fault(s); nothing is used.", count=len(errors.faults)), err=True
            )
            continue
        typer.echo(
            say(
                "{id}: right ({injects} injects, {channels} channels, {facts} facts, {duration}).",
                id=scenario.id,
                injects=len(scenario.injects),
                channels=len(channel_counts(scenario)),
                facts=len(scenario.facts),
                duration=scenario.duration,
            )
        )
    if is_wrong:
        raise typer.Exit(1)


def export(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help=say("Id of a shipped scenario, or a file."))
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help=say("Workbook to be written."))],
) -> None:
    """Write a scenario as a workbook that trainers work in."""
    from datetime import UTC

    from vigie.operations.chronogrammes import export_scenario
    from vigie.settings import Settings

    done = export_scenario(scenario, file, Settings(), datetime.now(UTC))
    typer.echo(
        say("{id}: {count} injects in {path}", id=done.id, count=len(done.injects), path=file)
    )


def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=say("Workbook: .xlsx .xlsm .ods .csv")),
    ],
    into: Annotated[
        Path,
        typer.Option("--into", metavar="ID.yml", help=say("File of the scenario; may be new.")),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Say what would change; change nothing."))
    ] = False,
) -> None:
    """Take a workbook into a scenario's file; exit 1 if anything in it is wrong."""
    from vigie.cli.chronogramme_telling import tell_import
    from vigie.settings import Settings

    if not tell_import(file, into, Settings(), is_dry_run=dry_run):
        raise typer.Exit(1)


def play(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help=say("Id of a shipped scenario, or a file."))
    ],
    by: By,
    speed: Speed = 60.0,
    seed: Annotated[
        int | None, typer.Option("--seed", help=say("Of the background; default: the scenario's."))
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help=say("Day of the exercise's calendar.")),
    ] = None,
    until: Until = None,
    with_played_team: PlayedTeam = False,
) -> None:
    """Open an exercise and conduct it until its end, ``--until``, a pause or Ctrl-C."""
    from vigie.cli.rooms import opened
    from vigie.operations.playing import Casting, open_play
    from vigie.operations.scenarios import named_scenario

    with opened("exercise") as runtime:
        chosen, text = named_scenario(scenario, runtime.house.settings)
        casting = Casting(by=by, seed=seed, day=day.date() if day else None, speed=speed)
        _conduct(runtime, open_play(runtime, chosen, text, casting), until, with_played_team)


def resume(identity: Identity, until: Until = None, with_played_team: PlayedTeam = False) -> None:
    """Go on where the exercise was."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.conducting import take_up

    with opened_for(identity) as runtime:
        _conduct(runtime, take_up(runtime, identity), until, with_played_team)


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


def stop(identity: Identity, by: By) -> None:
    """End the exercise."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.moving import stop_play

    with opened_for(identity) as runtime:
        _tell_time(identity, stop_play(runtime, identity, by))


def fire(identity: Identity, inject: InjectId, by: By) -> None:
    """Show an inject now."""
    _change(identity, inject, "fired", by)


def hold(identity: Identity, inject: InjectId, by: By) -> None:
    """Hold an inject back."""
    _change(identity, inject, "held", by)


def release(identity: Identity, inject: InjectId, by: By) -> None:
    """Plan a held inject again."""
    _change(identity, inject, "planned", by)


def put(
    identity: Identity,
    file: Annotated[Path, typer.Argument(help=say("One inject, as in a scenario file."))],
    by: By,
) -> None:
    """Add or replace an inject."""
    from vigie.cli.rooms import opened_for
    from vigie.exercise.scenario_loading import parse_inject
    from vigie.operations.moving import put_inject

    with opened_for(identity) as runtime:
        inject = parse_inject(file)
        put_inject(runtime, identity, inject, by)
    typer.echo(say("{inject} is planned for {time}.", inject=inject.id, time=inject.at))


def injects(identity: Identity) -> None:
    """List the injects of an exercise."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.conducting import take_up
    from vigie.operations.inject_telling import inject_lines

    with opened_for(identity) as runtime:
        for line in inject_lines(take_up(runtime, identity, is_over_allowed=True)):
            typer.echo(line)


def _change(identity: str, inject: str, state: InjectState, by: str) -> None:
    from vigie.cli.rooms import opened_for
    from vigie.operations.moving import change_inject

    with opened_for(identity) as runtime:
        changed = change_inject(runtime, identity, inject, state, by)
    words = {"fired": say("fired"), "held": say("held back"), "planned": say("planned again")}
    typer.echo(f"{changed.id} : {words[state]}")


def _tell_time(identity: str, minute: float) -> None:
    from vigie.exercise.scenario import exercise_time

    typer.echo(say("{id} stands at {time}.", id=identity, time=exercise_time(int(minute))))


def score(identity: Identity) -> None:
    """Print the scores; exit 1 where a rumour was wrongly confirmed."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.score_telling import score_lines
    from vigie.operations.scoring import score_play

    with opened_for(identity) as runtime:
        scored = score_play(runtime, identity)
    for line in score_lines(scored.score):
        typer.echo(line)
    if any(one.confirmed_minute is not None and not one.fact.is_true for one in scored.score.facts):
        raise typer.Exit(1)


def _conduct(
    runtime: Runtime, conductor: Conductor, until: str | None, is_team_played: bool
) -> None:
    from vigie.exercise.scenario import exercise_time
    from vigie.operations.conducting import conduct, minute_wanted
    from vigie.operations.placing import workbook_place
    from vigie.operations.rehearsing import PlayedTeam

    identity = conductor.identity
    activation = runtime.store.activation(identity)
    typer.echo(say("EXERCISE {id}: {title}", id=identity, title=conductor.scenario.title))
    typer.echo(say("Workbook: {path}", path=workbook_place(runtime, activation)))
    act = PlayedTeam.of(conductor).act if is_team_played else None
    speed = conduct(conductor, minute_wanted(until), typer.echo, act)
    typer.echo(
        say(
            "{id} stands at {time}; {sweeps} sweeps, speed reached {speed}.",
            id=identity,
            time=exercise_time(int(conductor.minute())),
            sweeps=conductor.sweep_count,
            speed=f"{speed:.0f}",
        )
    )
