"""Any table that people send, as plain cells: values, merged ranges, nothing of its meaning.

Called by ``vigie.operations.reader_child`` alone, for files that are no workbook of ours, such as
chronogrammes. Knows kinds of files by their bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from vigie.records.table import Formula, RawBook, RawCell, RawSheet
from vigie.workbook.imports.ods import is_ods, read_ods
from vigie.workbook.imports.separated import read_separated
from vigie.workbook.package.archive import open_zip
from vigie.workbook.package.foreign import OLE_MAGIC, is_unknown, not_zip
from vigie.workbook.package.parts import RawSheet as PartSheet
from vigie.workbook.package.parts import RawWorkbook, Uncomputed, read_parts
from vigie.workbook.wording import fold_title

COLUMN_LIMIT = 200
"""Columns beyond are nobody's; a cell far to the right would make each row as long."""


def load_plain(data: bytes, titles: Iterable[str] = ()) -> RawBook:
    """Return every sheet of an .xlsx, .xlsm, .ods or .csv file.

    Args:
        data: The file.
        titles: Of columns: the separator of a .csv is the one that finds most of them.

    Raises:
        WorkbookError: The file cannot be read.
    """
    return RawBook(sheets=tuple(_sheet(one) for one in _raw(data, titles).sheets))


def _raw(data: bytes, titles: Iterable[str]) -> RawWorkbook:
    if data.startswith(b"PK"):
        return read_ods(data) if is_ods(open_zip(data)) else read_parts(data)
    known = not_zip(data)
    if data.startswith(OLE_MAGIC) or (data and not is_unknown(known)):
        raise known
    return read_separated(data, {fold_title(title) for title in titles})


def _sheet(sheet: PartSheet) -> RawSheet:
    rows = []
    for number in sorted(sheet.rows):
        cells = {at: cell for at, cell in sheet.rows[number].items() if at <= COLUMN_LIMIT}
        filled = {at: value for at, cell in cells.items() if (value := _cell(cell)) is not None}
        if filled:
            rows.append((number, tuple(filled.get(at) for at in range(1, max(filled) + 1))))
    return RawSheet(title=sheet.title, rows=tuple(rows), merged=tuple(sheet.merged))


def _cell(cell: object) -> RawCell:
    if isinstance(cell, Uncomputed):
        return Formula("=")
    if isinstance(cell, str) and not cell.strip():
        return None
    return cell  # type: ignore[return-value]
