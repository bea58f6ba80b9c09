"""What people left on the share: the workbook itself, and what a stopped publication left beside.

Called by ``publication``, which holds the workbook's turn. Reads files and the store; must not
change either.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from vigie.language import catalogue, say
from vigie.operations.basing import is_strange
from vigie.operations.runtime import Runtime
from vigie.problem import WorkbookError
from vigie.records.activation import Activation
from vigie.workbook.package import read
from vigie.workbook.revisions import ReadBack
from vigie.workbook.shares import folder
from vigie.workbook.shares.swapping import leftovers

_READ_TRIES = 5
"""A file that is being saved is read again, at most so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file as it was found.

    Attributes:
        data: Its bytes.
        read: What people left in it; None if it is as we wrote it, or unusable.
        is_usable: Whether the next revision is written into it.
        is_ours: It is, byte for byte, one that we wrote.
    """

    data: bytes = b""
    read: ReadBack | None = None
    is_usable: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Everything that lies there.

    Attributes:
        on_disk: The workbook's bytes, which the next revision replaces; None if there is none.
        incoming: The file into which the next revision is written.
        others: People's files of which only the cells are taken in.
        leftovers: Files of a stopped publication: to be deleted when all this is in the store.
        fault: Why the workbook cannot be used: it is set aside once it is replaced.
        faulty: Leftovers that cannot be used, with the reason.
    """

    on_disk: bytes | None
    incoming: Incoming
    others: tuple[Incoming, ...] = ()
    leftovers: tuple[Path, ...] = ()
    fault: WorkbookError | None = None
    faulty: tuple[tuple[Path, WorkbookError], ...] = field(default=())


def find_returned(runtime: Runtime, activation: Activation, path: Path) -> Returned:
    """Read the workbook and what lies beside it.

    A save that a swap brought out is newer than our file in its place: then the next revision is
    written into the save, so that people's own sheets and remarks in it stay too.

    Raises:
        WorkbookError: The share cannot be read, or people go on saving.
    """
    on_disk, incoming, fault = _workbook(runtime, activation, path)
    saves: list[Incoming] = []
    files: list[Path] = []
    faulty: list[tuple[Path, WorkbookError]] = []
    for file in leftovers(path):
        data = folder.read_back(file)
        if data is None:
            continue
        try:
            save = _opened(runtime, activation, path, data)
        except WorkbookError as problem:
            faulty.append((file, problem))
            continue
        files.append(file)
        saves.append(save)
    if incoming.is_ours or not incoming.is_usable:
        incoming, saves = _newest(incoming, saves)
    return Returned(
        on_disk=on_disk,
        incoming=incoming,
        others=tuple(save for save in saves if not save.is_ours),
        leftovers=tuple(files),
        fault=fault,
        faulty=tuple(faulty),
    )


def _newest(incoming: Incoming, saves: list[Incoming]) -> tuple[Incoming, list[Incoming]]:
    """Return the file to write into: people's last save, else what there is of ours."""
    theirs = [save for save in saves if not save.is_ours]
    if theirs:
        return theirs[-1], [save for save in saves if save is not theirs[-1]]
    if not incoming.is_usable and saves:
        return saves[-1], []
    return incoming, saves


def _workbook(
    runtime: Runtime, activation: Activation, path: Path
) -> tuple[bytes | None, Incoming, WorkbookError | None]:
    last = runtime.store.last_revision(activation.id)
    for _ in range(_READ_TRIES):
        data = folder.read_back(path)
        if data is None:
            return None, Incoming(), None
        if last is not None and last.file_hash == hashlib.sha256(data).hexdigest():
            return data, Incoming(data=data, is_usable=True, is_ours=True), None
        try:
            return data, _opened(runtime, activation, path, data), None
        except WorkbookError as problem:
            # It may be half-saved: an editor must not find its file gone while it writes.
            if folder.settled(path):
                return data, Incoming(), problem
    raise WorkbookError(
        str(path),
        say("The file goes on changing while it is read."),
        say("Vigie reads it again at its next pass."),
    )


def _opened(runtime: Runtime, activation: Activation, path: Path, data: bytes) -> Incoming:
    convention = runtime.convention_of(activation)
    found = read(
        data,
        catalogue(convention.workbook.language),
        convention.workbook.time_zones[0],
        convention.categories,
    )
    if found.marks is not None and found.marks.activation_id != activation.id:
        raise WorkbookError(
            path.name,
            say("This is the workbook of {other}.", other=found.marks.activation_id),
            say("Put it back into its own folder."),
        )
    if is_strange(runtime, activation, found):
        raise WorkbookError(
            path.name,
            say("None of its references belongs to {id}.", id=activation.id),
            say("Put it back into its own folder."),
        )
    is_ours = False
    if found.marks is not None:
        written = runtime.store.revision(activation.id, found.marks.revision)
        is_ours = written is not None and written.file_hash == hashlib.sha256(data).hexdigest()
    return Incoming(data=data, read=found, is_usable=True, is_ours=is_ours)
