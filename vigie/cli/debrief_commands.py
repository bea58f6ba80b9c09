"""``debrief``: make the next debrief of an activation, or take a filled-in one back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say

if TYPE_CHECKING:
    from vigie.operations.runtime import Runtime

choose_language()


def register(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command(
        help=say("Debrief (RETEX): tables to fill in, a report to print; --read takes them back.")
    )(debrief)


def debrief(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
    names: Annotated[
        bool | None,
        typer.Option("--names/--no-names", help=say("Name volunteers; default: the convention's.")),
    ] = None,
    read: Annotated[
        Path | None,
        typer.Option("--read", metavar="FILE", help=say("Take a filled-in debrief back.")),
    ] = None,
    by: Annotated[str, typer.Option("--by", help=say("Name of who decides."))] = "",
) -> None:
    """Make a run and say where its files lie; exit 1 where a file cannot be taken."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.debriefing import make_debrief

    with opened_for(activation_id) as runtime:
        if read is not None:
            _take_back(runtime, activation_id, read, by)
            return
        made = make_debrief(runtime, activation_id, by=by.strip() or "vigie", names=names)
    for path in made.paths:
        typer.echo(say("Debrief no. {number}: {path}", number=made.run.number, path=path))


def _take_back(runtime: Runtime, activation_id: str, path: Path, by: str) -> None:
    from vigie.operations.debrief_returning import DebriefFaultsError, take_back

    try:
        taken = take_back(runtime, activation_id, path, by=by)
    except DebriefFaultsError as error:
        for fault in error.faults:
            where = say("{sheet}, row {row}", sheet=fault.sheet, row=fault.row)
            typer.echo(f"{where if fault.row else fault.sheet}: {fault.what} {fault.cure}")
        raise
    typer.echo(
        say(
            "Taken: {changed} line(s) changed, {added} new.",
            changed=taken.changed_count,
            added=taken.added_count,
        )
    )
    if taken.missing_count:
        typer.echo(
            say("{count} line(s) are missing in the file; they stay.", count=taken.missing_count)
        )
    for note in taken.notes:
        typer.echo(note, err=True)
