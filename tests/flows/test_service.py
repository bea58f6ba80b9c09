"""The service for real: Prefect's server and our worker, two activations, a kill, two homes.

One service for the whole file, in a home of its own; asked over Prefect's API as its UI does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from flows.service.state import ServiceState, read_state
from tests.integration.operations.stage import ROOT, play, played_convention
from vigie.exercise.networks.replay import ReplayServer
from vigie.exercise.script import Fault

pytestmark = pytest.mark.service

VIGIE = str(Path(sys.executable).with_name("vigie"))
ONE, OTHER = "ex-cote-dor-1", "ex-landes-1"
LATE_SECONDS = 20.0
"""A beat later than this on two shared cores would be a missed one; the cadence is 60 s."""
_LIVE = ("SCHEDULED", "PENDING", "RUNNING")


@dataclass
class Home:
    """A home with a service; commands are run in it as people run them."""

    root: Path
    conventions: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the commands see."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "PREFECT_"))}
        return {
            **clean,
            "VIGIE_HOME": str(self.root),
            "VIGIE_CONVENTIONS": str(self.conventions),
            "VIGIE_PUBLICATION_MINUTES": "1",
        }

    @property
    def service(self) -> ServiceState:
        """What ``service.json`` of the exercises says."""
        state = read_state(self.root / "exercise" / "service.json")
        assert state is not None
        return state

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [VIGIE, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        """Run a command to its good end and return what it said."""
        process = self.start(*arguments)
        told, _ = process.communicate(timeout=180)
        assert process.returncode == 0, told
        return told

    def ask(self, path: str, **body: Any) -> Any:
        """Ask Prefect's API."""
        answer = httpx.post(f"{self.service.api_url}{path}", json=body, timeout=20, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def runs(self, tag: str, *states: str) -> list[dict[str, Any]]:
        """Return the scheduled runs of an activation's own deployments, by expected time."""
        deployments = [item["id"] for item in self.deployments() if item["name"] == tag]
        if not deployments:
            return []
        body: dict[str, Any] = {"deployments": {"id": {"any_": deployments}}}
        if states:
            body["flow_runs"] = {"state": {"type": {"any_": list(states)}}}
        return list(
            self.ask("/flow_runs/filter", sort="EXPECTED_START_TIME_ASC", limit=200, **body)
        )

    def deployments(self) -> list[dict[str, Any]]:
        """Return every deployment."""
        found: list[dict[str, Any]] = self.ask("/deployments/filter", limit=200)
        return found


def until(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait for a condition, never for a time; return what it gave."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.2)
    return value


def moment(text: str) -> datetime:
    """Return a time of Prefect's API."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


@pytest.fixture(scope="module")
def conventions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two conventions whose fastest sources are asked every minute."""
    folder = tmp_path_factory.mktemp("conventions")
    for name in ("cote-dor", "landes"):
        text = played_convention()
        if name != "cote-dor":
            text = (ROOT / "conventions" / f"{name}.yml").read_text(encoding="utf-8")
        text = text.replace("cadence_minutes: 2\n", "cadence_minutes: 1\n")
        text = text.replace("Landes, Adour, Crue40", "Crue21, Ouche, Tille")
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def network() -> Iterator[ReplayServer]:
    """The replay server in this process."""
    material = play()
    started_at = material.start_for(datetime.now(UTC))
    with ReplayServer(
        material, started_at=started_at, wave=1, requests_per_window=1_000_000
    ) as server:
        yield server


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, conventions: Path, network: ReplayServer
) -> Iterator[Home]:
    """A home whose service runs and in which two conventions were activated at the same moment."""
    made = Home(tmp_path_factory.mktemp("home") / "var", conventions)
    try:
        made.run("up", "--exercise")
        openings = [
            made.start(
                *("activate", name, "--event", "Crue", "--by", "Anne", "--exercise"),
                *("--network", network.address),
            )
            for name in ("cote-dor", "landes")
        ]
        told = [process.communicate(timeout=180)[0] for process in openings]
        assert [process.returncode for process in openings] == [0, 0], told
        yield made
    finally:
        stopping = made.start("down", "--exercise")
        stopping.communicate(timeout=120)


def test_both_are_filled_and_shown_in_prefect(home: Home) -> None:
    """Two activations at once: each has its deployments, completed runs, artifacts, a workbook."""
    names = sorted(item["name"] for item in home.deployments())
    assert names.count(ONE) == names.count(OTHER) == 3
    # Prefect's UI opens real activations only: no convention has a deployment here.
    assert set(names) == {ONE, OTHER, "vigie"}
    finished = home.ask("/flow_runs/filter", flow_runs={"name": {"any_": [f"sweep-{ONE}"]}})
    assert {run["state_type"] for run in finished} <= {"COMPLETED", "SCHEDULED", "RUNNING"}
    assert any(run["state_type"] == "COMPLETED" for run in finished)
    artifacts = {item["key"]: item for item in home.ask("/artifacts/latest/filter")}
    for activation in (ONE, OTHER):
        assert "file://" in str(artifacts[f"workbook-{activation}"]["data"])
        assert "vigilance" in str(artifacts[f"sources-{activation}"]["data"])
        folder = home.root / "exercise" / "activations" / activation / "restricted"
        assert len(list(folder.glob("*.xlsx"))) == 1
        assert len(list(folder.glob("*briefing*.txt"))) == 2


def test_the_other_never_misses_a_beat(home: Home) -> None:
    """One is paused, resumed, closed: each planned run of the other stays and starts in time."""
    sweep = next(
        item["id"]
        for item in home.deployments()
        if item["name"] == OTHER and item["entrypoint"].endswith("sweep")
    )

    def mine() -> dict[str, dict[str, Any]]:
        body = {"deployments": {"id": {"any_": [sweep]}}}
        return {run["id"]: run for run in home.ask("/flow_runs/filter", limit=200, **body)}

    planned = until(
        lambda: {k: r for k, r in mine().items() if r["state_type"] == "SCHEDULED"}, 20, "a plan"
    )
    seen = dict(planned)
    for arguments in (
        ("standby", ONE, "--by", "Anne"),
        ("resume", ONE, "--by", "Anne"),
        ("close", ONE, "--by", "Anne", "--reason", "décrue"),
    ):
        home.run(*arguments)
        now = mine()
        assert set(planned) <= set(now), arguments
        assert not [
            r for r in now.values() if r["state_type"] in ("CANCELLED", "FAILED", "CRASHED")
        ]
        seen |= now
        if arguments[0] == "standby":
            paused = [item["paused"] for item in home.deployments() if item["name"] == ONE]
            assert paused == [True, True, True]
            assert home.runs(ONE, "SCHEDULED") == []
    first = min(planned.values(), key=lambda run: run["expected_start_time"])
    ended = until(
        lambda: (run := mine()[first["id"]])["state_type"] == "COMPLETED" and run, 75, "the beat"
    )
    seen |= mine()
    times = sorted(
        moment(run["expected_start_time"]) for run in seen.values() if run["auto_scheduled"]
    )
    gaps = {(later - earlier) for earlier, later in pairwise(times)}
    late_seconds = (
        moment(ended["start_time"]) - moment(ended["expected_start_time"])
    ).total_seconds()
    print(
        f"\nitem 6: {len(times)} planned beats of {OTHER}, gaps {[g.seconds for g in gaps]} s;"
        f" the beat during standby, resume and closing started {late_seconds:.1f} s late"
    )
    assert gaps == {timedelta(minutes=1)}
    assert late_seconds < LATE_SECONDS


def test_nothing_of_the_closed_one_remains(home: Home) -> None:
    """Its deployments are gone, no run of it is planned or under way, status says closed."""
    assert ONE not in {item["name"] for item in home.deployments()}
    body = {"name": {"any_": [f"sweep-{ONE}", f"publication-{ONE}"]}}
    left = home.ask("/flow_runs/filter", flow_runs={**body, "state": {"type": {"any_": _LIVE}}})
    assert left == []
    told = home.start("status", ONE)
    assert "clos" in told.communicate(timeout=60)[0]


def test_a_killed_worker_leaves_nothing_running(home: Home, network: ReplayServer) -> None:
    """Killed in mid-sweep: the next ``up`` ends that run, keeps the server and sweeps on."""
    network.set_fault("piaille", Fault(hang_seconds=3600))
    state = home.service
    sweeping = home.start("sweep", OTHER)
    try:
        run = until(lambda: home.runs(OTHER, "RUNNING"), 30, "a running sweep")[0]
        assert state.worker is not None
        psutil.Process(state.worker.pid).kill()
        until(lambda: not state.worker.is_alive(), 10, "the worker's end")
    finally:
        sweeping.kill()
        sweeping.communicate()
        network.set_fault("piaille", None)
    home.run("up", "--exercise")
    assert home.service.port == state.port
    assert home.service.worker != state.worker
    answer = httpx.get(f"{state.api_url}/flow_runs/{run['id']}", trust_env=False)
    assert answer.json()["state_type"] == "CRASHED"
    assert "vigie" not in {r["name"] for r in home.runs(OTHER, "RUNNING")}
    assert ".xlsx" in home.run("sweep", OTHER)


def test_two_homes_live_side_by_side(home: Home, tmp_path: Path) -> None:
    """A second home gets a server of its own on another port; ``down`` there leaves this one be."""
    second = Home(tmp_path / "var", home.conventions)
    try:
        second.run("up", "--exercise")
        assert second.service.port != home.service.port
        assert second.service.is_running
        assert OTHER not in {item["name"] for item in second.deployments()}
    finally:
        second.run("down", "--exercise")
    assert home.service.is_running


def test_down_leaves_no_process(home: Home) -> None:
    """After ``down`` neither server nor worker nor any child of theirs lives, and it says so."""
    state = home.service
    family = [
        member
        for known in (state.server, state.worker)
        if known is not None
        for member in (
            psutil.Process(known.pid),
            *psutil.Process(known.pid).children(recursive=True),
        )
    ]
    assert family
    home.run("down", "--exercise")
    assert not [member for member in family if member.is_running()]
    assert not (home.root / "exercise" / "service.json").exists()
    told = home.start("status")
    assert "vigie up --exercise" in told.communicate(timeout=60)[0]
    assert told.returncode == 2
