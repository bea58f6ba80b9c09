"""Which revision an unmarked file was: found by its references and values.

Called by ``vigie.operations.merging`` for a file whose marks an editor dropped. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vigie.records.observation import CellValue
from vigie.records.sheet import Cells
from vigie.workbook.canonical import canonical, same
from vigie.workbook.merging import fold_key
from vigie.workbook.revisions import ReadBack
from vigie.workbook.sheets import table_columns

_CLOCK_SHEETS = frozenset({"sources"})
"""Their cells change with every sweep and tell nothing about what people edited."""
_MOST_DIFFERING = 0.05
"""Share of cells that people change between two publications at the very most."""
_FEW_CELLS = 20
"""So many changed cells are some minutes' work in however small a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How near a file is to one revision.

    Attributes:
        differing_count: Cells that differ, and cells of rows that only one of the two has.
        compared_count: All cells that were compared.
    """

    differing_count: int
    compared_count: int

    @property
    def is_sure(self) -> bool:
        """Whether the file can be this revision with what people changed in it."""
        return self.differing_count <= max(_FEW_CELLS, self.compared_count * _MOST_DIFFERING) and (
            self.differing_count < self.compared_count
        )


def likeness(read: ReadBack, cells: Cells) -> Likeness:
    """Return how near a file is to the cells of one revision."""
    differing = compared = 0
    for one, other in _pairs(read, cells):
        if canonical(one) is None and canonical(other) is None:
            continue
        compared += 1
        differing += not same(one, other)
    return Likeness(differing_count=differing, compared_count=compared)


def _pairs(read: ReadBack, cells: Cells) -> Iterator[tuple[CellValue, CellValue]]:
    for sheet, columns in table_columns().items():
        if sheet in _CLOCK_SHEETS or sheet not in read.sheets:
            continue
        codes = [column.code for column in columns[1:]]
        theirs = {fold_key(row.key): row.values for row in read.sheets[sheet] if row.key}
        ours = {fold_key(key): row for key, row in cells.get(sheet, {}).items()}
        for key in theirs.keys() | ours.keys():
            mine, other = theirs.get(key, {}), ours.get(key, {})
            is_known = key in theirs
            for code in codes:
                if not is_known or code in mine:
                    yield mine.get(code), other.get(code)
