"""Whose word is later, and whether it is a second hand at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vigie.operations.basing import Base
from vigie.operations.hands import Hand, hand_of, origin_of, settle_hands
from vigie.records.activation import JournalEntry
from vigie.records.sheet import Edit
from vigie.workbook.merging import Merge
from vigie.workbook.revisions import ReadBack

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EDIT = Edit(
    sheet="log", key="A-1", column="comment", value="b", base=None, current="a", is_conflict=True
)


def hand(by="Léa", minutes=0, revision=1):
    """Léa on revision 1, who saved some minutes after noon."""
    saved_at = NOON + timedelta(minutes=minutes)
    return Hand(by=by, told=by or "somebody", revision=revision, saved_at=saved_at)


def said(after="a", by="Marc", minutes=0, column="comment", revision=1):
    """What the journal holds of an edit that came at one and was saved before."""
    entry = JournalEntry(
        at=NOON + timedelta(hours=1),
        actor=by,
        subject="A-1",
        action="edit",
        field=column,
        after=after,
        detail={
            "revision": str(revision),
            "saved_at": (NOON + timedelta(minutes=minutes)).isoformat(),
        },
    )
    return (1, entry)


def test_the_later_file_stands_whichever_came_first():
    """A file saved later is carried out; one saved earlier goes to Conflits."""
    merge = Merge(edits=(EDIT,))
    assert settle_hands(merge, hand(minutes=5), [said()]).merge == merge
    (late,) = settle_hands(merge, hand(minutes=-5), [said()]).merge.edits
    assert late.is_conflict
    assert late.is_typed_over


def test_a_tie_is_settled_by_what_was_typed():
    """Two files of the same second give the same, whichever came first."""
    (greater,) = settle_hands(Merge(edits=(EDIT,)), hand(), [said()]).merge.edits
    smaller = replace(EDIT, value="a", current="b")
    (less,) = settle_hands(Merge(edits=(smaller,)), hand(), [said("b")]).merge.edits
    assert not greater.is_typed_over
    assert less.is_typed_over


def test_within_one_hand_the_word_that_came_last_stands():
    """One hand's two saves of the same second keep their order, whatever was typed."""
    smaller = replace(EDIT, value="a", current="b")
    settled = settle_hands(Merge(edits=(smaller,)), hand(), [said("b", by="Léa")])
    assert settled.merge.edits == (replace(smaller, is_conflict=False),)
    assert settled.outdated == ()


def test_who_goes_on_writing_in_a_copy_is_one_hand():
    """The same person on the same revision overwrites their own word: nothing is asked."""
    settled = settle_hands(Merge(edits=(EDIT,)), hand(minutes=5), [said(by="Léa")])
    assert [edit.is_conflict for edit in settled.merge.edits] == [False]
    earlier = settle_hands(Merge(edits=(EDIT,)), hand(minutes=-5), [said(by="Léa")])
    assert earlier.merge.edits == ()
    assert [edit.value for edit in earlier.outdated] == ["b"]


def test_a_nameless_file_is_never_taken_for_the_same_hand():
    """Where an editor gives no name two copies are two hands."""
    journal = [said(by="somebody")]
    (edit,) = settle_hands(Merge(edits=(EDIT,)), hand(by="", minutes=5), journal).merge.edits
    assert edit.is_conflict


def test_a_copy_that_comes_by_another_way_says_nothing_again():
    """What this hand has said is not said again after others changed it."""
    journal = [said("b", by="Léa"), said("a", by="Marc", minutes=3)]
    settled = settle_hands(Merge(edits=(EDIT,)), hand(minutes=9), journal)
    assert settled.merge.edits == ()
    assert settled.outdated == ()


def test_an_earlier_place_loses_as_a_whole():
    """Of an earlier place nothing is carried out, its computed point neither."""
    place = replace(EDIT, column="commune", value="Genlis", current="Longvic")
    merge = Merge(
        edits=(place,),
        companions=(replace(EDIT, column="place", is_conflict=False),),
        moved_places=("A-1",),
    )
    settled = settle_hands(merge, hand(minutes=-5), [said("Longvic", column="commune")]).merge
    assert (settled.companions, settled.moved_places) == ((), ())
    assert [edit.is_typed_over for edit in settled.edits] == [True]


def test_a_time_that_cannot_be_is_not_believed():
    """A file saved before its revision or in the future counts as saved when it came."""
    base = Base(number=4, written_at=NOON)
    read = ReadBack(marks=None, sheets={}, modified_by="Léa")
    for minutes, is_told in ((-1, False), (5, True), (99, False)):
        saved_at = NOON + timedelta(minutes=minutes)
        found = hand_of(
            replace(read, modified_at=saved_at), base, "Léa", NOON + timedelta(minutes=30)
        )
        assert found.is_told == is_told
        assert (found.saved_at == saved_at) == is_told
        assert bool(origin_of(found, NOON + timedelta(minutes=30))) == is_told
