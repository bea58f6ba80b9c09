"""When two values of a cell are the same to people: one canonical form for each value.

Called by ``merging``, ``revisions`` and ``package``. Pure. Editors change how a value is stored
(1 and 1.0, seconds, trailing spaces, line endings, accents in two characters): none of this is an
edit, because nobody typed it.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

from vigie.records.observation import CellValue

Canonical = str | int | float | tuple[str, str] | None

_SIGNIFICANT_DIGITS = 12
"""Excel keeps 15, LibreOffice writes 15: twelve survive every editor and are 0.1 mm of a degree."""


def canonical(value: CellValue) -> Canonical:
    """Return the form in which a value is compared with another.

    Texts lose outer and line-end spaces, CRLF and decomposed accents; empty text is None; numbers
    keep twelve significant digits; times (aware) are UTC to the minute, which is what cells show.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _canonical_text(value)
    if isinstance(value, datetime):
        instant = value.astimezone(UTC) + timedelta(milliseconds=500)
        return ("at", instant.strftime("%Y-%m-%dT%H:%M"))
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        return float(f"{value:.{_SIGNIFICANT_DIGITS}g}")
    return value


def _canonical_text(text: str) -> str | None:
    if text.isascii() and text == text.strip() and "\n" not in text and "\r" not in text:
        return text or None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    joined = "\n".join(line.rstrip() for line in lines).strip()
    return unicodedata.normalize("NFC", joined) or None


def same(one: CellValue, other: CellValue) -> bool:
    """Tell whether people would call two values of a cell the same."""
    return one == other or canonical(one) == canonical(other)
