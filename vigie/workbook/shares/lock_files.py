"""Lock files that editors lay beside an open workbook: their names, and whom they name.

Called by the shares. Pure. The age of a lock is the share's to judge.
"""

from __future__ import annotations

import re

from vigie.workbook.shares.contract import HowHeld

_LIBREOFFICE = ".~lock.{name}#"
"""Source: LibreOffice, ``svl/source/misc/lockfilecommon.cxx``."""
_EXCEL = "~${name}"
"""Source: LibreOffice, ``svl/source/misc/msodocumentlockfile.cxx``: Excel keeps the whole name."""
_EXCEL_WIDE_AT = 55
"""Where the name in UTF-16 begins, after one byte of length and 54 of the narrow name."""
_NAME_CHARACTERS = 60
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def lock_names(name: str) -> tuple[tuple[HowHeld, str], ...]:
    """Return the names of the lock files that editors make for a file, with the kind of each."""
    return (
        ("libreoffice", _LIBREOFFICE.format(name=name)),
        ("excel", _EXCEL.format(name=name)),
    )


def lock_owner(how: HowHeld, data: bytes) -> str:
    """Return whom a lock file names; empty where it names nobody. Made fit to be shown."""
    name = _libreoffice_owner(data) if how == "libreoffice" else _excel_owner(data)
    return shown_owner(name)


def shown_owner(text: str) -> str:
    """Return a name from outside on one line, short, without control characters."""
    return _UNSHOWN.sub("", " ".join(text.split()))[:_NAME_CHARACTERS].strip()


def _libreoffice_owner(data: bytes) -> str:
    """First filled field of ``name,login,host,time,profile;``; a comma in it has a backslash."""
    text = data.decode("utf-8", "replace").split(";")[0]
    fields = [field.replace("\\,", ",").strip() for field in re.split(r"(?<!\\),", text)]
    return next((field for field in fields[:3] if field), "")


def _excel_owner(data: bytes) -> str:
    """The name in UTF-16 after its length in two bytes, else the narrow one."""
    wide = data[_EXCEL_WIDE_AT:]
    length = int.from_bytes(wide[:2], "little") if len(wide) >= 2 else 0
    if 0 < length <= 52:
        return wide[2 : 2 + 2 * length].decode("utf-16-le", "replace")
    return data[1 : 1 + data[0]].decode("cp1252", "replace") if data else ""
