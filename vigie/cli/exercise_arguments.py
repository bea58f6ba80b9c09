"""Arguments and options that several verbs of ``exercise`` share."""

from __future__ import annotations

from typing import Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say

choose_language()

Identity = Annotated[str, typer.Argument(metavar="ID", help=say("Activation of the exercise."))]
InjectId = Annotated[str, typer.Argument(metavar="INJECT", help=say("Id of the inject."))]
By = Annotated[str, typer.Option("--by", help=say("Name of who decides."))]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="T+HH:MM", help=say("Stop at this time of the exercise.")),
]
Speed = Annotated[
    float,
    typer.Option(
        "--speed", min=0.1, max=3600, help=say("Minutes of exercise in a minute of the clock.")
    ),
]
PlayedTeam = Annotated[
    bool,
    typer.Option(
        "--with-played-team",
        help=say("Let a played team react, where nobody real takes part: rehearsals."),
    ),
]
Here = Annotated[
    bool,
    typer.Option("--here", help=say("Conduct in this terminal, even where the service runs.")),
]
