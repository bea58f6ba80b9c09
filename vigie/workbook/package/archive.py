"""The zip around a workbook, opened with suspicion.

Called by ``parts``. Looks at sizes before unpacking anything and refuses XML that defines entities.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from vigie.language import say
from vigie.workbook.package.foreign import damaged, foreign_zip, not_zip, protected, unusable

__all__ = ["open_archive", "open_zip", "read_part", "unusable"]

FILE_LIMIT_MB = 60
UNPACKED_LIMIT_MB = 400
PART_LIMIT = 5_000
"""Bounds of a workbook of 20 000 rows (some 8 MB, 120 MB unpacked) with room for pictures."""

_MEGABYTE = 1_000_000
_ENCRYPTED_FLAG = 0x1
_MIMETYPE_LIMIT = 200
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Return the zip of an .xlsx or .xlsm workbook.

    Raises:
        WorkbookError: The file is empty, too large, encrypted, damaged or no .xlsx at all.
    """
    archive = open_zip(data)
    names = archive.NameToInfo
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise foreign_zip(names.keys(), mimetype_of(archive))
    if "xl/workbook.bin" in names:
        raise foreign_zip(names.keys())
    return archive


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Return a zip whose sizes have been looked at, whatever it holds.

    Raises:
        WorkbookError: The file is empty, too large, encrypted, damaged or no zip at all.
    """
    if not data:
        raise unusable(say("The file is empty."))
    if len(data) > FILE_LIMIT_MB * _MEGABYTE:
        raise unusable(say("The file is larger than {limit} MB.", limit=FILE_LIMIT_MB))
    if not data.startswith(b"PK"):
        raise not_zip(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, OverflowError) as error:
        raise damaged() from error
    _check_sizes(archive)
    return archive


def mimetype_of(archive: zipfile.ZipFile) -> bytes:
    """Return what an OpenDocument file says that it is; nothing where it says nothing."""
    info = archive.NameToInfo.get("mimetype")
    if info is None or info.file_size > _MIMETYPE_LIMIT:
        return b""
    return read_part(archive, "mimetype").strip()


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one XML part unpacked, or nothing where the workbook has no such part.

    Raises:
        WorkbookError: The part is damaged or declares a document type or entities.
    """
    try:
        content = archive.read(name)
    except KeyError:
        return b""
    except (*_UNREADABLE, NotImplementedError, RuntimeError) as error:
        raise damaged() from error
    # A UTF-16 part could hide a DOCTYPE from the search below; no editor writes one.
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")) or (
        b"<!DOCTYPE" in content or b"<!ENTITY" in content
    ):
        raise unusable(
            say("The file carries XML declarations that no editor writes; it is refused."),
            say("Open it in a spreadsheet and save it again as .xlsx."),
        )
    return content


def _check_sizes(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > PART_LIMIT:
        raise unusable(say("The file holds more than {limit} parts.", limit=PART_LIMIT))
    # zipfile never unpacks more than the declared size, so the declared sizes can be trusted.
    if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT_MB * _MEGABYTE:
        raise unusable(
            say("Unpacked, the file would take more than {limit} MB.", limit=UNPACKED_LIMIT_MB)
        )
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise protected()
