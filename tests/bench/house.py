"""A house of its own for a measurement: temporary home, replay server, the real service.

Everything that runs here is a process of its own, started through the real command line and ended
when the block ends, however it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.service.control import stop_service
from flows.service.state import ServiceState, read_state
from vigie.settings import House, Settings, house_of

ROOT = Path(__file__).resolve().parents[2]
CONVENTION = "cote-dor"
WAVE = 4
"""By this wave of the play every source has something that becomes a row."""
_START_SECONDS = 30.0
_MANY_REQUESTS = 10_000_000
_BUDGET = re.compile(r"budget: \{requests: \d+, per_minutes: \d+\}")


class BenchError(Exception):
    """Something that is measured did not work; there is no figure then."""


def vigie_command() -> list[str]:
    """Return the command line of the real ``vigie``."""
    return [str(Path(sys.executable).with_name("vigie"))]


@dataclass(frozen=True, slots=True)
class BenchHouse:
    """A running house.

    Attributes:
        house: The exercises' house in the temporary home.
        network: Address of the replay server.
        environ: For the commands.
    """

    house: House
    network: str
    environ: Mapping[str, str]

    @property
    def service(self) -> ServiceState:
        """The running service.

        Raises:
            BenchError: If it does not run.
        """
        state = read_state(self.house.service_file)
        if state is None or not state.is_running:
            raise BenchError("The service does not run.")
        return state

    def vigie(self, *arguments: str) -> tuple[float, str]:
        """Run the command line and return seconds of wall time and what it printed.

        Raises:
            BenchError: If it exits non-zero without an activation's alarms being the reason.
        """
        begin = time.perf_counter()
        done = subprocess.run(
            [*vigie_command(), *arguments],
            env=dict(self.environ),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        spent = time.perf_counter() - begin
        if done.returncode:
            raise BenchError(f"vigie {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return spent, done.stdout

    def activate(self) -> tuple[str, float, float]:
        """Activate the convention; return id, epoch seconds of the start, seconds it took."""
        begun_at = time.time()
        spent, told = self.vigie(
            *("activate", CONVENTION, "--exercise", "--network", self.network),
            *("--event", "Crue de l'Ouche (mesure)", "--by", "bench"),
        )
        return told.split(maxsplit=1)[0].rstrip(":\u202f\u00a0 "), begun_at, spent

    def close(self, activation_id: str) -> None:
        """Close an activation, so that nothing of it runs beside the next measurement."""
        self.vigie("close", activation_id, "--reason", "mesure", "--by", "bench")


@contextlib.contextmanager
def bench_house(*, is_budget_lifted: bool = False) -> Iterator[BenchHouse]:
    """Start replay server and service in a new home, and end and remove everything after.

    Args:
        is_budget_lifted: Sweep a copy of the convention with budgets that never bind: back-to-back
            sweeps ask more often in a minute than a schedule does in an hour.
    """
    home = Path(tempfile.mkdtemp(prefix="vigie-bench-"))
    folder = home / "conventions"
    shutil.copytree(ROOT / "conventions", folder)
    if is_budget_lifted:
        path = folder / f"{CONVENTION}.yml"
        path.write_text(_BUDGET.sub("budget: {requests: 10000, per_minutes: 1}", path.read_text()))
    environ = {key: value for key, value in os.environ.items() if not key.startswith("VIGIE_")}
    environ |= {"VIGIE_HOME": str(home / "home"), "VIGIE_CONVENTIONS": str(folder)}
    house = house_of(Settings(home=home / "home", conventions=folder), "exercise")
    replay = _start_replay(home)
    try:
        address = f"http://127.0.0.1:{_port(replay, home / 'port')}"
        running = BenchHouse(house, address, environ)
        running.vigie("up", "--exercise")
        yield running
    finally:
        stop_service(house)
        replay.terminate()
        replay.wait(timeout=20)
        shutil.rmtree(home, ignore_errors=True)


def stage_times(house: House, activation_id: str) -> dict[str, list[tuple[str, str]]]:
    """Return stage to (ISO time, what) in order, from the activation's stage log."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (house.folder(activation_id) / "stages.jsonl").read_text().splitlines():
        entry = json.loads(line)
        found.setdefault(entry["stage"], []).append((entry["at"], entry["what"]))
    return found


def _start_replay(home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "vigie.exercise.networks"]
    command += ["--material", str(ROOT / "data" / "demonstration"), "--wave", str(WAVE)]
    command += ["--port-file", str(home / "port"), "--requests-per-window", str(_MANY_REQUESTS)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def _port(replay: subprocess.Popen[bytes], port_file: Path) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while not port_file.exists():
        if replay.poll() is not None or time.monotonic() > deadline:
            replay.kill()
            raise BenchError("The replay server does not come up.")
        time.sleep(0.05)
    return int(port_file.read_text())
