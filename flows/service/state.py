"""What the running service says of itself: ``service.json``. Read by the command line.

Must not import prefect.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process that can be told from a later one with the same number.

    Attributes:
        pid: Process number.
        started_seconds: Start time, seconds since the epoch, as the system tells it.
    """

    pid: int
    started_seconds: float

    def is_alive(self) -> bool:
        """Tell whether this very process still runs (a zombie does not)."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started_seconds) < 1.0
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def identity(pid: int) -> ProcessIdentity:
    """Return the identity of a running process; of a gone one, an identity that is not alive."""
    try:
        return ProcessIdentity(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return ProcessIdentity(pid, 0.0)


@dataclass(frozen=True, slots=True)
class ServiceState:
    """Port and processes of one house's service.

    Attributes:
        port: Of Prefect's server on 127.0.0.1; 0 with a remote server.
        api_url: Prefect's API.
        is_worker_ready: The worker has warmed up and asks for runs.
    """

    port: int
    api_url: str
    server: ProcessIdentity | None
    worker: ProcessIdentity | None
    is_worker_ready: bool = False

    @property
    def is_running(self) -> bool:
        """Both processes live and the worker asks for runs."""
        server = self.server is None or self.server.is_alive()
        return (
            server and self.worker is not None and self.worker.is_alive() and self.is_worker_ready
        )


def read_state(path: Path) -> ServiceState | None:
    """Return what ``service.json`` says, or None if there is none that can be read."""
    try:
        raw = json.loads(path.read_text())
        server, worker = raw["server"], raw["worker"]
        return ServiceState(
            port=raw["port"],
            api_url=raw["api_url"],
            server=ProcessIdentity(**server) if server else None,
            worker=ProcessIdentity(**worker) if worker else None,
            is_worker_ready=raw["is_worker_ready"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_state(path: Path, state: ServiceState) -> None:
    """Write ``service.json`` at once or not at all."""
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(asdict(state), indent=1))
    draft.replace(path)
