"""What is told about wrong chronogrammes: every fault with sheet, row, column, and its cure.

Raised by ``vigie.exercise.chronogramme``; printed by ``vigie exercise import``. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vigie.language import say
from vigie.problem import Problem


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: a sheet, perhaps a row (from 1; 0 for none), perhaps a column's title."""

    sheet: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        if self.row and self.column:
            return say(
                "{sheet}, row {row}, column “{column}”",
                sheet=self.sheet,
                row=self.row,
                column=self.column,
            )
        if self.row:
            return say("{sheet}, row {row}", sheet=self.sheet, row=self.row)
        if self.column:
            return say("{sheet}, column “{column}”", sheet=self.sheet, column=self.column)
        return self.sheet


@dataclass(frozen=True, slots=True)
class CellFault:
    """One thing that is wrong in a file; ``str`` gives the line that people read."""

    spot: Spot
    what: str
    cure: str

    def __str__(self) -> str:
        return say("{where}: {what}", where=self.spot, what=f"{self.what} {self.cure}".rstrip())


class ChronogrammeErrors(Problem):
    """All faults of one file; nothing of it was taken.

    Args:
        faults: At least one, in the order in which they shall be read.
    """

    def __init__(self, faults: Sequence[CellFault]) -> None:
        super().__init__("", "\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
