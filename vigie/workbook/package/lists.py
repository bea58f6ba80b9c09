"""Reading any workbook as plain lists of cells, with the suspicion of our own ones.

Called by ``vigie.operations.intake`` for lists that people hand in. Must not judge what stands in
them.
"""

from __future__ import annotations

from dataclasses import dataclass

from vigie.workbook.cell_values import Raw
from vigie.workbook.package.parts import Uncomputed, read_parts

MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class SheetList:
    """One sheet: its title and its rows from the first one on, as the rows are numbered.

    Attributes:
        uncomputed_rows: Rows (from 1) with a formula that no editor has computed.
    """

    title: str
    rows: list[list[Raw]]
    uncomputed_rows: frozenset[int] = frozenset()


def read_lists(data: bytes, most_rows: int) -> list[SheetList]:
    """Return the sheets that hold anything, in the order of their tabs.

    Args:
        data: The file.
        most_rows: Rows of one sheet that are read; the caller asks for one more than it takes.

    Raises:
        WorkbookError: The file is no workbook, damaged, encrypted, too large or hostile.
    """
    lists = []
    for sheet in read_parts(data).sheets:
        if not sheet.rows:
            continue
        rows: list[list[Raw]] = []
        uncomputed = set()
        for number in range(1, min(max(sheet.rows), most_rows) + 1):
            cells = sheet.rows.get(number, {})
            width = min(max(cells, default=0), MOST_COLUMNS)
            row: list[Raw] = []
            for column in range(1, width + 1):
                value = cells.get(column)
                if isinstance(value, Uncomputed):
                    uncomputed.add(number)
                    value = None
                row.append(value)
            rows.append(row)
        lists.append(SheetList(sheet.title, rows, frozenset(uncomputed)))
    return lists
