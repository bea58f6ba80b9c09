"""``up`` and ``down``: the local service."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say

choose_language()

Exercise = Annotated[
    bool, typer.Option("--exercise", help=say("The exercises' service, apart from the real one."))
]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command(help=say("Start the service: Prefect's server and the worker."))(up)
    app.command(help=say("Stop the service; what is being done is ended first."))(down)


def up(exercise: Exercise = False) -> None:
    """Start the service, or say that it runs."""
    from flows.service.control import start_service
    from vigie.settings import Settings, house_of

    house = house_of(Settings(), "exercise" if exercise else "real")
    state = start_service(house, typer.echo)
    typer.echo(say("The service runs. Prefect: {url}", url=state.api_url.removesuffix("/api")))


def down(exercise: Exercise = False) -> None:
    """Stop the service."""
    from flows.service.control import stop_service
    from vigie.settings import Settings, house_of

    house = house_of(Settings(), "exercise" if exercise else "real")
    if stop_service(house):
        typer.echo(say("The service is stopped. Active activations are NOT swept until vigie up."))
    else:
        typer.echo(say("The service was not running."))
