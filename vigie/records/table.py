"""Plain tables on their way to and from a spreadsheet: what is in them, not how they are written.

Made by ``vigie.debrief``, written and read by ``vigie.tables``. Times are aware UTC inside; a file
shows them in the zone that its writer is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

TableCell = str | int | float | date | datetime | None
"""What a written cell holds; a ``datetime`` is aware."""
RawCell = str | int | float | bool | date | datetime | time | timedelta | None
"""What a read cell holds, as the spreadsheet has it: times without a zone."""
ColumnKind = Literal["text", "number", "date", "datetime"]


class Formula(str):
    """A cell that holds a formula, as its text: never computed, never taken for a value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """One column.

    Attributes:
        width: In characters.
        choices: Offered as a list; other words stay possible.
        is_input: People fill it in.
    """

    title: str
    width: int = 16
    kind: ColumnKind = "text"
    choices: tuple[str, ...] = ()
    is_input: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChart:
    """A bar chart of a table's first rows.

    Attributes:
        names_column: Column (from 0) of the names on the axis.
        value_columns: One series each.
        row_count: Rows that it shows.
    """

    title: str
    axis_title: str
    names_column: int
    value_columns: tuple[int, ...]
    row_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet: a heading, notes, a header row, rows.

    Attributes:
        blank_count: Empty rows kept ready for people.
    """

    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[TableCell, ...], ...] = ()
    notes: tuple[str, ...] = ()
    chart: TableChart | None = None
    blank_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBook:
    """A whole file.

    Attributes:
        heading: Stands above each table.
        banner: Stands above the heading, in red; empty for none.
        time_zone: IANA name in which times are shown.
        marks: Kept on a very hidden sheet: which file this is.
        made_at: Aware UTC.
    """

    heading: str
    tables: tuple[Table, ...]
    time_zone: str
    made_at: datetime
    banner: str = ""
    footer: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """One sheet as it was read: its filled rows with their numbers, from 1.

    Attributes:
        merged: Ranges as (first row, first column, last row, last column), from 1.
    """

    title: str
    rows: tuple[tuple[int, tuple[RawCell, ...]], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBook:
    """A file as it was read; ``marks`` are empty where the hidden sheet is lost."""

    sheets: tuple[RawSheet, ...]
    marks: Mapping[str, str] = field(default_factory=dict)

    def sheet(self, title: str) -> RawSheet | None:
        """Return a sheet by its title, whatever its case and outer spaces."""
        wanted = title.strip().casefold()
        return next((one for one in self.sheets if one.title.strip().casefold() == wanted), None)
