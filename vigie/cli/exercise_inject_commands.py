"""``exercise fire|hold|release|put|injects``: what animators change, and the list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.exercise_arguments import By, Identity, InjectId
from vigie.cli.language import choose_language
from vigie.language import say

if TYPE_CHECKING:
    from vigie.operations.runtime import Runtime
    from vigie.records.play import InjectState

choose_language()


def verbs() -> list[tuple[str, str, Callable[..., None]]]:
    """Return the verbs of this file: name, help, function."""
    return [
        ("fire", say("Show an inject now."), fire),
        ("hold", say("Hold an inject back until it is fired or released."), hold),
        ("release", say("Plan a held inject again, at its own time."), release),
        ("put", say("Add an inject, or replace one that was not shown yet (YAML)."), put),
        ("injects", say("List the injects: shown, next, held."), injects),
    ]


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
        _keep_files(runtime, identity)
    typer.echo(say("{inject} is planned for {time}.", inject=inject.id, time=inject.at))


def injects(
    identity: Identity,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="DIR",
            help=say("Write players' texts and animators' cards there, to be printed."),
        ),
    ] = None,
) -> None:
    """List the injects of an exercise, or write them."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.conducting import take_up
    from vigie.operations.inject_files import ANIMATION, write_for_print
    from vigie.operations.inject_telling import inject_lines

    with opened_for(identity) as runtime:
        conductor = take_up(runtime, identity, is_over_allowed=True)
        if write is None:
            for line in inject_lines(conductor):
                typer.echo(line)
            return
        texts, cards = write_for_print(conductor, write)
    typer.echo(
        say(
            "{path}: {texts} texts for the players; {cards} cards for the animators in {folder}.",
            path=write,
            texts=texts,
            cards=cards,
            folder=write / ANIMATION,
        )
    )


def _change(identity: str, inject: str, state: InjectState, by: str) -> None:
    from vigie.cli.rooms import opened_for
    from vigie.operations.moving import change_inject

    with opened_for(identity) as runtime:
        changed = change_inject(runtime, identity, inject, state, by)
        _keep_files(runtime, identity)
    words = {"fired": say("fired"), "held": say("held back"), "planned": say("planned again")}
    typer.echo(f"{changed.id} : {words[state]}")


def _keep_files(runtime: Runtime, identity: str) -> None:
    """Bring ``injects/`` in line at once: while the exercise is paused nobody else does."""
    from vigie.operations.conducting import take_up
    from vigie.operations.inject_files import InjectDesk

    conductor = take_up(runtime, identity)
    InjectDesk(conductor).keep(conductor.minute())
