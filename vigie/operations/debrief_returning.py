"""Takes back what people filled into a debrief's sheets. Called by ``vigie debrief --read``.

All of a file or, with one fault, nothing of it. Only what a file changes against what its run
showed counts, so several copies can come back in any order; what stood there is in the journal. The
file is opened in a process of its own, with limits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vigie.debrief.reading_back import Fault, Filled, Values, read_back
from vigie.debrief.retex import entry_key
from vigie.debrief.sheets import entry_title
from vigie.debrief.wording import Words
from vigie.language import say
from vigie.operations.debriefing import debrief_turn, words_of
from vigie.operations.guarded_reading import reader
from vigie.operations.opening import move_activation
from vigie.operations.runtime import Runtime
from vigie.problem import Problem
from vigie.records.activation import Activation, JournalEntry
from vigie.records.debrief import DebriefEntry, DebriefRun, EntryKind, EntryValue
from vigie.records.table import RawBook
from vigie.tables.reading import FILE_LIMIT_BYTES

_HEADING = re.compile(r"n°\s*(\d+)\s*·\s*((?:ex-)?[a-z0-9-]+)")
"""What each sheet's heading says of the file, where an editor lost the hidden sheet."""
_HEADING_ROWS = 3


class DebriefFaultsError(Problem):
    """A filled-in file of which nothing was taken; ``faults`` says why, one by one."""

    def __init__(self, where: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            where,
            say("{count} fault(s); nothing was taken.", count=len(faults)),
            say("Mend them and read the file again."),
        )
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a filled-in file brought.

    Attributes:
        changed_count, added_count: Lines.
        missing_count: Lines that the file lacks; they stay.
        notes: What people must hear: a cell that others had changed meanwhile.
    """

    changed_count: int
    added_count: int
    missing_count: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    entries: tuple[DebriefEntry, ...]
    journal: tuple[JournalEntry, ...]
    notes: tuple[str, ...]


def take_back(runtime: Runtime, activation_id: str, path: Path, *, by: str) -> Taken:
    """Read what people filled into a debrief's sheets; a closed activation is debriefed then.

    Args:
        runtime: Whose store.
        activation_id: Whose debrief it is.
        path: The file.
        by: Name of who hands it in.

    Raises:
        DebriefFaultsError: If anything in it cannot be taken.
        Problem: If it is no debrief of this activation, cannot be read, or nobody is named.
        BusyError: If others work on the same debrief for a minute.
    """
    if not by.strip():
        raise Problem(path.name, say("Nobody is named who decides this."), say("Add --by NAME."))
    activation = runtime.store.activation(activation_id)
    words = words_of(runtime, activation)
    book = reader().read_book(_bytes_of(path), path.name)
    run = runtime.store.debrief(activation_id, _run_number(book, activation_id, path.name))
    shown = _shown(run)
    filled = read_back(book, shown, words)
    if filled.faults:
        raise DebriefFaultsError(path.name, filled.faults)
    with debrief_turn(runtime, activation_id):
        taken = _keep(runtime, activation, filled, shown, words, by.strip())
    is_said = bool(filled.changed or filled.added)
    if is_said and runtime.store.activation(activation_id).state == "closed":
        move_activation(runtime, activation_id, "debrief", by=by)
    return taken


def _keep(
    runtime: Runtime,
    activation: Activation,
    filled: Filled,
    shown: Mapping[EntryKind, Mapping[str, Values]],
    words: Words,
    by: str,
) -> Taken:
    store = runtime.store
    own = store.debrief_entries(activation.id)
    known = {
        entry_key(one, activation.id): one for one in (*own, *store.earlier_actions(activation.id))
    }
    before = {key: values for lines in shown.values() for key, values in lines.items()}
    changes = _changes(runtime, filled.changed, known, before, words, by)
    added = [item for item in filled.added if not _is_known(item, own)]
    store.keep_entries(
        activation.id,
        changed=changes.entries,
        added=added,
        journal=changes.journal,
        by=by,
        now=runtime.clock(),
    )
    return Taken(
        changed_count=len(changes.entries),
        added_count=len(added),
        missing_count=filled.missing_count,
        notes=changes.notes,
    )


def _changes(
    runtime: Runtime,
    changed: Mapping[str, Values],
    known: Mapping[str, DebriefEntry],
    shown: Mapping[str, Values],
    words: Words,
    by: str,
) -> _Changes:
    entries, journal, notes = [], [], []
    for key, cells in changed.items():
        entry = known.get(key)
        if entry is None:
            # Somebody emptied the line meanwhile; what was typed now must not be lost with it.
            notes.append(
                words.say(
                    "{key} was taken away by another file; write it anew to keep it.", key=key
                )
            )
            continue
        values = dict(entry.values)
        for column, value in cells.items():
            standing = values.get(column)
            if standing == value:
                continue
            if _is_others(entry, column, shown.get(key, {}), standing):
                told = words.say(
                    "{key}, {column}: another file said “{other}”; “{value}” stands now.",
                    key=key,
                    column=entry_title(column, words),
                    other=standing,
                    value=value,
                )
                notes.append(told)
            values[column] = value
            journal.append(_edit(runtime, key, column, standing, value, by))
        if values != dict(entry.values):
            kept = values if any(value is not None for value in _said(values)) else {}
            entries.append(
                DebriefEntry(
                    activation_id=entry.activation_id, kind=entry.kind, key=entry.key, values=kept
                )
            )
    return _Changes(entries=tuple(entries), journal=tuple(journal), notes=tuple(notes))


def _is_others(entry: DebriefEntry, column: str, shown: Values, standing: EntryValue) -> bool:
    """Tell whether someone else changed a cell since this file was written.

    Names are not shown where the convention does not allow them: text that differs in them alone
    cannot be told apart from a change, so only what differs in kind or was emptied counts there.
    """
    before = shown.get(column)
    if column in ("level", "due", "state", "theme"):
        return standing != before
    return (standing is None) != (before is None)


def _said(values: Values) -> list[EntryValue]:
    """Return the values of a line without the state, which alone says nothing."""
    return [value for column, value in values.items() if column != "state"]


def _edit(
    runtime: Runtime, key: str, column: str, before: EntryValue, after: EntryValue, by: str
) -> JournalEntry:
    return JournalEntry(
        at=runtime.clock(),
        actor=by,
        subject=key,
        action="debrief_edit",
        field=column,
        before="" if before is None else str(before),
        after="" if after is None else str(after),
    )


def _is_known(item: tuple[EntryKind, Values], own: Sequence[DebriefEntry]) -> bool:
    """Tell whether a new line was read before: the same file may come twice."""
    kind, values = item
    return any(one.kind == kind and dict(one.values) == dict(values) for one in own)


def _shown(run: DebriefRun) -> dict[EntryKind, dict[str, Values]]:
    """Return what a run's sheets showed, by sheet and key."""
    found: dict[EntryKind, dict[str, Values]] = {"hot": {}, "cold": {}, "action": {}}
    for line in run.data["remarks"]:
        found[line["kind"]][line["key"]] = line["values"]
    for line in run.data["actions"]:
        found["action"][line["key"]] = line["values"]
    return found


def _run_number(book: RawBook, activation_id: str, name: str) -> int:
    """Return of which run a file is: by its hidden sheet, else by its headings."""
    of, number = book.marks.get("activation", ""), book.marks.get("debrief", "")
    if not (of and number.isdecimal()):
        of, number = _heading(book)
    if of != activation_id or not number.isdecimal():
        raise Problem(
            name,
            say("This is no debrief of {id}.", id=activation_id),
            say("Take the file that this made: vigie debrief {id}", id=activation_id),
        )
    return int(number)


def _heading(book: RawBook) -> tuple[str, str]:
    for sheet in book.sheets:
        for _, cells in sheet.rows[:_HEADING_ROWS]:
            found = _HEADING.search(str(cells[0] or "")) if cells else None
            if found is not None:
                return found[2], found[1]
    return "", ""


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(FILE_LIMIT_BYTES + 1)
    except OSError as error:
        raise Problem(
            str(path),
            say("It cannot be read: {fault}.", fault=error.strerror or type(error).__name__),
            say("Check the name and the rights of the file."),
        ) from error
