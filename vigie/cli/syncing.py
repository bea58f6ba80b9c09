"""``workbook sync``: one pass over the share told file by file, or passes until Ctrl-C.

Called by ``workbook_commands``. Loaded only when the verb runs.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

import typer

from vigie.language import say
from vigie.operations.import_telling import told_import
from vigie.operations.importing import ImportedFile
from vigie.operations.publication import publish
from vigie.operations.published import Published
from vigie.operations.runtime import Runtime
from vigie.operations.syncing import foresee_sync
from vigie.problem import Problem


def sync_once(runtime: Runtime, activation_id: str) -> None:
    """Make one pass and say what came in and what was written.

    Raises:
        Problem: See ``publication.publish``.
    """
    published = publish(runtime, activation_id)
    _tell(runtime, activation_id, published)
    if not published.is_written:
        typer.echo(
            say(
                "Nothing to write: revision {revision} stands: {path}",
                revision=published.revision,
                path=published.place,
            )
        )


def keep_syncing(runtime: Runtime, activation_id: str, pause_seconds: float) -> None:
    """Make passes until Ctrl-C; a pass that is under way is ended first, a second Ctrl-C stops it.

    A pass that fails is told on the standard error and does not end the others. What is the same
    as at the pass before is not said again.

    Raises:
        UnknownActivationError: If there is no such activation.
    """
    runtime.store.activation(activation_id)
    ending = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ending.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    said: tuple[str, ...] = ()
    while not ending.is_set():
        try:
            published = publish(runtime, activation_id)
        except Problem as problem:
            notes: tuple[str, ...] = (str(problem),)
            if notes != said:
                typer.echo(str(problem), err=True)
        else:
            notes = published.notes
            _tell(runtime, activation_id, published, said)
        said = notes
        ending.wait(pause_seconds)
    typer.echo(say("Stopped; nothing is under way."))


def tell_foreseen(runtime: Runtime, activation_id: str) -> None:
    """Say what a pass would take in and write.

    Raises:
        Problem: See ``syncing.foresee_sync``.
    """
    foreseen = foresee_sync(runtime, activation_id)
    activation = runtime.store.activation(activation_id)
    for file in foreseen.files:
        for line in told_import(runtime, activation, file):
            typer.echo(line)
        if file.fault:
            for note in file.notes:
                typer.echo(f"  {note}")
    if foreseen.hold is not None:
        typer.echo(
            say(
                "{name} is held open ({by}): the revision would be written beside it.",
                name=foreseen.name,
                by=foreseen.hold.by or say("somebody"),
            )
        )
    if foreseen.revision is None:
        typer.echo(say("Nothing is new; no revision would be written."))
    else:
        typer.echo(say("Revision {revision} would be written.", revision=foreseen.revision))


def _tell(
    runtime: Runtime, activation_id: str, published: Published, said: tuple[str, ...] = ()
) -> None:
    activation = runtime.store.activation(activation_id)
    for file in published.files:
        taken = ImportedFile(
            name=file.name, edit_count=file.edit_count, added_count=file.added_count
        )
        for line in told_import(runtime, activation, taken):
            typer.echo(line)
    for note in published.notes:
        if note not in said:
            typer.echo(note)
    if published.is_written:
        typer.echo(
            say("Revision {revision}: {path}", revision=published.revision, path=published.place)
        )
