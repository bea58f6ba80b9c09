"""An OpenDocument workbook (.ods) as plain sheets of cells.

Called by ``loading``. Values only: of a formula the last result; comments, pictures, tracked
changes are passed over. Source: OpenDocument 1.3, part 3, 9 (tables) and 19.385 (value types).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from datetime import datetime, time
from zipfile import ZipFile

from lxml import etree

from vigie.language import say
from vigie.workbook.cell_values import Raw
from vigie.workbook.package.archive import mimetype_of, open_zip, read_part
from vigie.workbook.package.foreign import damaged, foreign_zip, protected, unusable
from vigie.workbook.package.parts import UNCOMPUTED, Cell, RawSheet, RawWorkbook

CELL_LIMIT = 2_000_000
"""Filled cells of one file: 20 000 rows of 29 columns are 580 000."""
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_MOST_SPACES = 10_000
_MOST_COLUMNS = 16_384
_NUMBERS = ("float", "percentage", "currency")


def is_ods(archive: ZipFile) -> bool:
    """Tell whether a zip says that it is an OpenDocument workbook, or is built like one."""
    said = mimetype_of(archive)
    return said.startswith(_SPREADSHEET) or (not said and "content.xml" in archive.NameToInfo)


def read_ods(data: bytes) -> RawWorkbook:
    """Return the cells of every sheet.

    Raises:
        WorkbookError: The file is no .ods, damaged, encrypted, too large or hostile.
    """
    archive = open_zip(data)
    if not is_ods(archive):
        raise foreign_zip(archive.NameToInfo.keys(), mimetype_of(archive))
    if b"encryption-data" in read_part(archive, "META-INF/manifest.xml"):
        raise protected()
    content = read_part(archive, "content.xml")
    if not content:
        raise damaged()
    try:
        sheets, names = _sheets(content)
        modified, modified_by = _saved(read_part(archive, "meta.xml"))
    except (etree.XMLSyntaxError, ValueError, OverflowError) as error:
        raise damaged() from error
    return RawWorkbook(sheets, names, modified, modified_by)


def _sheets(content: bytes) -> tuple[list[RawSheet], dict[str, str]]:
    sheets: list[RawSheet] = []
    names: dict[str, str] = {}
    count = row = 0
    events = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        tag=(f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}named-expression"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    for event, element in events:
        if element.tag == f"{_TABLE}table":
            if event == "start":
                sheets.append(RawSheet(str(element.get(f"{_TABLE}name", ""))))
                row = 0
            continue
        if event == "start":
            continue
        if element.tag == f"{_TABLE}named-expression":
            said = str(element.get(f"{_TABLE}expression", ""))
            names[str(element.get(f"{_TABLE}name", ""))] = said.partition(":")[2] or said
        elif sheets:
            count += _take_row(sheets[-1], row, element, CELL_LIMIT - count)
            row += _repeated(element, "rows")
            element.clear()
    return sheets, names


def _take_row(sheet: RawSheet, row: int, element: etree._Element, room: int) -> int:
    """Put one row's filled cells into the sheet; return how many."""
    cells: dict[int, Cell] = {}
    formulas: set[int] = set()
    column = 0
    for child in element.iter(*_CELLS):
        times = _repeated(child, "columns")
        value = _value(child)
        if value is not None:
            _take_span(sheet, row + 1, column + 1, child)
        if value is not None:
            if column + times > _MOST_COLUMNS or times > room:
                raise _too_many()
            cells.update(dict.fromkeys(range(column + 1, column + times + 1), value))
            if child.get(f"{_TABLE}formula") is not None:
                formulas.update(range(column + 1, column + times + 1))
        column += times
    copies = _repeated(element, "rows") if cells else 0
    if copies * len(cells) > room:
        raise _too_many()
    for number in range(row + 1, row + copies + 1):
        sheet.rows[number] = dict(cells)
        sheet.formulas.update((number, place) for place in formulas)
    return copies * len(cells)


def _take_span(sheet: RawSheet, row: int, column: int, cell: etree._Element) -> None:
    """Note the range of a merged cell."""
    down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
    across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
    if down > 1 or across > 1:
        sheet.merged.append((row, column, row + down - 1, column + across - 1))


def _too_many() -> Exception:
    return unusable(say("The file holds more than {limit} filled cells.", limit=CELL_LIMIT))


def _repeated(element: etree._Element, what: str) -> int:
    return max(int(element.get(f"{_TABLE}number-{what}-repeated", "1")), 1)


def _value(cell: etree._Element) -> Cell:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind is None:
        return UNCOMPUTED if cell.get(f"{_TABLE}formula") is not None else None
    if cell.get(f"{_CALC}value-type") == "error":
        return UNCOMPUTED
    if kind in _NUMBERS:
        return _number(str(cell.get(f"{_OFFICE}value", "")))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind in ("date", "time"):
        return _clock(cell, str(kind))
    said = cell.get(f"{_OFFICE}string-value")
    return (str(said) if said is not None else _told(cell)) or None


def _number(text: str) -> Raw:
    number = float(text)
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _clock(cell: etree._Element, kind: str) -> Raw:
    if kind == "date":
        text = str(cell.get(f"{_OFFICE}date-value", ""))
        try:
            return datetime.fromisoformat(text.partition(".")[0])
        except ValueError:
            return _told(cell) or text or None
    digits = "".join(m if m.isdigit() else " " for m in str(cell.get(f"{_OFFICE}time-value", "")))
    parts = [int(part) for part in digits.split()]
    try:
        return time(parts[0], parts[1])
    except (IndexError, ValueError):
        return _told(cell) or None


def _told(cell: etree._Element) -> str:
    """Return the text of a cell, its paragraphs on lines of their own, comments left out."""
    return "\n".join("".join(_pieces(child)) for child in cell if child.tag == f"{_TEXT}p")


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), _MOST_SPACES)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif isinstance(child.tag, str) and child.tag.startswith(_TEXT):
            yield from _pieces(child)
        yield child.tail or ""


def _saved(content: bytes) -> tuple[str, str]:
    if not content:
        return "", ""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    texts = {
        str(item.tag).rpartition("}")[2]: item.text or ""
        for item in root.iter("{http://purl.org/dc/elements/1.1/}*")
    }
    return texts.get("date", ""), texts.get("creator", "")
