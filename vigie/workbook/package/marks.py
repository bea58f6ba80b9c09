"""Revision marks: a very hidden sheet and a defined name, of which either suffices.

Called by ``reading`` and ``refreshing``. The hidden sheet also carries the drop-down lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.workbook.defined_name import DefinedName

from vigie.workbook.package.parts import RawWorkbook
from vigie.workbook.revisions import Marks

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "_vigie"
NAME = "vigie_revision"
LIST_COLUMN = 5
"""First column of the drop-down lists on the hidden sheet; marks stand in A and B."""

_KEYS = ("activation", "revision", "fingerprint")
_CONSTANT = re.compile(r'^="?|^"')


def hidden_sheet(workbook: Workbook) -> Worksheet:
    """Return the very hidden sheet, made where an editor dropped it."""
    if SHEET not in workbook.sheetnames:
        workbook.create_sheet(SHEET)
    sheet: Worksheet = workbook[SHEET]
    sheet.sheet_state = "veryHidden"
    return sheet


def write_marks(workbook: Workbook, marks: Marks) -> None:
    """Put the marks on the hidden sheet and into the defined name."""
    sheet = hidden_sheet(workbook)
    values = (marks.activation_id, str(marks.revision), marks.fingerprint)
    for row, (key, value) in enumerate(zip(_KEYS, values, strict=True), start=1):
        for column, text in ((1, key), (2, value)):
            cell = sheet.cell(row=row, column=column)
            cell.value = text
            cell.data_type = "s"
    workbook.defined_names[NAME] = DefinedName(NAME, attr_text=f'"{"|".join(values)}"')


def read_marks(workbook: RawWorkbook) -> Marks | None:
    """Return the marks of the hidden sheet, else of the defined name, else None."""
    for sheet in workbook.sheets:
        if sheet.title.casefold() == SHEET:
            values = {str(row.get(1)): str(row.get(2, "")) for row in sheet.rows.values()}
            marks = _marks([values.get(key, "") for key in _KEYS])
            if marks is not None:
                return marks
    for name, text in workbook.names.items():
        if name.casefold() == NAME:
            return _marks(_CONSTANT.sub("", text.strip()).rstrip('"').split("|"))
    return None


def _marks(values: list[str]) -> Marks | None:
    # Activation and revision find the base; a fingerprint that was not written is no loss of it.
    if len(values) != len(_KEYS) or not values[0] or not values[1].isdecimal():
        return None
    return Marks(activation_id=values[0], revision=int(values[1]), fingerprint=values[2])
