"""A sheet saved as text (.csv), as French and English spreadsheets write it, as a plain sheet.

Called by ``loading``. Nothing in it is ever computed: a text that begins with ``=`` is a text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from vigie.language import say
from vigie.workbook.package.archive import FILE_LIMIT_MB
from vigie.workbook.package.foreign import is_unknown, not_zip, unusable
from vigie.workbook.package.parts import UNCOMPUTED, RawSheet, RawWorkbook
from vigie.workbook.wording import fold_title

ROW_LIMIT = 200_000
_SEPARATORS = ";,\t"
"""Excel writes the separator of its country: ``;`` in France; "Unicode text" has tabs."""
_HINT = re.compile(r"^\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_HEADER_DEPTH = 40
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MOST_CONTROLS = 0.001
_ERRORS = frozenset(
    {"#NOM?", "#VALEUR!", "#REF!", "#DIV/0!", "#N/A", "#NOMBRE!", "#NUL!", "#PROPAGATION!"}
    | {"#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#######"}
)
"""What a spreadsheet writes where a formula failed or a column was too narrow: nobody typed it."""


def read_separated(data: bytes, titles: Iterable[str]) -> RawWorkbook:
    """Return the one sheet of a .csv file.

    Args:
        data: UTF-8 with or without its mark, UTF-16 with it, or Windows-1252.
        titles: Folded titles of our columns: the separator is the one that finds most of them.

    Raises:
        WorkbookError: The file is empty, too large, no text, or none of our headers is in it.
    """
    if not data.strip():
        raise unusable(say("The file is empty."))
    if len(data) > FILE_LIMIT_MB * 1_000_000:
        raise unusable(say("The file is larger than {limit} MB.", limit=FILE_LIMIT_MB))
    text = _text(data)
    hint = _HINT.match(text)
    separator = hint.group(1) if hint else _separator(text, frozenset(titles))
    if hint:
        text = text[hint.end() :]
    sheet = RawSheet("")
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, ""), delimiter=separator), 1):
            if number > ROW_LIMIT:
                raise unusable(say("The file has more than {limit} rows.", limit=ROW_LIMIT))
            cells = {
                column: UNCOMPUTED if value.strip() in _ERRORS else value
                for column, value in enumerate(line, 1)
                if value
            }
            if cells:
                sheet.rows[number] = dict(cells)
    except csv.Error as error:
        raise unusable(
            say("A quotation mark is opened in the text and never closed, or a line is cut."),
            say("Open it in a spreadsheet and save it again as .xlsx."),
        ) from error
    return RawWorkbook([sheet], {})


def _text(data: bytes) -> str:
    text = _decoded(data)
    if text is None or len(_CONTROL.findall(text)) > len(text) * _MOST_CONTROLS:
        raise not_zip(data)
    return text


def _decoded(data: bytes) -> str | None:
    encodings = ("utf-8", "cp1252")
    if data.startswith(b"\xef\xbb\xbf"):
        encodings = ("utf-8-sig", "cp1252")
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16", "utf-16")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _separator(text: str, titles: frozenset[str]) -> str:
    lines = text.splitlines()[:_HEADER_DEPTH]

    def found(separator: str) -> int:
        return max(
            (
                sum(fold_title(c.strip('" ')) in titles for c in line.split(separator))
                for line in lines
            ),
            default=0,
        )

    counts = {separator: found(separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda separator: counts[separator])
    if counts[best] < 2:
        kind = not_zip(text[:4096].encode("utf-8", "replace"))
        if not is_unknown(kind):
            raise kind
        raise unusable(
            say("The header row of the workbook is not in this text."),
            say("Export the sheet with its titles, or send the workbook itself."),
        )
    return best
