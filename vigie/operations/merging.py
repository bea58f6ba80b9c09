"""Taking in what people wrote: the pure merge's result goes into the store, once.

Called by the publication. The merge itself is ``vigie.workbook.merging``; here its base is found,
its edits are journalled and people's decisions are carried out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vigie.language import say
from vigie.operations.contents import make_content
from vigie.operations.editing import completed_places, journal_entries
from vigie.operations.returning import Incoming
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.records.observation import CellValue
from vigie.records.sheet import AddedRow, Cells, Conflict, Edit
from vigie.workbook.merging import Merge, merge
from vigie.workbook.rendering import build_tables, current_of
from vigie.workbook.revisions import ReadBack


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
    convention = runtime.convention_of(activation)
    content = make_content(runtime, activation)
    current = current_of(build_tables(content), content.wording)
    result = merge(incoming.read, _base(runtime, activation, incoming.read), current)
    by = incoming.read.modified_by or say("a hand in the workbook")
    revision = incoming.read.marks.revision if incoming.read.marks else 0
    edits = completed_places(result, runtime, activation)
    conflicts = _conflicts(runtime, edits, revision)
    keys = runtime.store.apply_edits(
        activation.id,
        _prefix(activation, convention.prefix),
        edits=edits,
        added=[(row, _token(incoming, row)) for row in result.added],
        conflicts=conflicts,
        journal=journal_entries(edits, by, revision, runtime.clock()),
        now=runtime.clock(),
    )
    _carry_out_decisions(runtime, activation, edits, by)
    return Taken(len(result.edits), len(result.added), _notes(result, edits), _claims(result, keys))


def _claims(result: Merge, keys: Sequence[str]) -> dict[str, dict[int, str]]:
    """Say which row of the file now bears which key: recovered ones and those just given."""
    claims = {sheet: dict(rows) for sheet, rows in result.recovered.items()}
    for row, key in zip(result.added, keys, strict=True):
        claims.setdefault(row.sheet, {})[row.row_number] = key
    return claims


def _prefix(activation: Activation, prefix: str) -> str:
    return f"EX-{prefix}" if activation.kind == "exercise" else prefix


def _base(runtime: Runtime, activation: Activation, found: ReadBack) -> Cells:
    """Return what the file showed when it was written: its own revision's cells."""
    if found.marks is not None:
        revision = runtime.store.revision(activation.id, found.marks.revision)
        if revision is not None:
            return revision.cells
    last = runtime.store.last_revision(activation.id)
    return last.cells if last is not None else {}


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
    told = repr(sorted((code, str(value)) for code, value in row.values.items()))
    return hashlib.sha256(f"{row.sheet}|{row.row_number}|{told}|{base}".encode()).hexdigest()


def _conflicts(runtime: Runtime, edits: list[Edit], revision: int) -> list[Conflict]:
    now = runtime.clock()
    return [
        Conflict(
            at=now,
            sheet=edit.sheet,
            key=edit.key,
            column=edit.column,
            standing=edit.current if edit.is_typed_over else edit.value,
            other=edit.value if edit.is_typed_over else edit.current,
            reason="typed_over" if edit.is_typed_over else "two_hands",
            revision=revision,
        )
        for edit in edits
        if edit.is_typed_over or edit.is_conflict
    ]


def _carry_out_decisions(
    runtime: Runtime, activation: Activation, edits: list[Edit], by: str
) -> None:
    """A ``Décision`` on Contrôles lets a quarantined post in."""
    from vigie.operations.analysis import admit_quarantined  # noqa: PLC0415
    from vigie.operations.editing import decision_entry  # noqa: PLC0415

    decided = [edit for edit in edits if edit.sheet == "checks" and edit.column == "decision"]
    if not decided:
        return
    findings = {str(finding.id): finding for finding in runtime.store.findings(activation.id)}
    admitted = []
    for edit in decided:
        finding = findings.get(edit.key)
        if finding is None:
            continue
        decision = str(edit.value or "")
        runtime.store.decide_finding(
            activation.id,
            finding.id,
            decision,
            by,
            decision_entry(finding, decision, by, runtime.clock()),
        )
        if decision == "let_in" and finding.post is not None:
            admitted.append(finding.post)
    if admitted:
        admit_quarantined(runtime, activation.id, admitted)


def _notes(result: Merge, edits: list[Edit]) -> tuple[str, ...]:
    notes = []
    typed_over: Mapping[str, CellValue] = {
        f"{edit.key}/{edit.column}": edit.value for edit in edits if edit.is_typed_over
    }
    if typed_over:
        notes.append(
            say(
                "{count} value(s) typed into the machine's columns are kept on Conflits.",
                count=len(typed_over),
            )
        )
    missing = sum(len(keys) for keys in result.missing_keys.values())
    if missing:
        notes.append(
            say("{count} row(s) were missing from the file; none is deleted.", count=missing)
        )
    return tuple(notes)
