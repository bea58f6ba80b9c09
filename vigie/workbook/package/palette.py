"""The looks of cells, built once for a file and shared by all cells that look the same.

Called by ``tables``, ``blocks`` and ``dressing``. A style built for each cell costs two thirds of a
write (measured); here a cell gets a ready style by one assignment.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from vigie.records.observation import Owner
from vigie.workbook.layout import BlockStyle, ColumnKind

FONT_NAME = "Calibri"
FONT_POINTS = 10
DATE_FORMAT = "dd/mm/yyyy hh:mm"
_NUMBER_FORMATS: dict[ColumnKind, str] = {
    "datetime": DATE_FORMAT,
    "decimal": "0.#####",
    "integer": "0",
    "text": "@",  # a telephone number typed here keeps its + and its zeros
    "choice": "@",
    "link": "@",
    "long_text": "General",  # "@" would show ##### beyond 255 characters in older spreadsheets
}
_GREY = "F2F2F2"
_LINE = Side(style="thin", color="D9D9D9")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_LINK_BLUE = "0563C1"
DARK = "1F3864"
RED = "C00000"


@dataclass(frozen=True, slots=True)
class Look:
    """What decides a table cell's style."""

    kind: ColumnKind
    owner: Owner
    is_quoted: bool = False
    is_linked: bool = False
    is_struck: bool = False


class Palette:
    """Styles of one workbook, each made at its first use.

    Args:
        workbook: The workbook that will hold the styled cells.
    """

    def __init__(self, workbook: Workbook) -> None:
        # A cell of a sheet that is not in the file: openpyxl turns looks into indexes only on one.
        book: Any = workbook
        # Looks are made on any sheet; in people's file the first may be a chart without cells.
        self._sheet = getattr(book, "pattern", None) or book[book.sheetnames[0]]
        self._workbook = workbook
        self._tables: dict[Look, Any] = {}
        self._blocks: dict[tuple[BlockStyle, bool, bool], Any] = {}

    def table(self, look: Look) -> Any:
        """Return the shared style of a table cell."""
        style = self._tables.get(look)
        if style is None:
            cell = self._scratch()
            cell.font = Font(
                name=FONT_NAME,
                size=FONT_POINTS,
                color=_LINK_BLUE if look.is_linked else None,
                underline="single" if look.is_linked else None,
                strike=look.is_struck or None,
            )
            cell.alignment = Alignment(
                vertical="top",
                horizontal="center" if look.kind in ("datetime", "integer") else None,
                wrap_text=look.kind not in ("link", "datetime"),
            )
            cell.border = _GRID
            cell.number_format = _NUMBER_FORMATS[look.kind]
            if look.owner == "machine":
                cell.fill = PatternFill("solid", fgColor=_GREY)
            cell.quotePrefix = look.is_quoted
            style = self._tables[look] = _style_of(cell)
        return style

    def header(self, *, is_machine: bool) -> Any:
        """Return the style of a header cell: darker grey over the machine's columns."""
        cell = self._scratch()
        cell.font = Font(name=FONT_NAME, size=FONT_POINTS, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="595959" if is_machine else DARK)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cell.border = _GRID
        return _style_of(cell)

    def banner(self, *, is_exercise: bool) -> Any:
        """Return the style of the line above a header: red in an exercise."""
        cell = self._scratch()
        cell.font = Font(
            name=FONT_NAME, size=11, bold=True, color="FFFFFF" if is_exercise else DARK
        )
        if is_exercise:
            cell.fill = PatternFill("solid", fgColor=RED)
        cell.alignment = Alignment(vertical="center")
        return _style_of(cell)

    def block(self, style: BlockStyle, *, is_wrapped: bool, is_linked: bool) -> Any:
        """Return the shared style of a cell of a block sheet."""
        key = (style, is_wrapped, is_linked)
        found = self._blocks.get(key)
        if found is None:
            cell = self._scratch()
            points, is_bold, colour, fill = _BLOCK_LOOKS[style]
            if is_linked and fill is None:
                colour = _LINK_BLUE
            cell.font = Font(
                name=FONT_NAME,
                size=points,
                bold=is_bold,
                color=colour,
                italic=style == "note",
                underline="single" if is_linked else None,
            )
            if fill:
                cell.fill = PatternFill("solid", fgColor=fill)
            cell.alignment = Alignment(
                vertical="center",
                wrap_text=is_wrapped,
                horizontal="left",
            )
            found = self._blocks[key] = _style_of(cell)
        return found

    def _scratch(self) -> Cell:
        return Cell(self._sheet, row=1, column=1)


_BLOCK_LOOKS: dict[BlockStyle, tuple[float, bool, str | None, str | None]] = {
    "title": (16, True, DARK, None),
    "banner": (18, True, "FFFFFF", RED),
    "heading": (12, True, "FFFFFF", DARK),
    "label": (10, True, "404040", "E7E6E6"),
    "text": (10, False, None, None),
    "note": (10, False, "595959", None),
    "alarm": (10, True, "7F3F00", "FCE4D6"),
    "vital": (10, True, "FFFFFF", RED),
    "good": (10, False, "375623", "E2EFDA"),
    "number": (10, False, None, None),
}
"""Block style → points, bold, font colour, fill."""


def _style_of(cell: Any) -> Any:
    return copy(cell._style)
