"""``exercise …``: scenarios, play, scores. Nothing here can reach anything real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli import (
    exercise_clock_commands,
    exercise_inject_commands,
    exercise_score_commands,
)
from vigie.cli.exercise_arguments import By, Here, Identity, PlayedTeam, Speed, Until
from vigie.cli.language import choose_language
from vigie.language import say

if TYPE_CHECKING:
    from vigie.operations.playing import Conductor
    from vigie.operations.runtime import Runtime

choose_language()


def app() -> typer.Typer:
    """Return the group of verbs."""
    group = typer.Typer(no_args_is_help=True, help=say("Exercises: scenarios, play, scores."))
    verbs: list[tuple[str, str, Callable[..., None]]] = [
        ("check", say("Check scenario files: every fault, with line and cure."), check),
        ("export", say("Hand out a scenario as a workbook (chronogramme)."), export),
        ("import", say("Take a workbook (chronogramme) into a scenario."), import_),
        ("play", say("Play a scenario: open its activation and conduct its clock."), play),
        ("resume", say("Go on with an exercise that was paused, left or killed."), resume),
        *exercise_clock_commands.verbs(),
        *exercise_inject_commands.verbs(),
        *exercise_score_commands.verbs(),
    ]
    for name, help_text, verb in verbs:
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
    here: Here = False,
) -> None:
    """Open an exercise and have it conducted until its end, ``--until`` or a pause."""
    from vigie.cli.rooms import opened
    from vigie.operations.playing import Casting, open_play
    from vigie.operations.scenarios import named_scenario, unplayed

    with opened("exercise") as runtime:
        chosen, text = named_scenario(scenario, runtime.house.settings, is_played=True)
        for line in unplayed(chosen, runtime.house.settings):
            typer.echo(line)
        casting = Casting(by=by, seed=seed, day=day.date() if day else None, speed=speed)
        conductor = open_play(runtime, chosen, text, casting)
        _conduct(runtime, conductor, until, with_played_team, here)


def resume(
    identity: Identity,
    until: Until = None,
    with_played_team: PlayedTeam = False,
    here: Here = False,
) -> None:
    """Go on where the exercise was."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.conducting import take_up

    with opened_for(identity) as runtime:
        _conduct(runtime, take_up(runtime, identity), until, with_played_team, here)


def _conduct(
    runtime: Runtime,
    conductor: Conductor,
    until: str | None,
    is_team_played: bool,
    is_here: bool,
) -> None:
    from vigie.cli.conducting import conduct_play
    from vigie.operations.conducting import minute_wanted

    conduct_play(
        runtime,
        conductor,
        minute_wanted(until),
        is_team_played=is_team_played,
        is_here=is_here,
    )
