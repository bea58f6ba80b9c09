"""Random histories keep every promise: many over rows alone, some through real .xlsx bytes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.histories.__main__ import MOVES, told
from tests.histories.files import Files
from tests.histories.tables import Tables
from tests.histories.telling import Maker, history_of, run, shortened
from tests.histories.world import Ground

_SEEDS = range(1, 201)
_FILE_SEEDS = range(1, 21)
_MOVES = 3
_FILE_MOVES = 2
_PORTION = 25


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The activation from which every history begins."""
    made = Ground(tmp_path_factory.mktemp("histories") / "ground")
    yield made
    made.close()


def _prove(ground: Ground, make: Maker, seeds: range, move_count: int = _MOVES) -> None:
    for seed in seeds:
        history = history_of(seed, move_count)
        if run(ground, make, history):
            short = shortened(ground, make, history)
            pytest.fail(told(make, short, run(ground, make, short)))


@pytest.mark.parametrize("first", _SEEDS[::_PORTION])
def test_histories_of_rows_keep_every_promise(ground: Ground, first: int) -> None:
    """Nothing typed is lost, nothing is asked of one hand, no row doubles, order is no matter."""
    _prove(ground, Tables, range(first, first + _PORTION))


@pytest.mark.parametrize("first", _FILE_SEEDS[::5])
def test_histories_of_files_keep_every_promise(ground: Ground, first: int) -> None:
    """The same through files that are opened, saved, published and imported."""
    _prove(ground, Files, range(first, first + 5), _FILE_MOVES)


@pytest.mark.parametrize(("seed", "moves"), [(1507, 6), (448, 3)])
def test_histories_that_once_broke_a_promise_keep_it(ground: Ground, seed: int, moves: int) -> None:
    """What a soak found stays mended."""
    _prove(ground, Tables, range(seed, seed + 1), moves)


def test_a_history_is_the_same_each_time() -> None:
    """A seed names one history: its steps are drawn from it alone."""
    assert history_of(7, MOVES) == history_of(7, MOVES)
    assert history_of(7, MOVES) != history_of(8, MOVES)
