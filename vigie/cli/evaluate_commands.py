"""``evaluate``: score gathering, places and triage on labelled tables."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import catalogue, say

if TYPE_CHECKING:
    from vigie.evaluation.figures import Score

choose_language()


def register(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command(
        help=say("Score gathering, places and triage on labelled tables (docs/evaluation.md).")
    )(evaluate)


def evaluate(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help=say("CSV files."))],
    errors: Annotated[
        int, typer.Option(min=0, max=100_000, help=say("How many errors to print of each."))
    ] = 0,
) -> None:
    """Print each file's figures with their 95 % intervals, and the errors asked for."""
    from vigie.operations.evaluating import evaluate_table

    for path in files:
        evaluation = evaluate_table(path)
        typer.echo(say("{path}: {count} posts", path=path, count=evaluation.count))
        for score in (evaluation.gathering, evaluation.places, evaluation.triage):
            if score is not None:
                _tell(score, errors)


def _tell(score: Score, errors_count: int) -> None:
    from vigie.settings import Settings

    words = catalogue(Settings().lang)
    for figure in score.figures:
        if math.isnan(figure.value):
            continue
        typer.echo(
            f"  {words.label('evaluation', figure.name):<46} {figure.value:6.1%}"
            f"  [{figure.low:.1%} … {figure.high:.1%}]  {figure.hits}/{figure.count}"
        )
    for error in score.errors[:errors_count]:
        typer.echo(f"    {error}")
