"""What ``exercise import`` prints: every fault, or what changes. Called by the verb alone."""

from __future__ import annotations

from pathlib import Path

import typer

from vigie.language import say
from vigie.settings import Settings


def tell_import(file: Path, into: Path, settings: Settings, *, is_dry_run: bool) -> bool:
    """Import a chronogramme and say what became of it; return whether nothing was wrong."""
    from vigie.exercise.chronogramme_faults import ChronogrammeErrors
    from vigie.operations.chronogrammes import import_chronogramme, told_changes

    try:
        outcome = import_chronogramme(file, into, settings, is_dry_run=is_dry_run)
    except ChronogrammeErrors as errors:
        for fault in errors.faults:
            typer.echo(str(fault))
        typer.echo(say("{count} fault(s); nothing is used.", count=len(errors.faults)), err=True)
        return False
    for note in outcome.notes:
        typer.echo(note)
    for line in told_changes(outcome):
        typer.echo(line)
    if not outcome.changes:
        typer.echo(say("{path} says the same already; nothing is changed.", path=into))
        return True
    if outcome.lost_comment_count:
        typer.echo(
            say(
                "{count} line(s) of comment go with what is removed.",
                count=outcome.lost_comment_count,
            )
        )
    if is_dry_run:
        typer.echo(say("Nothing is written; without --dry-run it goes to {path}.", path=into))
    else:
        typer.echo(say("Written: {path}", path=into))
    return True
