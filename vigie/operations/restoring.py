"""Versions that people saved: which there are, and one of them brought back by a merge.

Called by ``vigie workbook versions`` and ``restore``. Bringing back never deletes: rows that came
since stay, and what stands now is kept as a version of its own, to which one can return.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from vigie.language import catalogue, say
from vigie.operations.contents import make_content
from vigie.operations.editing import completed_places, journal_entries
from vigie.operations.leases import turn
from vigie.operations.placing import kept_versions
from vigie.operations.publication import publish
from vigie.operations.published import Published
from vigie.operations.returning import read_version
from vigie.operations.runtime import Runtime
from vigie.problem import BusyError, WorkbookError
from vigie.records.activation import Activation, JournalEntry
from vigie.records.observation import PLACE_COLUMNS
from vigie.records.sheet import Cells, Edit
from vigie.workbook.canonical import same
from vigie.workbook.layout import Column
from vigie.workbook.merging import Merge, fold_key, merge
from vigie.workbook.package import refresh
from vigie.workbook.rendering import Current, build_tables, current_of
from vigie.workbook.revisions import Marks, ReadBack
from vigie.workbook.shares.keeping import Version, mark_of

BEFORE_RESTORE = "before_restore"
_CARRIED_OUT = frozenset({"checks", "conflicts"})
"""Decisions typed there were carried out; emptying their cells would not undo them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A version that was brought back.

    Attributes:
        edit_count: Cells that changed.
        undo: Mark of the version by which this is undone; empty if nothing changed.
    """

    version: Version
    edit_count: int
    undo: str
    published: Published


def listed_versions(runtime: Runtime, activation_id: str) -> list[Version]:
    """Return the kept versions of an activation's workbook, the oldest first.

    Raises:
        UnknownActivationError: If there is no such activation.
    """
    return kept_versions(runtime, runtime.store.activation(activation_id)).listed()


def restore(runtime: Runtime, activation_id: str, wanted: str, by: str) -> Restored:
    """Bring people's cells back to what they were in a version that was kept.

    Args:
        runtime: Whose store and house.
        activation_id: Whose workbook.
        wanted: Number in the list of versions, or mark.
        by: Who decides.

    Raises:
        UnknownActivationError: If there is no such activation.
        BusyError: If its workbook is being written and does not become free within a minute.
        WorkbookError: If nobody decides, or there is no such version, or it cannot be read.
    """
    activation = runtime.store.activation(activation_id)
    if not by.strip():
        raise WorkbookError(
            activation_id,
            say("Nobody is named who decides this."),
            say("Add --by NAME."),
        )
    busy = BusyError(
        activation_id,
        say("Its workbook is being written by another command."),
        say("Try again in a moment."),
    )
    with turn(runtime, f"workbook:{activation_id}", busy):
        version, data = kept_versions(runtime, activation).find(wanted)
        # First everything that people saved since is taken in: it must not be lost by this.
        before = publish(runtime, activation_id)
        edits = _edits(runtime, activation, read_version(runtime, activation, version, data))
        if not edits:
            return Restored(version=version, edit_count=0, undo="", published=before)
        undo = _keep_present(runtime, activation, by)
        _apply(runtime, activation, edits, version, by)
        published = publish(runtime, activation_id)
    published = replace(published, notes=tuple(dict.fromkeys((*before.notes, *published.notes))))
    return Restored(version=version, edit_count=len(edits), undo=undo, published=published)


def _edits(runtime: Runtime, activation: Activation, read: ReadBack) -> list[Edit]:
    content = make_content(runtime, activation)
    current = current_of(build_tables(content), content.wording)
    shown = {
        sheet: {fold_key(row.key) for row in rows if row.key}
        for sheet, rows in read.sheets.items()
        if sheet in current.columns and sheet not in _CARRIED_OUT
    }
    # What stands now is the base: each difference is an edit, and no row counts as deleted.
    base = {
        sheet: {
            key: row for key, row in current.cells.get(sheet, {}).items() if fold_key(key) in keys
        }
        for sheet, keys in shown.items()
    }
    limited = replace(read, sheets={sheet: read.sheets[sheet] for sheet in shown})
    merged = merge(limited, base, current)
    written = runtime.store.revision(activation.id, read.marks.revision) if read.marks else None
    wanted = _people_touched(merged.edits, current, written.cells if written else {})
    moved = {edit.key for edit in wanted if edit.sheet == "log" and edit.column in PLACE_COLUMNS}
    companions = tuple(edit for edit in merged.companions if edit.key in moved)
    chosen = Merge(edits=tuple(wanted), companions=companions, moved_places=merged.moved_places)
    return completed_places(chosen, runtime, activation)


def _people_touched(edits: Iterable[Edit], current: Current, then: Cells) -> list[Edit]:
    """Return the edits of cells that are people's: now, in that version, or always.

    A cell that only the machine filled then and now follows the machine.
    """
    columns: Mapping[str, Mapping[str, Column]] = {
        sheet: {column.code: column for column in found} for sheet, found in current.columns.items()
    }

    def is_theirs(edit: Edit) -> bool:
        column = columns[edit.sheet].get(edit.column)
        if edit.is_typed_over or column is None:
            return False
        if column.owner == "people" or edit.key in current.added_keys.get(edit.sheet, ()):
            return True
        decided = current.decided.get(edit.sheet, {}).get(edit.key, frozenset())
        shown = then.get(edit.sheet, {}).get(edit.key, {}).get(edit.column)
        return edit.column in decided or (bool(then) and not same(edit.value, shown))

    return [edit for edit in edits if is_theirs(edit)]


def _keep_present(runtime: Runtime, activation: Activation, by: str) -> str:
    """Keep what stands now as a version, so that bringing back can itself be undone."""
    last = runtime.store.last_revision_number(activation.id)
    content = make_content(runtime, activation, revision=last)
    workbook = content.convention.workbook
    data = refresh(
        None,
        build_tables(content),
        Marks(activation_id=activation.id, revision=last, fingerprint=""),
        catalogue(workbook.language),
        workbook.time_zones[0],
        activation.kind,
        categories=content.convention.categories,
    ).data
    version = Version(
        mark=mark_of(data),
        kept_at=runtime.clock(),
        revision=last,
        by=by,
        reason=BEFORE_RESTORE,
    )
    kept_versions(runtime, activation).keep(data, version)
    return version.mark


def _apply(
    runtime: Runtime, activation: Activation, edits: Sequence[Edit], version: Version, by: str
) -> None:
    now = runtime.clock()
    told = JournalEntry(
        at=now,
        actor=by,
        subject="workbook",
        action="restore",
        after=version.mark,
        channel="command",
        detail={"revision": str(version.revision), "count": str(len(edits))},
    )
    runtime.store.apply_edits(
        activation.id,
        "",
        edits=edits,
        added=(),
        conflicts=(),
        journal=[told, *journal_entries(edits, by, version.revision, now)],
        now=now,
    )
