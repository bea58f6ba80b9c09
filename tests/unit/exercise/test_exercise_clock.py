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


def test_a_running_clock_stands_at_its_bound() -> None:
    """It never passes the next due sweep by itself, and goes on from there when that is done."""
    found = clock(speed=60.0).running(WALL, 3.0)
    assert found.minute(WALL + timedelta(seconds=2)) == pytest.approx(2.0)
    later = WALL + timedelta(seconds=4)
    assert found.minute(later) == 3.0
    # The sweep took an hour of the wall: none of it is time of the exercise.
    done_at = later + timedelta(hours=1)
    on = found.running(done_at, 8.0)
    assert on.minute(done_at) == 3.0
    assert on.minute(done_at + timedelta(seconds=2)) == pytest.approx(5.0)
    # A bound that has passed is where the clock is; a jump takes it along.
    assert on.running(done_at, 1.0).minute(later + timedelta(hours=2)) == 3.0
    assert on.jumped(done_at, 20.0).minute(done_at + timedelta(seconds=1)) == 20.0


@given(
    st.floats(0.1, 10.0),
    st.lists(st.floats(-86_400, 86_400), min_size=1, max_size=20),
)
def test_a_wall_clock_that_is_set_moves_the_exercise_by_a_heartbeat_at_most(
    speed: float, leaps: list[float]
) -> None:
    """Set forward or back by hours between two signs of life, it gains or loses five seconds."""
    most = HEARTBEAT_SECONDS * speed / 60 + 1e-9
    wall = WALL
    found = clock(speed=speed).running(wall, 1e6)
    for leap in leaps:
        before = found.minute(wall)
        wall += timedelta(seconds=leap)
        assert abs(found.minute(wall) - before) <= most
        found = found.running(wall, 1e6)
        assert abs(found.minute(wall) - before) <= most
