"""Rows that people deleted: set aside, never erased, and brought back by a choice or by pasting.

Called by ``merging`` with a merged file, and by the publication for what it writes. Many missing
rows are a question instead (``conflicts.deletion_conflicts``). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from vigie.operations.basing import Base
from vigie.records.activation import JournalEntry
from vigie.records.observation import Observation
from vigie.records.sheet import Conflict, WrittenRevision
from vigie.workbook.canonical import same
from vigie.workbook.content import Content
from vigie.workbook.layout import Sheet, SheetTable
from vigie.workbook.merging import Merge, fold_key
from vigie.workbook.rendering import Current, build_tables
from vigie.workbook.revisions import ReadBack

_LOG = "log"
_MOST_TOLD = 120


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a file says of whole rows.

    Attributes:
        rows: ``Réf`` to whether the row is set aside from now on.
        conflicts: What people are told on Conflits, where they can choose otherwise.
    """

    rows: Mapping[str, bool] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()


def withdrawal_of(
    read: ReadBack, merge: Merge, base: Base, current: Current, content: Content, now: datetime
) -> Withdrawal:
    """Return which rows of the main log people deleted or brought back.

    A row that somebody else has changed since is not set aside: it is asked about. What the same
    revision has told before is not told again.
    """
    known = {row.ref: row for row in content.observations}
    asked = {
        (item.key, item.revision): item
        for item in content.conflicts
        if item.reason in ("row_deleted", "deleted_edited")
    }
    rows = dict.fromkeys(_pasted_back(read, base, known), False)
    conflicts = []
    # Only a workbook that says which revision it was can lack a row: a list never deletes.
    is_telling = base.is_sure and read.marks is not None and read.form == "xlsx"
    gone = merge.missing_keys.get(_LOG, ()) if is_telling else ()
    for ref in () if _LOG in merge.mass_deletions else gone:
        row = known.get(ref)
        if row is None or row.is_withdrawn:
            continue
        before = asked.get((ref, base.number))
        if before is not None:
            # A kill may have come between the line on Conflits and the row.
            if before.reason == "row_deleted" and not before.choice:
                rows[ref] = True
            continue
        is_edited = _is_edited(ref, row, base, current)
        if not is_edited:
            rows[ref] = True
        conflicts.append(_told(row, base, content, now, is_edited=is_edited))
    return Withdrawal(rows, tuple(conflicts))


def sheets_of(
    content: Content, read: ReadBack | None = None, last: WrittenRevision | None = None
) -> list[Sheet]:
    """Return the sheets, without the rows that are set aside and no longer in the file.

    Args:
        content: What the workbook shows.
        read: What people left in the file into which the sheets are written.
        last: The revision that the file is where nobody has saved; with neither it is a new one.
    """
    sheets = build_tables(content)
    withdrawn = {row.ref for row in content.observations if row.is_withdrawn}
    if not withdrawn:
        return sheets
    if read is not None:
        present = {fold_key(row.key) for row in read.sheets.get(_LOG, ())}
    else:
        present = {fold_key(key) for key in (last.cells.get(_LOG, {}) if last else {})}
    hidden = {ref for ref in withdrawn if fold_key(ref) not in present}
    return [
        replace(sheet, rows=tuple(row for row in sheet.rows if row.key not in hidden))
        if isinstance(sheet, SheetTable) and sheet.code == _LOG
        else sheet
        for sheet in sheets
    ]


def withdrawal_entries(rows: Mapping[str, bool], by: str, now: datetime) -> list[JournalEntry]:
    """Return the journal's lines of rows set aside or brought back."""
    return [
        JournalEntry(
            at=now,
            actor=by,
            subject=ref,
            action="withdraw" if is_out else "bring_back",
            before="" if is_out else "withdrawn",
            after="withdrawn" if is_out else "",
            channel="workbook",
        )
        for ref, is_out in rows.items()
    ]


def _pasted_back(read: ReadBack, base: Base, known: Mapping[str, Observation]) -> list[str]:
    """Return the rows set aside that people put back into a file that had lost them."""
    withdrawn = {fold_key(ref): ref for ref, row in known.items() if row.is_withdrawn}
    had = {fold_key(key) for key in base.cells.get(_LOG, {})}
    found = (fold_key(row.key) for row in read.sheets.get(_LOG, ()))
    return [withdrawn[key] for key in found if key in withdrawn and key not in had]


def _is_edited(ref: str, row: Observation, base: Base, current: Current) -> bool:
    """Tell whether a person changed the row since the revision from which it was deleted."""
    before = base.cells.get(_LOG, {}).get(ref, {})
    now = current.cells.get(_LOG, {}).get(ref, {})
    return any(not same(before.get(code), now.get(code)) for code in row.people)


def _told(
    row: Observation, base: Base, content: Content, now: datetime, *, is_edited: bool
) -> Conflict:
    say = content.wording.catalogue.say
    summary = str(row.value("summary") or "")[:_MOST_TOLD]
    kept, out = say("kept: {text}", text=summary), say("set aside: {text}", text=summary)
    return Conflict(
        at=now,
        sheet=_LOG,
        key=row.ref,
        column="",
        standing=kept if is_edited else out,
        other=out if is_edited else kept,
        reason="deleted_edited" if is_edited else "row_deleted",
        revision=base.number,
    )
