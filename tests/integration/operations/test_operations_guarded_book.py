"""Filled-in tables are opened in a child process: the same cells, marks and faults come back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from vigie.operations.guarded_reading import reader
from vigie.problem import Problem, WorkbookError
from vigie.records.table import Formula, Table, TableBook, TableColumn
from vigie.tables.reading import read_book
from vigie.tables.writing import write_book

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def file_of(*rows, marks=None) -> bytes:
    """Return a file with one table of three columns."""
    columns = (
        TableColumn(title="Texte"),
        TableColumn(title="Jour", kind="date"),
        TableColumn(title="Heure", kind="datetime"),
    )
    table = Table(title="Actions", columns=columns, rows=rows)
    marks = {"activation": "ex-cote-dor-1", "debrief": "3"} if marks is None else marks
    return write_book(
        TableBook(
            heading="Essai", tables=(table,), time_zone="Europe/Paris", made_at=NOON, marks=marks
        )
    )


def test_a_book_is_the_same_through_the_child() -> None:
    """Cells, days, times and the hidden sheet's marks survive the way through the child."""
    data = file_of(("é\n=1", date(2026, 12, 1), NOON), (None, None, None), ("x", None, None))
    assert reader().read_book(data, "essai.xlsx") == read_book(data, "essai.xlsx")


def test_a_formula_is_told_apart_through_the_child() -> None:
    """A formula that a person typed comes back as one, never as a value."""
    workbook = openpyxl.load_workbook(io.BytesIO(file_of(("x", None, None))))
    workbook["Actions"]["A5"] = "=1+1"
    file = io.BytesIO()
    workbook.save(file)
    (sheet,) = reader().read_book(file.getvalue(), "essai.xlsx").sheets
    assert isinstance(sheet.rows[-1][1][0], Formula)


def test_faults_are_told_with_the_files_name_and_a_cure() -> None:
    """What is no workbook is told as the reader itself tells it."""
    with pytest.raises(Problem) as direct:
        read_book(b"PK\x03\x04broken", "essai.xlsx")
    with pytest.raises(WorkbookError) as guarded:
        reader().read_book(b"PK\x03\x04broken", "essai.xlsx")
    assert str(guarded.value) == str(direct.value)
