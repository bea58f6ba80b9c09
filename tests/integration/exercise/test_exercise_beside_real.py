"""A real and an exercise activation of one convention, at the same time, without touching."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.service.environment import service_environment
from tests.integration.operations.conftest import gazetteer  # noqa: F401 - fixture
from tests.integration.operations.stage import (
    LIFE,
    ROAD,
    START,
    Editing,
    Stage,
    play,
    played_convention,
)
from vigie.exercise.networks.replay import ReplayServer
from vigie.operations.mapping import open_map
from vigie.operations.sweeping import sweep_here
from vigie.signals.places import Gazetteer

LOG = "Main courante"
_ADDRESS = re.compile(r"(  - id: (\S+)\n(?:    .*\n)*?    address: )\S+")
_BUDGET = re.compile(r"budget: \{[^}]*\}")
_OF_EXERCISE = re.compile(rb"EX-CO21|ex-cote-dor")
_OF_REAL = re.compile(rb"(?<!EX-)CO21-\d{4}|(?<!ex-)cote-dor-\d")


@pytest.fixture(scope="module")
def worlds(
    tmp_path_factory: pytest.TempPathFactory,
    gazetteer: Gazetteer,  # noqa: F811 - the fixture
) -> Iterator[tuple[Stage, Stage]]:
    """One home, one convention, two worlds with the same posts, side by side."""
    home = tmp_path_factory.mktemp("deux-mondes")
    known = {"started_at": START, "requests_per_window": 1_000_000}
    with ReplayServer(play(), **known) as world, ReplayServer(play(), **known) as networks:
        _write_convention(home, world)
        real = Stage(
            *(home, world, gazetteer),
            kind="real",
            allow_loopback=True,
            environ={"METEOFRANCE_APIKEY": "clef-reelle"},
        )
        played = Stage(home, networks, gazetteer, environ={"METEOFRANCE_APIKEY": "clef-reelle"})
        try:
            _live(real, played)
            yield real, played
        finally:
            real.close()
            played.close()


def _write_convention(home: Path, world: ReplayServer) -> None:
    """The sources of the convention are the first server: to the real activation, the world."""
    text = _ADDRESS.sub(rf"\g<1>{world.address}/\g<2>", played_convention())
    text = _BUDGET.sub("budget: {requests: 1000, per_minutes: 5}", text)
    (home / "conventions").mkdir()
    (home / "conventions" / "cote-dor.yml").write_text(text, encoding="utf-8")


def _live(real: Stage, played: Stage) -> None:
    """Open, sweep at the same moment, publish at the same moment, type, wave by wave."""
    real.open()
    played.open()
    for wave in (1, 2):
        for stage in (real, played):
            stage.server.set_wave(wave)
        asyncio.run(_sweep_both(real, played))
        with ThreadPoolExecutor(2) as pool:
            assert all(pool.map(lambda one: one.publish().is_written, (real, played)))
        if wave == 1:
            _type(real, "Réelle")
            _type(played, "Jouée")
        for stage in (real, played):
            stage.clock.forward(20)
    for stage in (real, played):
        open_map(stage.runtime, stage.id, by="Anne")


async def _sweep_both(real: Stage, played: Stage) -> None:
    await asyncio.gather(sweep_here(real.runtime, real.id), sweep_here(played.runtime, played.id))


def _type(stage: Stage, name: str) -> None:
    with Editing(stage.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Suivi par", name)


def _files(stage: Stage, *, without: Path | None = None) -> list[Path]:
    return [
        path
        for path in stage.house.root.rglob("*")
        if path.is_file() and not (without is not None and path.is_relative_to(without))
    ]


def _bytes(path: Path) -> bytes:
    """Return what a file says, a workbook's parts unpacked."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def test_each_world_has_its_own_rows(worlds: tuple[Stage, Stage]) -> None:
    """The same posts make the same rows in both, under references that cannot be confused."""
    real, played = worlds
    assert (real.id, played.id) == ("cote-dor-1", "ex-cote-dor-1")
    refs = [{row.ref for row in stage.store.observations(stage.id)} for stage in worlds]
    assert len(refs[0]) == len(refs[1]) >= 5
    assert all(ref.startswith("CO21-") for ref in refs[0])
    assert all(ref.startswith("EX-CO21-") for ref in refs[1])
    for stage, name in ((real, "Réelle"), (played, "Jouée")):
        assert stage.observation(ROAD).value("followed_by") == name
        assert stage.observation(LIFE).value("urgency") == "life_at_risk"
        assert [one.id for one in stage.store.activations()] == [stage.id]


def test_no_file_of_one_world_knows_the_other(worlds: tuple[Stage, Stage]) -> None:
    """Databases, workbooks, kept versions, maps, stages: nothing names the other activation."""
    real, played = worlds
    mine, theirs = _files(real, without=played.house.root), _files(played)
    names = {path.name for path in theirs}
    assert {"vigie.db", "EXERCICE carte.html"} <= names
    assert any("versions" in path.parts for path in theirs)
    assert any("versions" in path.parts for path in mine)
    assert [path for path in mine if _OF_EXERCISE.search(_bytes(path))] == []
    assert [path for path in theirs if _OF_REAL.search(_bytes(path))] == []
    assert not {path.stat().st_ino for path in mine} & {path.stat().st_ino for path in theirs}
    assert stat.S_IMODE(played.house.root.stat().st_mode) == 0o700


def test_each_world_has_its_own_keys_and_services(worlds: tuple[Stage, Stage]) -> None:
    """Pseudonym keys, logins, ports, Prefect's home and database: each world has its own."""
    real, played = worlds
    assert real.runtime.pseudonym_key != played.runtime.pseudonym_key
    authors = [
        {row.machine.get("author") for row in stage.store.observations(stage.id)}
        for stage in worlds
    ]
    assert not (authors[0] & authors[1]) - {None}
    assert real.runtime.sessions is not played.runtime.sessions
    inherited = {"PREFECT_API_URL": "http://prefect.example/api", "PREFECT_API_KEY": "clef"}
    inherited |= {"HTTPS_PROXY": "http://mandataire.example:3128", "PATH": os.defpath}
    one, other = (service_environment(stage.house, 4200, inherited) for stage in worlds)
    for key in ("PREFECT_HOME", "PREFECT_PROFILES_PATH"):
        assert one[key] != other[key]
    assert other["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert not {"HTTPS_PROXY", "PREFECT_API_KEY"} & set(other)
    assert "127.0.0.1" in other["NO_PROXY"]
    for pair in ("service_file", "logs", "prefect_home", "database_url"):
        assert getattr(real.house, pair) != getattr(played.house, pair)
    # Secrets of real sources are not even given to the exercise's.
    sources = played.runtime.sources_of(played.store.activation(played.id))
    assert all(not source.secrets for source in sources)
    assert all(source.address.startswith(played.server.address) for source in sources)


def test_one_world_s_deeds_leave_the_other_alone(worlds: tuple[Stage, Stage]) -> None:
    """Sweeping, publishing and closing one asks nothing of the other's networks, moves no file."""
    real, played = worlds
    for acting, other in ((real, played), (played, real)):
        asked = other.server.state.requests()
        journal = other.store.journal(other.id)
        before = {path: path.read_bytes() for path in _quiet(other, acting)}
        acting.clock.forward(20)
        acting.sweep()
        acting.publish()
        assert other.server.state.requests() == asked
        assert other.store.journal(other.id) == journal
        assert {path: path.read_bytes() for path in _quiet(other, acting)} == before
    before = {path: path.read_bytes() for path in _quiet(real, played)}
    played.move("close", reason="fin de l'exercice")
    played.publish(is_final=True)
    assert {path: path.read_bytes() for path in _quiet(real, played)} == before
    assert real.store.activation(real.id).state == "active"


def _quiet(stage: Stage, acting: Stage) -> list[Path]:
    """Files of a world that only its own deeds may change (a read database rewrites its -shm)."""
    root = acting.house.root if stage.house.kind == "real" else None
    return [path for path in _files(stage, without=root) if not path.name.endswith("-shm")]
