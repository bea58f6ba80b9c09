"""A scenario over real HTTP: what is findable is found; kills and pauses change nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from vigie.operations.moving import change_inject, jump, pause_play
from vigie.operations.playing import Casting, Conductor, PlayError, open_play, walk
from vigie.operations.runtime import Runtime
from vigie.operations.scenarios import named_scenario
from vigie.operations.scoring import score_play
from vigie.settings import Settings, house_of
from vigie.store.repository import Store

SCENARIO = "tests/payloads/scenarios/petite-crue.yml"
DAY = "2027-03-12"
FAST = 3600.0
_HANG_SECONDS = 240.0


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    """An exercise house of its own."""
    house = house_of(Settings(home=tmp_path / "home"), "exercise")
    with Store.open(house.database_url) as store:
        yield Runtime(house, store)


def opened(runtime: Runtime, seed: int | None = None) -> Conductor:
    """A play that has not begun, with its networks open."""
    from datetime import date

    scenario, text = named_scenario(SCENARIO, runtime.house.settings)
    casting = Casting(by="Directrice", seed=seed, day=date.fromisoformat(DAY), speed=FAST)
    conductor = open_play(runtime, scenario, text, casting)
    conductor.keep(replace(conductor.play, state="running"))
    conductor.open_networks()
    return conductor


def outcome(runtime: Runtime, activation_id: str) -> list[tuple[object, ...]]:
    """What an exercise came to: each row's injects, minute and values, whatever its number."""
    scored = score_play(runtime, activation_id)
    return sorted(
        (row.inject_ids, row.seen_minute, tuple(sorted(row.values.items()))) for row in scored.rows
    )


def test_every_findable_fact_of_a_scenario_is_found(runtime: Runtime) -> None:
    """Nine facts on nine channels stand in the log within minutes; the rumour is not confirmed."""
    conductor = opened(runtime)
    try:
        # All has been told by then.
        asyncio.run(walk(conductor, 60))
    finally:
        conductor.close_networks()
    score = score_play(runtime, conductor.identity).score
    missed = [one.fact.id for one in score.findable if not one.is_found_by_sweeps]
    assert missed == []
    assert len(score.findable) == 9
    assert score.false_share <= 0.1
    life = next(one for one in score.facts if one.fact.urgency == "life_at_risk")
    assert life.urgent_minute is not None
    assert life.urgent_minute <= 9
    assert all(one.confirmed_minute is None for one in score.facts)


def test_held_fired_and_jumped_injects_are_played_as_they_were_moved(runtime: Runtime) -> None:
    """A held inject is shown to nobody; a fired one at once; a jump back is refused."""
    conductor = opened(runtime)
    try:
        asyncio.run(walk(conductor, 10))
        change_inject(runtime, conductor.identity, "i11", "held", "Directrice")
        change_inject(runtime, conductor.identity, "i14", "fired", "Directrice")
        with pytest.raises(PlayError):
            jump(runtime, conductor.identity, "T+00:05", "Directrice")
        with pytest.raises(PlayError):
            change_inject(runtime, conductor.identity, "i01", "held", "Directrice")
        jump(runtime, conductor.identity, "T+01:00", "Directrice")
        asyncio.run(walk(conductor, 64))
    finally:
        conductor.close_networks()
    told = {name for row in score_play(runtime, conductor.identity).rows for name in row.inject_ids}
    assert "i11" not in told
    assert {"i14", "i01", "i08"} <= told


def _play(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "vigie.cli", "exercise", *arguments],
        env=os.environ | {"VIGIE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _kill_beyond(process: subprocess.Popen[bytes], runtime: Runtime, minute: float) -> None:
    """Kill a conductor once its clock has passed a minute; what it does then is chance."""
    deadline = time.monotonic() + _HANG_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        play = runtime.store.play(IDENTITY)
        if play is not None and play.clock.anchor_minute > minute:
            break
        time.sleep(0.01)
    assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
    process.send_signal(signal.SIGKILL)
    process.wait()


IDENTITY = "ex-cote-dor-1"


def test_kills_and_pauses_change_nothing(tmp_path: Path) -> None:
    """Killed twice, paused and taken up, an exercise comes to what it would have come to."""
    until = "T+00:24"
    calm_home, rough_home = tmp_path / "calm", tmp_path / "rough"
    begin = ("play", SCENARIO, "--by", "Directrice", "--speed", "3600", "--day", DAY)
    calm = _play(calm_home, *begin, "--until", until)
    assert calm.wait(_HANG_SECONDS) == 0, calm.stderr
    house = house_of(Settings(home=rough_home), "exercise")
    with Store.open(house.database_url) as store:
        rough = Runtime(house, store)
        _kill_beyond(_play(rough_home, *begin, "--until", until), rough, 3)
        _kill_beyond(_play(rough_home, "resume", IDENTITY, "--until", until), rough, 11)
        pause_play(rough, IDENTITY, "Directrice")
        last = _play(rough_home, "resume", IDENTITY, "--until", until)
        assert last.wait(_HANG_SECONDS) == 0, last.stderr
        disturbed = outcome(rough, IDENTITY)
    house = house_of(Settings(home=calm_home), "exercise")
    with Store.open(house.database_url) as store:
        assert disturbed == outcome(Runtime(house, store), IDENTITY)
