"""What a file is that is no workbook: one sentence for each kind that people send by mistake.

Called by ``archive``. Looks at the first bytes and at names inside a zip; unpacks nothing.
Source of the marks: the formats' own specifications, as collected in the ``file`` program's magic.
"""

from __future__ import annotations

from collections.abc import Collection

from vigie.language import say
from vigie.problem import WorkbookError

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Compound file: an encrypted .xlsx or an old .xls. Source: [MS-CFB] 2.2."""
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_XLS_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_SAVE_AGAIN = "Open it in a spreadsheet and save it again as .xlsx."
_UNPACK = "Unpack it and import the workbook that is in it."
_TEXT_DOCUMENT = "This is a text document, not a workbook."
_PICTURE = "This is a picture or a film, not a workbook."
_PROGRAM = "This is a program, not a workbook; it is not opened."
_ARCHIVE = "This is an archive of other files, not a workbook."
_NO_XLSX = "This is not an .xlsx workbook."
_HEADS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "This is a PDF, in which nobody can fill in cells.", ""),
    *((mark, _PICTURE, "") for mark in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")),
    *((mark, _PICTURE, "") for mark in (b"II*\x00", b"MM\x00*")),
    *((mark, _PROGRAM, "") for mark in (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe")),
    *((mark, _ARCHIVE, _UNPACK) for mark in (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xfd7zXZ")),
    (b"{\\rtf", _TEXT_DOCUMENT, ""),
)
"""First bytes, what the file is, what to do."""
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_ODS = "This is an .ods workbook; in the shared folder it must be an .xlsx."
_NUMBERS = "This is an Apple Numbers document, which is not read."
_PARTS: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.bin", "This is a binary .xlsb workbook, which is not read.", _SAVE_AGAIN),
    ("word/", _TEXT_DOCUMENT, ""),
    ("ppt/", "These are slides, not a workbook.", ""),
    ("Index/", _NUMBERS, "In Numbers choose Export to Excel and send that file."),
    ("Index.zip", _NUMBERS, "In Numbers choose Export to Excel and send that file."),
)
"""Beginning of a part's name, what the file is, what to do."""
_MIMETYPES: tuple[tuple[bytes, str, str], ...] = (
    (b"text", _TEXT_DOCUMENT, ""),
    (b"presentation", "These are slides, not a workbook.", ""),
    (
        b"spreadsheet",
        _ODS,
        "Bring it in with “vigie workbook import”, or save it as .xlsx.",
    ),
)


def unusable(what: str, cure: str = "") -> WorkbookError:
    """Return the error of a workbook that cannot be used, told in one sentence and its cure."""
    return WorkbookError(say("workbook"), what, cure or say("Send the file that Vigie wrote."))


def protected() -> WorkbookError:
    """Return the error of a file that asks for a password."""
    return unusable(
        say("The file is protected by a password, so it cannot be read."),
        say("Open it in a spreadsheet, remove the password and save it again as .xlsx."),
    )


def damaged() -> WorkbookError:
    """Return the error of a file of the right kind that cannot be read."""
    return unusable(say("The file is truncated or damaged."))


def not_zip(data: bytes) -> WorkbookError:
    """Return the error of a file that is no zip, told by what its first bytes are."""
    if data.startswith(OLE_MAGIC):
        return _compound(data)
    for mark, what, cure in _HEADS:
        if data.startswith(mark):
            return _told(what, cure)
    if data[4:8] == b"ftyp":
        return _told(_PICTURE)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return _told("This is a web page, perhaps an error page, not a workbook.")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return _told("This is a workbook in old XML, which is not read.", _SAVE_AGAIN)
    return _told(_NO_XLSX, _SAVE_AGAIN)


def foreign_zip(names: Collection[str], mimetype: bytes = b"") -> WorkbookError:
    """Return the error of a zip that is no .xlsx, told by the names inside.

    Args:
        names: Of its parts.
        mimetype: What a part of that name says, as OpenDocument files have it.
    """
    for begin, what, cure in _PARTS:
        if any(name.startswith(begin) for name in names):
            return _told(what, cure)
    for end, what, cure in _MIMETYPES:
        if mimetype.startswith(_OPEN_DOCUMENT + end):
            return _told(what, cure)
    if any(name.endswith((".xlsx", ".xlsm", ".ods", ".csv")) for name in names):
        return _told(_ARCHIVE, _UNPACK)
    return _told(_NO_XLSX, _SAVE_AGAIN)


def is_unknown(error: WorkbookError) -> bool:
    """Tell whether ``not_zip`` could not say what a file is."""
    return error.what == say(_NO_XLSX)


def _compound(data: bytes) -> WorkbookError:
    if _ENCRYPTED_STREAM in data:
        return protected()
    if any(stream in data for stream in _XLS_STREAMS):
        return _told("This is an old .xls workbook, which is not read.", _SAVE_AGAIN)
    return _told(_NO_XLSX, _SAVE_AGAIN)


def _told(what: str, cure: str = "") -> WorkbookError:
    return unusable(say(what), say(cure) if cure else "")
