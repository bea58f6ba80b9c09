"""What goes to Conflits: two hands, values typed over the machine's, rows missing in numbers.

Called by ``merging``. Pure. The same save that comes twice is asked about once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from vigie.operations.basing import Base
from vigie.records.sheet import Conflict, Edit
from vigie.workbook.canonical import Canonical, canonical
from vigie.workbook.content import Content
from vigie.workbook.merging import Merge

_NAMED_KEYS = 20
"""Missing rows named in one cell: the others are counted."""

_Heard = tuple[str, str, str, int, Canonical]


def asked_edits(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits of a file of unknown base as questions: nothing of them is carried out.

    What is empty in such a file is no emptying, and says nothing.
    """
    return [
        replace(edit, is_typed_over=True, is_conflict=False)
        for edit in edits
        if canonical(edit.value) is not None
    ]


def typed_over_edits(merge: Merge, keys: Sequence[str], received_at: datetime) -> list[Edit]:
    """Return what people typed into the machine's columns of rows that they added.

    Args:
        merge: Its ``added`` rows.
        keys: The keys that these rows were given, in order.
        received_at: What stands in ``Reçu à`` of a new row.
    """
    return [
        Edit(
            sheet=row.sheet,
            key=key,
            column=column,
            value=value,
            base=None,
            current=_standing(column, key, received_at),
            is_typed_over=True,
        )
        for row, key in zip(merge.added, keys, strict=True)
        for column, value in row.typed_over.items()
    ]


def unheard(edits: Iterable[Edit], known: Iterable[Conflict], revision: int) -> list[Edit]:
    """Return the edits without those that a save of the same revision has brought before.

    A stale editor saves its old values again and again: each of them is heard once.
    """
    heard: set[_Heard] = set()
    for conflict in known:
        place = (conflict.sheet, conflict.key, conflict.column, conflict.revision)
        heard.add((*place, canonical(conflict.other)))
        if conflict.reason == "two_hands":
            heard.add((*place, canonical(conflict.standing)))
    return [
        edit
        for edit in edits
        if not (edit.is_typed_over or edit.is_conflict)
        or (edit.sheet, edit.key, edit.column, revision, canonical(edit.value)) not in heard
    ]


def edit_conflicts(edits: Iterable[Edit], base: Base, now: datetime) -> list[Conflict]:
    """Return the lines of Conflits for edits: what stands and the other value."""
    return [
        Conflict(
            at=now,
            sheet=edit.sheet,
            key=edit.key,
            column=edit.column,
            standing=edit.current if edit.is_typed_over else edit.value,
            other=edit.value if edit.is_typed_over else edit.current,
            reason=_reason(edit, base),
            revision=base.number,
        )
        for edit in edits
        if edit.is_typed_over or edit.is_conflict
    ]


def deletion_conflicts(
    merge: Merge, content: Content, revision: int, now: datetime
) -> list[Conflict]:
    """Return one question for each sheet of which many rows are missing; none is deleted."""
    say = content.wording.catalogue.say
    asked = {
        (item.sheet, item.other, item.revision)
        for item in content.conflicts
        if item.reason == "mass_deletion"
    }
    found = []
    for sheet in sorted(merge.mass_deletions):
        keys = merge.missing_keys.get(sheet, ())
        named = ", ".join(keys[:_NAMED_KEYS]) + (" …" if len(keys) > _NAMED_KEYS else "")
        other = say("{count} row(s) deleted: {keys}", count=len(keys), keys=named)
        if (sheet, other, revision) in asked:
            continue
        found.append(
            Conflict(
                at=now,
                sheet=sheet,
                key=" ".join(keys),
                column="",
                standing=say("The rows are kept and return into the file."),
                other=other,
                reason="mass_deletion",
                revision=revision,
            )
        )
    return found


def _reason(edit: Edit, base: Base) -> str:
    # Both: of two hands the earlier, which is not carried out.
    if edit.is_typed_over and not edit.is_conflict:
        return "typed_over" if base.is_sure else "unknown_base"
    return "two_hands"


def _standing(column: str, key: str, received_at: datetime) -> str | datetime | None:
    if column in ("ref", "number"):
        return key
    return received_at if column == "received_at" else None
