"""From the state of an activation to its sheets, and from sheets to the cells that are compared.

Called by ``vigie.operations.publication``. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType

from vigie.records.observation import CellValue
from vigie.records.sheet import Cells
from vigie.workbook.cell_text import clean, is_plain
from vigie.workbook.cell_values import TEXT_KINDS, projector
from vigie.workbook.content import Content
from vigie.workbook.layout import (
    BLOCK_COLUMN_COUNT,
    BLOCK_ROW_COUNT,
    BlockSheet,
    Column,
    Sheet,
    SheetTable,
)
from vigie.workbook.sheets import sheet_modules
from vigie.workbook.wording import Wording

COLUMN_LETTERS = "ABCDEFGH"
"""Names of a block sheet's columns in ``Cells``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """What stands in the store now, as ``merging.merge`` compares it.

    Attributes:
        cells: As reading a fresh workbook back would give them.
        columns: Sheet code to its columns; a sheet without an entry is the machine's alone.
        decided: Sheet code → row key → columns whose value a person decided.
        added_keys: Sheet code to the keys of rows that people added.
        said: Sheet code → (row key, column) → the texts that stood there before.
    """

    cells: Cells
    columns: Mapping[str, tuple[Column, ...]]
    decided: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    added_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    said: Mapping[str, Mapping[tuple[str, str], frozenset[str]]] = field(default_factory=dict)


def build_tables(content: Content) -> list[Sheet]:
    """Return the sheets of a workbook in the order of their tabs.

    Sheets that the convention leaves out or whose mission it lacks are absent; ``readme`` and
    ``log`` are always there, because a workbook without them cannot be worked in.
    """
    wanted = content.convention.workbook.sheets
    return [
        _sheet(module, content)
        for code, module in sheet_modules().items()
        if (wanted is None or code in wanted or code in ("readme", "log"))
        and _has_mission(module, content)
    ]


def current_of(sheets: Sequence[Sheet], wording: Wording) -> Current:
    """Return the sheets as cells, with who decided them."""
    tables = [sheet for sheet in sheets if isinstance(sheet, SheetTable)]
    return Current(
        cells=cells_of(sheets, wording),
        columns={table.code: table.columns for table in tables},
        decided={
            table.code: {row.key: row.people_columns for row in table.rows if row.people_columns}
            for table in tables
        },
        added_keys={
            table.code: frozenset(row.key for row in table.rows if row.is_added_by_people)
            for table in tables
        },
    )


def cells_of(
    sheets: Sequence[Sheet], wording: Wording
) -> dict[str, dict[str, dict[str, CellValue]]]:
    """Return sheet → key → column → value as reading the written sheets back gives them.

    Empty cells are absent. A line of a block sheet has the key ``R`` and its number.
    """
    return {
        sheet.code: _table_cells(sheet, wording)
        if isinstance(sheet, SheetTable)
        else block_cells(sheet, wording)
        for sheet in sheets
    }


def block_cells(sheet: BlockSheet, wording: Wording) -> dict[str, dict[str, CellValue]]:
    """Return the cells of a block sheet by line and column letter, empty ones left out."""
    lines: dict[str, dict[str, CellValue]] = {}
    for number, line in enumerate(sheet.lines[:BLOCK_ROW_COUNT], start=1):
        filled: dict[str, CellValue] = {
            letter: clean(cell.value, wording.catalogue)
            if isinstance(cell.value, str)
            else cell.value
            for letter, cell in zip(COLUMN_LETTERS, line[:BLOCK_COLUMN_COUNT], strict=False)
            if cell.value != ""
        }
        if filled:
            lines[f"R{number}"] = filled
    return lines


def _table_cells(table: SheetTable, wording: Wording) -> dict[str, dict[str, CellValue]]:
    projections = [
        (column.code, projector(column, wording), column.kind in TEXT_KINDS)
        for column in table.columns
    ]
    key_code = table.columns[0].code
    cells: dict[str, dict[str, CellValue]] = {}
    for row in table.rows:
        values = row.values
        shown: dict[str, CellValue] = {key_code: row.key}
        cells[row.key] = shown
        for code, project, is_text in projections[1:]:
            value = values.get(code)
            if value is None:
                continue
            if is_text and value.__class__ is str and value and is_plain(value):
                shown[code] = value
            elif (projected := project(value)) is not None:
                shown[code] = projected
    return cells


def _sheet(module: ModuleType, content: Content) -> Sheet:
    if hasattr(module, "COLUMNS"):
        return SheetTable(
            code=module.CODE, columns=module.COLUMNS, rows=tuple(module.rows(content))
        )
    lines = tuple(tuple(line) for line in module.blocks(content))
    make_chart = getattr(module, "chart", None)
    chart = make_chart(content, lines) if make_chart else None
    return BlockSheet(code=module.CODE, widths=module.WIDTHS, lines=lines, chart=chart)


def _has_mission(module: ModuleType, content: Content) -> bool:
    mission = getattr(module, "MISSION", None)
    return mission is None or mission in content.convention.missions
