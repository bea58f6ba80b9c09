"""Carrying out what people chose on Conflits, and setting rows aside that people deleted.

Called by the publication after what people wrote is in the store, and from the store alone: what a
kill cut off is done by the next publication, and a choice changed later is carried out again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vigie.language import say
from vigie.operations.contents import make_content
from vigie.operations.editing import completed_places, journal_entries
from vigie.operations.runtime import Runtime
from vigie.operations.withdrawing import withdrawal_entries
from vigie.records.activation import Activation
from vigie.records.observation import ALWAYS_MACHINE
from vigie.records.sheet import Conflict, Edit
from vigie.workbook.canonical import same
from vigie.workbook.merging import Merge
from vigie.workbook.rendering import Current, build_tables, current_of

_LOG = "log"
_POINT_COLUMNS = ("lat", "lon")
_OF_CELLS = ("two_hands", "unknown_base", "typed_over")
_OF_ROWS = ("row_deleted", "mass_deletion", "deleted_edited")


@dataclass(slots=True)
class _Carried:
    """What the choices of one publication come to.

    Attributes:
        edits: Cells that change.
        refused: Numbers of conflicts whose choice cannot be carried out.
        withdrawn: ``Réf`` to whether the row is set aside from now on.
    """

    edits: list[Edit] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    withdrawn: dict[str, bool] = field(default_factory=dict)


def carry_out_choices(runtime: Runtime, activation: Activation) -> list[str]:
    """Do what people typed into ``Décision`` on Conflits; return what they must be told.

    A cell that somebody has changed since the conflict arose is changed all the same (the choice is
    the later word), and what it replaces stands in the journal.
    """
    chosen = _new_choices(runtime, activation)
    if not chosen:
        return []
    content = make_content(runtime, activation)
    current = current_of(build_tables(content), content.wording)
    carried = _Carried()
    for conflict in chosen:
        _carry(conflict, current, carried)
    now = runtime.clock()
    moved = _moved(carried.edits)
    edits = completed_places(
        Merge(edits=tuple(carried.edits), moved_places=moved), runtime, activation, current.cells
    )
    by = say("a choice on Conflits")
    runtime.store.carry_out(
        activation.id,
        choices={conflict.id: conflict.choice for conflict in chosen},
        edits=edits,
        withdrawn=carried.withdrawn,
        journal=[
            *journal_entries(edits, by, 0, now),
            *withdrawal_entries(carried.withdrawn, by, now),
        ],
    )
    return [
        say(
            "Conflict {number}: the column belongs to Vigie, your value stays on Conflits.",
            number=number,
        )
        for number in carried.refused
    ]


def _new_choices(runtime: Runtime, activation: Activation) -> list[Conflict]:
    """Return the conflicts whose choice is not carried out yet, with the choice that was typed."""
    typed = {
        row.key: str(row.values.get("choice") or "")
        for row in runtime.store.people_rows(activation.id)
        if row.sheet == "conflicts" and "choice" in row.values
    }
    if not typed:
        return []
    return [
        _with_choice(conflict, typed[str(conflict.id)])
        for conflict in runtime.store.conflicts(activation.id)
        if typed.get(str(conflict.id), conflict.choice) != conflict.choice
    ]


def _with_choice(conflict: Conflict, choice: str) -> Conflict:
    return Conflict(
        id=conflict.id,
        at=conflict.at,
        sheet=conflict.sheet,
        key=conflict.key,
        column=conflict.column,
        standing=conflict.standing,
        other=conflict.other,
        reason=conflict.reason,
        revision=conflict.revision,
        choice=choice,
    )


def _carry(conflict: Conflict, current: Current, carried: _Carried) -> None:
    is_other = conflict.choice == "take_other"
    if conflict.reason in _OF_ROWS:
        for ref in conflict.key.split():
            # ``row_deleted`` has been carried out already: its other way is to bring the row back.
            carried.withdrawn[ref] = is_other != (conflict.reason == "row_deleted")
        return
    if conflict.reason not in _OF_CELLS:
        return
    if conflict.reason == "typed_over" and not _is_theirs(conflict, current):
        if is_other:
            carried.refused.append(conflict.id)
        return
    value = conflict.other if is_other else conflict.standing
    now = current.cells.get(conflict.sheet, {}).get(conflict.key, {}).get(conflict.column)
    if not same(value, now):
        carried.edits.append(
            Edit(
                sheet=conflict.sheet,
                key=conflict.key,
                column=conflict.column,
                value=value,
                base=now,
                current=now,
            )
        )


def _is_theirs(conflict: Conflict, current: Current) -> bool:
    """Tell whether the cell lies in a row that people added, where all but a few are theirs."""
    added = current.added_keys.get(conflict.sheet, frozenset())
    return conflict.key in added and conflict.column not in ALWAYS_MACHINE


def _moved(edits: Sequence[Edit]) -> tuple[str, ...]:
    """Return the rows whose commune was chosen without a point: they are located anew."""
    columns: Mapping[str, set[str]] = {
        key: {edit.column for edit in edits if edit.key == key and edit.sheet == _LOG}
        for key in {edit.key for edit in edits if edit.sheet == _LOG}
    }
    return tuple(
        sorted(
            key
            for key, changed in columns.items()
            if "commune" in changed and changed.isdisjoint(_POINT_COLUMNS)
        )
    )
