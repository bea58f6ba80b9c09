"""Taking in what people wrote: the pure merge's result goes into the store, once.

Called by the publication. The merge itself is ``vigie.workbook.merging``; here its base is found,
its edits are journalled and people's decisions are carried out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vigie.language import say
from vigie.operations.analysis import admit_decided
from vigie.operations.basing import find_base
from vigie.operations.conflicts import (
    asked_edits,
    deletion_conflicts,
    edit_conflicts,
    settle_rejoined,
    typed_over_edits,
    unheard,
)
from vigie.operations.contents import make_content
from vigie.operations.editing import completed_places, decision_entry, journal_entries
from vigie.operations.returning import Incoming
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.records.sheet import AddedRow, Edit
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
    current = current_of(build_tables(content), content.wording)
    base = find_base(runtime, activation, incoming.read)
    result = merge(incoming.read, base.cells, current)
    by = incoming.read.modified_by or say("a hand in the workbook")
    edits = completed_places(result, runtime, activation)
    if not base.is_sure:
        edits = asked_edits(edits)
    edits = settle_rejoined(edits, result, content.journal)
    edits = unheard(edits, content.conflicts, base.number)
    now = runtime.clock()
    conflicts = [
        *edit_conflicts(edits, base, now),
        *deletion_conflicts(result, content, base.number, now),
    ]
    prefix = _prefix(activation, content.convention.prefix)
    keys = runtime.store.apply_edits(
        activation.id,
        prefix,
        edits=edits,
        added=[(row, _token(incoming, row)) for row in result.added],
        conflicts=conflicts,
        journal=journal_entries(edits, by, base.number, now),
        now=now,
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
            journal=journal_entries(over, by, base.number, now),
            now=now,
        )
    typed = {(edit.sheet, edit.key, edit.column) for edit in result.edits}
    return Taken(
        sum((edit.sheet, edit.key, edit.column) in typed for edit in edits),
        len(result.added),
        _notes(result, [*edits, *over], is_sure=base.is_sure),
        _claims(result, keys),
    )


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


def _notes(result: Merge, edits: list[Edit], *, is_sure: bool) -> tuple[str, ...]:
    notes = []
    kept_count = sum(edit.is_typed_over for edit in edits)
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
    if missing:
        notes.append(
            say("{count} row(s) were missing from the file; none is deleted.", count=missing)
        )
    return tuple(notes)
