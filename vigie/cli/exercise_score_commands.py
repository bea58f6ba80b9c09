"""``exercise watch|score|overrule``: an exercise against its scenario's truth, and verdicts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.exercise_arguments import By, Identity
from vigie.cli.language import choose_language
from vigie.language import say

if TYPE_CHECKING:
    from vigie.operations.overruling import RuledPlay

choose_language()


def verbs() -> list[tuple[str, str, Callable[..., None]]]:
    """Return the verbs of this file: name, help, function."""
    return [
        (
            "watch",
            say("The trainer's view: time, next injects, what was detected, what is overdue."),
            watch,
        ),
        ("score", say("Score an exercise against the truth of its scenario."), score),
        (
            "overrule",
            say("Set a verdict of your own, with its reason, beside a computed one."),
            overrule,
        ),
    ]


def score(
    identity: Identity,
    as_json: Annotated[bool, typer.Option("--json", help=say("For machines."))] = False,
) -> None:
    """Print the scores; exit 1 where a rumour was wrongly confirmed and nobody overruled it."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.overruling import ruled_play
    from vigie.operations.ruling_telling import ruling_lines, score_data
    from vigie.operations.score_telling import score_lines

    with opened_for(identity) as runtime:
        played = ruled_play(runtime, identity)
    if as_json:
        typer.echo(json.dumps(score_data(played.ruled), ensure_ascii=False, indent=1))
    else:
        for line in (*score_lines(played.ruled.score), *ruling_lines(played.ruled)):
            typer.echo(line)
    if played.ruled.ruled.confirmed_rumours:
        raise typer.Exit(1)


def watch(
    identity: Identity,
    once: Annotated[bool, typer.Option("--once", help=say("One look, then end."))] = False,
) -> None:
    """Show the trainer's view until the exercise has ended or Ctrl-C."""
    from vigie.cli.exercise_screen import follow, print_once
    from vigie.cli.rooms import opened_for
    from vigie.operations.watching import Watch

    with opened_for(identity) as runtime:
        eye = Watch(runtime, identity)
        if once:
            print_once(eye)
        else:
            follow(eye)


def overrule(
    identity: Identity,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="FACT|INJECT|ROW",
            help=say("Fact, inject (its expected reaction) or row that is judged."),
        ),
    ],
    by: By,
    verdict: Annotated[
        str,
        typer.Argument(
            metavar="VERDICT",
            help=say("found, missed · met, late, missed · false row, not false · not counted"),
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help=say("Why, in words."))] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=say("Take the verdict away again."))
    ] = False,
) -> None:
    """Keep or withdraw a verdict, and tell the sums without and with."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.overruling import Wish
    from vigie.operations.overruling import overrule as keep
    from vigie.operations.overruling import withdraw as take_away

    wish = Wish(subject=subject, verdict=verdict, reason=reason, by=by)
    with opened_for(identity) as runtime:
        played = take_away(runtime, identity, wish) if withdraw else keep(runtime, identity, wish)
    _tell_rulings(played)


def _tell_rulings(played: RuledPlay) -> None:
    from vigie.operations.ruling_telling import ruling_lines

    lines = list(ruling_lines(played.ruled))
    for line in lines or [say("No verdict of the exercise direction stands.")]:
        typer.echo(line)
