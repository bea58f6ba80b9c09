"""A file that is held open and read again: what it said before is not heard again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vigie.operations.editing import without_heard
from vigie.records.sheet import Edit
from vigie.workbook.merging import Merge
from vigie.workbook.revisions import ReadBack, ReadRow

_KEYS = st.sampled_from(["CO21-0001", "CO21-0002", "CO21-0003"])
_COLUMNS = st.sampled_from(["followed_by", "comment"])
_VALUES = st.sampled_from([None, "Lise", "Paul", "Lise "])
_ROWS = st.dictionaries(_KEYS, st.dictionaries(_COLUMNS, _VALUES, min_size=1), max_size=3)


def _read(rows: dict) -> ReadBack:
    return ReadBack(
        marks=None,
        sheets={
            "log": tuple(
                ReadRow(row_number=number, key=key, values=values)
                for number, (key, values) in enumerate(rows.items(), start=3)
            )
        },
    )


def _merge(rows: dict) -> Merge:
    edits = tuple(
        Edit(sheet="log", key=key, column=column, value=value, base="avant", current="entre")
        for key, values in rows.items()
        for column, value in values.items()
    )
    return Merge(edits=edits, companions=edits)


@given(_ROWS)
def test_the_same_file_again_says_nothing(rows):
    """Read a second time unchanged, a file has no edit left; never read before, it has them all."""
    merged = _merge(rows)
    again = without_heard(merged, [_read(rows)])
    assert (again.edits, again.companions) == ((), ())
    assert without_heard(merged, []) == merged


@given(_ROWS, _ROWS)
def test_what_is_new_in_a_file_is_heard(before, now):
    """Every cell that differs from what the file said before stays an edit, and only these."""
    kept = without_heard(_merge(now), [_read(before)]).edits

    def said(rows: dict, edit: Edit) -> bool:
        values = rows.get(edit.key, {})
        mine = str(edit.value or "").strip()
        return edit.column in values and str(values[edit.column] or "").strip() == mine

    expected = [edit for edit in _merge(now).edits if not said(before, edit)]
    assert list(kept) == expected


def test_keys_are_compared_as_people_write_them():
    """A reference in small letters is the same row."""
    rows = {"CO21-0001": {"comment": "vu"}}
    merged = _merge(rows)
    typed = _read({"co21-0001 ": {"comment": "vu"}})
    assert without_heard(merged, [typed]).edits == ()
    other = replace(merged.edits[0], sheet="team")
    assert without_heard(replace(merged, edits=(other,)), [typed]).edits == (other,)
