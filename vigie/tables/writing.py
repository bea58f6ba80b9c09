"""Writes plain tables as an .xlsx file that people read, print and fill in.

Called by the operations that hand out tables. Text from outside never becomes a formula. Pure: the
time of making is part of the book.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from vigie.records.table import Table, TableBook, TableCell, TableChart, TableColumn

MARKS_SHEET = "_vigie"
HEADER_ROW = 4
CELL_LIMIT = 32_767
"""Characters that one cell can hold. Source: Microsoft, Excel specifications and limits."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 refuses, and DEL."""
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What the file format would take for a character. Source: ECMA-376 part 1, 22.9.2.19."""
_UNTITLED = re.compile(r"[\[\]:*?/\\]")
_TITLE_LIMIT = 31
"""Source: Microsoft, Excel specifications and limits."""
_LINE_POINTS, _MOST_LINES = 13.5, 30
"""Height of one line of text; a row is at most 409 points high. Source: the same."""
_ROOM = 1.1
"""Words are wrapped whole and fonts differ: so much more room than a row's letters need."""
_LIST_LIMIT = 255
"""Characters of a list typed into a validation. Source: the same."""
_FORMATS = {"date": "dd/mm/yyyy", "datetime": "dd/mm/yyyy hh:mm", "number": "General"}
_ALIGNMENTS = {
    "text": Alignment(wrap_text=True, vertical="top"),
    "number": Alignment(horizontal="right", indent=1, vertical="top"),
    "date": Alignment(horizontal="center", vertical="top"),
    "datetime": Alignment(horizontal="center", vertical="top"),
}
"""Figures and times keep off the words of the next column."""
_RED, _NAVY, _PALE, _INPUT = "FFC00000", "FF1F3864", "FFF2F5FA", "FFFFF8DC"
_SIDE = Side(style="thin", color="FFC9CED8")
_LINE = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_SERIES = ("1F3864", "5B7DB8", "E08B3C", "7A7A7A")
_LEAST_CHART_ROW = 3
_A4, _A3 = 9, 8
"""Paper sizes. Source: ECMA-376 part 1, 18.3.1.63."""
_A3_WIDE = 200
"""Characters from which a sheet on A4 would be too small to read."""
_HEADER_POINTS = 45
"""Room for three lines of words in a header."""
_FONT = "Calibri"


def write_book(book: TableBook) -> bytes:
    """Return a file with one sheet a table."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for table in book.tables:
        title = _UNTITLED.sub(" ", table.title)[:_TITLE_LIMIT]
        _write_table(workbook.create_sheet(title), table, book)
    if book.marks:
        hidden = workbook.create_sheet(MARKS_SHEET)
        for name, value in book.marks.items():
            hidden.append([name, value])
        hidden.sheet_state = "veryHidden"
    made = book.made_at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None, microsecond=0)
    workbook.properties.created = workbook.properties.modified = made
    workbook.properties.creator = "Vigie"
    workbook.properties.title = _clean(book.heading)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _write_table(sheet: Worksheet, table: Table, book: TableBook) -> None:
    zone = ZoneInfo(book.time_zone)
    _write_heading(sheet, table, book)
    for number, column in enumerate(table.columns, start=1):
        head = sheet.cell(HEADER_ROW, number)
        _put(head, _header(column, book.time_zone))
        head.font = Font(name=_FONT, bold=True, color="FFFFFFFF")
        head.fill = PatternFill("solid", fgColor=_NAVY)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        head.border = _LINE
        sheet.column_dimensions[get_column_letter(number)].width = _width(column)
    blanks: tuple[TableCell, ...] = (None,) * len(table.columns)
    rows = (*table.rows, *(blanks for _ in range(table.blank_count)))
    # A style is looked up in the whole book each time that it is set; a copy of it is not.
    styles: list[Any] = []
    for row_number, row in enumerate(rows, start=HEADER_ROW + 1):
        for number, (column, value) in enumerate(zip(table.columns, row, strict=True), start=1):
            cell: Any = sheet.cell(row_number, number)
            if isinstance(value, datetime):
                _put(cell, value.astimezone(zone).replace(tzinfo=None, microsecond=0))
            else:
                _put(cell, value)
            is_quoted = cell.quotePrefix
            if len(styles) < number:
                _dress(cell, column)
                styles.append(copy(cell._style))
            else:
                cell._style = copy(styles[number - 1])
            if is_quoted != cell.quotePrefix:
                cell.quotePrefix = is_quoted
        sheet.row_dimensions[row_number].height = _points(table.columns, row)
    last_row = HEADER_ROW + max(len(rows), 1)
    _add_lists(sheet, table, last_row)
    last = get_column_letter(len(table.columns))
    sheet.row_dimensions[HEADER_ROW].height = _HEADER_POINTS
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{last_row}"
    if table.chart is not None:
        sheet.add_chart(_chart(sheet, table.chart), f"A{max(last_row, _LEAST_CHART_ROW) + 3}")
    _page(sheet, book, sum(_width(column) for column in table.columns))


def _write_heading(sheet: Worksheet, table: Table, book: TableBook) -> None:
    _put(sheet.cell(1, 1), book.banner or None)
    sheet.cell(1, 1).font = Font(name=_FONT, bold=True, size=14, color=_RED)
    _put(sheet.cell(2, 1), f"{table.title} · {book.heading}")
    sheet.cell(2, 1).font = Font(name=_FONT, bold=True, size=12, color=_NAVY)
    _put(sheet.cell(3, 1), " ".join(table.notes) or None)
    sheet.cell(3, 1).font = Font(name=_FONT, italic=True, color="FF555555")


def _points(columns: Sequence[TableColumn], row: Sequence[TableCell]) -> float | None:
    """Return a row's height: LibreOffice does not grow rows of a file by itself."""
    line_count = min(
        max(
            sum(max(1, math.ceil(len(line) * _ROOM / _width(column))) for line in value.split("\n"))
            if isinstance(value, str) and column.kind == "text"
            else 1
            for column, value in zip(columns, row, strict=True)
        ),
        _MOST_LINES,
    )
    return line_count * _LINE_POINTS if line_count > 1 else None


def _width(column: TableColumn) -> float:
    """Return a column's width in characters: at least the longest word of its title, in bold."""
    longest = max((len(word) for word in column.title.split()), default=0)
    return max(column.width, longest * 1.2 + 2)


def _header(column: TableColumn, time_zone: str) -> str:
    return f"{column.title} ({time_zone})" if column.kind == "datetime" else column.title


def _dress(cell: Cell, column: TableColumn) -> None:
    if column.kind in _FORMATS:
        cell.number_format = _FORMATS[column.kind]
    cell.alignment = _ALIGNMENTS[column.kind]
    cell.border = _LINE
    if column.is_input:
        cell.fill = PatternFill("solid", fgColor=_INPUT)


def _put(cell: Cell | MergedCell, value: str | int | float | date | None) -> None:
    """Write a value; text is text, whatever it begins with."""
    assert isinstance(cell, Cell)  # we merge none
    if not isinstance(value, str):
        cell.value = value
        return
    text = _clean(value)
    cell.value = _ESCAPE_LIKE.sub("_x005F_", text)
    cell.data_type = "s"
    if text[:1] in "=+-@":
        cell.quotePrefix = True


def _clean(text: str) -> str:
    shown = _FORBIDDEN.sub("", text)
    return shown if len(shown) <= CELL_LIMIT // 2 else f"{shown[: CELL_LIMIT // 2 - 1]}…"


def _add_lists(sheet: Worksheet, table: Table, last_row: int) -> None:
    for number, column in enumerate(table.columns, start=1):
        listed = ",".join(word.replace(",", " ") for word in column.choices)
        if not listed or len(listed) > _LIST_LIMIT:
            continue
        letter = get_column_letter(number)
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        # What is wrong is told with its cure when the file is read back; here nothing is refused.
        rule.showErrorMessage = False
        rule.add(f"{letter}{HEADER_ROW + 1}:{letter}{last_row}")
        sheet.add_data_validation(rule)


def _chart(sheet: Worksheet, wanted: TableChart) -> BarChart:
    chart = BarChart()
    chart.type = "col"
    chart.title = wanted.title
    chart.y_axis.title = wanted.axis_title
    # Without these LibreOffice and Excel draw no axes at all.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.width, chart.height = 24, 9
    last = HEADER_ROW + wanted.row_count
    for at, column in enumerate(wanted.value_columns):
        values = Reference(sheet, min_col=column + 1, min_row=HEADER_ROW, max_row=last)
        chart.add_data(values, titles_from_data=True)
        chart.series[at].graphicalProperties.solidFill = _SERIES[at % len(_SERIES)]
    names = wanted.names_column + 1
    chart.set_categories(
        Reference(sheet, min_col=names, min_row=HEADER_ROW + 1, max_row=last),
    )
    return chart


def _page(sheet: Worksheet, book: TableBook, width: float) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A3 if width > _A3_WIDE else _A4
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.75, bottom=0.75, header=0.4)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    head, foot = sheet.oddHeader, sheet.oddFooter
    assert head is not None
    assert foot is not None
    head.center.text = _clean(book.banner).replace("&", "&&")
    head.center.font, head.center.size, head.center.color = "Calibri,Bold", 12, _RED[2:]
    foot.left.text = _clean(book.footer).replace("&", "&&")
    foot.right.text = "&P / &N"
