"""The look of a fresh table sheet: what people may change afterwards and Vigie then leaves alone.

Called by ``refreshing`` for sheets that are new in a file. No sheet protection: a spreadsheet then
refuses to sort and insert.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting import rule as formatting_rule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from vigie.workbook.cell_text import clean
from vigie.workbook.layout import Column, SheetTable
from vigie.workbook.package.cells import new_cell
from vigie.workbook.package.marks import LIST_COLUMN, SHEET, hidden_sheet
from vigie.workbook.package.palette import Look, Palette
from vigie.workbook.wording import Wording

_formula_rule: Any = formatting_rule.FormulaRule

HEADER_ROW = 2
"""Row 1 says whose file this is."""
LAST_ROW = 20_000
"""Lists and colours reach down to here, for the rows that people will add."""
_A3_WIDE, _TWO_PAGES_WIDE = 200.0, 400.0
"""Characters of width beyond which a sheet is printed on A3, and on A3 two pages wide."""
_A4, _A3 = 9, 8
_PRINT_TITLES = "_xlnm.Print_Titles"
_NOTE_WIDTH, _NOTE_HEIGHT = 320, 130
_OWNER_NOTES = {
    "machine": "Filled by Vigie.",
    "people": "Yours to fill.",
    "either": "Filled by Vigie until you change it; then it is yours.",
}
_COLOURS: dict[str, dict[str, tuple[str, str, bool]]] = {
    "urgency": {
        "life_at_risk": ("C00000", "FFFFFF", True),
        "high": ("F4B183", "7F3F00", True),
        "information": ("DDEBF7", "1F3864", False),
    },
    "status": {
        "unverified": ("FFF2CC", "7F6000", False),
        "in_progress": ("FFE699", "7F6000", False),
        "corroborated": ("DDEBF7", "1F3864", False),
        "confirmed": ("C6E0B4", "375623", True),
        "refuted": ("F8CBAD", "7F3F00", False),
        "lifted": ("D9D9D9", "595959", False),
    },
    "source_state": {
        "ok": ("E2EFDA", "375623", False),
        "malformed": ("FCE4D6", "C00000", True),
        "refused": ("FCE4D6", "C00000", True),
        "unreachable": ("FCE4D6", "C00000", True),
    },
    "severity": {"stop": ("FCE4D6", "C00000", True), "warn": ("FFF2CC", "7F6000", False)},
}
"""Context → code → fill, font colour, bold."""


class Dresser:
    """Dresses the fresh sheets of one workbook; remembers which lists it has written.

    Args:
        workbook: The workbook, whose first sheet exists.
        wording: Its words.
        palette: Its styles.
    """

    def __init__(self, workbook: Workbook, wording: Wording, palette: Palette) -> None:
        self.workbook = workbook
        self.wording = wording
        self.palette = palette
        self._lists: dict[tuple[str | int, ...], str] = {}

    def dress(self, sheet: Worksheet, table: SheetTable) -> dict[str, int]:
        """Write titles, notes, lists, colours, filter and print layout; return column places."""
        places = {column.code: index for index, column in enumerate(table.columns, start=1)}
        for column in table.columns:
            self._column(sheet, table.code, column, places[column.code])
        sheet.row_dimensions[HEADER_ROW].height = 42
        sheet.row_dimensions[1].height = 22
        sheet.freeze_panes = f"B{HEADER_ROW + 1}"
        last = get_column_letter(len(table.columns))
        sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW}"
        self._strike_over_rows(sheet, places, last)
        lay_out_pages(sheet, sum(column.width for column in table.columns), HEADER_ROW)
        return places

    def add_column(self, sheet: Worksheet, code: str, column: Column, row: int) -> int:
        """Write a title that a file lacks to the right of everything; return its place."""
        place = sheet.max_column + 1
        self._column(sheet, code, column, place, row)
        return place

    def offer_again(
        self, sheet: Worksheet, table: SheetTable, places: dict[str, int], row: int
    ) -> None:
        """Offer the lists of a sheet anew, after the hidden sheet that bore them went."""
        for validation in list(sheet.data_validations.dataValidation):
            if any(mark in str(validation.formula1) for mark in (f"{SHEET}!", "#REF!")):
                sheet.data_validations.dataValidation.remove(validation)
        for column in table.columns:
            if column.choices and column.code in places:
                letter = get_column_letter(places[column.code])
                self._offer(sheet, column, f"{letter}{row + 1}:{letter}{LAST_ROW}")

    def _column(
        self, sheet: Worksheet, code: str, column: Column, place: int, row: int = HEADER_ROW
    ) -> None:
        title = self.wording.column_title(code, column)
        header = new_cell(
            sheet, row, place, title, self.palette.header(is_machine=column.owner == "machine")
        )
        note = [
            self.wording.column_note(code, column.code),
            self.wording.catalogue.say(_OWNER_NOTES[column.owner]),
        ]
        header.comment = Comment(
            "\n".join(filter(None, note)), "Vigie", height=_NOTE_HEIGHT, width=_NOTE_WIDTH
        )
        dimension: Any = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = column.width
        # Rows that people will type get the column's dates, telephone numbers and wrapping.
        dimension._style = copy(self.palette.table(Look(column.kind, column.owner)))
        area = f"{get_column_letter(place)}{row + 1}:{get_column_letter(place)}{LAST_ROW}"
        if column.choices:
            self._offer(sheet, column, area)
        self._colour(sheet, column, area)

    def _offer(self, sheet: Worksheet, column: Column, area: str) -> None:
        say = self.wording.catalogue.say
        validation = DataValidation(
            type="list",
            formula1=self._list(column),
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="warning",
            errorTitle=say("Not in the list"),
            error=say("This text is not in the list. It will be kept as it is."),
        )
        validation.add(area)
        sheet.add_data_validation(validation)

    def _list(self, column: Column) -> str:
        """Write a list once on the hidden sheet: in the rule itself it may hold 255 characters."""
        codes: list[str | int] = list(column.choices)
        if column.choices_context == "category":
            codes += [code for code in self.wording.categories if code not in codes]
        context = column.choices_context
        words: list[str | int] = [
            clean(self.wording.label(context, str(code)), self.wording.catalogue)
            if context
            else code
            for code in codes
        ]
        known = self._lists.get(tuple(words))
        if known is not None:
            return known
        hidden = hidden_sheet(self.workbook)
        place = max(LIST_COLUMN, hidden.max_column + 1)
        for row, word in enumerate(words, start=1):
            new_cell(hidden, row, place, word, None)
        letter = get_column_letter(place)
        reference = f"{SHEET}!${letter}$1:${letter}${len(words)}"
        self._lists[tuple(words)] = reference
        return reference

    def _colour(self, sheet: Worksheet, column: Column, area: str) -> None:
        first = area.partition(":")[0]
        for code, (fill, colour, is_bold) in _COLOURS.get(column.choices_context, {}).items():
            word = self.wording.label(column.choices_context, code).replace('"', '""')
            rule = _formula_rule(
                formula=[f'{first}="{word}"'],
                fill=PatternFill(bgColor=fill, fill_type="solid"),
                font=Font(color=colour, bold=is_bold),
            )
            sheet.conditional_formatting.add(area, rule)

    def _strike_over_rows(self, sheet: Worksheet, places: dict[str, int], last: str) -> None:
        """Grey out what is over, strike through what is refuted, mark the reference of a life."""
        if "status" not in places or "urgency" not in places:
            return
        status, urgency = get_column_letter(places["status"]), get_column_letter(places["urgency"])
        first, label = HEADER_ROW + 1, self.wording.label
        over = {"lifted": Font(color="7F7F7F"), "refuted": Font(color="7F7F7F", strike=True)}
        for code, font in over.items():
            rule = _formula_rule(formula=[f'${status}{first}="{label("status", code)}"'], font=font)
            sheet.conditional_formatting.add(f"A{first}:{last}{LAST_ROW}", rule)
        life = _formula_rule(
            formula=[f'${urgency}{first}="{label("urgency", "life_at_risk")}"'],
            fill=PatternFill(bgColor="C00000", fill_type="solid"),
            font=Font(color="FFFFFF", bold=True),
        )
        sheet.conditional_formatting.add(f"A{first}:A{LAST_ROW}", life)


def _repeat(sheet: Worksheet, title_rows: int) -> None:
    """Repeat titles and first column, named in Excel's order: columns, then rows.

    openpyxl writes rows first. LibreOffice then keeps that name beside one of its own, and a file
    with two such names for a sheet is one that Excel wants to repair.
    """
    title = quote_sheetname(sheet.title)
    area = f"{title}!$A:$A,{title}!$1:${title_rows}"
    sheet.defined_names[_PRINT_TITLES] = DefinedName(_PRINT_TITLES, attr_text=area)


def lay_out_pages(sheet: Worksheet, width: float, title_rows: int) -> None:
    """Set up printing: landscape, as wide as the sheet, titles repeated on each page."""
    is_widest, is_wide = width > _TWO_PAGES_WIDE, width > _A3_WIDE
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A3 if is_wide else _A4
    sheet.page_setup.fitToWidth = 2 if is_widest else 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.pageOrder = "overThenDown"
    properties: Any = sheet.sheet_properties
    properties.pageSetUpPr.fitToPage = True
    if title_rows and is_widest:
        _repeat(sheet, title_rows)
    elif title_rows:
        sheet.print_title_rows = f"1:{title_rows}"
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.75
    margins.header = margins.footer = 0.4
