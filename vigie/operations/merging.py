"""Taking in what people wrote: the pure merge's result goes into the store, once.

Called by the publication. The merge itself is ``vigie.workbook.merging``; here its base is found,
its edits are journalled and people's decisions are carried out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vigie.language import say
from vigie.operations.analysis import admit_decided
from vigie.operations.basing import Base, find_base
from vigie.operations.conflicts import (
    asked_edits,
    deletion_conflicts,
    edit_conflicts,
    typed_over_edits,
    unheard,
)
from vigie.operations.contents import make_content
from vigie.operations.editing import (
    completed_places,
    decision_entry,
    journal_entries,
    without_heard,
)
from vigie.operations.hands import Hand, hand_of, origin_of, settle_hands
from vigie.operations.incoming import Incoming
from vigie.operations.repeating import settle_rejoined, texts_said, without_copies
from vigie.operations.runtime import Runtime
from vigie.operations.withdrawing import Withdrawal, withdrawal_entries, withdrawal_of
from vigie.records.activation import Activation
from vigie.records.sheet import AddedRow, Edit
from vigie.workbook.content import Content
from vigie.workbook.imports.displayed import undo_display
from vigie.workbook.merging import Merge, merge
from vigie.workbook.rendering import build_tables, current_of


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in.

    Attributes:
        claims: Sheet → row number of the file → the key that the row bears from now on.
    """

    edit_count: int = 0
    added_count: int = 0
    notes: tuple[str, ...] = field(default=())
    claims: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


def take_in(runtime: Runtime, activation: Activation, incoming: Incoming) -> Taken:
    """Merge a file against its own base and commit what people wrote.

    Taking in the same file twice changes nothing the second time.
    """
    if incoming.read is None:
        return Taken()
    content = make_content(runtime, activation)
    now = runtime.clock()
    judged = _judged(runtime, activation, incoming, content)
    result, edits, base = judged.result, judged.edits, judged.base
    by = judged.hand.told
    conflicts = edit_conflicts(edits, base, now)
    withdrawn = Withdrawal()
    if incoming.origin is None:
        conflicts += deletion_conflicts(result, content, base.number, now)
        current = current_of(build_tables(content), content.wording)
        withdrawn = withdrawal_of(incoming.read, result, base, current, content, now)
        conflicts += withdrawn.conflicts
    prefix = _prefix(activation, content.convention.prefix)
    told = {**origin_of(judged.hand, now), **_told_origin(incoming)}
    keys = runtime.store.apply_edits(
        activation.id,
        prefix,
        edits=edits,
        added=[(row, _token(incoming, row)) for row in result.added],
        conflicts=conflicts,
        journal=journal_entries([*edits, *judged.outdated], by, base.number, now, told),
        now=now,
    )
    if withdrawn.rows:
        runtime.store.carry_out(
            activation.id,
            choices={},
            edits=(),
            withdrawn=withdrawn.rows,
            journal=withdrawal_entries(withdrawn.rows, by, now),
        )
    # A kill before this: the same file comes again, its rows are known then, and so are the cells.
    over = unheard(typed_over_edits(result, keys, now), content.conflicts, base.number)
    if over:
        runtime.store.apply_edits(
            activation.id,
            prefix,
            edits=(),
            added=(),
            conflicts=edit_conflicts(over, base, now),
            journal=journal_entries(over, by, base.number, now, told),
            now=now,
        )
    return Taken(
        judged.edit_count,
        len(result.added),
        _notes(judged, over, is_import=incoming.origin is not None),
        _claims(result, keys),
    )


def foresee(runtime: Runtime, activation: Activation, incoming: Incoming) -> Foreseen:
    """Say what ``take_in`` would change, and change nothing."""
    if incoming.read is None:
        return Foreseen()
    judged = _judged(runtime, activation, incoming, make_content(runtime, activation))
    notes = _notes(judged, [], is_import=incoming.origin is not None)
    return Foreseen(tuple(judged.edits), judged.result.added, notes)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What taking a file in would change."""

    edits: tuple[Edit, ...] = ()
    added: tuple[AddedRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    """A file beside its base and the store: what of it is new."""

    base: Base
    result: Merge
    edits: list[Edit]
    hand: Hand
    outdated: tuple[Edit, ...] = ()

    @property
    def edit_count(self) -> int:
        """Cells that people typed themselves."""
        typed = {(edit.sheet, edit.key, edit.column) for edit in self.result.edits}
        return sum((edit.sheet, edit.key, edit.column) in typed for edit in self.edits)


def _judged(
    runtime: Runtime, activation: Activation, incoming: Incoming, content: Content
) -> _Judged:
    assert incoming.read is not None
    current = replace(
        current_of(build_tables(content), content.wording), said=texts_said(content.journal)
    )
    base = find_base(runtime, activation, incoming.read)
    read = incoming.read
    if read.form == "csv":
        read = undo_display(read, base.cells, content.wording.zone)
    result = without_heard(merge(read, base.cells, current), incoming.earlier)
    told_by = read.modified_by or _importer(incoming) or say("a hand in the workbook")
    hand = hand_of(read, base, told_by, content.now)
    result = without_copies(result, base.cells, current, content.journal)
    settled = settle_hands(settle_rejoined(result, content.journal), hand, content.journal)
    edits = completed_places(settled.merge, runtime, activation, current.cells)
    if not base.is_sure:
        edits = asked_edits(edits)
    edits = unheard(edits, content.conflicts, base.number)
    return _Judged(base, settled.merge, edits, hand, settled.outdated)


def _importer(incoming: Incoming) -> str:
    return incoming.origin.by if incoming.origin is not None else ""


def _told_origin(incoming: Incoming) -> dict[str, str]:
    """Return what the journal says of where a file came from."""
    if incoming.origin is None:
        return {}
    return {"file": incoming.origin.file_name, "imported_by": incoming.origin.by}


def _claims(result: Merge, keys: Sequence[str]) -> dict[str, dict[int, str]]:
    """Say which row of the file now bears which key: recovered ones and those just given."""
    claims = {sheet: dict(rows) for sheet, rows in result.recovered.items()}
    for row, key in zip(result.added, keys, strict=True):
        claims.setdefault(row.sheet, {})[row.row_number] = key
    return claims


def _prefix(activation: Activation, prefix: str) -> str:
    return f"EX-{prefix}" if activation.kind == "exercise" else prefix


def _token(incoming: Incoming, row: AddedRow) -> str:
    """Name an added row: the same row on top of the same revision is the same row.

    Not the file's bytes: people may save again between the commit of a row and the file that
    shows its key (a crash, or a save while we merge), and the row must not become two.
    """
    marks = incoming.read.marks if incoming.read is not None else None
    if marks is not None:
        base = f"revision {marks.revision}"
    else:
        base = hashlib.sha256(incoming.data).hexdigest()[:16]
    typed = {**row.values, **row.typed_over}
    told = repr(sorted((code, str(value)) for code, value in typed.items()))
    return hashlib.sha256(f"{row.sheet}|{row.row_number}|{told}|{base}".encode()).hexdigest()


def carry_out_decisions(runtime: Runtime, activation: Activation) -> list[str]:
    """Do what people typed into ``Décision`` on Contrôles; return the ``Réf`` of posts let in.

    Read from the store, not from the file: what a kill cut off is done by the next publication.
    """
    typed = {
        row.key: row.values
        for row in runtime.store.people_rows(activation.id)
        if row.sheet == "checks" and "decision" in row.values
    }
    for finding in runtime.store.findings(activation.id) if typed else []:
        values = typed.get(str(finding.id))
        decision = str(values["decision"] or "") if values else finding.decision
        if values is None or decision == finding.decision:
            continue
        by = str(values.get("decided_by") or say("a hand in the workbook"))
        entry = decision_entry(finding, decision, by, runtime.clock())
        runtime.store.decide_finding(activation.id, finding.id, decision, by, entry)
    return admit_decided(runtime, activation.id)


def _notes(judged: _Judged, over: list[Edit], *, is_import: bool) -> tuple[str, ...]:
    result, edits, is_sure = judged.result, [*judged.edits, *over], judged.base.is_sure
    notes = []
    kept_count = sum(edit.is_typed_over and not edit.is_conflict for edit in edits)
    if kept_count and is_sure:
        notes.append(
            say(
                "{count} value(s) typed into the machine's columns are kept on Conflits.",
                count=kept_count,
            )
        )
    if not is_sure:
        notes.append(
            say(
                "The file no longer says which revision it was: {count} value(s) are asked about "
                "on Conflits, none is replaced.",
                count=kept_count,
            )
        )
    missing = sum(len(keys) for keys in result.missing_keys.values())
    if missing and not is_import:
        notes.append(
            say("{count} row(s) were missing from the file; none is deleted.", count=missing)
        )
    return tuple(notes)
