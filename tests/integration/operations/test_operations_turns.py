"""A scheduled run of a play waits for its minute, alone, and for nobody who is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.store.store_samples import make_activation, make_entry
from vigie.operations.leases import lease
from vigie.operations.play_clock import by_play_clock
from vigie.operations.runtime import Runtime
from vigie.operations.turns import due_turn, is_conducted, is_turn_taken, play_lease
from vigie.records.play import ExerciseClock, Play
from vigie.records.turn import Commission, Turn
from vigie.settings import Settings, house_of
from vigie.store.repository import Store

START = datetime(2027, 3, 12, 5, 0, tzinfo=UTC)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    """An exercise house with one play whose clock stands at minute 12."""
    house = house_of(Settings(home=tmp_path), "exercise")
    with Store.open(house.database_url) as store:
        identity = store.create_activation(make_activation(kind="exercise"), make_entry()).id
        assert identity == "ex-cote-dor-1"
        clock = ExerciseClock(START, START, 12.0, 10.0)
        store.add_play(
            Play(
                activation_id=identity,
                scenario_id="six-minutes",
                scenario_text="id: six-minutes\n",
                seed=3,
                port=40000,
                state="running",
                clock=clock,
                wanted_speed=10.0,
            )
        )
        store.commission_play(Commission(identity))
        yield Runtime(house, store)


PLAYED = "ex-cote-dor-1"


async def sweep(runtime: Runtime, began: asyncio.Event | None = None) -> str:
    """Take the sweep's turn as the flow does; return why not, or that it was done."""
    async with due_turn(runtime, PLAYED, "sweep", "schedule") as refusal:
        if began is not None:
            began.set()
        return refusal or "done"


async def waiting(runtime: Runtime) -> asyncio.Task[str]:
    """Return a run that waits for its turn."""
    run = asyncio.create_task(sweep(runtime))
    while not is_turn_taken(runtime, PLAYED, "sweep"):
        await asyncio.sleep(0.01)
    return run


def test_a_run_waits_until_its_turn_is_opened(runtime: Runtime) -> None:
    """One run waits, a second goes away; the turn that is opened is done by the first."""

    async def story() -> tuple[str, str]:
        run = await waiting(runtime)
        second = await sweep(runtime)
        assert not run.done()
        runtime.store.open_turn(PLAYED, "sweep", 12.0)
        return second, await run

    with lease(runtime, play_lease(PLAYED), "proof"):
        assert is_conducted(runtime, PLAYED)
        second, first = asyncio.run(story())
    assert (second, first) == ("Another run has this turn.", "done")
    assert runtime.store.turns(PLAYED) == [Turn("sweep", 12.0, "schedule")]
    assert not is_turn_taken(runtime, PLAYED, "sweep")


def test_nobody_waits_for_a_play_that_stands(runtime: Runtime) -> None:
    """A pause lets the waiting run go; without a conductor none waits at all."""

    async def story() -> str:
        run = await waiting(runtime)
        runtime.store.move_play(PLAYED, lambda play: replace(play, state="paused"))
        return await run

    gone = "The exercise does not wait for it."
    assert asyncio.run(sweep(runtime)) == gone
    with lease(runtime, play_lease(PLAYED), "proof"):
        assert asyncio.run(story()) == gone
        runtime.store.open_turn(PLAYED, "sweep", 12.0)
        assert asyncio.run(sweep(runtime)) == gone
    assert runtime.store.turns(PLAYED) == [Turn("sweep", 12.0)]


def test_a_turn_that_failed_stays_open(runtime: Runtime) -> None:
    """Work that fails is not written down as done; the next run has the turn."""

    async def fail() -> None:
        async with due_turn(runtime, PLAYED, "sweep", "schedule"):
            raise RuntimeError

    with lease(runtime, play_lease(PLAYED), "proof"):
        runtime.store.open_turn(PLAYED, "sweep", 12.0)
        with pytest.raises(RuntimeError):
            asyncio.run(fail())
        assert runtime.store.turns(PLAYED) == [Turn("sweep", 12.0)]
        assert asyncio.run(sweep(runtime)) == "done"


def test_a_scheduled_run_lives_by_the_exercises_clock(runtime: Runtime) -> None:
    """Its time is the play's as it is moved; an activation without a play keeps the wall's."""
    played = by_play_clock(runtime, PLAYED)
    assert played.clock() == START.replace(minute=12)
    runtime.store.move_play(
        PLAYED, lambda play: replace(play, clock=replace(play.clock, anchor_minute=15.0))
    )
    assert played.clock() == START.replace(minute=15)
    assert played.wall_clock is runtime.clock
    other = runtime.store.create_activation(make_activation(kind="exercise"), make_entry()).id
    assert by_play_clock(runtime, other) is runtime


def test_what_the_flow_takes_is_there_or_not(runtime: Runtime) -> None:
    """The conductor awaits what it takes: a turn that a late run has done meanwhile is no more."""

    async def take() -> str:
        async with due_turn(runtime, PLAYED, "sweep", "flow") as refusal:
            return refusal or "done"

    async def story() -> list[str]:
        runtime.store.end_turn(PLAYED, "sweep", 12.0, "schedule")
        gone = await asyncio.wait_for(take(), 30)
        runtime.store.open_turn(PLAYED, "sweep", 14.0)
        return [gone, await asyncio.wait_for(take(), 30)]

    with lease(runtime, play_lease(PLAYED), "proof"):
        assert asyncio.run(story()) == ["The exercise does not wait for it.", "done"]
