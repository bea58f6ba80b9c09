"""Where our sheets and columns are in a file that people rearranged.

Called by ``reading`` and ``refreshing``. Titles are found in any case, with or without accents and
time zone; a title that was changed in place is known by its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vigie.language import say
from vigie.workbook.layout import Column
from vigie.workbook.package.archive import unusable
from vigie.workbook.package.parts import RawSheet, RawWorkbook
from vigie.workbook.wording import Wording, fold, fold_title

_HEADER_DEPTH = 40
"""Rows from the top in which a header is looked for: people insert some above it."""
_LOG = "log"
_LEAST_SHARE = 0.5
"""Share of the titles that makes a row the header."""


@dataclass(frozen=True, slots=True)
class Place:
    """A table sheet found in a file.

    Attributes:
        header_row: From 1.
        columns: Column code to column number (from 1); missing titles are absent.
    """

    sheet: RawSheet
    header_row: int
    columns: Mapping[str, int]


def locate_sheets(
    workbook: RawWorkbook,
    tables: Mapping[str, Sequence[Column]],
    wording: Wording,
    *,
    is_extract: bool = False,
) -> dict[str, Place]:
    """Return sheet code to the place of each table sheet that the file still has.

    Args:
        workbook: The file.
        tables: Sheet code to its columns.
        wording: Its words.
        is_extract: Some columns of the main log beside its key are enough (a .csv).

    Raises:
        WorkbookError: A sheet of ours is there, holds something, and its header is unrecognisable.
    """

    def place_of(code: str, sheet: RawSheet) -> Place | None:
        is_part = is_extract and code == _LOG
        return _place(code, sheet, tables[code], wording, is_extract=is_part)

    found: dict[str, Place] = {}
    by_title = {fold(sheet.title): sheet for sheet in reversed(workbook.sheets)}
    taken: set[int] = set()
    for code in tables:
        sheet = by_title.get(fold(wording.sheet_title(code)))
        if sheet is None:
            continue
        taken.add(id(sheet))
        place = place_of(code, sheet)
        if place is not None:
            found[code] = place
        elif sheet.rows:
            raise unusable(
                say(
                    "On the sheet “{sheet}” the header row cannot be recognised.",
                    sheet=sheet.title,
                ),
                say("Put the titles back as they were and save again."),
            )
    for code in tables:
        # A renamed tab: known by its header, if no sheet of its own name is there.
        for sheet in workbook.sheets if code not in found else ():
            if id(sheet) not in taken and (place := place_of(code, sheet)):
                found[code] = place
                taken.add(id(sheet))
                break
    return found


def sheet_by_title(workbook: RawWorkbook, code: str, wording: Wording) -> RawSheet | None:
    """Return the sheet that bears our title, or None."""
    wanted = fold(wording.sheet_title(code))
    return next((sheet for sheet in workbook.sheets if fold(sheet.title) == wanted), None)


def _place(
    code: str, sheet: RawSheet, columns: Sequence[Column], wording: Wording, *, is_extract: bool
) -> Place | None:
    titles = {fold(wording.column_name(code, column.code)): column.code for column in columns}
    best: dict[str, int] = {}
    header_row = 0
    for number in sorted(sheet.rows)[:_HEADER_DEPTH]:
        matched: dict[str, int] = {}
        for position, value in sorted(sheet.rows[number].items()):
            owner = titles.get(fold_title(value)) if isinstance(value, str) else None
            if owner is not None:
                matched.setdefault(owner, position)
        if len(matched) > len(best):
            best, header_row = matched, number
    is_enough = is_extract and columns[0].code in best
    if len(best) < (2 if is_enough else max(2, len(columns) * _LEAST_SHARE)):
        return None
    _adopt_renamed([column.code for column in columns], best)
    return Place(sheet, header_row, best)


def _adopt_renamed(codes: Sequence[str], columns: dict[str, int]) -> None:
    """Take a column between its own two neighbours for ours even if its title was changed."""
    for index, code in enumerate(codes):
        if code in columns:
            continue
        before = columns.get(codes[index - 1]) if index else 0
        after = columns.get(codes[index + 1]) if index + 1 < len(codes) else None
        if before is not None and after == before + 2:
            columns[code] = before + 1
