"""A folder that people share: the workbook is read whole, replaced whole, never half-way.

Called by ``vigie.operations.publication``. Must not open the workbook or decide anything about it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from vigie.language import say
from vigie.problem import WorkbookError

VERSIONS_FOLDER = "versions"
KEPT_VERSIONS = 50
"""Versions that people saved and that are kept: a day and night at a version each half hour."""
_READ_TRIES = 5


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


def replace(path: Path, data: bytes) -> None:
    """Put a file in place of another in one step: readers see the old or the new one, whole.

    Raises:
        WorkbookError: The folder or the file does not allow it.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".vigie-", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        if path.exists():
            # mkstemp gives 0600: people who could open the file before must still be able to.
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise WorkbookError(
            str(path),
            say("The file cannot be replaced: {fault}.", fault=error.strerror or str(error)),
            say("Check the folder's permissions and its free space."),
        ) from error


def set_aside(path: Path, reason: str, now: datetime) -> Path:
    """Move a file that cannot be used out of the way, beside it, under a dated name.

    Args:
        path: The file; it must exist.
        reason: Short code that goes into the name: ``illisible``, ``autre-activation``.
        now: Aware; the name bears it in UTC.

    Raises:
        WorkbookError: The folder does not allow it.
    """
    stem = f"{path.stem} ({_safe(reason)} {now.astimezone(UTC):%Y-%m-%d %H%M%S}Z)"
    target = _free_name(path.parent, stem, path.suffix)
    try:
        path.rename(target)
        _sync_folder(path.parent)
    except OSError as error:
        raise _unreadable(path, error) from error
    return target


def keep_version(
    path: Path, data: bytes, now: datetime, folder: Path | None = None, limit: int = KEPT_VERSIONS
) -> Path:
    """Keep a version that people saved; the oldest beyond ``limit`` go.

    The same bytes are kept once.

    Args:
        path: The workbook whose version this is.
        data: What people saved.
        now: Aware; the name bears it in UTC.
        folder: Where versions are kept; ``versions`` beside the workbook by default.
        limit: At least 1.

    Raises:
        WorkbookError: The folder does not allow it.
    """
    home = folder or path.parent / VERSIONS_FOLDER
    mark = hashlib.sha256(data).hexdigest()[:12]
    for kept in versions(path, home):
        if kept.stem.endswith(mark):
            return kept
    target = home / f"{path.stem} {now.astimezone(UTC):%Y-%m-%dT%H%M%S.%f}Z {mark}{path.suffix}"
    replace(target, data)
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


def _sync_folder(folder: Path) -> None:
    """Make a rename outlive a power cut; systems that cannot open folders need no such thing."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
