"""What a file repeats because it is too old to show what became of its rows: no new word.

Called by ``merging`` with the result of the pure merge. Pure: what was said before is read from the
journal. A row that a file shows without its key, or a second time, has no base to be compared with.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from vigie.operations.editing import cell_text, is_of_place, subject_of
from vigie.records.activation import JournalEntry
from vigie.records.observation import CellValue
from vigie.records.sheet import AddedRow, Cells, Edit
from vigie.workbook.canonical import same
from vigie.workbook.merging import Merge, fold_key
from vigie.workbook.recovering import MachineCell, machine_cells
from vigie.workbook.rendering import Current

_KEYS = ("ref", "number")
_LOG = "log"

Journal = Sequence[tuple[int, JournalEntry]]
_History = dict[tuple[str, str], set[str]]


def texts_said(journal: Journal) -> dict[str, dict[tuple[str, str], frozenset[str]]]:
    """Return sheet → (key, column) → the texts that stood in a cell before, by the journal."""
    found: dict[str, dict[tuple[str, str], frozenset[str]]] = {}
    for _, entry in journal:
        if entry.action == "edit" and entry.before:
            sheet, _, key = entry.subject.rpartition("/")
            cells = found.setdefault(sheet or _LOG, {})
            cells[key, entry.field] = cells.get((key, entry.field), frozenset()) | {entry.before}
    return found


def settle_rejoined(merge: Merge, journal: Journal) -> Merge:
    """Take rows that people added and whose key their file does not show for what they are.

    A cell that says what stood there before says nothing: others, or a map, have changed it since.
    A correction of one's own row is no conflict if nobody else edited the cell.
    """
    if not merge.rejoined:
        return merge
    edited = {(entry.subject, entry.field) for _, entry in journal if entry.action == "edit"}
    subjects = {key if sheet == _LOG else f"{sheet}/{key}" for sheet, key in merge.rejoined}
    history = _history(journal, subjects)

    def is_stale(edit: Edit) -> bool:
        said = history.get((subject_of(edit), edit.column), ())
        return (edit.sheet, edit.key) in merge.rejoined and cell_text(edit.value) in said

    def is_own(edit: Edit) -> bool:
        is_edited = (subject_of(edit), edit.column) in edited
        return edit.is_conflict and (edit.sheet, edit.key) in merge.rejoined and not is_edited

    edits = [
        replace(edit, is_conflict=False, base=edit.current) if is_own(edit) else edit
        for edit in merge.edits
        if not is_stale(edit)
    ]
    places = {edit.key for edit in edits if is_of_place(edit)}
    return replace(
        merge,
        edits=tuple(edits),
        companions=tuple(edit for edit in merge.companions if edit.key in places),
        moved_places=tuple(key for key in merge.moved_places if key in places),
    )


def without_copies(merge: Merge, base: Cells, current: Current, journal: Journal) -> Merge:
    """Return a merge without the added rows that repeat a row of the file's base.

    A row that was pasted, with its key or without, and left as it was is as that row was at some
    time, though it may have been changed since, also by the same file.
    """
    copied = _copied(merge.added, base, current)
    if not any(key for _, key in copied):
        return merge
    subjects = {key if row.sheet == _LOG else f"{row.sheet}/{key}" for row, key in copied if key}
    history = _history(journal, subjects)

    def is_said(row: AddedRow, key: str, column: str, value: CellValue) -> bool:
        subject = key if row.sheet == _LOG else f"{row.sheet}/{key}"
        return (
            same(value, base.get(row.sheet, {}).get(key, {}).get(column))
            or same(value, current.cells.get(row.sheet, {}).get(key, {}).get(column))
            or cell_text(value) in history.get((subject, column), ())
        )

    def says_more(row: AddedRow, key: str) -> bool:
        cells = {**row.values, **row.typed_over}
        return not all(
            column in _KEYS or is_said(row, key, column, value) for column, value in cells.items()
        )

    return replace(
        merge,
        added=tuple(row for row, key in copied if key is None or says_more(row, key)),
    )


def _copied(
    added: Sequence[AddedRow], base: Cells, current: Current
) -> list[tuple[AddedRow, str | None]]:
    """Return each row with the key that its machine cells tell, or that it bears."""
    named: dict[tuple[str, str], str] = {}
    told: dict[str, dict[tuple[MachineCell, ...], str]] = {}
    codes: dict[str, list[str]] = {}
    for sheet in {row.sheet for row in added}:
        columns = current.columns.get(sheet, ())[1:]
        codes[sheet] = [column.code for column in columns if column.owner == "machine"]
        for key in (*current.cells.get(sheet, {}), *base.get(sheet, {})):
            named[sheet, fold_key(key)] = key
        told[sheet] = {
            machine_cells(values, codes[sheet]): key for key, values in base.get(sheet, {}).items()
        }
    found: list[tuple[AddedRow, str | None]] = []
    for row in added:
        cells = {**row.values, **row.typed_over}
        mark = machine_cells(cells, codes[row.sheet])
        borne = fold_key(next((str(cells[code]) for code in _KEYS if cells.get(code)), ""))
        of_machine = told[row.sheet].get(mark) if mark else None
        found.append((row, of_machine or named.get((row.sheet, borne))))
    return found


def _history(journal: Journal, subjects: Collection[str]) -> _History:
    """Return what ever stood in the cells of some rows, as the journal keeps it."""
    found: _History = {}
    for _, entry in journal:
        if entry.field and entry.subject in subjects:
            found.setdefault((entry.subject, entry.field), set()).update(
                text for text in (entry.before, entry.after) if text
            )
    return found
