"""``report``: issue the next point de situation now."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say
from vigie.problem import Problem

choose_language()


def register(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command(help=say("Issue the next situation report: numbered, frozen, to print and paste."))(
        report
    )


def report(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
    by: Annotated[str, typer.Option(help=say("Name of the person who decides."))],
    situation: Annotated[
        str | None,
        typer.Option(help=say("Your paragraph on the situation; kept until you give another.")),
    ] = None,
    corrects: Annotated[
        int | None, typer.Option(help=say("Number of the report that this one corrects."), min=1)
    ] = None,
) -> None:
    """Issue in this process; works with and without the service."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.publication import publish
    from vigie.operations.reporting import issue_report

    with opened_for(activation_id) as runtime:
        is_active = runtime.store.activation(activation_id).state == "active"
        if is_active:
            # What people typed up to now belongs into the report.
            try:
                publish(runtime, activation_id)
            except Problem as problem:
                typer.echo(str(problem), err=True)
        issued = issue_report(runtime, activation_id, by=by, situation=situation, corrects=corrects)
        for path in issued.paths:
            typer.echo(
                say("Situation report no. {number}: {path}", number=issued.report.number, path=path)
            )
        for note in issued.notes:
            typer.echo(note, err=True)
        if is_active:
            publish(runtime, activation_id)
