"""What follows from people's edits: the place unit completed, the journal's lines.

Pure but for the gazetteer that it is given through the runtime. Called by ``merging``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from vigie.operations.runtime import Runtime
from vigie.operations.territory import commune_named
from vigie.records.activation import Activation, JournalEntry
from vigie.records.finding import Finding
from vigie.records.observation import PLACE_COLUMNS, CellValue
from vigie.records.sheet import Cells, Edit
from vigie.workbook.canonical import Canonical, canonical, same
from vigie.workbook.merging import Merge, fold_key
from vigie.workbook.revisions import ReadBack


def completed_places(
    merge: Merge, runtime: Runtime, activation: Activation, standing: Cells | None = None
) -> list[Edit]:
    """Return the edits with each place completed: it is one unit, whoever changes part owns it.

    A commune changed without its point is located anew; a name that is no commune of the
    territory leaves the point empty: none is invented.

    Args:
        merge: What changes.
        runtime: Whose gazetteer and convention.
        activation: Whose territory.
        standing: What stands now, for the journal: a point that is located anew replaces it.
    """
    log = (standing or {}).get("log", {})
    completed = [*merge.edits, *merge.companions]
    territory = runtime.convention_of(activation).territory
    moved = set(merge.moved_places)
    for edit in merge.edits:
        if edit.sheet != "log" or edit.column != "commune" or edit.key not in moved:
            continue
        point: dict[str, CellValue] = {"lat": None, "lon": None, "precision_metres": None}
        place = commune_named(str(edit.value or ""), runtime.gazetteer, territory)
        if place is not None:
            point = {
                "lat": place.lat,
                "lon": place.lon,
                "precision_metres": runtime.gazetteer.precision_metres(place.insee),
            }
        typed = merge.typed_points.get(edit.key, {})
        completed += [
            Edit(
                sheet="log",
                key=edit.key,
                column=column,
                value=value,
                base=log.get(edit.key, {}).get(column),
                current=typed.get(column),
                is_conflict=column in typed,
            )
            for column, value in point.items()
        ]
    return completed


def without_heard(merge: Merge, earlier: Sequence[ReadBack]) -> Merge:
    """Return a merge without the cells that the same file, on the same base, has told before.

    A file that is held open is read again and again: what it said once is in the store, and may
    have been changed there since by people who saw it.

    Args:
        merge: Of the file as it is now.
        earlier: The file as it was taken in before, each time.
    """
    if not earlier:
        return merge
    heard: set[tuple[str, str, str, Canonical]] = {
        (sheet, fold_key(row.key), column, canonical(value))
        for read in earlier
        for sheet, rows in read.sheets.items()
        for row in rows
        if row.key
        for column, value in row.values.items()
    }

    def is_new(edit: Edit) -> bool:
        place = (edit.sheet, fold_key(edit.key), edit.column, canonical(edit.value))
        return place not in heard

    news = [is_new(edit) and not same(edit.value, edit.base) for edit in merge.edits]
    # What nobody typed comes with the place of which somebody typed something new.
    places = {
        edit.key for edit, new in zip(merge.edits, news, strict=True) if new and is_of_place(edit)
    }
    return replace(
        merge,
        edits=tuple(
            edit
            for edit, new in zip(merge.edits, news, strict=True)
            if new or (is_of_place(edit) and edit.key in places)
        ),
        companions=tuple(edit for edit in merge.companions if edit.key in places),
        moved_places=tuple(key for key in merge.moved_places if key in places),
    )


def journal_entries(
    edits: Sequence[Edit],
    by: str,
    revision: int,
    now: datetime,
    origin: Mapping[str, str] | None = None,
) -> list[JournalEntry]:
    """Return one journal line per changed cell; added rows are journalled by the store.

    Args:
        edits: The changed cells.
        by: Whose hand it was, as far as known.
        revision: The base of the file that held them.
        now: Aware.
        origin: Which file, and who brought it, where it was not found on the share.
    """
    return [
        JournalEntry(
            at=now,
            actor=by,
            subject=subject_of(edit),
            action="typed_over" if edit.is_typed_over else "edit",
            field=edit.column,
            before=cell_text(edit.base),
            after=cell_text(edit.value),
            channel="workbook",
            detail={"revision": str(revision), **(origin or {})},
        )
        for edit in edits
    ]


def decision_entry(finding: Finding, decision: str, by: str, now: datetime) -> JournalEntry:
    """Return the journal line of a decision on Contrôles."""
    return JournalEntry(
        at=now,
        actor=by,
        subject=f"checks/{finding.id}",
        action="decide",
        field="decision",
        before=finding.decision,
        after=decision,
        channel="workbook",
    )


def is_of_place(edit: Edit) -> bool:
    """Tell whether a cell is one of the five that are one place."""
    return edit.sheet == "log" and edit.column in PLACE_COLUMNS


def subject_of(edit: Edit) -> str:
    """Return how the journal names the row of an edit."""
    return edit.key if edit.sheet == "log" else f"{edit.sheet}/{edit.key}"


def cell_text(value: CellValue) -> str:
    """Return a value as the journal keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
