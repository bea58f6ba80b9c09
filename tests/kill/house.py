"""A house of its own for the proof: settings, commands, Prefect's API, what its store holds.

Called by ``tests.kill_proof`` and ``tests/flows/test_kill.py``. Runs the real commands; replaces
nothing of what is proved.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from flows.service.requests import request_run
from flows.service.state import ServiceState, read_state
from vigie.store.repository import Store

ROOT = Path(__file__).resolve().parents[2]
MATERIAL = ROOT / "data" / "demonstration"
ACTIVATION = "ex-cote-dor-1"
EVENT = "Crue de l'Ouche"
UNDER_WAY = ["RUNNING", "PENDING", "CANCELLING"]
COMMAND_SECONDS = 240.0


class House:
    """One ``VIGIE_HOME`` with its own replayed network.

    Args:
        root: Empty folder of its own.
        start: Start of the play; equal in the houses that are compared.
    """

    def __init__(self, root: Path, start: datetime) -> None:
        self.root = root
        self.start = start
        self.exercise = root / "home" / "exercise"
        self.folder = self.exercise / "activations" / ACTIVATION
        self.stages = self.folder / "stages.jsonl"
        self.network = ""
        conventions = _proof_conventions(root)
        self.exercise.mkdir(parents=True)
        # Equal keys, so that the pseudonyms can be compared.
        (self.exercise / "secret.key").write_text("k" * 64)
        (self.exercise / "secret.key").chmod(0o600)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("VIGIE_", "PREFECT_"))
        } | {
            "VIGIE_HOME": str(root / "home"),
            "VIGIE_CONVENTIONS": str(conventions),
            "VIGIE_LANG": "fr",
            "METEOFRANCE_APIKEY": "played",
        }

    @contextmanager
    def replayed(self) -> Iterator[None]:
        """Run the replay server as a process outside the tree that is killed."""
        port = self.root / "port"
        command = [sys.executable, "-m", "vigie.exercise.networks", "--material", str(MATERIAL)]
        command += ["--port-file", str(port), "--start", self.start.isoformat(), "--wave", "1"]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            await_condition(port.exists, 60.0, "the replay server")
            self.network = f"http://127.0.0.1:{port.read_text()}"
            yield
        finally:
            server.terminate()
            server.wait(30)

    def release(self, wave: int) -> None:
        """Let the network show everything up to a wave."""
        answer = httpx.post(
            f"{self.network}/_control/wave", json={"wave": wave}, trust_env=False, timeout=20
        )
        answer.raise_for_status()

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a vigie command and return at once."""
        with (self.root / "commands.log").open("ab") as log:
            return subprocess.Popen(
                [str(Path(sys.executable).parent / "vigie"), *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def run(self, *arguments: str) -> None:
        """Run a vigie command to its good end."""
        code = self.begin(*arguments).wait(COMMAND_SECONDS)
        if code != 0:
            told = (self.root / "commands.log").read_text(errors="replace")[-800:]
            message = f"vigie {' '.join(arguments)} ended with {code}:\n{told}"
            raise RuntimeError(message)

    def activation_arguments(self) -> list[str]:
        """Return the command line that activates the played convention."""
        opening = ["activate", "cote-dor", "--exercise", "--event", EVENT]
        return [*opening, "--by", "Kill proof", "--network", self.network]

    def request_sweep(self) -> str:
        """Ask Prefect for a sweep of every source without a command that waits for it."""
        parameters = {"activation_id": ACTIVATION, "everything": True}
        return request_run(self.service().api_url, "sweep", ACTIVATION, parameters)

    def service(self) -> ServiceState:
        """Return what ``service.json`` says."""
        state = read_state(self.exercise / "service.json")
        assert state is not None, "no service.json"
        return state

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the house's store beside whoever else works in it."""
        store = Store.open(f"sqlite:///{self.exercise / 'vigie.db'}")
        try:
            yield store
        finally:
            store.close()

    def workbook(self) -> Path:
        """Return the activation's workbook."""
        return next((self.folder / "restricted").glob("*.xlsx"))

    def lines(self) -> list[dict[str, Any]]:
        """Return the stage log."""
        if not self.stages.exists():
            return []
        return [json.loads(line) for line in self.stages.read_text().splitlines()]

    def under_way(self) -> list[str]:
        """Return the flow and task runs that Prefect believes to be under way, of any pool."""
        found = []
        with httpx.Client(base_url=self.service().api_url, trust_env=False, timeout=20) as client:
            for kind in ("flow_runs", "task_runs"):
                wanted = {kind: {"state": {"type": {"any_": UNDER_WAY}}}, "limit": 200}
                answer = client.post(f"/{kind}/filter", json=wanted)
                answer.raise_for_status()
                found += [f"{kind}/{run['name']}/{run['state_type']}" for run in answer.json()]
        return found


def await_condition(condition: Any, seconds: float, what: str) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: If it is not so in time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not in {seconds:g} s")
        time.sleep(0.05)


def _proof_conventions(root: Path) -> Path:
    """Copy the conventions; cote-dor gets budgets and cadences for dozens of sweeps in minutes.

    Its shipped budgets (6 requests in ten minutes) rightly refuse what this proof asks, and a
    scheduled sweep of some sources between two kills would make the two houses' sweeps differ.
    """
    folder = root / "conventions"
    shutil.copytree(ROOT / "conventions", folder)
    path = folder / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"budget: \{.*\}", "budget: {requests: 3000, per_minutes: 10}", text)
    text = re.sub(r"cadence_minutes: \d+", "cadence_minutes: 60", text)
    text = re.sub(r"silence_minutes: \d+", "silence_minutes: 180", text)
    path.write_text(text, encoding="utf-8")
    return folder
