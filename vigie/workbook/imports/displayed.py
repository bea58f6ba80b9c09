"""What only shows differently in a file of text is no edit: it is taken back to what was written.

Called by ``vigie.operations.merging`` for files that are no workbooks (.csv). Pure. A .csv holds
what the screen showed: five decimals, no formulas, and telephone numbers as a spreadsheet guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from vigie.records.observation import CellValue
from vigie.records.sheet import Cells
from vigie.workbook.canonical import canonical, same
from vigie.workbook.merging import fold_key
from vigie.workbook.revisions import ReadBack, ReadRow

_SHOWN_STEP = 0.000_006
"""The workbook shows five decimals; a little more than half of the last one."""
_DIGITS = re.compile(r"^[+]?\d{6,}$")
_MONTH_FIRST = re.compile(
    r"^(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"
    r"(?:,? (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?: ?(?P<half>[AaPp])[Mm])?)?$"
)
"""As a spreadsheet of the United States writes a time."""
_SCIENTIFIC = re.compile(r"^\d(?:[.,](\d+))?[eE][+]?\d{1,3}$")


def undo_display(read: ReadBack, base: Cells, zone: tzinfo) -> ReadBack:
    """Return the file with its shown values as they were written, and without its empty cells.

    Empty cells of a .csv say nothing: an export of half of the columns has them too.

    Args:
        read: What the .csv holds.
        base: The revision from which it was made.
        zone: In which the workbook shows its times.
    """
    return replace(
        read,
        sheets={
            sheet: _undone(
                rows, {fold_key(key): row for key, row in base.get(sheet, {}).items()}, zone
            )
            for sheet, rows in read.sheets.items()
        },
    )


def _undone(
    rows: Sequence[ReadRow], base: Mapping[str, Mapping[str, CellValue]], zone: tzinfo
) -> tuple[ReadRow, ...]:
    undone = []
    for row in rows:
        written = base.get(fold_key(row.key), {})
        values = {
            code: written[code] if code in written and _shows(value, written[code], zone) else value
            for code, value in row.values.items()
            if canonical(value) is not None
        }
        undone.append(replace(row, values=values))
    return tuple(undone)


def _shows(value: CellValue, written: CellValue, zone: tzinfo) -> bool:
    """Tell whether a value is what the screen showed of the written one."""
    if same(value, written):
        return True
    if isinstance(written, (int, float)):
        number = _number(value)
        return number is not None and abs(number - written) < _SHOWN_STEP
    if isinstance(written, datetime):
        return _is_month_first(value, written.astimezone(zone), zone)
    return isinstance(written, str) and _is_guessed_number(str(value), written)


def _is_month_first(value: CellValue, written: datetime, zone: tzinfo) -> bool:
    """Tell whether month and day only stand the other way round, as they do overseas."""
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        told = (local.year, local.day, local.month, local.hour, local.minute)
    else:
        match = _MONTH_FIRST.match(str(value).strip())
        if match is None:
            return False
        half = (match["half"] or "").lower()
        hour = int(match["hour"] or 0)
        hour = hour % 12 + (12 if half == "p" else 0) if half else hour
        date = (int(match["year"]), int(match["month"]), int(match["day"]))
        told = (*date, hour, int(match["minute"] or 0))
    return told == (written.year, written.month, written.day, written.hour, written.minute)


def _number(value: CellValue) -> float | None:
    if isinstance(value, str):
        # “0.#####” shows a whole number with its comma and nothing behind it.
        bare = "".join(value.split()).replace(",", ".").rstrip(".")
        try:
            return float(bare)
        except ValueError:
            return None
    return float(value) if isinstance(value, (int, float)) else None


def _is_guessed_number(value: str, written: str) -> bool:
    """Tell whether a spreadsheet took digits for a number: zeros, plus and last digits are gone."""
    bare = written.strip()
    if not _DIGITS.match(bare):
        return False
    whole = int(bare.lstrip("+"))
    if value.strip() == str(whole):
        return True
    short = _SCIENTIFIC.match(value.strip())
    if short is None:
        return False
    decimals = len(short[1] or "")
    return f"{whole:.{decimals}E}" == f"{float(value.strip().replace(',', '.')):.{decimals}E}"
