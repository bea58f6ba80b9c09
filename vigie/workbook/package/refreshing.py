"""Writing the next revision: into the workbook that people saved, or a fresh one.

Called by ``vigie.operations.publication`` after the merge of what people had written. Must not
sort, move or delete anything that people made.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from vigie.language import Catalogue, say
from vigie.problem import WorkbookError
from vigie.records.activation import Kind
from vigie.records.sheet import Cells
from vigie.workbook.cell_text import escape
from vigie.workbook.layout import BlockSheet, RowLink, Sheet, SheetTable
from vigie.workbook.package.archive import unusable
from vigie.workbook.package.blocks import dress_block, write_block
from vigie.workbook.package.cells import link_to
from vigie.workbook.package.charts import draw_chart
from vigie.workbook.package.dressing import HEADER_ROW, Dresser
from vigie.workbook.package.locating import Place, locate_sheets, sheet_by_title
from vigie.workbook.package.marks import SHEET, hidden_sheet, write_marks
from vigie.workbook.package.palette import Palette
from vigie.workbook.package.parts import RawWorkbook, read_parts
from vigie.workbook.package.stamping import banner_style, banner_text, stamp_pages, stamp_table
from vigie.workbook.package.tables import PendingLink, TableWriter
from vigie.workbook.package.whole import NeedsWholeError
from vigie.workbook.package.xml_book import is_plain, patched
from vigie.workbook.rendering import cells_of
from vigie.workbook.revisions import Marks, Refreshed
from vigie.workbook.wording import Wording

Claims = Mapping[str, Mapping[int, str]]
"""Sheet → row number in ``previous`` → the key that this row gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a file beside its bytes.

    Attributes:
        claims: Keys for rows without one: those that ``Merge.added`` got from the store, and
            ``Merge.recovered``.
        held: What it holds, where it is byte for byte the file of a revision: that revision's
            cells. Rows that are equal to them are not looked at again.
    """

    claims: Claims = field(default_factory=dict)
    held: Cells | None = None


def refresh(
    previous: bytes | None,
    tables: Sequence[Sheet],
    marks: Marks,
    catalogue: Catalogue,
    time_zone: str,
    kind: Kind,
    *,
    categories: Mapping[str, str] | None = None,
    known: Known | None = None,
) -> Refreshed:
    """Return the workbook with the sheets' current values in it.

    Rows are found by their key wherever people moved them; new ones come after the last used row.
    People's sheets, columns, rows, formulas, comments and widths stay. Control characters are
    removed from text, texts beyond 32 767 characters are cut with a mark.

    Args:
        previous: The very bytes that were read back and merged, or None for a fresh file.
        tables: The sheets in the order of their tabs.
        marks: Written on the hidden sheet and into a defined name.
        catalogue: The workbook's language.
        time_zone: IANA name; times are written in it and headers name it.
        kind: An exercise bears its banner everywhere.
        categories: The convention's own names of categories.
        known: What is known of ``previous`` beside its bytes.

    Raises:
        WorkbookError: ``previous`` cannot be read or written into, or a header in it is
            unrecognisable.
    """
    wording = Wording(catalogue, time_zone, categories or {})
    is_rewritten = False
    cells = cells_of(tables, wording)
    if previous is None:
        data = _written(_fresh(wording, tables), None, wording, marks, kind, tables, {})
    else:
        data, is_rewritten = _patched(
            previous, wording, marks, kind, tables, cells, known or Known()
        )
    return Refreshed(data=data, cells=cells, is_rewritten=is_rewritten)


def _equal_rows(held: Cells, cells: Cells) -> dict[str, frozenset[str]]:
    """Sheet → keys of the rows that shall hold what they hold."""
    return {
        sheet: frozenset(key for key, shown in rows.items() if there.get(key) == shown)
        for sheet, rows in cells.items()
        for there in (held.get(sheet, {}),)
    }


def _patched(
    previous: bytes,
    wording: Wording,
    marks: Marks,
    kind: Kind,
    tables: Sequence[Sheet],
    cells: Cells,
    known: Known,
) -> tuple[bytes, bool]:
    """Write into people's file part by part; all of it only where nothing of theirs can be lost.

    Also tells whether all of it was written anew.
    """
    raw = read_parts(previous)
    claims = known.claims
    is_known = known.held is not None and not claims
    unchanged = _equal_rows(known.held or {}, cells) if is_known else {}

    def write(book: Any) -> None:
        _Refresh(book, raw, wording, marks, kind, unchanged).run(tables, claims)

    try:
        try:
            return patched(previous, raw, write), False
        except NeedsWholeError as lack:
            if not is_plain(previous):
                raise _irreplaceable() from lack
        workbook = _open(previous)
        _restore_escapes(workbook, raw)
        return _written(workbook, raw, wording, marks, kind, tables, claims), True
    except WorkbookError:
        raise
    except Exception as error:  # a part of a shape that no editor writes
        raise _unwritable(error) from error


def _irreplaceable() -> WorkbookError:
    return unusable(
        say("The file is written in a way into which Vigie cannot write without losing something."),
        say("Open it in a spreadsheet and save it again as .xlsx."),
    )


def _written(
    workbook: Workbook,
    raw: RawWorkbook | None,
    wording: Wording,
    marks: Marks,
    kind: Kind,
    tables: Sequence[Sheet],
    claims: Claims,
) -> bytes:
    _Refresh(workbook, raw, wording, marks, kind).run(tables, claims)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _unwritable(error: Exception) -> WorkbookError:
    return unusable(
        say("The file cannot be written into ({fault}).", fault=type(error).__name__),
        say("Open it in a spreadsheet and save it again as .xlsx."),
    )


def _open(data: bytes) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # openpyxl tells the log what it drops, people cannot act
            return load_workbook(io.BytesIO(data), rich_text=True)
    except WorkbookError:
        raise
    except Exception as error:  # openpyxl raises nearly anything on a file that it cannot parse
        raise unusable(
            say("The file is truncated or damaged."),
            say("Open it in a spreadsheet and save it again as .xlsx."),
        ) from error


def _restore_escapes(workbook: Workbook, raw: RawWorkbook) -> None:
    """Give texts such as ``_x0041_`` back their protection, which openpyxl drops on loading."""
    for sheet in raw.sheets:
        held: Any = workbook[sheet.title] if sheet.title in workbook.sheetnames else None
        for row, cells in sheet.rows.items() if held is not None else ():
            for column, value in cells.items():
                if isinstance(value, str) and "_x" in value:
                    cell = held._cells.get((row, column))
                    if cell is not None and type(cell._value) is str and cell.data_type == "s":
                        cell._value = escape(value)


def _fresh(wording: Wording, tables: Sequence[Sheet]) -> Workbook:
    workbook = Workbook()
    first = workbook[workbook.sheetnames[0]]
    first.title = wording.sheet_title(tables[0].code)
    return workbook


class _Refresh:
    """One refresh of one open workbook."""

    def __init__(
        self,
        workbook: Workbook,
        raw: RawWorkbook | None,
        wording: Wording,
        marks: Marks,
        kind: Kind,
        unchanged: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.unchanged = unchanged or {}
        self.workbook = workbook
        self.raw = raw
        self.wording = wording
        self.marks = marks
        self.kind = kind
        self.palette = Palette(workbook)
        self.dresser = Dresser(workbook, wording, self.palette)
        self.positions: dict[str, tuple[str, str, dict[str, int]]] = {}
        self.pending: list[tuple[Worksheet, PendingLink]] = []

    def run(self, sheets: Sequence[Sheet], claims: Claims) -> None:
        tables = {sheet.code: sheet for sheet in sheets if isinstance(sheet, SheetTable)}
        places = (
            locate_sheets(
                self.raw, {code: table.columns for code, table in tables.items()}, self.wording
            )
            if self.raw is not None
            else {}
        )
        for index, sheet in enumerate(sheets):
            if isinstance(sheet, SheetTable):
                self._table(sheet, places.get(sheet.code), claims.get(sheet.code, {}), index)
            else:
                self._block(sheet, index)
        self._resolve_links()
        write_marks(self.workbook, self.marks)
        hidden = hidden_sheet(self.workbook)
        if self.workbook.active is hidden:
            self.workbook.active = 0

    def _table(
        self, table: SheetTable, place: Place | None, claims: Mapping[int, str], index: int
    ) -> None:
        if place is None:
            sheet, header_row = self._new_sheet(table.code, index), HEADER_ROW
            columns = self.dresser.dress(sheet, table)
        else:
            sheet, header_row = self._existing(place.sheet.title), place.header_row
            columns = dict(place.columns)
            if self._has_lost_lists():
                self.dresser.offer_again(sheet, table, columns, header_row)
            for column in table.columns:
                if column.code not in columns:
                    columns[column.code] = self.dresser.add_column(
                        sheet, table.code, column, header_row
                    )
        before = place.sheet if place is not None else None
        writer = TableWriter(sheet, table, self.wording, self.palette, columns, header_row)
        writer.write(before, claims, self.unchanged.get(table.code, frozenset()))
        text = banner_text(
            self.wording.sheet_title(table.code), self.marks, self.wording, self.kind
        )
        stamp_table(sheet, before, header_row, text, banner_style(self.palette, self.kind))
        stamp_pages(sheet, self.marks, self.wording, self.kind)
        letter = get_column_letter(columns[table.columns[0].code])
        self.positions[table.code] = (sheet.title, letter, writer.positions)
        self.pending += [(sheet, link) for link in writer.pending]

    def _block(self, block: BlockSheet, index: int) -> None:
        found = sheet_by_title(self.raw, block.code, self.wording) if self.raw is not None else None
        if found is not None:
            sheet = self._existing(found.title)
        else:
            sheet = self._new_sheet(block.code, index)
            dress_block(sheet, block)
        self.pending += [
            (sheet, link) for link in write_block(sheet, block, self.wording, self.palette)
        ]
        if block.chart is not None:
            draw_chart(self.workbook, sheet, block.chart, found)
        stamp_pages(sheet, self.marks, self.wording, self.kind)
        self.positions.setdefault(block.code, (sheet.title, "A", {}))

    def _has_lost_lists(self) -> bool:
        return self.raw is not None and all(sheet.title != SHEET for sheet in self.raw.sheets)

    def _existing(self, title: str) -> Worksheet:
        sheet: Worksheet = self.workbook[title]
        return sheet

    def _new_sheet(self, code: str, index: int) -> Worksheet:
        title = self.wording.sheet_title(code)
        if self.raw is None and title in self.workbook.sheetnames:
            existing: Worksheet = self.workbook[title]
            return existing
        created: Worksheet = self.workbook.create_sheet(title, index)
        return created

    def _resolve_links(self) -> None:
        """Turn links to rows into places, now that every row has one."""
        for _, (cell, link) in self.pending:
            address = self._address(link)
            if address:
                link_to(cell, address)

    def _address(self, link: RowLink) -> str:
        found = self.positions.get(link.sheet)
        if found is None:
            return ""
        title, letter, rows = found
        row = rows.get(link.key) if link.key else 1
        return f"#{quote_sheetname(title)}!{letter}{row}" if row else ""
