"""What a file repeats because it is too old to show what became of its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from vigie.operations.repeating import settle_rejoined, without_copies
from vigie.records.activation import JournalEntry
from vigie.records.sheet import AddedRow, Edit
from vigie.workbook.merging import Merge
from vigie.workbook.rendering import Current
from vigie.workbook.sheets import table_columns

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STALE = Edit(
    sheet="log", key="A-9", column="lat", value=47.1, base=None, current=47.2, is_conflict=True
)
BASE = {"log": {"A-1": {"ref": "A-1", "comment": "b", "urgency": "high"}}}
NOW = Current(
    cells={"log": {"A-1": {"ref": "A-1", "comment": "c", "urgency": "high"}}},
    columns=table_columns(),
)
COPY = AddedRow(
    sheet="log",
    row_number=5,
    values={"comment": "b", "urgency": "high"},
    typed_over={"ref": "a-1"},
)


def said(before, after, column, subject="A-9"):
    """What the journal holds of an edit."""
    entry = JournalEntry(
        at=NOON,
        actor="Léa",
        subject=subject,
        action="edit",
        field=column,
        before=before,
        after=after,
    )
    return (1, entry)


def test_a_point_that_a_commune_moved_is_not_brought_back():
    """A stale file's point of a row whose key it does not show is no word."""
    companion = replace(STALE, column="lon", is_conflict=False)
    merge = Merge(edits=(STALE,), companions=(companion,), rejoined=frozenset({("log", "A-9")}))
    settled = settle_rejoined(merge, [said("47.1", "47.2", "lat")])
    assert (settled.edits, settled.companions) == ((), ())
    (kept,) = settle_rejoined(merge, [said("47.0", "47.2", "lat")]).edits
    assert kept == STALE


def test_a_correction_of_ones_own_row_is_no_conflict():
    """A cell of a row found again that nobody has edited is asked about of nobody."""
    merge = Merge(edits=(STALE,), rejoined=frozenset({("log", "A-9")}))
    (edit,) = settle_rejoined(merge, []).edits
    assert (edit.is_conflict, edit.base) == (False, 47.2)
    assert settle_rejoined(replace(merge, rejoined=frozenset()), []).edits == (STALE,)


def test_a_pasted_row_that_was_its_twin_once_is_no_second_row():
    """A row pasted with its key says nothing if its cells are or were those of the row."""
    merge = Merge(edits=(STALE,), added=(COPY,))
    assert without_copies(merge, BASE, NOW, []).added == ()
    typed = replace(COPY, values={**COPY.values, "comment": "x"})
    more = replace(merge, added=(typed,))
    assert without_copies(more, BASE, NOW, []).added == (typed,)
    journal = [said("x", "c", "comment", "A-1")]
    assert without_copies(more, BASE, NOW, journal).added == ()


def test_a_row_without_a_known_key_is_never_taken_for_a_copy():
    """What bears no key, or one that nobody knows, stays a row of its own."""
    for typed_over in ({}, {"ref": "A-7"}):
        row = replace(COPY, typed_over=typed_over)
        assert without_copies(Merge(added=(row,)), BASE, NOW, []).added == (row,)


def test_a_row_pasted_without_its_key_is_no_second_row():
    """A row that says in every cell what a known row says is that row, also without its key."""
    row = {"source": "Mastodon", "author": "x1", "comment": "b", "link": "https://exemple.org/1"}
    now = replace(NOW, cells={"log": {"A-1": {"ref": "A-1", **row}}})
    copied = AddedRow(sheet="log", row_number=9, values=row)
    assert without_copies(Merge(added=(copied,)), now.cells, now, []).added == ()
    for other in ({"comment": "x"}, {"author": "x2"}):
        typed = replace(copied, values={**row, **other})
        assert without_copies(Merge(added=(typed,)), now.cells, now, []).added == (typed,)
