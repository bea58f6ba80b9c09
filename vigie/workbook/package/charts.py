"""The chart of a block sheet: drawn once, then its figures change and people own the rest.

Called by ``refreshing``. The figures stand on the hidden sheet, where no line above moves them. A
chart that people moved, restyled or deleted is left as they left it; one that still lies where it
was put follows its heading when the lines above it grow or shrink.
"""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from vigie.workbook.layout import BlockChart
from vigie.workbook.package.cells import new_cell
from vigie.workbook.package.marks import SHEET, hidden_sheet
from vigie.workbook.package.parts import RawSheet

FIRST_ROW = 1_001
"""Where the figures begin on the hidden sheet: far below its lists."""
FIRST_COLUMN = 3
_WIDTH_CENTIMETRES = 22.0
_CENTIMETRES_A_LINE = 0.51
_GAP_PERCENT = 35
_GREY = "D9D9D9"


def draw_chart(
    workbook: Workbook, sheet: Worksheet, chart: BlockChart, before: RawSheet | None
) -> None:
    """Write a chart's figures; draw it where it never was, move it where its heading went.

    Args:
        workbook: The open workbook.
        sheet: The block sheet that bears the chart.
        chart: What it shows.
        before: The sheet as people left it; None on a fresh one.
    """
    hidden = hidden_sheet(workbook)
    was_drawn = hidden.cell(row=FIRST_ROW, column=FIRST_COLUMN + 1).value is not None
    _write_figures(hidden, chart)
    drawings: Any = sheet
    mine = [drawn for drawn in drawings._charts if _is_ours(drawn)]
    if not mine and (before is None or not was_drawn):
        sheet.add_chart(_drawn(hidden, chart), f"A{chart.line}")
    for drawn in mine:
        _follow(drawn, chart, before)


def _write_figures(hidden: Worksheet, chart: BlockChart) -> None:
    for column, (title, _, values) in enumerate(chart.series, start=FIRST_COLUMN + 1):
        new_cell(hidden, FIRST_ROW, column, title, None)
        for row, value in enumerate(values, start=FIRST_ROW + 1):
            new_cell(hidden, row, column, value, None)
    for row, name in enumerate(chart.categories, start=FIRST_ROW + 1):
        new_cell(hidden, row, FIRST_COLUMN, name, None)


def _drawn(hidden: Worksheet, chart: BlockChart) -> BarChart:
    last_row = FIRST_ROW + len(chart.categories)
    drawn: Any = BarChart()
    drawn.type, drawn.grouping, drawn.overlap = "col", "stacked", 100
    drawn.gapWidth = _GAP_PERCENT
    for column, (_, colour, _) in enumerate(chart.series, start=FIRST_COLUMN + 1):
        values = Reference(hidden, min_col=column, min_row=FIRST_ROW, max_row=last_row)
        series: Any = Series(values, title_from_data=True)
        series.graphicalProperties.solidFill = colour
        series.graphicalProperties.line.noFill = True
        drawn.series.append(series)
    names = Reference(hidden, min_col=FIRST_COLUMN, min_row=FIRST_ROW + 1, max_row=last_row)
    drawn.set_categories(names)
    drawn.legend.position = "t"
    # Left unset, newer spreadsheets take the axes for deleted.
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GREY))
    drawn.y_axis.number_format, drawn.y_axis.scaling.min = "0", 0
    drawn.visible_cells_only = False
    drawn.width = _WIDTH_CENTIMETRES
    drawn.height = chart.line_count * _CENTIMETRES_A_LINE
    return drawn  # type: ignore[no-any-return]


def _is_ours(drawn: Any) -> bool:
    for series in getattr(drawn, "series", ()):
        reference = getattr(getattr(series, "val", None), "numRef", None)
        if reference is not None and SHEET in str(reference.f or ""):
            return True
    return False


def _follow(drawn: Any, chart: BlockChart, before: RawSheet | None) -> None:
    """Move a chart with its heading, if it still lies under the heading that people saw."""
    start = getattr(drawn.anchor, "_from", None)
    if before is None or start is None:
        return
    heading_row = next(
        (number for number, cells in before.rows.items() if cells.get(1) == chart.heading), None
    )
    if heading_row is None:
        return
    # An anchor counts rows from 0; between heading and chart lies one line of text.
    step = (chart.line - 2) - heading_row
    if start.col != 0 or abs(start.row - (heading_row + 1)) > 1 or step == 0:
        return
    start.row += step
    end = getattr(drawn.anchor, "to", None)
    if end is not None:
        end.row += step
