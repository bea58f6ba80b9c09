"""``workbook publish``: read people's edits back and write the next revision now."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say

choose_language()


def app() -> typer.Typer:
    """Return the verbs about the shared workbook."""
    group = typer.Typer(no_args_is_help=True, help=say("The shared workbook."))

    @group.callback()
    def about() -> None:
        """Keep ``publish`` a verb of its own while it is the only one."""

    group.command(help=say("Read people's edits back and write the next revision now."))(publish)
    return group


def publish(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
) -> None:
    """Publish in this process; works with and without the service."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.publication import publish as publish_workbook

    with opened_for(activation_id) as runtime:
        published = publish_workbook(runtime, activation_id)
        for note in published.notes:
            typer.echo(note)
        typer.echo(
            say("Revision {revision}: {path}", revision=published.revision, path=published.path)
        )
