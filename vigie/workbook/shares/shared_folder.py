"""The share that is a folder: a network drive, a synchronised folder, or our own.

Opened through ``registry``. Files are moved whole (``folder``, ``swapping``, ``writing``).
"""

from __future__ import annotations

import contextlib
import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vigie.workbook.shares import folder
from vigie.workbook.shares.contract import (
    READ_LIMIT_BYTES,
    Hold,
    Placed,
    Seen,
    Wanted,
    too_large,
)
from vigie.workbook.shares.lock_files import lock_names, lock_owner
from vigie.workbook.shares.naming import is_copy
from vigie.workbook.shares.swapping import leftovers, put_new, swap
from vigie.workbook.shares.writing import WHOLE, hidden_name

KIND = "folder"
ALLOWS = frozenset({"path"})
NEEDS: frozenset[str] = frozenset()

_LOCK_BYTES = 4096


def open_share(wanted: Wanted) -> FolderShare:
    """Return the folder that a convention names, else the activation's own."""
    home = Path(wanted.path) if wanted.path is not None else wanted.folder
    return FolderShare(
        home / wanted.name,
        is_shared=home != wanted.folder,
        lock_limit=wanted.access.lock_limit,
    )


class FolderShare:
    """One workbook in a folder; see ``contract.Share``.

    Args:
        path: The workbook.
        is_shared: Whether partners open files of this folder.
        lock_limit: Older lock files are stale.
    """

    def __init__(
        self, path: Path, *, is_shared: bool, lock_limit: timedelta = timedelta(hours=12)
    ) -> None:
        self.path = path
        self.name = path.name
        self.place = str(path)
        self.is_shared = is_shared
        self._lock_limit = lock_limit

    def read(self, name: str) -> Seen | None:
        """Return a file whole, as it lies there; None if there is none.

        Raises:
            TooLargeError: It is so large that it was not read.
        """
        file = self._file(name)
        with contextlib.suppress(OSError):
            if file.stat().st_size > READ_LIMIT_BYTES:
                raise too_large(name)
        data = folder.read_back(file)
        return None if data is None else Seen(name=name, data=data)

    def settled(self, name: str) -> bool:
        """Wait some seconds whether somebody is still writing a file; True if nobody is."""
        return folder.settled(self._file(name))

    def copies(self) -> list[str]:
        """Return the names of the workbook's copies."""
        try:
            names = [entry.name for entry in os.scandir(self.path.parent) if entry.is_file()]
        except OSError:
            # That the folder cannot be read is told where the workbook itself is read.
            return []
        return sorted(name for name in names if is_copy(name, self.name))

    def leftovers(self, *, is_clearing: bool = True) -> list[str]:
        """Return what a stopped replacement left, the oldest first; half files go if asked."""
        return [file.name for file in leftovers(self.path, is_clearing=is_clearing)]

    def hold(self, name: str, now: datetime) -> Hold | None:
        """Return who holds a file open by a lock file that is not stale."""
        for how, lock in lock_names(name):
            file = self._file(lock)
            try:
                since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            except OSError:
                continue
            if now - since <= self._lock_limit:
                return Hold(how=how, by=lock_owner(how, _beginning(file)), since=since)
        return None

    def put(self, data: bytes, seen: Seen | None) -> Placed:
        """Replace the workbook if it still is what was seen.

        Raises:
            HeldError: The folder does not let it be replaced.
        """
        known = None if seen is None else seen.data
        swapped = swap(self.path, data, known, is_shared=self.is_shared)
        out = swapped.came_out
        return Placed(is_placed=swapped.is_placed, came_out=None if out is None else out.name)

    def put_beside(self, name: str, data: bytes) -> bool:
        """Write a new file beside the workbook; False if one of this name lies there."""
        return put_new(self._file(name), data, self.path, is_shared=self.is_shared)

    def remove(self, seen: Seen) -> bool:
        """Delete a file if it still is what was seen; a save in the last moment stays."""
        file = self._file(seen.name)
        out = hidden_name(self.path, WHOLE)
        try:
            file.rename(out)
        except OSError:
            return False
        if folder.read_back(out) == seen.data:
            out.unlink(missing_ok=True)
            return True
        try:
            file.hardlink_to(out)
            out.unlink(missing_ok=True)
        except OSError as error:
            # Somebody saved anew meanwhile, or no second name is possible: the hidden file is
            # read as a leftover by the next publication.
            if error.errno != errno.EEXIST and not file.exists():
                out.rename(file)
        return False

    def drop(self, name: str) -> None:
        """Delete what came out of a replacement."""
        self._file(name).unlink(missing_ok=True)

    def set_aside(self, name: str, reason: str, now: datetime) -> str:
        """Rename a file that cannot be used to a dated name; returns that name."""
        return folder.set_aside(self._file(name), reason, now, self.path).name

    def _file(self, name: str) -> Path:
        return self.path.parent / name


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as handle:
            return handle.read(_LOCK_BYTES)
    except OSError:
        # Excel keeps its lock file from being read; that it lies there is enough.
        return b""
