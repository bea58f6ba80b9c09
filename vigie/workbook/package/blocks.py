"""Writing a block sheet: the machine's area is cleared and written anew, the rest is people's.

Called by ``refreshing``. What people typed over it has been kept on Conflits by then (``merging``).
"""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from vigie.workbook.cell_text import clean
from vigie.workbook.layout import (
    BLOCK_COLUMN_COUNT,
    BLOCK_ROW_COUNT,
    BlockCell,
    BlockSheet,
    FileLink,
    RowLink,
)
from vigie.workbook.package.cells import is_address, link_to, new_cell
from vigie.workbook.package.dressing import lay_out_pages
from vigie.workbook.package.palette import Palette
from vigie.workbook.package.tables import PendingLink
from vigie.workbook.wording import Wording

_LINE_POINTS = {"title": 26.0, "banner": 30.0, "heading": 20.0}
_TEXT_POINTS = 14.5
_WRAP_MARGIN = 0.95
"""Small letters are narrower than the digits that widths are counted in."""
_WRAPPING_WIDTH = 30.0
"""Columns at least this wide wrap their text; in narrower ones a long line runs to the right."""


def write_block(
    sheet: Worksheet, block: BlockSheet, wording: Wording, palette: Palette
) -> list[PendingLink]:
    """Write the lines of a block sheet; return the links that wait for the rows' places."""
    _clear(sheet)
    pending: list[PendingLink] = []
    for number, line in enumerate(block.lines[:BLOCK_ROW_COUNT], start=1):
        height = _TEXT_POINTS
        for column, item in enumerate(line[:BLOCK_COLUMN_COUNT], start=1):
            width = block.widths[column - 1]
            is_wrapped = width >= _WRAPPING_WIDTH and item.style in ("text", "alarm")
            cell = _write(sheet, (number, column), item, is_wrapped, wording, palette)
            if isinstance(item.link, RowLink):
                pending.append((cell, item.link))
            elif isinstance(item.link, FileLink):
                link_to(cell, quote(item.link.name))
            elif is_address(item.link):
                link_to(cell, str(item.link))
            height = max(height, _LINE_POINTS.get(item.style, 0.0))
            if is_wrapped and isinstance(item.value, str):
                height = max(
                    height, math.ceil(len(item.value) * _WRAP_MARGIN / width) * _TEXT_POINTS
                )
        sheet.row_dimensions[number].height = height
    return pending


def dress_block(sheet: Worksheet, block: BlockSheet) -> None:
    """Give a fresh block sheet its widths and hide the grid."""
    for column, width in enumerate(block.widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.showGridLines = False
    lay_out_pages(sheet, sum(block.widths), 0)


def _clear(sheet: Worksheet) -> None:
    cells: dict[tuple[int, int], Any] = sheet._cells
    area = [
        place for place in cells if place[0] <= BLOCK_ROW_COUNT and place[1] <= BLOCK_COLUMN_COUNT
    ]
    for place in area:
        del cells[place]


def _write(
    sheet: Worksheet,
    place: tuple[int, int],
    item: BlockCell,
    is_wrapped: bool,
    wording: Wording,
    palette: Palette,
) -> Cell:
    style = palette.block(item.style, is_wrapped=is_wrapped, is_linked=item.link is not None)
    value = clean(item.value, wording.catalogue) if isinstance(item.value, str) else item.value
    return new_cell(sheet, *place, value if value != "" else None, style)
