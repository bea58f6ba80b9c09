"""Deployments follow the store, whatever one activation holds. Prefect's server is real."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import DeploymentSort
from prefect.settings import PREFECT_SERVER_ANALYTICS_ENABLED, temporary_settings
from prefect.states import Completed, Running
from prefect.testing.utilities import prefect_test_harness

from flows.service.deployments import align_deployments, ensure_fixed_deployments
from flows.service.environment import QUIET
from flows.service.leftovers import end_leftover_runs
from tests.integration.operations.stage import ROOT, Stage
from vigie.signals.places import Gazetteer

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A Prefect server of its own for all tests of this file: starting one costs seconds."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in QUIET.items():
            patched.setenv(name, value)
        with (
            temporary_settings({PREFECT_SERVER_ANALYTICS_ENABLED: False}),
            prefect_test_harness(server_startup_timeout=120),
        ):
            yield


@pytest.fixture
def stage(tmp_path: Path, server: None) -> Iterator[Stage]:
    """A house for real activations, and the server; no network is asked."""
    gazetteer = Gazetteer.of_folder(ROOT / "data")
    made = Stage(tmp_path, None, gazetteer, kind="real")  # type: ignore[arg-type]
    yield made
    made.close()


async def _align(stage: Stage) -> tuple[list[str], set[str]]:
    """Align, and return what failed and the names of all deployments."""
    await ensure_fixed_deployments(stage.runtime)
    failed = await align_deployments(stage.runtime)
    async with get_client() as client:
        return failed, {
            item.name
            for item in await client.read_deployments(sort=DeploymentSort.NAME_ASC, limit=200)
        }


class _Heard(logging.Handler):
    """What a logger was told: Prefect takes the handlers of the root for itself."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(record.getMessage())


def test_one_activations_fault_stops_no_other(stage: Stage) -> None:
    """An activation that cannot be read is named in the log, without its secrets; others run."""
    bad = stage.open(event="Crue de l'Ouche").id
    stage.store.change_activation(
        bad, [], expected="active", feeds=("https://agent:motdepasse@flux.example/rss",)
    )
    good = stage.open(event="Crue de la Tille").id
    heard = _Heard()
    logging.getLogger("vigie.service").addHandler(heard)
    try:
        failed, names = asyncio.run(_align(stage))
    finally:
        logging.getLogger("vigie.service").removeHandler(heard)
    told = "\n".join(heard.lines)
    assert failed == [bad]
    assert good in names
    assert bad not in names
    assert bad in told
    assert "motdepasse" not in told
    stage.store.change_activation(bad, [], expected="active", feeds=())
    assert asyncio.run(_align(stage)) == ([], names | {bad})


async def _leave_running(pid: str | None) -> UUID:
    """Create a run of our pool that is under way in the process that ``pid`` names."""
    async with get_client() as client:
        found = await client.read_deployment_by_name("activation/cote-dor")
        run = await client.create_flow_run_from_deployment(found.id)
        await client.set_flow_run_state(run.id, Running(), force=True)
        if pid:
            await client.update_flow_run(run.id, infrastructure_pid=pid)
        return run.id


async def _ended_of(pids: list[str | None], *, is_shared: bool) -> list[bool]:
    """Leave one run a process, end leftovers, return which runs were ended; then end the rest."""
    runs = [await _leave_running(pid) for pid in pids]
    await end_leftover_runs(is_shared=is_shared)
    async with get_client() as client:
        ended = [(await client.read_flow_run(run)).state_type == StateType.CRASHED for run in runs]
        for run in runs:
            await client.set_flow_run_state(run, Completed(), force=True)
    return ended


def test_only_runs_of_dead_workers_are_ended(stage: Stage) -> None:
    """Workers that share a server end what a dead one left, and nothing of each other's."""
    asyncio.run(ensure_fixed_deployments(stage.runtime))
    host, pid, started = stage.runtime.holder.split("/")
    pids = [stage.runtime.holder, f"{host}/{pid}/{float(started) - 60}", "elsewhere/1/1.0", None]
    assert asyncio.run(_ended_of(pids, is_shared=True)) == [False, True, False, False]
    assert asyncio.run(_ended_of(pids, is_shared=False)) == [False, True, False, True]
