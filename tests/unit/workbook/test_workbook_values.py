"""What is the same to people, and what a typed text means."""

from datetime import UTC, datetime

import pytest

from tests.unit.workbook import workbook_samples as samples
from vigie.workbook.canonical import same
from vigie.workbook.cell_values import decoder
from vigie.workbook.layout import Column
from vigie.workbook.revisions import fingerprint

WORDING = samples.content().wording
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (0.1 + 0.2, 0.3),
        ("a ", "a"),
        ("a\r\nb", "a\nb"),
        ("e\u0301", "é"),
        ("", None),
        ("  ", None),
        (NOON, NOON.replace(second=37)),
    ],
)
def test_what_editors_change_is_the_same(one, other):
    """Storage differences that nobody typed are no difference."""
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("a", "A"), (1, 2), ("1", 1), (NOON, None), ("a b", "ab")]
)
def test_what_people_change_is_different(one, other):
    """Differences that people can see are differences."""
    assert not same(one, other)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("21/11/2026 14:05", 13),
        ("21/11/2026 14h05", 13),
        ("21/11/26 à 14 h 05", 13),
        ("21.11.2026 14:05:30", 13),
        ("2026-11-21 14:05", 13),
        ("21/07/2026 14:05", 12),
        (46347.586805556, 13),
        (datetime(2026, 11, 21, 14, 5), 13),  # noqa: DTZ001 - cells are naive
    ],
)
def test_dates_are_read_as_french_people_type_them(typed, hour):
    """Local dates in many spellings become aware UTC."""
    value = decoder(Column(code="x", owner="people", kind="datetime"), WORDING)(typed)
    assert isinstance(value, datetime)
    assert (value.tzinfo, value.hour, value.minute) == (UTC, hour, 5)


@pytest.mark.parametrize("typed", ["14h05", "vers midi", "31/02/2026", "12345678", "01/01/1800"])
def test_what_is_no_date_stays_what_was_typed(typed):
    """A text that is no full date is kept as text."""
    assert decoder(Column(code="x", owner="people", kind="datetime"), WORDING)(typed) == typed


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("47,32", 47.32),
        ("1 500", 1500),
        ("\u22125", -5),
        ("env. 50", "env. 50"),
        (2.0, 2),
        ("1,2,3", "1,2,3"),
    ],
)
def test_numbers_are_read_with_commas(typed, value):
    """Decimal commas and thousands spaces are read; other text stays text."""
    kind = "decimal" if isinstance(value, float) else "integer"
    assert decoder(Column(code="x", owner="people", kind=kind), WORDING)(typed) == value


def test_the_fingerprint_ignores_order_and_emptiness():
    """The same references and values have one fingerprint; another value has another."""
    one = {"log": {"A": {"x": 1, "y": None}, "B": {"x": "t"}}}
    other = {"log": {"B": {"x": "t "}, "A": {"x": 1.0}}}
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one) != fingerprint({"log": {"A": {"x": 2}, "B": {"x": "t"}}})
