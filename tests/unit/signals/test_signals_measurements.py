"""Measurements: a row on a change of level at or above the threshold, and only then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.signals.conftest import START, _make
from vigie.records.post import Post
from vigie.records.sweep import Level
from vigie.signals.measurements import LevelChanges, read_levels

KEY = ("vigicrues:https://v.example", "SAO1")


def _bulletin(number: int, level: int | None, **changes: Any) -> Post:
    values: dict[str, Any] = {"kind": "measurement", "source_key": KEY[0], "subject": KEY[1]}
    return _make(number, f"niveau {level}", level=level, **{**values, **changes})


def _known(level: int, ref: str | None = None) -> dict[tuple[str, str], Level]:
    at = START - timedelta(hours=1)
    return {KEY: Level(source_key=KEY[0], subject=KEY[1], level=level, ref=ref, happened_at=at)}


def _told(made: LevelChanges) -> list[tuple[int | None, bool]]:
    return [(row.post.level, row.lifted_by is None) for row in made.rows]


def test_quiet_levels_make_no_row() -> None:
    """Green stays unseen, and an unchanged level makes nothing."""
    assert read_levels([_bulletin(1, 1), _bulletin(2, 1)], {}, 2).rows == ()
    made = read_levels([_bulletin(1, 3)], _known(3, "R-1"), 2)
    assert made.rows == ()
    assert not made.lifted
    assert made.levels[0].ref == "R-1"


def test_change_makes_a_row_and_lifts_the_earlier() -> None:
    """Orange after yellow is a new row, and the yellow row is lifted."""
    made = read_levels([_bulletin(1, 3)], _known(2, "R-1"), 2)
    assert _told(made) == [(3, True)]
    assert list(made.lifted) == ["R-1"]
    assert made.levels[0].ref is None
    assert made.levels[0].level == 3


def test_return_to_green_only_lifts() -> None:
    """Below the threshold the open row is lifted and no row made."""
    made = read_levels([_bulletin(1, 1)], _known(3, "R-1"), 2)
    assert made.rows == ()
    assert list(made.lifted) == ["R-1"]


def test_several_bulletins_in_one_sweep() -> None:
    """Yellow, orange, yellow, green in one sweep are three rows, all lifted at the end."""
    posts = [_bulletin(n, level) for n, level in enumerate([2, 3, 2, 1])]
    assert _told(read_levels(posts, {}, 2)) == [(2, False), (3, False), (2, False)]
    assert _told(read_levels(posts[:3], {}, 2)) == [(2, False), (3, False), (2, True)]


def test_late_bulletin_changes_nothing() -> None:
    """A bulletin older than what is known is no news."""
    late = _bulletin(1, 4, posted_at=START - timedelta(hours=2))
    made = read_levels([late], _known(2, "R-1"), 2)
    assert made.rows == ()
    assert made.levels[0].level == 2


def test_unreadable_is_named(make_post: Callable[..., Post]) -> None:
    """A measurement without subject or level is named; other posts are ignored."""
    odd = [_bulletin(1, None), _bulletin(2, 3, subject=None)]
    made = read_levels([*odd, make_post(3, "crue")], {}, 2)
    assert made.unreadable == tuple(odd)
    assert made.rows == made.levels == ()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(1, 4), max_size=8), st.randoms(use_true_random=False), st.integers(0, 8)
)
def test_order_and_split_do_not_matter(levels: list[int], chance: Any, cut: int) -> None:
    """Any order gives the same changes, and two sweeps the same rows and level as one."""
    posts = [_bulletin(number, level) for number, level in enumerate(levels)]
    whole = read_levels(posts, {}, 2)
    shuffled = list(posts)
    chance.shuffle(shuffled)
    assert read_levels(shuffled, {}, 2) == whole
    first = read_levels(posts[:cut], {}, 2)
    known = {(one.source_key, one.subject): one for one in first.levels}
    second = read_levels(posts[cut:], known, 2)
    rows = [row.post for row in (*first.rows, *second.rows)]
    assert rows == [row.post for row in whole.rows]
    after = {**known, **{(one.source_key, one.subject): one for one in second.levels}}
    assert [one.level for one in after.values()] == [one.level for one in whole.levels]
