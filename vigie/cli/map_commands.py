"""``map open|close|write``: the public map on a named person's decision, and the files of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import catalogue, say

if TYPE_CHECKING:
    from vigie.operations.mapping import MapsWritten

choose_language()

Identity = Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))]
By = Annotated[str, typer.Option(help=say("Name of the person who decides."))]


def app() -> typer.Typer:
    """Return the verbs about the map."""
    group = typer.Typer(no_args_is_help=True, help=say("The map, restricted and public."))
    group.command(
        "open", help=say("Open the public map: verified, harmless, current facts, by commune.")
    )(open_public)
    group.command("close", help=say("Close the public map: its files are emptied and say so."))(
        close_public
    )
    group.command(help=say("Write the map's files now."))(write)
    return group


def open_public(activation_id: Identity, by: By) -> None:
    """Open the public map and write all files."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.mapping import open_map

    with opened_for(activation_id) as runtime:
        _tell(open_map(runtime, activation_id, by=by))


def close_public(activation_id: Identity, by: By) -> None:
    """Close the public map and empty its files."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.mapping import close_map

    with opened_for(activation_id) as runtime:
        _tell(close_map(runtime, activation_id, by=by))


def write(activation_id: Identity) -> None:
    """Write the map's files as the store stands."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.mapping import write_maps

    with opened_for(activation_id) as runtime:
        _tell(write_maps(runtime, activation_id))


def _tell(written: MapsWritten) -> None:
    from vigie.settings import Settings

    words = catalogue(Settings().lang)
    typer.echo(
        say("Public map open: {count} facts.", count=written.public_count)
        if written.is_open
        else say("Public map closed.")
    )
    typer.echo(say("Restricted map: {count} facts.", count=written.shown_count))
    for reason, count in written.refusals.items():
        label = words.label("map_refusal", reason)
        typer.echo(say("  not public: {count} ({reason})", count=count, reason=label))
    for ref in written.withheld:
        typer.echo(
            say(
                "  {ref}: its summary seems to name somebody and is kept back; word it otherwise.",
                ref=ref,
            )
        )
    for path in written.paths:
        typer.echo(f"  {path}")
