"""The drive through real .xlsx bytes: people's copies are opened and saved with openpyxl.

Everything of the house is real: the share's folder, the guarded reader, publication and import.
"""

from __future__ import annotations

import copy as copying
import io
import random
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.histories.people import Copy, Line
from tests.histories.world import Saved, World
from vigie.operations.contents import make_content
from vigie.operations.importing import import_files
from vigie.operations.placing import workbook_path
from vigie.operations.publication import publish
from vigie.operations.published import Published
from vigie.workbook.cell_values import encoder
from vigie.workbook.sheets import table_columns
from vigie.workbook.wording import Wording, fold_title

_SHEETS = ("log", "team", "conflicts")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_FAR_ROWS = 3
"""Rows that people's sheets have below their own."""


class Files(World):
    """Histories whose every file is one."""

    def prepare(self) -> None:
        """Find the words of the workbook and where it lies."""
        self.last_opened: tuple[bytes, dict[str, list[Line]]] = (b"", {})
        self.wording: Wording = make_content(self.runtime, self.activation).wording

    @property
    def path(self) -> Path:
        """Where the workbook lies."""
        return workbook_path(self.runtime, self.activation)

    def publish(self) -> None:
        """Publish as the house does."""
        published = publish(self.runtime, self.activation.id)
        self.bind()
        self._note_published(published)

    def opened(self, number: int, person: str) -> Copy:
        """Open the workbook that lies there."""
        data = self.path.read_bytes()
        if data != self.last_opened[0]:
            book = openpyxl.load_workbook(io.BytesIO(data))
            self.last_opened = (data, {code: list(self._lines(book, code)) for code in _SHEETS})
        sheets = copying.deepcopy(self.last_opened[1])
        had = frozenset(line.row for line in sheets["log"])
        revision = self.runtime.store.last_revision_number(self.activation.id)
        return Copy(number, person, revision, sheets, had, source=data)

    def pack(self, saved: Saved) -> None:
        """Save a copy as an editor does."""
        copy = saved.copy
        book = openpyxl.load_workbook(io.BytesIO(copy.source))
        for code in _SHEETS:
            self._write(book[self.wording.sheet_title(code)], code, copy)
        book.properties.lastModifiedBy = copy.person
        buffer = io.BytesIO()
        book.save(buffer)
        saved.data = _saved_at(buffer.getvalue(), saved.at)

    def hand_in(self, saved: Saved, *, is_import: bool) -> None:
        """Lay a file on the share and publish, or import it."""
        if is_import:
            file = self.home / "courriel" / f"copie {saved.copy.number}.xlsx"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(saved.data)
            for is_again in (False, True):
                before = self.digest()
                (done,) = import_files(self.runtime, self.activation.id, [file], by="Anne")
                if done.fault:
                    self.problems.append(f"copy {saved.copy.number}: {done.fault}")
                if is_again and self.digest() != before:
                    self.problems.append("the same file imported twice changes something")
            self.learn(saved, is_import=True)
            return
        self.path.write_bytes(saved.data)
        self._published(saved)
        if self.number() % 3:
            return
        before = self.digest()
        self.path.write_bytes(saved.data)
        self._published(saved)
        if self.digest() != before:
            self.problems.append("the same file published twice changes something")

    def _published(self, saved: Saved) -> None:
        published = publish(self.runtime, self.activation.id)
        self.learn(saved, is_import=False)
        self.carried_out()
        self._note_published(published)

    def _note_published(self, published: Published) -> None:
        self.note_questions()
        if published.is_written:
            self.model.publish(published.revision)
        self.is_published = True

    def _lines(self, book: Any, code: str) -> Iterator[Line]:
        sheet = book[self.wording.sheet_title(code)]
        header, places = self._header(sheet, code)
        key_code = table_columns()[code][0].code
        for number in range(header + 1, sheet.max_row + 1):
            cells = {name: sheet.cell(number, at).value for name, at in places.items()}
            key = str(cells.get(key_code) or "").strip()
            if key and any(value is not None for value in cells.values()):
                yield Line(self.rows.get((code, key), key), key, cells)

    def _header(self, sheet: Worksheet, code: str) -> tuple[int, dict[str, int]]:
        """Return the number of the header row and where each column stands."""
        titles = {
            fold_title(self.wording.column_title(code, column)): column.code
            for column in table_columns()[code]
        }
        best: tuple[int, dict[str, int]] = (0, {})
        for number in range(1, 9):
            found = {
                titles[name]: cell.column
                for cell in sheet[number]
                if isinstance(cell.value, str) and (name := fold_title(cell.value)) in titles
            }
            if len(found) > len(best[1]):
                best = (number, found)
        return best

    def _write(self, sheet: Worksheet, code: str, copy: Copy) -> None:
        columns = {column.code: column for column in table_columns()[code]}
        header, places = self._header(sheet, code)
        key_code = next(iter(columns))
        last = max(sheet.max_row, header + len(copy.sheets[code])) + _FAR_ROWS
        for number in range(header + 1, last):
            for at in places.values():
                sheet.cell(number, at).value = None
                sheet.cell(number, at).hyperlink = None
        if code == "log":
            places = self._laid_out(sheet, header, places, copy)
        for number, line in enumerate(copy.sheets[code], start=header + 1):
            for name, value in {} if line.is_blank else line.cells.items():
                shown = value
                if name in line.typed and value is not None:
                    shown = encoder(columns[name], self.wording)(value)
                cell = sheet.cell(number, places[name])
                cell.value = shown
                if isinstance(shown, str):
                    cell.data_type = "s"
            if not line.is_blank:
                sheet.cell(number, places[key_code]).value = line.key or None

    def _laid_out(
        self, sheet: Worksheet, header: int, places: dict[str, int], copy: Copy
    ) -> dict[str, int]:
        """Do to columns and views what people did; return where each column stands now."""
        found = dict(places)
        for what in copy.layout:
            name, _, which = what.partition(" ")
            if name == "filter":
                sheet.auto_filter.ref = sheet.dimensions
            elif what == "hide rows":
                sheet.row_dimensions[header + 2].hidden = True
            elif what == "hide columns":
                sheet.column_dimensions["H"].hidden = True
            elif name == "rename":
                sheet.cell(header, found[which]).value = "Notes à moi"
            elif name == "add":
                free = max(sheet.max_column, *found.values()) + 1
                sheet.cell(header, free).value = f"Ma colonne {which}"
                sheet.cell(header + 1, free).value = "x"
            else:
                order = random.Random(which)
                one, other = order.sample([c for c in sorted(found) if c != "ref"], 2)
                heads = [sheet.cell(header, found[code]).value for code in (one, other)]
                found[one], found[other] = found[other], found[one]
                for code, title in zip((one, other), heads, strict=True):
                    sheet.cell(header, found[code]).value = title
        return found


def _saved_at(data: bytes, at: datetime) -> bytes:
    """Return a file that says when it was saved by the history's clock."""
    told = f"{at:%Y-%m-%dT%H:%M:%SZ}".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + told + rb"\g<2>", part)
            new.writestr(entry, part)
    return buffer.getvalue()
