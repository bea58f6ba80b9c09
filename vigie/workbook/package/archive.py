"""The zip around a workbook, opened with suspicion.

Called by ``parts``. Looks at sizes before unpacking anything and refuses XML that defines entities.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from vigie.language import say
from vigie.problem import WorkbookError

FILE_LIMIT_MB = 60
UNPACKED_LIMIT_MB = 400
PART_LIMIT = 5_000
"""Bounds of a workbook of 20 000 rows (some 8 MB, 120 MB unpacked) with room for pictures."""

_MEGABYTE = 1_000_000
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Compound file: an encrypted .xlsx or an old .xls. Source: [MS-CFB] 2.2."""
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Return the zip of a workbook.

    Raises:
        WorkbookError: The file is empty, too large, encrypted, damaged or no .xlsx at all.
    """
    if not data:
        raise unusable(say("The file is empty."))
    if len(data) > FILE_LIMIT_MB * _MEGABYTE:
        raise unusable(say("The file is larger than {limit} MB.", limit=FILE_LIMIT_MB))
    if data.startswith(_OLE_MAGIC):
        raise _compound(data)
    if not data.startswith(b"PK"):
        raise _not_xlsx()
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _damaged() from error
    _check_sizes(archive)
    return archive


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one XML part unpacked, or nothing where the workbook has no such part.

    Raises:
        WorkbookError: The part is damaged or declares a document type or entities.
    """
    try:
        content = archive.read(name)
    except KeyError:
        return b""
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error
    # A UTF-16 part could hide a DOCTYPE from the search below; no editor writes one.
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")) or (
        b"<!DOCTYPE" in content or b"<!ENTITY" in content
    ):
        raise unusable(
            say("The file carries XML declarations that no editor writes; it is refused."),
            say("Open it in a spreadsheet and save it again as .xlsx."),
        )
    return content


def unusable(what: str, cure: str = "") -> WorkbookError:
    """Return the error of a workbook that cannot be used, told in one sentence and its cure."""
    return WorkbookError(say("workbook"), what, cure or say("Send the file that Vigie wrote."))


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
        raise _protected()
    if "[Content_Types].xml" not in archive.NameToInfo or not any(
        entry.filename.startswith("xl/") for entry in entries
    ):
        raise _not_xlsx()


def _compound(data: bytes) -> WorkbookError:
    return _protected() if _ENCRYPTED_STREAM in data else _not_xlsx()


def _protected() -> WorkbookError:
    return unusable(
        say("The file is protected by a password, so it cannot be read."),
        say("Open it in a spreadsheet, remove the password and save it again as .xlsx."),
    )


def _not_xlsx() -> WorkbookError:
    return unusable(
        say("This is not an .xlsx workbook."),
        say("Open it in a spreadsheet and save it again as .xlsx."),
    )


def _damaged() -> WorkbookError:
    return unusable(say("The file is truncated or damaged."))
