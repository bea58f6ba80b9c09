"""The shape of a sheet before it is a spreadsheet: columns, rows, blocks.

Built by ``vigie.workbook.sheets``; read by ``package`` (writing, reading) and ``merging``. Must not
know openpyxl, the store or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vigie.records.observation import CellValue, Owner

ColumnKind = Literal["text", "long_text", "datetime", "integer", "decimal", "choice", "link"]
BlockStyle = Literal[
    "title", "banner", "heading", "label", "text", "note", "alarm", "vital", "good", "number"
]

BLOCK_COLUMN_COUNT = 8
"""Columns A to H of a block sheet belong to the machine; people may write to the right of them."""
BLOCK_ROW_COUNT = 200
"""Rows 1 to 200 of a block sheet belong to the machine; people may write below them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table sheet.

    Attributes:
        code: English code; its title is the catalogue's label in the context ``column``.
        owner: ``machine``, ``people`` or ``either`` (M, P, F of the domain's table).
        kind: How values are shown and read; ``choice`` shows labels of codes.
        width: In characters of the workbook's font.
        choices_context: Catalogue context of the labels of a ``choice``.
        choices: What the drop-down list offers, codes or plain values, in this order.
    """

    code: str
    owner: Owner
    kind: ColumnKind = "text"
    width: float = 16.0
    choices_context: str = ""
    choices: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLink:
    """A jump to a row of another sheet, found by its key when the file is written."""

    sheet: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A jump to a file that lies beside the workbook."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table sheet.

    Attributes:
        key: Value of the first column; unique on its sheet.
        values: Column code to value (codes and aware UTC times); absent = empty.
        links: Column code to an address (http, https) or a row of another sheet.
        style_hint: ``withdrawn`` is struck through; empty = plain.
        people_columns: Columns whose value a person decided.
        is_added_by_people: The whole row is theirs, machine columns included.
    """

    key: str
    values: Mapping[str, CellValue]
    links: Mapping[str, str | RowLink] = field(default_factory=dict)
    style_hint: str = ""
    people_columns: frozenset[str] = frozenset()
    is_added_by_people: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A sheet of rows under one header; the key column comes first."""

    code: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCell:
    """One cell of a block sheet. Times are given as text, already local."""

    value: str | int | float = ""
    style: BlockStyle = "text"
    link: str | RowLink | FileLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockChart:
    """A chart of stacked columns over empty lines of a block sheet.

    Attributes:
        heading: Text of the line above it in column A: where the chart belongs.
        line: Its first line, from 1.
        line_count: How many lines it covers.
        categories: Under the columns, in order.
        series: (title, colour as RRGGBB, one value a category), the lowest part first.
    """

    heading: str
    line: int
    line_count: int
    categories: tuple[str, ...]
    series: tuple[tuple[str, str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSheet:
    """A sheet that only the machine writes: lines of cells from column A, top to bottom.

    Attributes:
        widths: Of columns A to H in characters.
        lines: At most ``BLOCK_ROW_COUNT`` lines of at most ``BLOCK_COLUMN_COUNT`` cells.
        chart: Drawn over empty lines; people may move, change or delete it.
    """

    code: str
    widths: tuple[float, ...]
    lines: tuple[tuple[BlockCell, ...], ...]
    chart: BlockChart | None = None


Sheet = SheetTable | BlockSheet
