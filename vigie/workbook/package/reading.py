"""Reading a workbook back as people left it.

Called by ``vigie.operations.publication`` and ``refreshing``. Must not change or judge anything:
what is an edit is ``merging``'s business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from vigie.language import Catalogue, say
from vigie.records.observation import CellValue
from vigie.workbook.cell_text import is_plain
from vigie.workbook.cell_values import TEXT_KINDS, decoder
from vigie.workbook.layout import BLOCK_COLUMN_COUNT, BLOCK_ROW_COUNT, Column
from vigie.workbook.package.archive import unusable
from vigie.workbook.package.locating import Place, locate_sheets, sheet_by_title
from vigie.workbook.package.marks import read_marks
from vigie.workbook.package.parts import RawSheet, RawWorkbook, Uncomputed, read_parts
from vigie.workbook.rendering import COLUMN_LETTERS
from vigie.workbook.revisions import ReadBack, ReadRow
from vigie.workbook.sheets import sheet_modules, table_columns
from vigie.workbook.wording import Wording


def read(
    data: bytes,
    catalogue: Catalogue,
    time_zone: str,
    categories: Mapping[str, str] | None = None,
) -> ReadBack:
    """Return every row of our sheets: words as codes, local times as aware UTC.

    Args:
        data: The file.
        catalogue: The workbook's language.
        time_zone: IANA name of the zone in which its times are written.
        categories: The convention's own names of categories.

    Raises:
        WorkbookError: The file cannot be read, or none of our sheets is in it.
    """
    return interpret(read_parts(data), Wording(catalogue, time_zone, categories or {}))


def interpret(workbook: RawWorkbook, wording: Wording, *, is_extract: bool = False) -> ReadBack:
    """Return what the cells of a file mean: every row of our sheets.

    Args:
        workbook: The file.
        wording: Its words.
        is_extract: It may hold but some columns of the main log.

    Raises:
        WorkbookError: None of our sheets is in the file, or a header of one is unrecognisable.
    """
    tables = table_columns()
    places = locate_sheets(workbook, tables, wording, is_extract=is_extract)
    if not places:
        raise unusable(say("None of this workbook's sheets is in the file."))
    sheets = {code: _rows(place, tables[code], wording) for code, place in places.items()}
    for code in sheet_modules():
        sheet = sheet_by_title(workbook, code, wording) if code not in tables else None
        if sheet is not None:
            sheets[code] = _block_rows(sheet)
    return ReadBack(
        marks=read_marks(workbook),
        sheets=sheets,
        missing_columns={
            code: missing
            for code, place in places.items()
            if (missing := tuple(c.code for c in tables[code] if c.code not in place.columns))
        },
        modified_at=_instant(workbook.modified),
        modified_by=workbook.modified_by,
    )


def _rows(place: Place, columns: Sequence[Column], wording: Wording) -> tuple[ReadRow, ...]:
    key_code = columns[0].code
    readers = [
        (
            column.code,
            place.columns[column.code],
            decoder(column, wording),
            column.kind in TEXT_KINDS,
        )
        for column in columns
        if column.code in place.columns
    ]
    rows = []
    for number in sorted(place.sheet.rows):
        if number <= place.header_row:
            continue
        cells = place.sheet.rows[number]
        values: dict[str, CellValue] = {}
        for code, position, decode, is_text in readers:
            raw = cells.get(position)
            if raw is None:
                values[code] = None
            elif is_text and isinstance(raw, str) and is_plain(raw):
                values[code] = raw or None  # what decoding gives, for nearly every cell
            elif not isinstance(raw, Uncomputed):
                values[code] = decode(raw)
        if any(value is not None for value in values.values()):
            rows.append(
                ReadRow(
                    row_number=number, key=str(values.get(key_code) or "").strip(), values=values
                )
            )
    return tuple(rows)


def _block_rows(sheet: RawSheet) -> tuple[ReadRow, ...]:
    """Return the machine's area of a block sheet, line by line."""
    rows = []
    for number in sorted(sheet.rows):
        if number > BLOCK_ROW_COUNT:
            break
        values: dict[str, CellValue] = {
            COLUMN_LETTERS[position - 1]: raw if isinstance(raw, (str, int, float)) else str(raw)
            for position, raw in sorted(sheet.rows[number].items())
            if position <= BLOCK_COLUMN_COUNT and not isinstance(raw, Uncomputed)
        }
        if values:
            rows.append(ReadRow(row_number=number, key=f"R{number}", values=values))
    return tuple(rows)


def _instant(text: str) -> datetime | None:
    """Return ``dcterms:modified`` as aware UTC; None where it is missing or no date."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
