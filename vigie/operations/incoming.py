"""A file that came back. Made by ``returning``, taken in by ``merging``. A plain record."""

from __future__ import annotations

from dataclasses import dataclass

from vigie.workbook.revisions import ReadBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a file came that was not found on the share.

    Attributes:
        file_name: As whoever imports it knows it.
        by: Who imports it.
    """

    file_name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file as it was found.

    Attributes:
        name: Of the file on the share.
        data: Its bytes.
        read: What people left in it; None if it is as we wrote it, or unusable.
        is_usable: Whether the next revision is written into it.
        is_ours: It is, byte for byte, one that we wrote.
        earlier: What the same file on the same base held when it was taken in before.
        origin: Set for an imported file: rows that it lacks say nothing.
    """

    name: str = ""
    data: bytes = b""
    read: ReadBack | None = None
    is_usable: bool = False
    is_ours: bool = False
    earlier: tuple[ReadBack, ...] = ()
    origin: Origin | None = None
