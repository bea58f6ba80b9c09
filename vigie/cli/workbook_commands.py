"""The verbs about the shared workbook: reading back, writing, versions, imports, conflicts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import say

choose_language()


def app() -> typer.Typer:
    """Return the verbs about the shared workbook."""
    group = typer.Typer(no_args_is_help=True, help=say("The shared workbook."))

    group.command(help=say("Read back everything on the share, merge it, write what is new."))(sync)
    group.command(help=say("Write a fresh revision now, even if nothing is new."))(publish)
    group.command(help=say("List the versions that people saved."))(versions)
    group.command(help=say("Bring people's cells back to a version that they saved."))(restore)
    group.command("import", help=say("Take in files that came back by other ways."))(import_)
    group.command(help=say("Show one row's life: each change, its hand, file and revision."))(
        history
    )
    group.command(help=say("List the questions on Conflits that nobody has decided."))(conflicts)
    return group


def sync(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Say what would change; change nothing."))
    ] = False,
    every: Annotated[
        float | None,
        typer.Option(
            "--every",
            metavar="SECONDS",
            min=0.1,
            help=say("Go on until Ctrl-C, with so many seconds between two passes."),
        ),
    ] = None,
) -> None:
    """Read back the workbook and every copy beside it, merge them, write what is new, once."""
    from vigie.cli.rooms import opened_for
    from vigie.cli.syncing import keep_syncing, sync_once, tell_foreseen

    with opened_for(activation_id) as runtime:
        if dry_run:
            tell_foreseen(runtime, activation_id)
        elif every is None:
            sync_once(runtime, activation_id)
        else:
            keep_syncing(runtime, activation_id, every)


def publish(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
) -> None:
    """Write a revision in this process, with and without the service.

    What people saved is read back first: nothing is ever overwritten unread.
    """
    from vigie.cli.rooms import opened_for
    from vigie.operations.publication import publish as publish_workbook

    with opened_for(activation_id) as runtime:
        published = publish_workbook(runtime, activation_id, is_forced=True)
        for note in published.notes:
            typer.echo(note)
        typer.echo(
            say("Revision {revision}: {path}", revision=published.revision, path=published.place)
        )


def versions(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
) -> None:
    """List what ``restore`` can bring back, the newest last."""
    from zoneinfo import ZoneInfo

    from vigie.cli.rooms import opened_for
    from vigie.operations.restoring import BEFORE_RESTORE, listed_versions

    with opened_for(activation_id) as runtime:
        found = listed_versions(runtime, activation_id)
        activation = runtime.store.activation(activation_id)
        zone = ZoneInfo(runtime.convention_of(activation).workbook.time_zones[0])
    if not found:
        typer.echo(say("Nobody has saved a version yet."))
    for number, version in enumerate(found, start=1):
        reason = say("kept before a restore") if version.reason == BEFORE_RESTORE else ""
        typer.echo(
            say(
                "v{number}  {mark}  {at}  revision {revision}  {by}  {origin}",
                number=number,
                mark=version.mark,
                at=f"{version.kept_at.astimezone(zone):%d/%m/%Y %H:%M}",
                revision=version.revision or "?",
                by=version.by or say("a hand in the workbook"),
                origin=reason or version.origin,
            ).rstrip()
        )


def restore(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help=say("Number or mark, as versions lists it."))
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=say("Who decides."))],
) -> None:
    """Bring a version back by a merge; rows that came since stay."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.restoring import restore as bring_back

    with opened_for(activation_id) as runtime:
        done = bring_back(runtime, activation_id, version, by)
        for note in done.published.notes:
            typer.echo(note)
        if not done.edit_count:
            typer.echo(say("Everything already stands as in this version."))
            return
        typer.echo(
            say(
                "{count} cell(s) brought back; to undo: vigie workbook restore {id} {undo} "
                "--by NAME",
                count=done.edit_count,
                id=activation_id,
                undo=done.undo,
            )
        )
        typer.echo(
            say(
                "Revision {revision}: {path}",
                revision=done.published.revision,
                path=done.published.place,
            )
        )


def import_(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER...", help=say("Files (.xlsx .xlsm .ods .csv) or folders of them.")
        ),
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=say("Who imports them."))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Say what would change; change nothing."))
    ] = False,
) -> None:
    """Merge each file against its own base; then write the next revision."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.import_telling import told_import
    from vigie.operations.importing import import_files
    from vigie.operations.publication import publish as publish_workbook

    with opened_for(activation_id) as runtime:
        outcomes = import_files(runtime, activation_id, paths, by=by, is_dry_run=dry_run)
        activation = runtime.store.activation(activation_id)
        for outcome in outcomes:
            for line in told_import(runtime, activation, outcome):
                typer.echo(line, err=bool(outcome.fault))
        if not outcomes:
            typer.echo(say("There is no workbook among these files."))
        if any(outcome.has_changed for outcome in outcomes):
            published = publish_workbook(runtime, activation_id)
            for note in published.notes:
                typer.echo(note)
            typer.echo(
                say(
                    "Revision {revision}: {path}",
                    revision=published.revision,
                    path=published.place,
                )
            )
    if any(outcome.fault for outcome in outcomes):
        raise typer.Exit(1)


def history(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
    ref: Annotated[
        str, typer.Argument(metavar="REF", help=say("Réf of a row, or Équipe/T-1 and the like."))
    ],
) -> None:
    """Print one row's life, the earliest first."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.row_history import row_history

    with opened_for(activation_id) as runtime:
        for line in row_history(runtime, activation_id, ref):
            typer.echo(line)


def conflicts(
    activation_id: Annotated[str, typer.Argument(metavar="ID", help=say("Id of the activation."))],
    all_: Annotated[bool, typer.Option("--all", help=say("Also the decided ones."))] = False,
) -> None:
    """List what people are asked on Conflits."""
    from vigie.cli.rooms import opened_for
    from vigie.operations.row_history import listed_conflicts

    with opened_for(activation_id) as runtime:
        lines = listed_conflicts(runtime, activation_id, is_all=all_)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo(say("No open question on Conflits."))
