"""A stage for each test; one replay server and one gazetteer for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.operations.stage import ROOT, START, Stage, play
from vigie.exercise.networks.replay import ReplayServer
from vigie.signals.places import Gazetteer

LAST_WAVE = 3


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """Every commune, read once."""
    return Gazetteer.of_folder(ROOT / "data")


@pytest.fixture(scope="session")
def running_play() -> Iterator[ReplayServer]:
    """The replay server in this process."""
    with ReplayServer(play(), started_at=START, wave=1, requests_per_window=1_000_000) as server:
        yield server


@pytest.fixture
def network(running_play: ReplayServer) -> Iterator[ReplayServer]:
    """The replay server at wave 1, without faults; left so."""
    running_play.set_wave(1)
    yield running_play
    for source_id in running_play.material.sources:
        running_play.set_fault(source_id, None)
    running_play.set_wave(1)


@pytest.fixture
def make_stage(
    tmp_path: Path, network: ReplayServer, gazetteer: Gazetteer
) -> Iterator[Callable[..., Stage]]:
    """Return a maker of stages; each is closed at the end."""
    made: list[Stage] = []

    def make(name: str = "stage", **known: Any) -> Stage:
        made.append(Stage(tmp_path / name, network, gazetteer, **known))
        return made[-1]

    yield make
    for stage in made:
        stage.close()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A fresh house of exercises with nothing open."""
    return make_stage()


@pytest.fixture
def running(stage: Stage) -> Stage:
    """An activation that was swept and published once."""
    stage.open()
    stage.sweep()
    stage.publish()
    return stage
