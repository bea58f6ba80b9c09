"""What every share offers, whatever its kind: reading, replacing what was seen, writing beside it.

Implemented by one file a kind (``shared_folder``, ``webdav``); called by ``vigie.operations``.
A share carries whole files and knows nothing of what is inside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from vigie.language import say
from vigie.problem import WorkbookError

HowHeld = Literal["libreoffice", "excel", "webdav", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file of a share as it was read, whole.

    Attributes:
        tag: The server's mark of these bytes, if it gives one that may be relied on.
    """

    name: str
    data: bytes
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why a file must not be replaced now.

    Attributes:
        by: Whom the lock names; empty if nobody.
        since: Aware UTC, if it is known.
        how: A lock file of LibreOffice or Excel, a lock of the server, or a share that refuses.
    """

    how: HowHeld
    by: str = ""
    since: datetime | None = None


class HeldError(WorkbookError):
    """The share does not let this file be replaced now; a copy can be written beside it."""

    def __init__(self, where: str, what: str, cure: str = "", *, hold: Hold | None = None) -> None:
        super().__init__(where, what, cure)
        self.hold = hold or Hold(how="refused")


class LeadsAwayError(WorkbookError):
    """A share that is not where it is said to be: it redirects, or is a way to another place.

    Attributes:
        target: Scheme, host and port that it leads to, or the folder.
    """

    def __init__(self, where: str, what: str, cure: str, *, target: str) -> None:
        super().__init__(where, what, cure)
        self.target = target


class TooLargeError(WorkbookError):
    """A file so large that it is not even read."""


READ_LIMIT_BYTES = 80_000_000
"""Above the largest workbook that is opened (``package.archive``)."""


def too_large(where: str) -> TooLargeError:
    """Return the fault of a file that is not read for its size."""
    return TooLargeError(
        where, say("The file is larger than {limit} MB.", limit=READ_LIMIT_BYTES // 1_000_000)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of a replacement.

    Attributes:
        is_placed: Whether our file lies in its place now.
        came_out: Name of a file that holds what lay there: the caller reads it and drops it when
            it holds nothing that is not taken in. None if nothing came out.
    """

    is_placed: bool
    came_out: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the installation's settings give to shares. Passwords are never shown or logged.

    Attributes:
        address: Beginning of the addresses to which user and password may be sent.
        lock_limit: An older lock file was left behind by an editor that is gone.
        timeout_seconds: How long a server may keep silent.
    """

    address: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    lock_limit: timedelta = timedelta(hours=12)
    timeout_seconds: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which share is to be opened.

    Attributes:
        name: File name of the workbook.
        folder: Where it lies if the convention names no place.
        path: A folder that the convention names.
        address: A web address that the convention names.
    """

    name: str
    folder: Path
    path: str | None = None
    address: str | None = None
    access: Access = Access()


class Share(Protocol):
    """One place with the workbook and the copies beside it.

    Every method raises ``WorkbookError`` where the share cannot be reached or refuses to be read.
    """

    name: str
    """File name of the workbook."""
    place: str
    """Path or address of the workbook, as people are told it."""
    is_shared: bool
    """Whether others open files of this place too."""

    def read(self, name: str) -> Seen | None:
        """Return a file whole, as it lies there; None if there is none.

        Raises:
            TooLargeError: It is so large that it was not read.
        """

    def settled(self, name: str) -> bool:
        """Wait some seconds whether somebody is still writing a file; True if nobody is."""

    def copies(self) -> list[str]:
        """Return the names of the workbook's copies, ``NAME*.xlsx`` without the workbook."""

    def leftovers(self, *, is_clearing: bool = True) -> list[str]:
        """Return what a stopped replacement left, the oldest first; only under the turn.

        Args:
            is_clearing: Files that were never written to their end, always ours, are deleted.
        """

    def hold(self, name: str, now: datetime) -> Hold | None:
        """Return who holds a file open; None if nobody does, or only a stale lock says so."""

    def put(self, data: bytes, seen: Seen | None) -> Placed:
        """Replace the workbook if it still is what was seen.

        Raises:
            HeldError: The share does not let it be replaced now.
        """

    def put_beside(self, name: str, data: bytes) -> bool:
        """Write a new file beside the workbook; False if one of this name lies there."""

    def remove(self, seen: Seen) -> bool:
        """Delete a file if it still is what was seen; False if it is not or must stay."""

    def drop(self, name: str) -> None:
        """Delete what came out of a replacement."""

    def set_aside(self, name: str, reason: str, now: datetime) -> str:
        """Rename a file that cannot be used to a dated name; returns that name."""
