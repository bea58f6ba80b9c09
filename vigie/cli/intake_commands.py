"""``intake``: links, telephone notes and lists, entered by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say
from vigie.problem import Problem

if TYPE_CHECKING:
    from vigie.operations.intake import IntakeAccount

choose_language()

_SHOWN_REFUSALS = 50


def register(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command(
        help=say("Enter pasted links, notes of a call, or a CSV or .xlsx list into an activation.")
    )(intake)


def intake(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help=say("A file, or - for what is typed."))
    ],
    by: Annotated[str, typer.Option(help=say("Name of the person who enters it."))],
    source: Annotated[str, typer.Option(help=say("Who told it: CODIS, town hall, caller …"))] = "",
) -> None:
    """Take it in, publish the workbook, and account for every row."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.intake import take_in
    from vigie.operations.publication import publish

    data = _given(file)
    with opened_for(activation_id) as runtime:
        account = take_in(runtime, activation_id, data, name=file, by=by, origin=source)
        _tell(account)
        if account.new_count:
            published = publish(runtime, activation_id)
            typer.echo(
                say("Revision {revision}: {path}", revision=published.revision, path=published.path)
            )
    if account.refused:
        raise typer.Exit(1)


def _given(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Problem(
            file,
            say("The file cannot be opened: {reason}.", reason=error.strerror or str(error)),
            say("Check the path and the right to read it."),
        ) from error


def _tell(account: IntakeAccount) -> None:
    typer.echo(
        say(
            "{rows} rows given: {new} new, {known} known already, {refused} refused.",
            rows=account.rows_count,
            new=account.new_count,
            known=account.known_count,
            refused=len(account.refused),
        )
    )
    if account.new_count:
        typer.echo(
            say(
                "New rows of the log: {refs}; {updated} rows joined; {held} held back by checks.",
                refs=", ".join(account.refs) or "-",
                updated=account.updated_count,
                held=account.quarantined_count,
            )
        )
    for line, reason in account.refused[:_SHOWN_REFUSALS]:
        typer.echo(say("Line {line}: {reason}", line=line, reason=reason), err=True)
    if len(account.refused) > _SHOWN_REFUSALS:
        rest = len(account.refused) - _SHOWN_REFUSALS
        typer.echo(say("… and {count} more.", count=rest), err=True)
