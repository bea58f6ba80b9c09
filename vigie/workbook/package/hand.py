"""A hand at the keyboard: types into a workbook as a person does in a spreadsheet program.

Used by the demonstration and by exercises to play volunteers. It knows the sheet only as a person
sees it: by titles, never by the marks or bases that the machine keeps.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from vigie.language import say
from vigie.problem import WorkbookError
from vigie.workbook.package.dressing import HEADER_ROW
from vigie.workbook.wording import Wording

Typed = str | int | float | None


def type_by_hand(
    data: bytes,
    wording: Wording,
    *,
    cells: Mapping[tuple[str, str], Typed],
    added: Mapping[str, Typed],
) -> bytes:
    """Return the file after a person typed into the main log and saved it.

    Args:
        data: The .xlsx file.
        wording: Titles as the file shows them.
        cells: (``Réf``, column code) to what is typed there.
        added: Column code to what is typed into the first empty row; empty for no row.

    Raises:
        WorkbookError: If a row or a column is not there.
    """
    workbook = load_workbook(io.BytesIO(data))
    sheet = workbook[wording.sheet_title("log")]
    columns = _columns(sheet, wording)
    rows = {
        str(sheet.cell(number, columns["ref"]).value): number
        for number in range(HEADER_ROW + 1, sheet.max_row + 1)
    }
    for (ref, code), value in cells.items():
        if ref not in rows or code not in columns:
            raise WorkbookError(f"{ref}/{code}", say("There is no such cell in the main log."), "")
        _type(sheet, rows[ref], columns[code], value)
    if added:
        number = sheet.max_row + 1
        for code, value in added.items():
            _type(sheet, number, columns[code], value)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _type(sheet: Worksheet, row: int, column: int, value: Typed) -> None:
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        # A person who means text puts an apostrophe before "="; openpyxl would make a formula.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))


def _columns(sheet: Worksheet, wording: Wording) -> dict[str, int]:
    from vigie.workbook.sheets.log import COLUMNS  # noqa: PLC0415 - sheets come after the package

    shown = {
        str(cell.value): index
        for index, cell in enumerate(sheet[HEADER_ROW], start=1)
        if cell.value is not None
    }
    return {
        column.code: shown[wording.column_title("log", column)]
        for column in COLUMNS
        if wording.column_title("log", column) in shown
    }
