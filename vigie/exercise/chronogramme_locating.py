"""Where the sheets and columns of a chronogramme are in a file that people made.

Called by ``chronogramme_reading``. Pure. A sheet is known by its tab, the chronogramme also by its
titles; titles stand in any order, below any heading; what is merged down holds for each row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vigie.exercise.chronogramme_faults import CellFault, Spot
from vigie.exercise.chronogramme_words import COLUMNS, INJECTS, column_of, column_title, sheet_of
from vigie.language import say
from vigie.records.table import RawBook, RawCell, RawSheet

_HEADER_DEPTH = 40
_LEAST_TITLES = 4
"""Titles that make a sheet of any name the chronogramme."""
ROW_LIMIT = 5_000
"""Rows of one sheet: a scenario of a thousand injects is long."""
_SECTION_WIDTH = 3
"""A single text merged over so many columns is a heading between rows, such as “Phase 2”."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, and code to what its cell holds, filled cells only."""

    number: int
    cells: Mapping[str, RawCell]


@dataclass(frozen=True, slots=True)
class Located:
    """One sheet that was found.

    Attributes:
        title: As its tab says.
        header_row: From 1.
        titles: Code to the title as people wrote it.
    """

    title: str
    header_row: int
    titles: Mapping[str, str]
    rows: tuple[Row, ...]

    def spot(self, row: int, code: str, sheet: str) -> Spot:
        """Return the place of a cell; of a column that is missing the header row."""
        if code in self.titles:
            return Spot(self.title, row, self.titles[code])
        return Spot(self.title, self.header_row, column_title(sheet, code))


def locate(book: RawBook, notes: list[str], faults: list[CellFault]) -> dict[str, Located]:
    """Return code to place of each sheet of ours; what is passed over is noted."""
    found: dict[str, Located] = {}
    others = []
    for sheet in book.sheets:
        code = sheet_of(sheet.title)
        if code is None or code in found:
            others.append(sheet)
            continue
        header = _header(code, sheet)
        if len(sheet.rows) > ROW_LIMIT:
            what = say("The sheet has more than {limit} rows.", limit=ROW_LIMIT)
            faults.append(CellFault(Spot(sheet.title), what, say("Is this the right file?")))
        elif header is None:
            if sheet.rows:
                what = say("The row of titles cannot be recognised.")
                cure = say("Name the columns: {titles}.", titles=", ".join(_wanted(code)))
                faults.append(CellFault(Spot(sheet.title), what, cure))
        else:
            found[code] = _located(code, sheet, *header, notes)
    for sheet in others:
        header = _header(INJECTS, sheet) if INJECTS not in found else None
        is_ours = header is not None and len(header[1]) >= _LEAST_TITLES and "at" in header[1]
        if header is not None and is_ours and len(sheet.rows) <= ROW_LIMIT:
            found[INJECTS] = _located(INJECTS, sheet, *header, notes)
        elif sheet.rows:
            notes.append(say("The sheet “{sheet}” is not read.", sheet=sheet.title))
    return found


def _wanted(sheet: str) -> Iterator[str]:
    return (column_title(sheet, field.code) for field in COLUMNS[sheet])


def _header(code: str, sheet: RawSheet) -> tuple[int, dict[str, int]] | None:
    """Return row number and code to column (from 0) of the row with most of our titles."""
    best: dict[str, int] = {}
    row = 0
    for number, cells in sheet.rows[:_HEADER_DEPTH]:
        matched: dict[str, int] = {}
        for at, cell in enumerate(cells):
            column = column_of(code, cell) if isinstance(cell, str) else None
            if column is not None:
                matched.setdefault(column, at)
        if len(matched) > len(best):
            best, row = matched, number
    return (row, best) if len(best) >= min(2, len(COLUMNS[code])) else None


def _located(
    code: str, sheet: RawSheet, header_row: int, columns: dict[str, int], notes: list[str]
) -> Located:
    by_number = dict(sheet.rows)
    titles = by_number[header_row]
    spread = _spread(sheet, by_number)
    wide = {
        (top, left) for top, left, _, right in sheet.merged if right - left >= _SECTION_WIDTH - 1
    }
    rows = []
    for number, cells in sheet.rows:
        if number <= header_row or _is_header_again(code, cells, columns):
            continue
        own = {name: cells[at] for name, at in columns.items() if _has(cells, at)}
        if _is_section(wide, number, cells):
            text = next(str(cell) for cell in cells if cell is not None)
            notes.append(
                say("Row {row} “{text}” is a heading, no inject.", row=number, text=text[:60])
            )
            continue
        if not set(own) - {"id"}:
            continue  # empty, or but numbered beforehand
        for name, at in columns.items():
            if name not in own and name != "id" and (number, at) in spread:
                own[name] = spread[number, at]
        rows.append(Row(number, own))
    _note_unread(code, sheet.title, titles, columns, notes)
    named = {name: str(titles[at]).strip() for name, at in columns.items()}
    return Located(sheet.title, header_row, named, tuple(rows))


def _note_unread(
    code: str, title: str, titles: tuple[RawCell, ...], columns: dict[str, int], notes: list[str]
) -> None:
    for at, cell in enumerate(titles):
        if cell is not None and at not in columns.values():
            again = column_of(code, str(cell)) is not None
            sentence = (
                say(
                    "{sheet}: the column “{column}” comes twice; the first is read.",
                    sheet=title,
                    column=cell,
                )
                if again
                else say("{sheet}: the column “{column}” is not read.", sheet=title, column=cell)
            )
            notes.append(sentence)


def _has(cells: tuple[RawCell, ...], at: int) -> bool:
    return at < len(cells) and cells[at] is not None


def _is_header_again(code: str, cells: tuple[RawCell, ...], columns: dict[str, int]) -> bool:
    """Tell whether the titles are repeated, as at the top of a printed page."""
    filled = [cell for cell in cells if cell is not None]
    if len(filled) < 2 or not all(isinstance(cell, str) for cell in filled):
        return False
    return all(
        isinstance(cells[at], str) and column_of(code, str(cells[at])) == name
        for name, at in columns.items()
        if _has(cells, at)
    ) and any(_has(cells, at) for at in columns.values())


def _is_section(wide: set[tuple[int, int]], number: int, cells: tuple[RawCell, ...]) -> bool:
    filled = [at for at, cell in enumerate(cells) if cell is not None]
    return len(filled) == 1 and (number, filled[0] + 1) in wide


def _spread(
    sheet: RawSheet, by_number: Mapping[int, tuple[RawCell, ...]]
) -> dict[tuple[int, int], RawCell]:
    """Return (row, column from 0) to the value of the merged cell that covers it from above."""
    found: dict[tuple[int, int], RawCell] = {}
    numbers = sorted(by_number)
    for top, left, bottom, _right in sheet.merged:
        cells = by_number.get(top, ())
        if _has(cells, left - 1):
            covered = numbers[bisect_right(numbers, top) : bisect_right(numbers, bottom)]
            found.update(((number, left - 1), cells[left - 1]) for number in covered)
    return found
