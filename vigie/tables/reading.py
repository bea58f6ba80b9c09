"""Reads an .xlsx file as plain cells: what people filled in, sheet by sheet, row by row.

Called by the operations that take tables back. The file comes from outside: its size is limited
before it is opened, formulas are told apart from values and never computed.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError

from lxml.etree import LxmlError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from vigie.language import say
from vigie.problem import Problem
from vigie.records.table import Formula, RawBook, RawCell, RawSheet
from vigie.tables.writing import MARKS_SHEET

FILE_LIMIT_BYTES = 20_000_000
UNPACKED_LIMIT_BYTES = 200_000_000
ROW_LIMIT = 20_000
COLUMN_LIMIT = 60
SHEET_LIMIT = 40
"""Far beyond any debrief or chronogramme. Ours."""
_FAULTS = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    LxmlError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)
"""What openpyxl raises over a file that is none, or a broken one."""


def read_book(data: bytes, name: str) -> RawBook:
    """Return what stands in a file.

    Args:
        data: The file.
        name: How people know it, for what they are told.

    Raises:
        Problem: It is no .xlsx file, is broken, or is larger than any table of ours.
    """
    try:
        _require_modest(data, name)
        with warnings.catch_warnings():
            # What openpyxl cannot keep (headers, extensions) does not matter here.
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        try:
            if len(workbook.sheetnames) > SHEET_LIMIT:
                raise _too_large(name)
            # A chart sheet holds no cells.
            sheets = [one for one in workbook.worksheets if hasattr(one, "iter_rows")]
            read = [_sheet(one, name) for one in sheets]
        finally:
            workbook.close()
    except _FAULTS as error:
        raise Problem(
            name,
            say("It cannot be read as an .xlsx file ({fault}).", fault=type(error).__name__),
            say("Open it in Excel or LibreOffice and save it as .xlsx."),
        ) from error
    marks = next((one for one in read if one.title == MARKS_SHEET), None)
    return RawBook(
        sheets=tuple(one for one in read if one.title != MARKS_SHEET),
        marks={str(row[0]): str(row[1]) for _, row in marks.rows if len(row) > 1} if marks else {},
    )


def _require_modest(data: bytes, name: str) -> None:
    if len(data) > FILE_LIMIT_BYTES:
        raise _too_large(name)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > UNPACKED_LIMIT_BYTES:
            raise _too_large(name)


def _sheet(sheet: Any, name: str) -> RawSheet:
    # What a file says of its own size may be wrong: some editors write one cell, others a million.
    sheet.reset_dimensions()
    return RawSheet(title=str(sheet.title), rows=tuple(_rows(sheet, name)))


def _rows(sheet: Any, name: str) -> Iterator[tuple[int, tuple[RawCell, ...]]]:
    for count, row in enumerate(sheet.iter_rows(max_col=COLUMN_LIMIT), start=1):
        if count > ROW_LIMIT:
            raise _too_large(name)
        cells = _trimmed([_cell(cell) for cell in row])
        if cells:
            number = next((cell.row for cell in row if getattr(cell, "row", None)), count)
            yield number, cells


def _trimmed(cells: list[RawCell]) -> tuple[RawCell, ...]:
    """Return a row without the empty cells at its end."""
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _cell(cell: Any) -> RawCell:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if getattr(cell, "data_type", "") == "f":
        return Formula(value)
    known = str | int | float | bool | date | datetime | time | timedelta
    return value if isinstance(value, known) else str(value)


def _too_large(name: str) -> Problem:
    return Problem(
        name,
        say("It is larger than any table that Vigie reads."),
        say("Copy its rows into the file that Vigie wrote."),
    )
