"""Writing a table sheet: known rows where people moved them, new ones after the last used row.

Called by ``refreshing``. Touches only cells whose value differs from what shall stand there, so
that people's formats, rich text and formulas stay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles.numbers import is_date_format
from openpyxl.worksheet.worksheet import Worksheet

from vigie.workbook.canonical import same
from vigie.workbook.cell_text import looks_like_formula
from vigie.workbook.cell_values import Decoder, Encoder, Raw, decoder, encoder
from vigie.workbook.layout import Column, Row, RowLink, SheetTable
from vigie.workbook.merging import fold_key
from vigie.workbook.package.cells import (
    CellRaw,
    is_address,
    link_to,
    linked_columns,
    linked_to,
    new_cell,
    put,
    unlink,
)
from vigie.workbook.package.palette import DATE_FORMAT, FONT_POINTS, Look, Palette
from vigie.workbook.package.parts import RawSheet, Uncomputed
from vigie.workbook.wording import Wording

_LINE_POINTS = FONT_POINTS * 1.32
_MOST_LINES = 4
"""Heights are set, because not every editor finds them itself when it opens a file, and held at
this: the log must be read at a glance."""

PendingLink = tuple[Cell, RowLink]


@dataclass(slots=True)
class _Writer:
    """One column while rows are written."""

    column: Column
    position: int
    encode: Encoder
    decode: Decoder
    plain: Any
    quoted: Any
    is_machine: bool
    may_hold_links: bool

    @property
    def is_wide_text(self) -> bool:
        return self.column.kind == "long_text"


@dataclass(slots=True)
class TableWriter:
    """Writes one table sheet of an open workbook.

    Attributes:
        columns: Column code to column number in this file.
        header_row: Row of the titles.
        positions: Row key to row number, filled while writing.
        pending: Links to rows of other sheets, to be resolved when all rows are placed.
    """

    sheet: Worksheet
    table: SheetTable
    wording: Wording
    palette: Palette
    columns: Mapping[str, int]
    header_row: int
    positions: dict[str, int] = field(default_factory=dict)
    pending: list[PendingLink] = field(default_factory=list)

    def write(
        self,
        before: RawSheet | None,
        claims: Mapping[int, str],
        unchanged: frozenset[str] = frozenset(),
    ) -> None:
        """Write every row.

        Args:
            before: The sheet as people left it; None on a fresh one.
            claims: Row number to the key that a row people added (or a row that lost its key) gets.
            unchanged: Keys of rows of which it is known that they hold what they shall hold.
        """
        left = before or RawSheet("")
        writers = self._writers(linked_columns(self.sheet) if before is not None else set())
        linking = [writer for writer in writers if writer.may_hold_links]
        linking_codes = frozenset(writer.column.code for writer in linking)
        rows_of = self._known_rows(left, claims)
        last = max(self.header_row, *left.rows) if left.rows else self.header_row
        for row in self.table.rows:
            known = rows_of.get(fold_key(row.key), [])
            is_held = row.key in unchanged and linking_codes.issuperset(row.links)
            for number in known:
                # A link can lead elsewhere though its row says the same.
                self._refresh_row(row, number, linking if is_held else writers, left)
            if known:
                self.positions[row.key] = known[0]
                continue
            last += 1
            self.positions[row.key] = last
            self._new_row(row, last, writers)
        self._extend_filter(last)

    def _writers(self, linked: set[int]) -> list[_Writer]:
        return [
            _Writer(
                column,
                self.columns[column.code],
                encoder(column, self.wording),
                decoder(column, self.wording),
                self.palette.table(Look(column.kind, column.owner)),
                self.palette.table(Look(column.kind, column.owner, is_quoted=True)),
                column.owner == "machine",
                column.kind == "link" or self.columns[column.code] in linked,
            )
            for column in self.table.columns
            if column.code in self.columns
        ]

    def _known_rows(self, before: RawSheet, claims: Mapping[int, str]) -> dict[str, list[int]]:
        """Folded key → the rows that bear it (a pasted copy is kept the same as its original)."""
        key_column = self.columns[self.table.columns[0].code]
        known: dict[str, list[int]] = {}
        for number in sorted(before.rows):
            raw = before.rows[number].get(key_column)
            key = claims.get(number) or (str(raw) if isinstance(raw, (str, int)) else "")
            if number > self.header_row and key:
                known.setdefault(fold_key(key), []).append(number)
        return known

    def _new_row(self, row: Row, number: int, writers: list[_Writer]) -> None:
        is_struck = row.style_hint == "withdrawn"
        lines = 1
        sheet, links, values, key_code = self.sheet, row.links, row.values, writers[0].column.code
        for writer in writers:
            column = writer.column
            raw = row.key if column.code == key_code else writer.encode(values.get(column.code))
            if raw is None:
                new_cell(sheet, number, writer.position, None, writer.plain)
                continue
            is_quoted = isinstance(raw, str) and looks_like_formula(raw)
            style = writer.quoted if is_quoted else writer.plain
            target = links.get(column.code) or (raw if column.kind == "link" else None)
            if is_struck or target is not None:
                style = self.palette.table(
                    Look(column.kind, column.owner, is_quoted, _is_link(target), is_struck)
                )
            cell = new_cell(sheet, number, writer.position, raw, style)
            if target is not None:
                self._link(cell, target)
            if writer.is_wide_text and isinstance(raw, str) and len(raw) > column.width:
                lines = max(lines, math.ceil(len(raw) / column.width) + raw.count("\n"))
        if lines > 1:
            sheet.row_dimensions[number].height = min(lines, _MOST_LINES) * _LINE_POINTS + 2

    def _refresh_row(self, row: Row, number: int, writers: list[_Writer], before: RawSheet) -> None:
        left, values, links = before.rows.get(number, {}), row.values, row.links
        formulas, key_code = before.formulas, self.table.columns[0].code
        for writer in writers:
            code, position = writer.column.code, writer.position
            wanted = row.key if code == key_code else values.get(code)
            there = left.get(position)
            is_written_over = writer.is_machine and (number, position) in formulas
            is_linked = writer.may_hold_links or code in links
            # Most cells hold what is to be written, to the letter: nothing needs to be understood.
            is_same = there.__class__ is wanted.__class__ and there == wanted
            if is_same and not is_written_over and not is_linked:
                continue
            raw = writer.encode(wanted) if wanted is not None else None
            if not is_same:
                if not isinstance(there, Uncomputed):
                    is_same = _holds(there, raw, writer.decode)
                elif not writer.is_machine:
                    continue
            if not is_same or is_written_over:
                self._replace(writer, number, raw)
            if is_linked and (writer.is_machine or not is_same):
                self._relink(writer, row, number, raw)

    def _replace(self, writer: _Writer, number: int, raw: CellRaw) -> None:
        cell = self.sheet.cell(row=number, column=writer.position)
        if isinstance(cell, MergedCell):
            return
        inner: Any = cell
        is_quoted = isinstance(raw, str) and looks_like_formula(raw)
        if not cell.has_style:
            inner._style = copy(writer.quoted if is_quoted else writer.plain)
        elif bool(cell.quotePrefix) != is_quoted:
            cell.quotePrefix = is_quoted
        if isinstance(raw, datetime) and not is_date_format(cell.number_format):
            cell.number_format = DATE_FORMAT
        put(cell, raw)

    def _relink(self, writer: _Writer, row: Row, number: int, raw: CellRaw) -> None:
        column = writer.column
        target = row.links.get(column.code) or (raw if column.kind == "link" else None)
        existing = self.sheet._cells.get((number, writer.position))
        if existing is None or isinstance(existing, MergedCell):
            return
        if _is_link(target):
            self._link(existing, target)
        elif linked_to(existing):
            unlink(existing)

    def _link(self, cell: Cell, target: Raw | RowLink) -> None:
        if isinstance(target, RowLink):
            self.pending.append((cell, target))
        elif is_address(target):
            link_to(cell, str(target))

    def _extend_filter(self, last: int) -> None:
        """Let the filter that people see reach the new rows; a removed filter stays removed."""
        reference = self.sheet.auto_filter.ref
        if reference and ":" in reference:
            start, _, end = reference.replace("$", "").partition(":")
            letters = "".join(mark for mark in end if mark.isalpha())
            digits = "".join(mark for mark in end if mark.isdigit())
            self.sheet.auto_filter.ref = f"{start}:{letters}{max(last, int(digits or 0))}"


def _holds(there: Raw, raw: CellRaw, decode: Decoder) -> bool:
    """Tell whether a cell holds what is to be written, perhaps in another form."""
    return (there.__class__ is raw.__class__ and there == raw) or same(decode(there), decode(raw))


def _is_link(target: object) -> bool:
    return isinstance(target, RowLink) or is_address(target)
