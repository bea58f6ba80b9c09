"""The drive without bytes: files are rows, handed to the use case that takes a read file in.

``operations.merging.take_in`` is the seam: everything behind it is real, store and SQLite included;
reading and writing .xlsx are the few lines below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.histories.people import Copy, Line
from tests.histories.world import WORKBOOK, Saved, World
from vigie.operations.choices import carry_out_choices
from vigie.operations.contents import make_content
from vigie.operations.incoming import Incoming, Origin
from vigie.operations.merging import carry_out_decisions, take_in
from vigie.operations.withdrawing import sheets_of
from vigie.records.sheet import WrittenRevision
from vigie.workbook.rendering import cells_of
from vigie.workbook.revisions import Marks, ReadBack, ReadRow, fingerprint
from vigie.workbook.sheets import table_columns

_EARLIER = 3
"""As ``operations.returning`` looks into the last saves of a file."""
_FIRST_ROW = 4


class Tables(World):
    """The drive without bytes: files are rows, read and written by the few lines below."""

    def prepare(self) -> None:
        """Begin without a file."""
        self.order: list[str] = []
        self.last: WrittenRevision | None = None

    def publish(self, host: ReadBack | None = None, claims: Any = None) -> None:
        """Write the next revision: into the rows that people left where they lie."""
        store, id_ = self.runtime.store, self.activation.id
        number = (self.last.number if self.last else 0) + 1
        content = make_content(self.runtime, self.activation, revision=number)
        cells = cells_of(sheets_of(content, host, self.last), content.wording)
        self.bind()
        if host is not None:
            given = (claims or {}).get("log", {})
            self.order = [given.get(row.row_number, row.key) for row in host.sheets["log"]]
        shown = [key for key in dict.fromkeys(self.order) if key in cells["log"]]
        self.order = shown + [key for key in cells["log"] if key not in shown]
        self.last = WrittenRevision(
            number=number,
            written_at=self.clock(),
            fingerprint=fingerprint(cells),
            file_name=WORKBOOK,
            cells=cells,
        )
        store.save_revision(id_, self.last)
        self.note_questions()
        self.model.publish(number)
        self.is_published = True

    def opened(self, number: int, person: str) -> Copy:
        """Return the last revision as a copy."""
        last = self.last
        assert last is not None
        keys = {"log": self.order}
        sheets = {
            sheet: [
                Line(self.rows.get((sheet, key), key), key, dict(last.cells[sheet][key]))
                for key in keys.get(sheet, list(last.cells[sheet]))
            ]
            for sheet in ("log", "team", "conflicts")
        }
        had = frozenset(line.row for line in sheets["log"])
        return Copy(number, person, last.number, sheets, had, source=last.cells)

    def hand_in(self, saved: Saved, *, is_import: bool) -> None:
        """Take the rows in, as the publication and the import do with what they have read."""
        copy, read = saved.copy, self._read(saved)
        name = f"copie {copy.number}.xlsx" if is_import else WORKBOOK
        heard = self.earlier.setdefault((f"{is_import}{name}", copy.revision), [])
        incoming = Incoming(
            name=name,
            data=repr(read).encode(),
            read=read,
            is_usable=True,
            earlier=tuple(heard[-_EARLIER:]),
            origin=Origin(file_name=name, by="Anne") if is_import else None,
        )
        taken = take_in(self.runtime, self.activation, incoming)
        if self.number() % 3 == 0:
            before = self.digest()
            # A kill may come before the file is known to have been taken in.
            take_in(self.runtime, self.activation, incoming)
            if self.digest() != before:
                self.problems.append(f"the same file twice changes something (copy {copy.number})")
        heard.append(read)
        self.learn(saved, is_import=is_import)
        if is_import:
            return
        carry_out_decisions(self.runtime, self.activation)
        carry_out_choices(self.runtime, self.activation)
        self.carried_out()
        self.publish(read, taken.claims)

    def _read(self, saved: Saved) -> ReadBack:
        copy = saved.copy
        cells = copy.source
        columns = {
            sheet: [column.code for column in found] for sheet, found in table_columns().items()
        }
        sheets: dict[str, tuple[ReadRow, ...]] = {}
        for sheet, rows in cells.items():
            lines = copy.sheets.get(sheet) or [Line(key, key, row) for key, row in rows.items()]
            codes = [code for code in columns.get(sheet, ()) if code not in copy.lost_columns]
            sheets[sheet] = tuple(
                _read_row(line, position, codes)
                for position, line in enumerate(lines, start=_FIRST_ROW)
                if not line.is_blank
            )
        return ReadBack(
            marks=Marks(activation_id=self.activation.id, revision=copy.revision, fingerprint=""),
            sheets=sheets,
            modified_at=saved.at,
            modified_by=copy.person,
        )


def _read_row(line: Line, position: int, codes: Sequence[str]) -> ReadRow:
    if not codes:
        return ReadRow(row_number=position, key=line.key, values=line.cells)
    values = {code: line.cells.get(code) for code in codes}
    values[codes[0]] = line.key or None
    return ReadRow(row_number=position, key=line.key, values=values)
