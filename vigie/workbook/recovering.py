"""Rows whose reference was deleted or mistyped: found again by what the machine wrote in them.

Called by ``merging``. Pure. In doubt a row stays a stranger: a doubled row is seen, a word that
went into another row is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from vigie.records.observation import CellValue
from vigie.workbook.canonical import Canonical, canonical
from vigie.workbook.layout import Column
from vigie.workbook.revisions import ReadRow

_TELLING_CELLS = 2
"""So many machine cells must be filled to tell rows apart."""

MachineCell = tuple[str, Canonical]


def machine_cells(values: Mapping[str, CellValue], codes: Sequence[str]) -> tuple[MachineCell, ...]:
    """Return the machine's cells of a row, by which it is told; none if they are too few."""
    cells = tuple((code, canonical(values.get(code))) for code in codes)
    return cells if sum(cell[1] is not None for cell in cells) >= _TELLING_CELLS else ()


def recover(
    strangers: Sequence[ReadRow],
    shown: Collection[str],
    base: Mapping[str, Mapping[str, CellValue]],
    columns: Sequence[Column],
) -> dict[int, str]:
    """Return row number → key for the rows that are rows of the base without their key.

    Args:
        strangers: Rows of the file without a known key.
        shown: Keys that the file shows.
        base: The rows of the revision that the file was.
        columns: Of the sheet, the key first.
    """
    codes = [column.code for column in columns[1:] if column.owner == "machine"]
    found = _by_all(strangers, shown, base, codes)
    rest = [row for row in strangers if row.row_number not in found]
    return found | _by_one(rest, {*shown, *found.values()}, base, codes)


def misnamed(
    bearing: Mapping[str, Sequence[ReadRow]],
    base: Mapping[str, Mapping[str, CellValue]],
    columns: Sequence[Column],
) -> set[int]:
    """Return the numbers of rows whose reference was mistyped into that of another row.

    Only beside that row itself, and only where the machine's cells are those of a third.

    Args:
        bearing: Key → the rows of the file that bear it.
        base: The rows of the revision that the file was.
        columns: Of the sheet, the key first.
    """
    doubled = {key: rows for key, rows in bearing.items() if key in base and len(rows) > 1}
    if not doubled:
        return set()
    codes = [column.code for column in columns[1:] if column.owner == "machine"]
    known = {machine_cells(values, codes) for values in base.values()} - {()}
    found: set[int] = set()
    for key, rows in doubled.items():
        own = machine_cells(base[key], codes)
        told = {row.row_number: machine_cells(row.values, codes) for row in rows}
        if own and own in told.values():
            found |= {number for number, mark in told.items() if mark != own and mark in known}
    return found


def _by_all(
    strangers: Sequence[ReadRow],
    shown: Collection[str],
    base: Mapping[str, Mapping[str, CellValue]],
    codes: Sequence[str],
) -> dict[int, str]:
    """Find rows whose machine cells are as they were written."""
    lost: dict[tuple[MachineCell, ...], list[str]] = {}
    for key, values in base.items():
        if key not in shown and (told := machine_cells(values, codes)):
            lost.setdefault(told, []).append(key)
    found = {}
    for row in strangers:
        keys = lost.pop(machine_cells(row.values, codes), []) if lost else []
        if len(keys) == 1:
            found[row.row_number] = keys[0]
    return found


def _by_one(
    strangers: Sequence[ReadRow],
    shown: Collection[str],
    base: Mapping[str, Mapping[str, CellValue]],
    codes: Sequence[str],
) -> dict[int, str]:
    """Find rows of which a machine cell was typed over: one that no other row has tells them."""
    told: dict[MachineCell, list[str]] = {}
    for key, values in base.items() if strangers else ():
        for code in codes:
            told.setdefault((code, canonical(values.get(code))), []).append(key)
    taken = set(shown)
    found = {}
    for row in strangers:
        cells = [(code, canonical(row.values.get(code))) for code in codes]
        keys = {told[cell][0] for cell in cells if cell[1] and len(told.get(cell, ())) == 1}
        if len(keys) == 1 and keys.isdisjoint(taken):
            (found[row.row_number],) = keys
            taken |= keys
    return found
