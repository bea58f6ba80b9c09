"""A file written whole beside the one that it is meant for, before anything is replaced.

Called by ``folder`` and ``swapping``. Must not touch the file in whose place it will be put.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from pathlib import Path

from vigie.language import say
from vigie.problem import WorkbookError
from vigie.workbook.shares.contract import HeldError

HALF, WHOLE = ".tmp", ".swap"
"""Ends of hidden names: still being written, and whole (ours, or people's that came out)."""
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY, errno.EROFS})
"""What systems answer for a file that is open elsewhere or that is not ours to replace."""
_PRIVATE, _SHARED = 0o600, 0o666
"""Modes of new files; on a share the system's umask and default rules narrow the second."""


def stage(path: Path, data: bytes, *, is_shared: bool) -> Path:
    """Write a file whole beside ``path``, under a hidden name, with the rights of ``path``.

    Args:
        path: In whose place it will be put; the folder is made where it is missing.
        data: Its bytes.
        is_shared: Others open new files of this folder too; else they are the owner's alone.

    Raises:
        OSError: The folder does not allow it; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = hidden_name(path, HALF)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(half, flags, _SHARED if is_shared else _PRIVATE)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        if path.exists():
            # Who could open the file before must still be able to; some shares know no modes.
            with contextlib.suppress(OSError):
                half.chmod(path.stat().st_mode & 0o777)
        return half.rename(half.with_suffix(WHOLE))
    except OSError:
        half.unlink(missing_ok=True)
        raise


def hidden_name(path: Path, end: str) -> Path:
    """Return a free hidden name beside a file, by which ``hidden_files`` knows whose it is."""
    return path.parent / f"{_mark(path)}{secrets.token_hex(6)}{end}"


def hidden_files(path: Path, end: str) -> list[Path]:
    """Return the hidden files that belong to a file, the oldest first."""
    if not path.parent.is_dir():
        return []
    found = [
        entry
        for entry in path.parent.iterdir()
        if entry.name.startswith(_mark(path)) and entry.suffix == end
    ]
    return sorted(found, key=lambda entry: (entry.stat().st_mtime_ns, entry.name))


def sync_folder(folder: Path) -> None:
    """Make a rename outlive a power cut; systems that cannot open folders need no such thing."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def irreplaceable(path: Path, error: OSError) -> WorkbookError:
    """Return the fault of a file that cannot be put in its place.

    Where the share forbids it, the file is held: a copy can perhaps be written beside it.
    """
    fault = HeldError if error.errno in _FORBIDDEN else WorkbookError
    return fault(
        str(path),
        say("The file cannot be replaced: {fault}.", fault=error.strerror or str(error)),
        say("Check the folder's permissions and its free space."),
    )


def _mark(path: Path) -> str:
    """Several workbooks may lie in one folder, and a name has 255 bytes: a short mark of it."""
    return f".vigie-{hashlib.sha256(path.name.encode()).hexdigest()[:12]}-"
