"""What a .csv shows of a value is no edit; what differs from it is one."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.language import catalogue
from vigie.workbook.imports.displayed import undo_display
from vigie.workbook.imports.separated import read_separated
from vigie.workbook.revisions import ReadBack, ReadRow

ZONE = ZoneInfo("Europe/Paris")
AT = datetime(2026, 11, 12, 13, 5, 48, tzinfo=UTC)


def undone(value, written):
    """Return a value beside the one that was written, after the display is undone."""
    row = ReadRow(row_number=3, key="CO21-0001", values={"x": value})
    read = ReadBack(marks=None, sheets={"log": (row,)}, form="csv")
    base = {"log": {"CO21-0001": {"x": written}}}
    return undo_display(read, base, ZONE).sheets["log"][0].values.get("x")


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        (47.25123, 47.251234567),
        ("5,", 5),
        ("47,25123", 47.251234567),
        ("612345678", "0612345678"),
        ("33612345678", "+33612345678"),
        ("3,36E+10", "+33612345678"),
        ("11/12/2026 14:05:48", AT),
        ("11/12/2026 2:05 PM", AT),
        (datetime(2026, 12, 11, 13, 5, tzinfo=UTC), AT),
        ("été ", "été"),
    ],
)
def test_what_only_shows_differently_is_taken_back(shown, written):
    """Five decimals, guessed numbers, months first: the written value stands."""
    assert undone(shown, written) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (47.2512, 47.251234567),
        ("0612345679", "0612345678"),
        ("612345679", "0612345678"),
        ("11/13/2026 14:05", AT),
        ("12", "120"),
        ("-12,5", "12,5"),
    ],
)
def test_what_people_typed_stays(typed, written):
    """A value that differs beyond its display is an edit."""
    assert undone(typed, written) == typed


def test_an_empty_cell_says_nothing():
    """An export of half of the columns empties nothing."""
    assert undone(None, "Léa") is None
    assert undone("  ", "Léa") is None


@given(st.floats(min_value=-180, max_value=180))
def test_any_coordinate_survives_five_decimals(number):
    """Whatever the coordinate, its five decimals are no edit."""
    assert undone(round(number, 5), number) == number


@given(
    st.lists(
        st.lists(
            st.text(
                st.characters(codec="cp1252", exclude_categories=("Cc",)), min_size=1, max_size=20
            ),
            min_size=3,
            max_size=3,
        ),
        max_size=5,
    ),
    st.sampled_from(["cp1252", "utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([";", ",", "\t"]),
)
def test_any_text_comes_back_from_any_encoding_and_separator(rows, encoding, separator):
    """What a spreadsheet writes into a .csv is read as it was, letter by letter."""
    lines = [["Réf", "Statut", "Résumé"], *rows]
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line] for line in lines]
    text = "\r\n".join(separator.join(line) for line in quoted)
    sheet = read_separated(text.encode(encoding), {"ref", "statut", "resume"}).sheets[0]
    assert catalogue("fr")
    ambiguous = encoding == "cp1252" and _is_utf8(text.encode(encoding))
    if not ambiguous:
        told = [[sheet.rows[n].get(c) for c in (1, 2, 3)] for n in range(2, len(rows) + 2)]
        assert [[_kept(cell) for cell in row] for row in rows] == [
            [_kept(cell) for cell in row] for row in told
        ]


def _kept(cell):
    """Error words of a spreadsheet are no values."""
    return cell if isinstance(cell, str) and not cell.strip().startswith("#") else None


def _is_utf8(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
