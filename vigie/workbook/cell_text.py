"""Text from outside on its way into and out of a cell.

Called by ``cell_values`` and ``package``. Pure. Nothing here decides what a text means.
"""

from __future__ import annotations

import re

from vigie.language import Catalogue

CELL_LIMIT = 32_767
"""UTF-16 units that one cell can hold. Source: Microsoft, Excel specifications and limits."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 refuses, and DEL: they are removed, nothing else is."""
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMULA_STARTS = "=+-@\t\r＝＋－＠"
"""First characters that a spreadsheet may take for a formula. Source: OWASP, CSV injection."""


def is_plain(text: str) -> bool:
    """Tell of nearly every text that a cell can hold it as it is."""
    return text.isprintable() and len(text) * 2 <= CELL_LIMIT


def clean(text: str, catalogue: Catalogue) -> str:
    """Return the text as a cell can hold it.

    Control characters and lone surrogates are removed, line endings become LF, and a text longer
    than ``CELL_LIMIT`` is cut with a mark that says so.
    """
    if is_plain(text):
        return text  # the marks below are none of them printable
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) * 2 <= CELL_LIMIT or _utf16_units(text) <= CELL_LIMIT:
        return text
    mark = catalogue.say(" […] (text cut: a cell holds no more)")
    room = CELL_LIMIT - _utf16_units(mark)
    kept = text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore")
    return kept + mark


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take the text for a formula when it is typed again."""
    return text.lstrip(" \u00a0\n")[:1] in _FORMULA_STARTS if text else False


def escape(text: str) -> str:
    """Return the text with ``_x0041_``-like parts protected, as the file format wants them.

    Source: ECMA-376 part 1, 22.9.2.19 ST_Xstring.
    """
    return _ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text


def unescape(text: str) -> str:
    """Return the text with the file format's ``_xHHHH_`` turned into characters."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)


def _utf16_units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
