"""One cell: value, type, style and link, put in without openpyxl guessing anything.

Called by ``tables`` and ``blocks``. openpyxl's own setters would take "=1+1" for a formula.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from vigie.workbook.cell_text import escape

_ADDRESS = re.compile(r"^https?://[^\s<>\"\\^`{|}\x00-\x20]+$", re.IGNORECASE)
_ADDRESS_LIMIT = 2_079
"""Longest address that Excel opens. Source: Microsoft, Excel specifications and limits."""

CellRaw = str | int | float | datetime | None


def put(cell: Cell, raw: CellRaw) -> None:
    """Set a cell's value; text is text whatever it begins with."""
    inner: Any = cell
    if isinstance(raw, str):
        inner._value, inner.data_type = escape(raw), "s"
    elif isinstance(raw, datetime):
        inner._value, inner.data_type = raw, "d"
    else:
        inner._value, inner.data_type = raw, "n"


def new_cell(sheet: Worksheet, row: int, column: int, raw: CellRaw, style: Any) -> Cell:
    """Make a cell with a shared style that nothing changes afterwards."""
    cell = Cell(sheet, row=row, column=column)
    inner: Any = cell
    inner._style = style
    put(cell, raw)
    cells: Any = sheet._cells
    cells[row, column] = cell
    return cell


def is_address(text: object) -> bool:
    """Tell whether a text may become a link: http or https, and short enough to be opened."""
    return isinstance(text, str) and len(text) <= _ADDRESS_LIMIT and bool(_ADDRESS.match(text))


def link_to(cell: Cell, address: str) -> None:
    """Make a cell a link to an address, or to a place of this file (``'Sheet'!A1``) after ``#``."""
    inner: Any = cell
    target, location = (None, address[1:]) if address.startswith("#") else (address, None)
    known = cell.hyperlink
    if known is not None and (known.target, known.location) == (target, location):
        return
    inner._hyperlink = Hyperlink(ref=cell.coordinate, target=target, location=location)


def linked_to(cell: Cell) -> str:
    """Return where a cell's link leads, as ``link_to`` takes it; empty without one."""
    link = cell.hyperlink
    if link is None:
        return ""
    return str(link.target) if link.target else f"#{link.location or ''}"


def unlink(cell: Cell) -> None:
    """Take a cell's link away."""
    inner: Any = cell
    inner._hyperlink = None


def linked_columns(sheet: Worksheet) -> set[int]:
    """Return the columns of a sheet's cells that are links."""
    inner: Any = sheet
    if isinstance(sheet, Worksheet):
        return {column for (_, column), cell in inner._cells.items() if cell.hyperlink is not None}
    columns: set[int] = inner.linked_columns()
    return columns
