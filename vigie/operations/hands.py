"""Whose word is later, and whether it is a second hand at all, where a cell was changed twice.

Called by ``merging`` with the result of the pure merge. Later is the file that was saved later, so
that any order in which files come back gives the same; a copy whose owner goes on writing in it is
one hand. Pure: what was said before is read from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from vigie.operations.basing import Base
from vigie.operations.editing import cell_text, is_of_place, subject_of
from vigie.records.activation import JournalEntry
from vigie.records.sheet import Edit
from vigie.workbook.canonical import same
from vigie.workbook.merging import LOCATED_COLUMNS, Merge
from vigie.workbook.revisions import ReadBack

SAVED_AT = "saved_at"
"""In the detail of an entry: when the file was saved that said it, if not when it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who wrote a file, on what, and when.

    Attributes:
        by: As the file itself says; empty if it does not.
        told: As the journal names them.
        saved_at: Aware UTC: as the file says where that can be, else when it came.
        is_told: The file says it.
    """

    by: str
    told: str
    revision: int
    saved_at: datetime
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Settled:
    """A merge after its conflicts were looked at.

    Attributes:
        outdated: Cells that the same hand has changed again since: for the row's history only.
    """

    merge: Merge
    outdated: tuple[Edit, ...] = ()


def hand_of(read: ReadBack, base: Base, told_by: str, now: datetime) -> Hand:
    """Return whose file it is and when it was saved.

    What an editor says counts if it lies between the file's revision and now. Source: the
    contracts, "Revision of a workbook".
    """
    told = read.modified_at
    is_told = told is not None and base.written_at is not None and base.written_at <= told <= now
    saved_at = told if told is not None and is_told else now
    return Hand(
        by=read.modified_by,
        told=told_by,
        revision=base.number,
        saved_at=saved_at,
        is_told=is_told,
    )


def origin_of(hand: Hand, now: datetime) -> dict[str, str]:
    """Return what the journal must know of a file beside its name."""
    if not hand.is_told or hand.saved_at == now:
        return {}
    return {SAVED_AT: hand.saved_at.isoformat()}


def settle_hands(merge: Merge, hand: Hand, journal: Sequence[tuple[int, JournalEntry]]) -> Settled:
    """Return the merge with each conflict judged: no second hand, later, or earlier.

    Of two hands the later stands, of the earlier nothing is carried out: its value goes to
    Conflits. A place is judged as one.
    """
    if not any(edit.is_conflict for edit in merge.edits):
        return Settled(merge)
    said, known = _last_words(journal), _known(journal)
    judged: list[Edit] = []
    outdated: list[Edit] = []
    lost_places: set[str] = set()
    for unit in _units(merge.edits):
        words = [said.get((subject_of(edit), edit.column)) for edit in unit]
        others = [
            entry
            for edit, entry in zip(unit, words, strict=True)
            if edit.is_conflict and entry is not None
        ]
        if not others or not any(edit.is_conflict for edit in unit):
            judged += unit
            continue
        if all(_mark(edit, hand) in known for edit in unit if not same(edit.value, edit.base)):
            # The copy comes by another way, or without its references: it says nothing new.
            lost_places |= {edit.key for edit in unit if is_of_place(edit)}
            continue
        # A point that follows from a commune is no word of anybody.
        typed = [edit for edit in unit if edit.is_conflict or edit.column not in LOCATED_COLUMNS]
        is_one_hand = all(_is_same(entry, hand) for entry in others)
        is_late = _is_earlier(hand, unit, others, is_one_hand=is_one_hand)
        if is_late and is_of_place(unit[0]):
            lost_places.add(unit[0].key)
        if is_one_hand and is_late:
            outdated += [replace(edit, is_conflict=False, is_typed_over=True) for edit in typed]
        elif is_one_hand:
            judged += [replace(edit, is_conflict=False) for edit in unit]
        elif is_late:
            judged += [replace(edit, is_conflict=True, is_typed_over=True) for edit in typed]
        else:
            judged += unit
    settled = replace(
        merge,
        edits=tuple(judged),
        companions=tuple(edit for edit in merge.companions if edit.key not in lost_places),
        moved_places=tuple(key for key in merge.moved_places if key not in lost_places),
    )
    new = tuple(edit for edit in outdated if _mark(edit, hand) not in known)
    return Settled(settled, new)


def _units(edits: Iterable[Edit]) -> list[list[Edit]]:
    """Return the edits one by one, those of a place together."""
    found: dict[tuple[str, str, str], list[Edit]] = {}
    for edit in edits:
        unit = (edit.sheet, edit.key, "place" if is_of_place(edit) else edit.column)
        found.setdefault(unit, []).append(edit)
    return list(found.values())


def _last_words(
    journal: Sequence[tuple[int, JournalEntry]],
) -> dict[tuple[str, str], JournalEntry]:
    return {(entry.subject, entry.field): entry for _, entry in journal if entry.action == "edit"}


def _is_same(entry: JournalEntry, hand: Hand) -> bool:
    """Tell whether an entry came from the same copy: same name, same base."""
    return bool(hand.by) and (entry.actor, entry.detail.get("revision")) == (
        hand.by,
        str(hand.revision),
    )


def _is_earlier(
    hand: Hand, unit: Sequence[Edit], others: Sequence[JournalEntry], *, is_one_hand: bool
) -> bool:
    """Tell whether a file was saved before what stands was said.

    Saved in the same second, the greater text stands, whichever came first; of one hand the one
    that came last: nobody saves two copies at once.
    """
    stands_since = max(_said_at(entry) for entry in others)
    if hand.saved_at != stands_since:
        return hand.saved_at < stands_since
    if is_one_hand or not hand.is_told:
        return False
    mine = [cell_text(edit.value) for edit in unit]
    return mine < [cell_text(edit.current) for edit in unit]


def _said_at(entry: JournalEntry) -> datetime:
    told = entry.detail.get(SAVED_AT)
    return datetime.fromisoformat(told).astimezone(UTC) if told else entry.at


def _known(journal: Sequence[tuple[int, JournalEntry]]) -> set[tuple[str, ...]]:
    return {
        (e.subject, e.field, e.after, e.actor, e.detail.get("revision", "")) for _, e in journal
    }


def _mark(edit: Edit, hand: Hand) -> tuple[str, ...]:
    """Return how the journal knows that this hand has said this."""
    return (subject_of(edit), edit.column, cell_text(edit.value), hand.told, str(hand.revision))
