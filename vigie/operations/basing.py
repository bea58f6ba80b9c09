"""The base of a merge: what the returned file showed when it was written.

Called by ``merging`` and ``returning``. Reads the store, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.records.sheet import Cells
from vigie.workbook.merging import fold_key
from vigie.workbook.recognising import likeness
from vigie.workbook.revisions import ReadBack

_COMPARED_REVISIONS = 60
"""Revisions to which an unmarked file is compared: several hours of an event."""
_LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """One revision as the base of a merge.

    Attributes:
        number: Of the revision; 0 if there is none.
        written_at: Aware UTC; None if there is none.
        is_sure: The file says which revision it was, or resembles one; else people are asked.
    """

    number: int = 0
    cells: Cells = field(default_factory=dict)
    is_sure: bool = True
    written_at: datetime | None = None


def find_base(runtime: Runtime, activation: Activation, found: ReadBack) -> Base:
    """Return the revision that a file was, by its marks, else by its references and values."""
    store = runtime.store
    if found.marks is not None:
        revision = store.revision(activation.id, found.marks.revision)
        if revision is not None:
            return Base(
                number=revision.number, cells=revision.cells, written_at=revision.written_at
            )
    last = store.last_revision(activation.id)
    if last is None:
        return Base()
    best, best_likeness = last, likeness(found, last.cells)
    oldest = max(1, last.number - _COMPARED_REVISIONS)
    for number in range(last.number - 1, oldest - 1, -1):
        if best_likeness.differing_count == 0:
            break
        older = store.revision(activation.id, number)
        if older is None:
            continue
        compared = likeness(found, older.cells)
        if compared.differing_count < best_likeness.differing_count:
            best, best_likeness = older, compared
    return Base(
        number=best.number,
        cells=best.cells,
        is_sure=best_likeness.is_sure,
        written_at=best.written_at,
    )


def is_strange(runtime: Runtime, activation: Activation, found: ReadBack) -> bool:
    """Tell whether an unmarked file shows references and none of them is this activation's."""
    keys = {fold_key(row.key) for row in found.sheets.get(_LOG, ()) if row.key}
    if found.marks is not None or not keys:
        return False
    refs = {fold_key(item.ref) for item in runtime.store.observations(activation.id)}
    return keys.isdisjoint(refs)
