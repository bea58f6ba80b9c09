"""What one publication did. Made by ``publication``, told by the commands. Plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TakenFile:
    """What was taken in from one file of the share.

    Attributes:
        name: Of the file.
        edit_count: Cells that people typed.
        added_count: Rows that people added.
    """

    name: str
    edit_count: int
    added_count: int


@dataclass(frozen=True, slots=True)
class Published:
    """One publication.

    Attributes:
        path: Under which the house knows the workbook; on a folder it lies there.
        revision: Number of the newest revision.
        is_written: Whether this publication wrote it.
        files: What people had left, file by file; files without anything new are not named.
        notes: What people must hear: files set aside, cells typed over, rows missing.
        place: Path or address at which people open it; of the copy where the workbook is held.
    """

    path: Path
    revision: int
    is_written: bool
    files: tuple[TakenFile, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    place: str = ""

    @property
    def edit_count(self) -> int:
        """Cells that people typed."""
        return sum(file.edit_count for file in self.files)

    @property
    def added_count(self) -> int:
        """Rows that people added."""
        return sum(file.added_count for file in self.files)

    @property
    def link(self) -> str:
        """Address at which people open it, for artifacts."""
        return self.place if "://" in self.place else self.path.as_uri()
