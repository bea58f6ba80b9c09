"""``check``, ``plan``, ``conventions``: all about the YAML files, nothing from the network."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say

choose_language()

Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help=say("Say what was read from where."))
]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command(help=say("Check convention files: every fault of every file, with line and cure."))(
        check
    )
    app.command(help=say("Show which sweep would run when; asks nobody."))(plan)
    app.command(help=say("List the conventions."))(conventions)


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILES", help=say("Files; default: the whole folder.")),
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Check files; exit 1 if any is wrong."""
    from vigie.convention.loader import ConventionErrors, convention_files, load_conventions
    from vigie.operations.conventions import convention_registry
    from vigie.settings import Settings

    settings = Settings()
    paths = list(files or convention_files(settings.conventions))
    if not paths:
        typer.echo(
            say(
                "{folder}: no convention here. Give files, or set VIGIE_CONVENTIONS.",
                folder=settings.conventions,
            ),
            err=True,
        )
        raise typer.Exit(1)
    if verbose:
        for path in paths:
            typer.echo(str(path.absolute()))
    try:
        loaded = load_conventions(paths, convention_registry())
    except ConventionErrors as errors:
        for fault in errors.faults:
            typer.echo(str(fault))
        typer.echo(say("{count} fault(s); nothing is used.", count=len(errors.faults)), err=True)
        raise typer.Exit(1) from None
    _tell_checked(list(loaded))


def _tell_checked(loaded: list) -> None:  # type: ignore[type-arg]
    import os

    from vigie.activation.states import validity
    from vigie.convention.secrets import missing_secrets

    today = datetime.now(UTC).date()
    for convention in loaded:
        typer.echo(
            say(
                "{id}: right ({sources} sources, {missions} missions).",
                id=convention.id,
                sources=len(convention.sources),
                missions=len(convention.missions),
            )
        )
        if validity(convention, today) != "valid":
            typer.echo(
                say(
                    "  warning: valid from {start} to {end} only.",
                    start=convention.valid_from,
                    end=convention.valid_until,
                )
            )
        if convention.territory.geocoder is not None:
            typer.echo(
                say(
                    "  addresses in posts are looked up online ({geocoder}): the words of the "
                    "address and the commune's code are sent, nothing else.",
                    geocoder=convention.territory.geocoder,
                )
            )
        for source in convention.sources:
            for name in missing_secrets(source, os.environ):
                typer.echo(
                    say(
                        "  {source}: {name} is not set; this source will be refused.",
                        source=source.id,
                        name=name,
                    )
                )


def plan(
    convention: Annotated[
        str, typer.Argument(metavar="CONVENTION", help=say("Convention id or file."))
    ],
    hours: Annotated[float, typer.Option(min=0.1, max=720, help=say("How far ahead."))] = 72,
) -> None:
    """Print the sweeps of a convention's first hours as if it were activated now."""
    from collections import Counter
    from zoneinfo import ZoneInfo

    from vigie.activation.plan import plan_sweeps, tick_minutes
    from vigie.convention.loader import load_convention
    from vigie.operations.conventions import convention_path, convention_registry
    from vigie.settings import Settings

    loaded = load_convention(
        convention_path(Settings().conventions, convention), convention_registry()
    )
    zone = ZoneInfo(loaded.workbook.time_zones[0])
    sweeps = plan_sweeps(loaded.sources, datetime.now(UTC).replace(microsecond=0), hours)
    typer.echo(
        say(
            "{id}: a tick every {minutes} min, {count} sweeps in {hours} h ({zone}).",
            id=loaded.id,
            minutes=tick_minutes(loaded.sources),
            count=len(sweeps),
            hours=f"{hours:g}",
            zone=zone.key,
        )
    )
    counts = Counter(source_id for item in sweeps for source_id in item.source_ids)
    for source in loaded.sources:
        typer.echo(
            say(
                "  {source}: every {minutes} min, {count} times; at most {requests} requests in "
                "{per} min; silent after {silence} min.",
                source=source.id,
                minutes=source.cadence_minutes,
                count=counts[source.id],
                requests=source.budget.requests,
                per=source.budget.per_minutes,
                silence=source.silence_minutes,
            )
        )
    for item in sweeps:
        local = item.at.astimezone(zone).strftime("%d/%m %H:%M")
        typer.echo(f"{local}  {', '.join(item.source_ids)}")


def conventions() -> None:
    """List every convention of the folder with parties, missions and validity."""
    from vigie.convention.loader import convention_files, load_conventions
    from vigie.language import catalogue
    from vigie.operations.conventions import convention_registry
    from vigie.settings import Settings

    settings = Settings()
    words = catalogue(settings.lang)
    for item in load_conventions(convention_files(settings.conventions), convention_registry()):
        typer.echo(f"{item.id}  [{item.prefix}]  {item.name}")
        typer.echo("  " + " · ".join(party.name for party in item.parties))
        typer.echo("  " + " ; ".join(words.label("mission", name) for name in item.missions))
        typer.echo(
            say("  valid from {start} to {end}", start=item.valid_from, end=item.valid_until)
        )
