"""Whether the house came to what the model says: each broken promise is one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.histories.model import COMPUTED, Cell
from tests.histories.world import World


def verdict(world: World) -> list[str]:
    """Return what is not as it must be, in words; nothing if all is well."""
    return [
        *world.problems,
        *_standing(world),
        *_asked(world),
        *_told(world),
        *_kept(world),
        *_seen(world),
        *_doubled(world),
    ]


def _values(world: World) -> dict[Cell, Any]:
    store, id_ = world.runtime.store, world.activation.id
    found: dict[Cell, Any] = {}
    for row in store.observations(id_):
        for column in {*row.machine, *row.people}:
            found["log", world.rows[("log", row.ref)], column] = row.value(column)
    for line in store.people_rows(id_):
        name = world.rows.get((line.sheet, line.key), line.key)
        for column, value in line.values.items():
            found[line.sheet, name, column] = value
    return found


def _standing(world: World) -> Iterator[str]:
    """Each cell holds what the model holds."""
    values = _values(world)
    for cell, standing in world.model.cells.items():
        if cell[1] in world.model.vague or standing.value == COMPUTED:
            continue
        if (values.get(cell) or None) != (standing.value or None):
            yield f"{cell} holds {values.get(cell)!r} in place of {standing!r}"


def _asked(world: World) -> Iterator[str]:
    """Conflits holds what two hands wrote or what was typed over the machine, and nothing else."""
    model = world.model
    for conflict in world.runtime.store.conflicts(world.activation.id):
        cell = world.cell_of(conflict)
        if cell[1] in model.vague or conflict.column in ("ref", "number"):
            continue
        if conflict.reason == "two_hands" and cell not in model.asked:
            yield f"{cell}: one hand only ({conflict.standing!r}, {conflict.other!r})"
        if conflict.reason == "typed_over" and (cell, conflict.other) not in model.over:
            yield f"{cell}: nobody typed {conflict.other!r} over the machine"
        if conflict.reason == "unknown_base":
            yield f"{cell}: its base is known"
        if conflict.reason in ("row_deleted", "deleted_edited") and cell[1] not in model.deleted:
            yield f"{cell[1]}: nobody deleted it"


def _told(world: World) -> Iterator[str]:
    """Of two hands' words each stands or is on Conflits, as is what was typed over the machine."""
    model, told = world.model, {}
    for conflict in world.runtime.store.conflicts(world.activation.id):
        told.setdefault(world.cell_of(conflict), set()).update({conflict.standing, conflict.other})
    values = _values(world)
    for cell, asked in model.asked.items():
        typed = {value for value in asked if (cell, value) in model.words}
        missing = typed - told.get(cell, set()) - {values.get(cell)}
        if cell[1] not in model.vague and missing:
            yield f"{cell}: {missing} is neither in the store nor on Conflits"
    for cell, value in model.over:
        if cell[1] not in model.vague and value not in told.get(cell, set()):
            yield f"{cell}: {value!r}, typed over the machine, is not on Conflits"


def _kept(world: World) -> Iterator[str]:
    """Each word is in the store, on Conflits, or in the history of what replaced it."""
    store, id_ = world.runtime.store, world.activation.id
    known = {str(value) for value in _values(world).values()}
    for conflict in store.conflicts(id_):
        known |= {str(conflict.standing), str(conflict.other)}
    for _, entry in store.journal(id_):
        known |= {entry.after, entry.before}
    for cell, value in world.model.words:
        if value is not None and str(value) not in known:
            yield f"{cell}: the word {value!r} is lost"


def _seen(world: World) -> Iterator[str]:
    """Each observation is in the last revision or set aside, and only deleted ones are."""
    store, id_ = world.runtime.store, world.activation.id
    last = store.last_revision(id_)
    shown = set(last.cells["log"]) if last else set()
    for row in store.observations(id_):
        name = world.rows[("log", row.ref)]
        if not row.is_withdrawn and row.ref not in shown:
            yield f"{name} is not in the workbook"
        if row.is_withdrawn and name not in world.model.deleted | world.model.vague:
            yield f"{name} is set aside, and nobody deleted it"


def _doubled(world: World) -> Iterator[str]:
    """A row that somebody added once is one row, and none is missing."""
    model = world.model
    rows = Counter(world.rows.values())
    for name in rows:
        if name.startswith("P:again:") and name.removeprefix("P:again:") not in model.vague:
            yield f"{name.removeprefix('P:again:')} became two rows"
    extra = sum(name.startswith("X") for name in rows)
    if extra and not model.vague - {name for name in rows if name.startswith("X")}:
        yield f"{extra} row(s) that nobody added"
    added = {
        cell[1] for cell, value in model.words if cell[1].startswith("P") and value is not None
    }
    for name in sorted(added - set(rows) - model.vague):
        yield f"{name}, which somebody added, is no row"
