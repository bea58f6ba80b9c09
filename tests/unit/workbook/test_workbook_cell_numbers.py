"""Numbers that an editor shows as dates are numbers still."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from vigie.language import catalogue
from vigie.workbook.cell_values import _number_in
from vigie.workbook.wording import Wording

WORDING = Wording(catalogue("fr"), "Europe/Paris", {})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (datetime.fromisoformat("1900-01-01"), 1),
        (date(1900, 1, 3), 3),
        (datetime.fromisoformat("1900-02-16T12:00"), 47.5),
        (datetime.fromisoformat("1900-03-01"), 61),
        (time(0, 0), 0),
        (datetime.fromisoformat("2026-09-04"), "04/09/2026"),
    ],
)
def test_a_number_under_a_dates_format_is_no_edit(raw: object, expected: object) -> None:
    """A cell that kept another's format shows 1 as 01/01/1900; a date of our days stays one."""
    assert _number_in(raw, WORDING, is_integer=True) == expected  # type: ignore[arg-type]
