"""Plain tables to .xlsx and back: values survive, nothing becomes a formula, bombs are refused."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.problem import Problem
from vigie.records.table import Formula, Table, TableBook, TableChart, TableColumn
from vigie.tables import reading
from vigie.tables.reading import read_book
from vigie.tables.writing import HEADER_ROW, write_book

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def book(*rows, **known) -> TableBook:
    """Return a book with one table of four columns."""
    columns = (
        TableColumn(title="Texte"),
        TableColumn(title="Nombre", kind="number", choices=("1", "2"), is_input=True),
        TableColumn(title="Jour", kind="date"),
        TableColumn(title="Heure", kind="datetime"),
    )
    table = Table(title="Feuille [1]/2", columns=columns, rows=rows, **known)
    return TableBook(
        heading="Essai & co",
        tables=(table,),
        time_zone="Europe/Paris",
        made_at=NOON,
        banner="EXERCICE",
        footer="A & B",
        marks={"activation": "ex-cote-dor-1"},
    )


def read_rows(data: bytes) -> list[tuple]:
    """Return the rows under the header."""
    (sheet,) = read_book(data, "essai.xlsx").sheets
    return [cells for number, cells in sheet.rows if number > HEADER_ROW]


def test_values_and_marks_survive() -> None:
    """Times are local in the file, the marks name it, the header names the zone."""
    rows = [("é\nœ", 1.5, date(2026, 12, 1), NOON), (None,) * 4, ("x", 2, None, None)]
    data = write_book(book(*rows))
    read = read_book(data, "essai.xlsx")
    assert read.marks == {"activation": "ex-cote-dor-1"}
    assert read.sheet("feuille  1  2") is read.sheets[0]
    first, second = read_rows(data)
    # fmt: off
    assert first == ("é\nœ", 1.5, datetime(2026, 12, 1), NOON.replace(tzinfo=None, hour=12))  # noqa: DTZ001 - as cells hold it
    # fmt: on
    assert second[:2] == ("x", 2)
    header = next(cells for number, cells in read.sheets[0].rows if number == HEADER_ROW)
    assert header[3] == "Heure (Europe/Paris)"


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-x", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_never_becomes_a_formula(text: str) -> None:
    """What begins like a formula is written and read as text."""
    data = write_book(book((text, None, None, None)))
    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].cell(5, 1).data_type == "s"
    ((cell, *_),) = read_rows(data)
    assert cell == text
    assert not isinstance(cell, Formula)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-16", exclude_categories=["Cs"]), max_size=60))
def test_any_text_can_be_written(text: str) -> None:
    """No text makes the writing fail; what can be seen comes back."""
    ((cell, *_),) = read_rows(write_book(book((f"a{text}", None, None, None))))
    assert str(cell).startswith("a")


def test_lone_surrogates_and_endless_texts_are_no_obstacle() -> None:
    """They are left out, or cut with a mark."""
    ((one, *_), (two, *_)) = read_rows(
        write_book(book(("a\ud800\x00b", None, None, None), ("é" * 100_000, None, None, None)))
    )
    assert one == "ab"
    assert str(two).endswith("…")


def test_a_chart_stands_on_its_sheet() -> None:
    """The chart of a table is there and shows its rows."""
    chart = TableChart(
        title="Délais", axis_title="min", names_column=0, value_columns=(1,), row_count=1
    )
    data = write_book(book(("haute", 4, None, None), chart=chart))
    (sheet,) = openpyxl.load_workbook(io.BytesIO(data)).worksheets[:1]
    assert len(sheet._charts) == 1


def test_formulas_are_told_apart() -> None:
    """A formula that a person typed is no value."""
    workbook = openpyxl.load_workbook(io.BytesIO(write_book(book(("x", 1, None, None)))))
    workbook.worksheets[0]["A5"] = "=B5*2"
    file = io.BytesIO()
    workbook.save(file)
    assert isinstance(read_rows(file.getvalue())[0][0], Formula)


@pytest.mark.parametrize(
    "data", [b"", b"not a file", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 10]
)
def test_what_is_no_workbook_is_told(data: bytes) -> None:
    """Name, what, cure; never a traceback."""
    with pytest.raises(Problem) as raised:
        read_book(data, "essai.xlsx")
    assert raised.value.where == "essai.xlsx"
    assert raised.value.cure


def test_a_zip_of_anything_else_is_told() -> None:
    """A zip without a workbook in it is refused."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mot.txt", "rien")
    with pytest.raises(Problem):
        read_book(file.getvalue(), "essai.xlsx")


def test_a_bomb_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than the limit is not unpacked; too many rows are told."""
    data = write_book(book(*(("x", 1, None, None) for _ in range(50))))
    monkeypatch.setattr(reading, "ROW_LIMIT", 20)
    with pytest.raises(Problem, match="plus grand"):
        read_book(data, "essai.xlsx")
    monkeypatch.setattr(reading, "UNPACKED_LIMIT_BYTES", 1000)
    with pytest.raises(Problem, match="plus grand"):
        read_book(data, "essai.xlsx")
