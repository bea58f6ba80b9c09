"""``exercise …``: scenarios of exercises. Nothing here can reach anything real."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say

choose_language()


def app() -> typer.Typer:
    """Return the group of verbs."""
    group = typer.Typer(no_args_is_help=True, help=say("Exercises: scenarios, play, scores."))
    group.command(name="check", help=say("Check scenario files: every fault, with line and cure."))(
        check
    )
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
