"""A folder that people share: the workbook is read whole, replaced whole, never half-way.

Called by ``vigie.operations.publication``. Must not open the workbook or decide anything about it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from vigie.language import say
from vigie.problem import WorkbookError
from vigie.workbook.shares.writing import irreplaceable, stage, sync_folder

VERSIONS_FOLDER = "versions"
KEPT_VERSIONS = 50
"""Versions that people saved and that are kept: a day and night at a version each half hour."""
_READ_TRIES = 5
_QUIET_SECONDS = 3.0
"""So long an unreadable file must lie still under our eyes before it is called unreadable."""
_OLD_SECONDS = 30.0
"""Older ones are not watched; a share's clock may differ from ours by less."""
_POLL_SECONDS = 0.2


def read_back(path: Path) -> bytes | None:
    """Return the file as people saved it, or None if there is none.

    A file whose size or time changes while it is read is read again.

    Raises:
        WorkbookError: It cannot be read, or it goes on changing.
    """
    for _ in range(_READ_TRIES):
        try:
            before = path.stat()
            data = path.read_bytes()
            after = path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error) from error
        if _stamp(before) == _stamp(after) and len(data) == after.st_size:
            return data
    raise WorkbookError(
        str(path),
        say("The file goes on changing while it is read."),
        say("Vigie reads it again at its next pass."),
    )


def replace(path: Path, data: bytes, *, is_shared: bool = False) -> None:
    """Put a file in place of another in one step: readers see the old or the new one, whole.

    Args:
        path: Which file; its rights stay.
        data: Its bytes.
        is_shared: Others may open a new file too (a share); else it is the owner's alone.

    Raises:
        WorkbookError: The folder or the file does not allow it.
    """
    staged: Path | None = None
    try:
        staged = stage(path, data, is_shared=is_shared)
        staged.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if staged is not None:
            staged.unlink(missing_ok=True)
        raise irreplaceable(path, error) from error


def settled(path: Path) -> bool:
    """Wait some seconds whether somebody is still writing a file; True if nobody is.

    Editors write in several goes: a file that cannot be read may be whole in a moment.

    Raises:
        WorkbookError: The folder does not allow to look at it.
    """
    try:
        before = path.stat()
        if time.time() - before.st_mtime > _OLD_SECONDS:
            return True
        deadline = time.monotonic() + _QUIET_SECONDS
        while time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            if _stamp(path.stat()) != _stamp(before):
                return False
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unreadable(path, error) from error
    return True


def set_aside(path: Path, reason: str, now: datetime, workbook: Path | None = None) -> Path:
    """Move a file that cannot be used out of the way, beside it, under a dated name.

    Args:
        path: The file; it must exist.
        reason: Short code that goes into the name: ``illisible``, ``autre-activation``.
        now: Aware; the name bears it in UTC.
        workbook: After which it is named; ``path`` itself by default.

    Raises:
        WorkbookError: The folder does not allow it.
    """
    named = workbook or path
    stem = f"{named.stem} ({_safe(reason)} {now.astimezone(UTC):%Y-%m-%d %H%M%S}Z)"
    target = _free_name(path.parent, stem, named.suffix)
    try:
        path.rename(target)
        sync_folder(path.parent)
    except OSError as error:
        raise _unreadable(path, error) from error
    return target


def keep_version(
    path: Path,
    data: bytes,
    now: datetime,
    folder: Path | None = None,
    limit: int = KEPT_VERSIONS,
    *,
    is_shared: bool = False,
) -> Path:
    """Keep a version that people saved; the oldest beyond ``limit`` go.

    The same bytes are kept once.

    Args:
        path: The workbook whose version this is.
        data: What people saved.
        now: Aware; the name bears it in UTC.
        folder: Where versions are kept; ``versions`` beside the workbook by default.
        limit: At least 1.
        is_shared: Others may open it too, as they may the workbook.

    Raises:
        WorkbookError: The folder does not allow it.
    """
    home = folder or path.parent / VERSIONS_FOLDER
    mark = hashlib.sha256(data).hexdigest()[:12]
    for kept in versions(path, home):
        if kept.stem.endswith(mark):
            return kept
    target = home / f"{path.stem} {now.astimezone(UTC):%Y-%m-%dT%H%M%S.%f}Z {mark}{path.suffix}"
    replace(target, data, is_shared=is_shared)
    for old in versions(path, home)[: -max(limit, 1)]:
        with contextlib.suppress(OSError):
            old.unlink()
    return target


def versions(path: Path, folder: Path | None = None) -> list[Path]:
    """Return the kept versions of a workbook, oldest first."""
    home = folder or path.parent / VERSIONS_FOLDER
    if not home.is_dir():
        return []
    return sorted(
        kept
        for kept in home.iterdir()
        if kept.name.startswith(f"{path.stem} ") and kept.suffix == path.suffix
    )


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _free_name(folder: Path, stem: str, suffix: str) -> Path:
    candidate, number = folder / f"{stem}{suffix}", 2
    while candidate.exists():
        candidate, number = folder / f"{stem} {number}{suffix}", number + 1
    return candidate


def _safe(text: str) -> str:
    return "".join(mark if mark.isalnum() or mark in "-_ " else "-" for mark in text)[:40]


def _unreadable(path: Path, error: OSError) -> WorkbookError:
    return WorkbookError(
        str(path),
        say("The file cannot be read: {fault}.", fault=error.strerror or str(error)),
        say("Check the folder's permissions and its free space."),
    )
