"""Putting a new revision in the place of the file that people have open, without losing a save.

Called by ``vigie.operations.publication``. The two files change places in one step, and what came
out is looked at afterwards: a save in the very last moment is still there, beside, to be merged.
"""

from __future__ import annotations

import ctypes
import errno
import os
from dataclasses import dataclass
from pathlib import Path

from vigie.workbook.shares.folder import read_back
from vigie.workbook.shares.writing import (
    HALF,
    WHOLE,
    hidden_files,
    hidden_name,
    irreplaceable,
    stage,
    sync_folder,
)

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
"""Source: Linux, ``include/uapi/linux/fcntl.h`` and ``fs.h``; renameat2(2)."""
_NOT_OFFERED = frozenset(
    {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EPERM, errno.EMLINK}
)
"""What systems and shares answer that cannot exchange or link files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """What became of a swap.

    Attributes:
        is_placed: Whether our file lies in its place now.
        came_out: The file that lay there, under a hidden name: the caller reads it, and deletes it
            when it holds nothing that is not taken in. None if nothing came out.
    """

    is_placed: bool
    came_out: Path | None = None


def swap(path: Path, data: bytes, seen: bytes | None, *, is_shared: bool) -> Swap:
    """Put a file in place of the one that was seen; one that people saved since is never lost.

    Args:
        path: The workbook.
        data: Its next revision.
        seen: What was read there and is in the store; None if there was no file.
        is_shared: See ``writing.stage``.

    Raises:
        WorkbookError: The folder does not allow it, or the file goes on changing.
    """
    try:
        staged = stage(path, data, is_shared=is_shared)
    except OSError as error:
        raise irreplaceable(path, error) from error
    is_done = False
    try:
        standing = read_back(path)
        if standing is not None and standing != seen:
            return Swap(is_placed=False)
        done = _put(staged, path) if standing is None else _exchange(staged, path)
        is_done = done.came_out == staged
        sync_folder(path.parent)
        return done
    except OSError as error:
        raise irreplaceable(path, error) from error
    finally:
        if not is_done:
            staged.unlink(missing_ok=True)


def put_new(path: Path, data: bytes, workbook: Path, *, is_shared: bool) -> bool:
    """Write a file whole where there is none; False if there is one, which stays.

    Args:
        path: The new file.
        data: Its bytes.
        workbook: Beside which it lies: what a kill leaves is found among its ``leftovers``.
        is_shared: See ``writing.stage``.

    Raises:
        WorkbookError: The folder does not allow it.
    """
    try:
        staged = stage(workbook, data, is_shared=is_shared)
        try:
            is_placed = _put(staged, path).is_placed
        finally:
            staged.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise irreplaceable(path, error) from error
    return is_placed


def leftovers(path: Path, *, is_clearing: bool = True) -> list[Path]:
    """Return the whole files that a stopped swap left beside a workbook, the oldest first.

    Only the holder of the workbook's turn may call this.

    Args:
        path: The workbook.
        is_clearing: Half-written ones, which are always ours, are deleted.
    """
    for half in hidden_files(path, HALF) if is_clearing else ():
        half.unlink(missing_ok=True)
    return hidden_files(path, WHOLE)


def _exchange(staged: Path, path: Path) -> Swap:
    try:
        _rename_exchange(staged, path)
    except FileNotFoundError:
        return _put(staged, path)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
        return _step_by_step(staged, path)
    return Swap(is_placed=True, came_out=staged)


def _rename_exchange(one: Path, other: Path) -> None:
    """Let two files change names in one step.

    Raises:
        OSError: The system or the file system does not offer it, or refuses.
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if _is_posix() else None
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    names = os.fsencode(one), os.fsencode(other)
    if call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))


def _step_by_step(staged: Path, path: Path) -> Swap:
    """Where files cannot change places: the old one out first, the new one in if none came since.

    For a moment there is no file; whoever saves then is not overwritten.
    """
    out = hidden_name(path, WHOLE)
    path.rename(out)
    return Swap(is_placed=_put(staged, path).is_placed, came_out=out)


def _put(staged: Path, path: Path) -> Swap:
    """Put a file where there is none; one that people put there meanwhile stays."""
    try:
        if _is_posix():
            _link(staged, path)
        else:
            staged.rename(path)  # other systems refuse to rename onto a file
    except FileExistsError:
        return Swap(is_placed=False)
    return Swap(is_placed=True)


def _link(staged: Path, path: Path) -> None:
    try:
        path.hardlink_to(staged)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        staged.rename(path)


def _is_posix() -> bool:
    return os.name == "posix"
