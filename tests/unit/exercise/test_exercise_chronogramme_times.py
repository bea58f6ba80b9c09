"""Times of chronogrammes as people write them."""

# ruff: noqa: DTZ001 - cells of a spreadsheet hold naive local times

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.exercise.chronogramme_times import clock_of, moment_of
from vigie.exercise.scenario import exercise_time, minutes_of

START, LIMIT = 5 * 60 + 30, 6 * 60


def minutes(*cells, start=START, limit=LIMIT):
    """Return what a column of cells means, row by row."""
    moments = [moment_of(cell) for cell in cells]
    clock = clock_of([moment for moment in moments if moment], start, limit)
    return [clock.minute(moment) if moment else None for moment in moments]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("T+01:05", 65),
        ("t + 1h05", 65),
        ("T-00:30", -30),
        ("T\u221200:30", -30),
        ("T+65", 65),
        ("T+65 min", 65),
        ("T0", 0),
        ("T", 0),
        ("H", 0),
        ("H+0", 0),
        ("H+1", 60),
        ("H + 2", 120),
        ("H-1", -60),
        ("H+01:10", 70),
        ("H+1h10", 70),
        ("H+90 min", 90),
        ("H+90'", 90),
        ("H+2h", 120),
        ("+00:15", 15),
        ("15 min", 15),
        ("J-60", -60 * 1440),
        ("J 06:40", 70),
        ("J+0 6h40", 70),
        ("06:40", 70),
        ("6h40", 70),
        ("6 h 40", 70),
        ("6H", 30),
        ("06:40:00", 70),
        ("21/11/2026 06:40", 70),
        (time(6, 40), 70),
        (time(6, 39, 59), 70),
        (timedelta(hours=6, minutes=40), 70),
        (400 / 1440, 70),
        (datetime(2026, 11, 21, 6, 40), 70),
    ],
)
def test_every_usual_form_is_read(cell, expected):
    """Text, times of the spreadsheet, fractions of a day and dates give the same minute."""
    assert minutes(cell) == [expected]


@pytest.mark.parametrize(
    "cell", ["25:99", "bientôt", "", "H+", "70", 70, True, "T01:05", "J-", None]
)
def test_what_is_no_time_is_not_guessed(cell):
    """A number without its unit, or no time at all, means nothing."""
    assert minutes(cell) == [None]


def test_bare_hours_are_the_clock_where_all_fit_and_else_time_since_the_start():
    """One column has one meaning: 00:10 after a start at 05:30 can only be elapsed time."""
    assert minutes("05:30", "06:00", "11:30") == [0, 30, 360]
    assert minutes("00:00", "00:10", "05:45") == [0, 10, 345]
    # One hour out of the exercise does not turn the others round: the rules will name it.
    assert minutes("05:40", "11:20", "14:00") == [10, 350, 510]


def test_h_plus_n_counts_hours_or_minutes_by_the_column_and_is_asked_where_nothing_decides():
    """H+1, H+2 are hours, H+10, H+70 minutes of a six-hour exercise; what can be both is asked."""
    assert minutes("H+1", "H+2", "H+6") == [60, 120, 360]
    assert minutes("H+10", "H+15", "H+70") == [10, 15, 70]
    assert minutes("H+5", "H+10", "H+70") == [5, 10, 70]
    assert minutes("T+00:55", "H+1", "H+70", "H+2") == [55, 60, 70, 120]
    assert minutes("H+1", "H+70") == [None, 70]


def test_an_exercise_may_go_on_past_midnight_and_over_several_days():
    """22:00 to 04:00: half past one lies after the start; dates count their days."""
    assert minutes("23:00", "01:30", start=22 * 60) == [60, 210]
    dated = [datetime(2026, 11, 21, 22, 30), datetime(2026, 11, 22, 1, 30)]
    assert minutes(*dated, start=22 * 60) == [30, 210]


def test_durations_that_a_spreadsheet_shows_as_old_dates_are_read():
    """[h]:mm beyond a day comes as a date of 1900."""
    assert minutes(datetime(1899, 12, 31, 2, 0), start=0, limit=40 * 60) == [26 * 60]


@given(st.integers(-999 * 60, 999 * 60))
def test_what_is_exported_is_read_as_the_same_minute(minute):
    """T+hh:mm is unambiguous for every minute."""
    assert minutes(exercise_time(minute)) == [minute]
    assert minutes_of(exercise_time(minute)) == minute
