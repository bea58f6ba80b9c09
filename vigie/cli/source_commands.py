"""``source try``: what a source would give, with timing and faults; nothing is stored."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import catalogue, say

if TYPE_CHECKING:
    from vigie.operations.trying import Trial

choose_language()

FAULT_EXIT = 1
_SHOWN_FAULTS = 20
_MOST_CHARACTERS = 160


def app() -> typer.Typer:
    """Return the verbs about sources."""
    group = typer.Typer(no_args_is_help=True, help=say("Sources of collection."))

    @group.callback()
    def about() -> None:
        """Keep ``try`` a verb of its own while it is the only one."""

    group.command(
        "try",
        help=say(
            "Ask a source once and show what would be collected: a KIND with its address, or a "
            "source of a CONVENTION. Nothing is stored."
        ),
    )(try_source)
    return group


def try_source(
    words: Annotated[
        list[str],
        typer.Argument(metavar="KIND|CONVENTION SOURCE", help=say("Kind, or convention and id.")),
    ],
    address: Annotated[str, typer.Option(help=say("Base address of the source."))] = "",
    query: Annotated[
        list[str] | None, typer.Option(help=say("name=value; repeat it for a list."))
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(help=say("name=VARIABLE: the environment variable that holds the secret.")),
    ] = None,
    hours: Annotated[
        float, typer.Option(min=0, max=24 * 31, help=say("How many hours back to ask for."))
    ] = 24.0,
    items: Annotated[int, typer.Option(min=0, max=1000, help=say("How many items to show."))] = 5,
) -> None:
    """Print requests with their time, state, faults and the first items.

    Raises:
        BadParameter: If neither a kind nor a convention with an id is given.
    """
    from vigie.operations.trying import run_trial, source_of_convention, source_of_words
    from vigie.settings import Settings

    settings = Settings()
    if len(words) == 2:
        source = source_of_convention(settings, *words)
    elif len(words) == 1:
        source = source_of_words(words[0], address, query or [], secret or [])
    else:
        raise typer.BadParameter(say("Give a kind, or a convention and the id of a source."))
    trial = run_trial(source, settings, os.environ, datetime.now(UTC), hours)
    _tell(trial, items)
    if trial.collected.state in {"malformed", "refused", "unreachable"}:
        raise typer.Exit(FAULT_EXIT)


def _tell(trial: Trial, items_count: int) -> None:
    from vigie.settings import Settings

    words = catalogue(Settings().lang)
    collected = trial.collected
    typer.echo(
        say(
            "{name}: {state} in {seconds} s; {seen} items seen, {kept} kept, {faults} faults.",
            name=trial.source.name,
            state=words.label("source_state", collected.state),
            seconds=f"{trial.seconds:.1f}",
            seen=collected.seen_count,
            kept=len(collected.posts),
            faults=len(collected.faults),
        )
    )
    for number, asked in enumerate(trial.asked, 1):
        typer.echo(
            f"  {number:>3}. {asked.host}  {asked.told}  {asked.seconds * 1000:.0f} ms"
            f"  {asked.bytes_count / 1000:.1f} kB"
        )
    if collected.detail:
        typer.echo(f"  {collected.detail}")
    for fault in collected.faults[:_SHOWN_FAULTS]:
        typer.echo(say("  fault: {fault}", fault=fault))
    for post in collected.posts[-items_count:][::-1] if items_count else ():
        line = " ".join(post.text.split())[:_MOST_CHARACTERS]
        typer.echo(f"  {post.happened_at.astimezone():%d/%m %H:%M}  {line}")
        if post.url:
            typer.echo(f"               {post.url}")
