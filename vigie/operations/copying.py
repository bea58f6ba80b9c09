"""Copies beside the workbook: each is read back, and the machine's own are kept current and few.

Called by ``returning`` and ``publication``, which hold the workbook's turn. Where the workbook is
held open, a current copy ``NAME (rN).xlsx`` lies beside it; people may write in that copy too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vigie.operations.incoming import Incoming
from vigie.operations.runtime import Runtime
from vigie.problem import WorkbookError
from vigie.records.activation import Activation
from vigie.workbook.shares.contract import Hold, Seen, Share, TooLargeError
from vigie.workbook.shares.naming import copy_revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One file ``NAME*.xlsx`` beside the workbook.

    Attributes:
        incoming: What people left in it; without cells where they are known already.
        revision: Of the machine's copies the number in the name, else None.
        hold: Who holds it open.
    """

    seen: Seen
    incoming: Incoming
    revision: int | None = None
    hold: Hold | None = None

    @property
    def file_hash(self) -> str:
        """SHA-256 (hex) of its bytes."""
        return hashlib.sha256(self.seen.data).hexdigest()


def find_copies(
    runtime: Runtime,
    activation: Activation,
    share: Share,
    opened: Callable[[Seen], Incoming],
    is_known: Callable[[bytes], bool],
    *,
    is_held: bool,
) -> tuple[tuple[Copy, ...], tuple[tuple[str, WorkbookError], ...]]:
    """Return the copies, and those that cannot be used.

    Args:
        runtime: Whose store and clock.
        activation: Whose workbook.
        share: Where it lies.
        opened: Reads a file; raises ``WorkbookError``.
        is_known: Tells whether these bytes were taken in before.
        is_held: The workbook cannot be replaced, so that a copy may have to carry on.
    """
    copies: list[Copy] = []
    faulty: list[tuple[str, WorkbookError]] = []
    for name in share.copies():
        try:
            seen = share.read(name)
        except TooLargeError as problem:
            faulty.append((name, problem))
            continue
        if seen is None:
            continue
        number = copy_revision(name, share.name)
        incoming = Incoming(name=name, data=seen.data)
        if _is_written(runtime, activation, number, seen.data):
            incoming = Incoming(name=name, data=seen.data, is_ours=True, is_usable=True)
        elif not is_known(seen.data) or (is_held and number is not None):
            try:
                incoming = opened(seen)
            except WorkbookError as problem:
                # Somebody may be writing it just now: then it is read at the next pass.
                if share.hold(name, runtime.wall_clock()) is None and share.settled(name):
                    faulty.append((name, problem))
                continue
        hold = share.hold(name, runtime.wall_clock())
        copies.append(Copy(seen=seen, incoming=incoming, revision=number, hold=hold))
    return tuple(copies), tuple(faulty)


def newest_edited(copies: Iterable[Copy]) -> Copy | None:
    """Return the machine's newest copy that people wrote in and nobody holds open."""
    edited = [
        copy
        for copy in copies
        if copy.revision is not None
        and copy.hold is None
        and copy.incoming.is_usable
        and not copy.incoming.is_ours
    ]
    return max(edited, key=lambda copy: copy.revision or 0, default=None)


def clear_copies(share: Share, copies: Iterable[Copy], shown_hash: str, written: str) -> None:
    """Delete the machine's copies that nobody wrote in and that say nothing any more.

    A file that people saved is never deleted, but for the one into which its next revision was
    written: its content lies in the new one and among the kept versions.

    Args:
        share: Where they lie.
        copies: As they were found.
        shown_hash: SHA-256 of the copy that must stay; empty if the workbook itself is current.
        written: Name of the copy that was written on into a new one; empty if none.
    """
    for copy in copies:
        is_ours = copy.incoming.is_ours and copy.revision is not None
        if copy.hold is not None or copy.file_hash == shown_hash:
            continue
        if is_ours or copy.seen.name == written:
            share.remove(copy.seen)


def _is_written(runtime: Runtime, activation: Activation, number: int | None, data: bytes) -> bool:
    if number is None:
        return False
    written = runtime.store.revision(activation.id, number)
    return written is not None and written.file_hash == hashlib.sha256(data).hexdigest()
