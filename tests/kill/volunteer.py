"""A volunteer who types into the workbook between two kills. Called by ``tests.kill_proof``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.kill.house import ACTIVATION, House

SHEET = "Main courante"
_HEADER_ROW = 2


class Typist:
    """Types one cell and adds one row at a time, and remembers what must be there at the end."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.cells: dict[str, str] = {}
        self.rows: list[str] = []

    def type_cell(self) -> None:
        """Write a comment into the next row that has none of ours, and save."""
        path = self._house.workbook()
        book, sheet, columns = _opened(path)
        for number in range(_HEADER_ROW + 1, sheet.max_row + 1):
            key = sheet.cell(number, columns["Réf"]).value
            if key and key not in self.cells:
                text = f"Commentaire tapé {len(self.cells) + 1} pour {key}"
                sheet.cell(number, columns["Commentaire"], text)
                self.cells[str(key)] = text
                break
        _save(book, path)

    def add_row(self) -> None:
        """Add a row below the last one that is filled, and save."""
        path = self._house.workbook()
        book, sheet, columns = _opened(path)
        number = sheet.max_row
        while not any(cell.value for cell in sheet[number]):
            number -= 1
        text = f"Appel au standard n° {len(self.rows) + 1} : cave inondée, personne âgée seule"
        sheet.cell(number + 1, columns["Résumé"], text)
        sheet.cell(number + 1, columns["Commune"], "Genlis")
        sheet.cell(number + 1, columns["Saisi par"], "Lise M.")
        self.rows.append(text)
        _save(book, path)

    def faults(self) -> list[str]:
        """Return what is missing or twice, in the store and in the last workbook."""
        with self._house.store() as store:
            observations = store.observations(ACTIVATION)
        typed = {item.ref: item.people.get("comment") for item in observations}
        stored = Counter(
            str(item.people.get("summary")) for item in observations if item.is_added_by_people
        )
        _, sheet, columns = _opened(self._house.workbook())
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=_HEADER_ROW + 1)]
        shown = {row[columns["Réf"] - 1]: row[columns["Commentaire"] - 1] for row in rows}
        summaries = Counter(str(row[columns["Résumé"] - 1]) for row in rows)
        faults = [
            f"{key}: store {typed.get(key)!r}, workbook {shown.get(key)!r}"
            for key, text in self.cells.items()
            if typed.get(key) != text or shown.get(key) != text
        ]
        faults += [
            f"{text}: {stored[text]} × in the store, {summaries[text]} × in the workbook"
            for text in self.rows
            if stored[text] != 1 or summaries[text] != 1
        ]
        if sum(stored.values()) != len(self.rows):
            faults.append(f"{sum(stored.values())} added rows in the store, not {len(self.rows)}")
        return faults


def _opened(path: Path) -> tuple[openpyxl.Workbook, Worksheet, dict[str, int]]:
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    columns = {str(cell.value): cell.column for cell in sheet[_HEADER_ROW] if cell.value}
    return book, sheet, columns


def _save(book: openpyxl.Workbook, path: Path) -> None:
    draft = path.with_name(f".{path.name}.draft")
    book.save(draft)
    draft.replace(path)
