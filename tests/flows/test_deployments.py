"""Deployments follow the store, whatever one activation holds. Prefect's server is real."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import DeploymentSort
from prefect.settings import PREFECT_SERVER_ANALYTICS_ENABLED, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from flows.service.deployments import align_deployments, ensure_fixed_deployments
from flows.service.environment import QUIET
from tests.integration.operations.stage import ROOT, Stage
from vigie.signals.places import Gazetteer

pytestmark = pytest.mark.service


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A house for real activations and a Prefect server of its own; no network is asked."""
    gazetteer = Gazetteer.load(ROOT / "data/communes.csv", ROOT / "data/anciennes_communes.csv")
    made = Stage(tmp_path, None, gazetteer, kind="real")  # type: ignore[arg-type]
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
    with (
        temporary_settings({PREFECT_SERVER_ANALYTICS_ENABLED: False}),
        prefect_test_harness(server_startup_timeout=120),
    ):
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


def test_one_activations_fault_stops_no_other(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    """An activation that cannot be read is named in the log, without its secrets; others run."""
    bad = stage.open(event="Crue de l'Ouche").id
    stage.store.change_activation(
        bad, [], expected="active", feeds=("https://agent:motdepasse@flux.example/rss",)
    )
    good = stage.open(event="Crue de la Tille").id
    failed, names = asyncio.run(_align(stage))
    told = capfd.readouterr().err
    assert failed == [bad]
    assert good in names
    assert bad not in names
    assert bad in told
    assert "motdepasse" not in told
    stage.store.change_activation(bad, [], expected="active", feeds=())
    assert asyncio.run(_align(stage)) == ([], names | {bad})
