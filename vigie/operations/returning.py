"""What people left on the share: the workbook itself, its copies, what a stopped publication left.

Called by ``publication``, which holds the workbook's turn. Reads files and the store; must not
change either.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from vigie.language import say
from vigie.operations.belonging import check_belonging
from vigie.operations.copying import Copy, find_copies
from vigie.operations.guarded_reading import reader, words_of
from vigie.operations.incoming import Incoming
from vigie.operations.runtime import Runtime
from vigie.problem import WorkbookError
from vigie.records.activation import Activation
from vigie.workbook.revisions import ReadBack
from vigie.workbook.shares.contract import Hold, Seen, Share, TooLargeError
from vigie.workbook.shares.keeping import KeptVersions, Version

_READ_TRIES = 5
"""A file that is being saved is read again, at most so often."""
_EARLIER_COUNT = 3
"""What a file told before is looked up in so many of its last saves; each costs a reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Everything that lies there.

    Attributes:
        seen: The workbook, which the next revision replaces; None if there is none, or with a
            fault if it is too large to be read.
        incoming: The file into which the next revision is written.
        others: People's files of which only the cells are taken in.
        copies: ``NAME*.xlsx`` beside the workbook.
        hold: Who holds the workbook open; then it is not replaced.
        leftovers: Files of a stopped publication: to be deleted when all this is in the store.
        fault: Why the workbook cannot be used: it is set aside once it is replaced.
        faulty: Leftovers and copies that cannot be used, with the reason.
    """

    seen: Seen | None
    incoming: Incoming
    others: tuple[Incoming, ...] = ()
    copies: tuple[Copy, ...] = ()
    hold: Hold | None = None
    leftovers: tuple[str, ...] = ()
    fault: WorkbookError | None = None
    faulty: tuple[tuple[str, WorkbookError], ...] = field(default=())


def find_returned(
    runtime: Runtime,
    activation: Activation,
    share: Share,
    kept: KeptVersions,
    *,
    is_looking: bool = False,
) -> Returned:
    """Read the workbook and what lies beside it.

    A save that a swap brought out is newer than our file in its place: then the next revision is
    written into the save, so that people's own sheets and remarks in it stay too.

    Args:
        runtime: Whose store and clock.
        activation: Whose workbook.
        share: Where it lies.
        kept: What was taken in before.
        is_looking: Nothing of the share is changed, not even our own half-written files.

    Raises:
        WorkbookError: The share cannot be read, or people go on saving.
    """

    def opened(seen: Seen) -> Incoming:
        return _heard(runtime, activation, _opened(runtime, activation, seen), kept)

    seen, incoming, fault = _workbook(runtime, activation, share, opened)
    # A lock file beside no workbook holds nothing: it is made anew in its place.
    is_there = seen is not None or fault is not None
    hold = share.hold(share.name, runtime.wall_clock()) if is_there else None
    saves: list[Incoming] = []
    files: list[str] = []
    faulty: list[tuple[str, WorkbookError]] = []
    for name in share.leftovers(is_clearing=not is_looking):
        left = share.read(name)
        if left is None:
            continue
        try:
            save = opened(replace(left, name=share.name))
        except WorkbookError as problem:
            # An editor that writes in place goes on writing into what came out: read it later.
            if share.settled(name):
                faulty.append((name, problem))
            continue
        files.append(name)
        saves.append(save)
    if incoming.is_ours or not incoming.is_usable:
        incoming, saves = _newest(incoming, saves)
    copies, faulty_copies = find_copies(
        runtime, activation, share, opened, kept.is_known, is_held=hold is not None
    )
    return Returned(
        seen=seen,
        incoming=incoming,
        others=tuple(save for save in saves if not save.is_ours),
        copies=copies,
        hold=hold,
        leftovers=tuple(files),
        fault=fault,
        faulty=(*faulty, *faulty_copies),
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
    runtime: Runtime,
    activation: Activation,
    share: Share,
    opened: Callable[[Seen], Incoming],
) -> tuple[Seen | None, Incoming, WorkbookError | None]:
    last = runtime.store.last_revision(activation.id)
    for _ in range(_READ_TRIES):
        try:
            seen = share.read(share.name)
        except TooLargeError as problem:
            return None, Incoming(), problem
        if seen is None:
            return None, Incoming(), None
        if last is not None and last.file_hash == hashlib.sha256(seen.data).hexdigest():
            ours = Incoming(name=seen.name, data=seen.data, is_usable=True, is_ours=True)
            return seen, ours, None
        try:
            return seen, opened(seen), None
        except WorkbookError as problem:
            # It may be half-saved: an editor must not find its file gone while it writes.
            if share.settled(share.name):
                return seen, Incoming(), problem
    raise WorkbookError(
        share.place,
        say("The file goes on changing while it is read."),
        say("Vigie reads it again at its next pass."),
    )


def _heard(
    runtime: Runtime, activation: Activation, incoming: Incoming, kept: KeptVersions
) -> Incoming:
    """Return a file with what it was when it was taken in before, on the same base."""
    marks = incoming.read.marks if incoming.read is not None else None
    if incoming.read is None or marks is None or incoming.is_ours:
        return incoming
    earlier = []
    for data in kept.earlier(incoming.name, marks.revision)[:_EARLIER_COUNT]:
        if data == incoming.data:
            earlier.append(incoming.read)
            continue
        with contextlib.suppress(WorkbookError):
            known = _opened(runtime, activation, Seen(name=incoming.name, data=data)).read
            earlier += [] if known is None else [known]
    return replace(incoming, earlier=tuple(earlier))


def read_version(
    runtime: Runtime, activation: Activation, version: Version, data: bytes
) -> ReadBack:
    """Return what people left in a version that was kept.

    Raises:
        WorkbookError: It cannot be read.
    """
    read = _opened(runtime, activation, Seen(name=version.mark, data=data)).read
    if read is None:
        raise WorkbookError(version.mark, say("The version cannot be read."))
    return read


def _opened(runtime: Runtime, activation: Activation, seen: Seen) -> Incoming:
    data = seen.data
    convention = runtime.convention_of(activation)
    found = reader().read(data, words_of(convention))
    check_belonging(runtime, activation, found, seen.name)
    is_ours = False
    if found.marks is not None:
        written = runtime.store.revision(activation.id, found.marks.revision)
        is_ours = written is not None and written.file_hash == hashlib.sha256(data).hexdigest()
    return Incoming(name=seen.name, data=data, read=found, is_usable=True, is_ours=is_ours)
