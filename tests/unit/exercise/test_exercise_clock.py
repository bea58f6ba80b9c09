"""The exercise clock: plain arithmetic that pauses, jumps and kills must not bend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.records.play import HEARTBEAT_SECONDS, ExerciseClock

START = datetime(2027, 3, 12, 5, 30, tzinfo=UTC)
WALL = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def clock(**changes: object) -> ExerciseClock:
    """A clock at its start."""
    return ExerciseClock(START, WALL, **changes)  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["run", "pause", "beat", "wait", "jump"]),
            st.floats(0, 10_000, allow_nan=False),
        ),
        max_size=30,
    )
)
def test_the_clock_never_goes_back(steps: list[tuple[str, float]]) -> None:
    """Whatever is done to it in whatever order, an exercise's time never goes back."""
    found, wall, last = clock(speed=8.0), WALL, 0.0
    for what, amount in steps:
        wall += timedelta(seconds=amount)
        if what == "run":
            found = found.running(wall)
        elif what == "pause":
            found = found.paused(wall)
        elif what == "beat":
            found = found.beaten(wall)
        elif what == "jump":
            found = found.jumped(wall, found.minute(wall) + amount)
        minute = found.minute(wall)
        assert minute >= last - 1e-9
        last = minute


def test_a_paused_clock_is_frozen_however_long_it_stands() -> None:
    """Ten hours of pause are no time of the exercise, and going on begins where it stood."""
    found = clock(speed=10.0).running(WALL).paused(WALL + timedelta(seconds=3))
    later = WALL + timedelta(hours=10)
    assert found.minute(later) == pytest.approx(0.5)
    assert found.running(later).minute(later) == pytest.approx(0.5)


def test_without_a_sign_of_life_the_clock_stands_still() -> None:
    """When its conductor was killed the exercise does not run on unseen."""
    found = clock(speed=60.0).running(WALL)
    after = found.minute(WALL + timedelta(hours=3))
    assert after == pytest.approx(HEARTBEAT_SECONDS)
    beaten = found.beaten(WALL + timedelta(seconds=2))
    assert beaten.minute(WALL + timedelta(seconds=4)) == pytest.approx(4.0)


def test_another_speed_goes_on_from_where_it_was() -> None:
    """Changing the speed moves nothing at that moment."""
    at = WALL + timedelta(seconds=2)
    found = clock(speed=30.0).running(WALL).at_speed(at, 1.0)
    assert found.minute(at) == pytest.approx(1.0)
    assert found.minute(at + timedelta(seconds=3)) == pytest.approx(1.05)


def test_a_jump_back_is_refused() -> None:
    """What has happened cannot unhappen."""
    with pytest.raises(ValueError, match="5"):
        clock(anchor_minute=10.0).jumped(WALL, 5.0)
    with pytest.raises(ValueError, match="0"):
        clock().at_speed(WALL, 0)
