"""Starting and stopping the local service, without importing prefect.

Called by the command line (``up``, ``down``, ``activate``). The server and the worker are processes
of their own that outlive the command; ``service.json`` names them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil

from flows.service.environment import service_environment
from flows.service.state import ProcessIdentity, ServiceState, identity, read_state, write_state
from vigie.language import say
from vigie.problem import ServiceError
from vigie.settings import House

SERVER_START_SECONDS = 120.0
"""A first start makes Prefect's schema: 14 to 20 s measured, longer on a busy machine."""
WORKER_START_SECONDS = 120.0
STOP_SECONDS = 40.0
"""The worker ends what it is doing first."""
_WORKER_SIGNAL = signal.SIGINT
"""While a flow runs Prefect takes SIGTERM for itself and crashes every run with it.

Source: ``capture_sigterm`` of prefect 3.8 (utilities/engine): it means a process to be one run's.
"""
_POLL_SECONDS = 0.1


def running_state(house: House) -> ServiceState | None:
    """Return the service's state if both its processes run, else None."""
    state = read_state(house.service_file)
    return state if state is not None and state.is_running else None


def start_service(house: House, tell: Callable[[str], None]) -> ServiceState:
    """Start what of the service is not running and return its state once it takes runs.

    Args:
        house: Whose service.
        tell: Called with one sentence per step.

    Raises:
        ServiceError: If the server or the worker does not come up in time, or another start is
            under way and does not end.
    """
    with _only_one_start(house):
        state = running_state(house)
        if state is not None:
            return state
        _kill_leftovers(read_state(house.service_file))
        state = _start_server(house, tell)
        return _start_worker(house, state, tell)


def stop_service(house: House) -> bool:
    """Stop worker and server, letting the worker end its runs; return whether anything ran."""
    state = read_state(house.service_file)
    if state is None:
        return False
    ran = False
    for process, polite in ((state.worker, _WORKER_SIGNAL), (state.server, signal.SIGTERM)):
        if process is not None and process.is_alive():
            ran = True
            _stop(process, polite)
    house.service_file.unlink(missing_ok=True)
    return ran


def is_server_healthy(api_url: str) -> bool:
    """Tell whether Prefect's API answers."""
    try:
        return httpx.get(f"{api_url}/health", timeout=2.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _start_server(house: House, tell: Callable[[str], None]) -> ServiceState:
    remote = os.environ.get("PREFECT_API_URL", "")
    if remote and house.kind == "real":
        return ServiceState(0, remote.rstrip("/"), None, None)
    old = read_state(house.service_file)
    if old and old.server and old.server.is_alive() and is_server_healthy(old.api_url):
        return dataclasses.replace(old, worker=None, is_worker_ready=False)
    if old and old.server and old.server.is_alive():
        _stop(old.server, signal.SIGTERM)
    tell(say("Starting Prefect's server (the first start takes some 20 seconds) …"))
    port = _free_port()
    command = [sys.executable, "-m", "prefect", "server", "start"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    process = _spawn(house, command, port, "server.log")
    state = ServiceState(port, f"http://127.0.0.1:{port}/api", identity(process.pid), None)
    write_state(house.service_file, state)
    _await(
        process,
        lambda: is_server_healthy(state.api_url),
        SERVER_START_SECONDS,
        house.logs / "server.log",
        say("Prefect's server"),
    )
    return state


def _start_worker(house: House, state: ServiceState, tell: Callable[[str], None]) -> ServiceState:
    tell(say("Starting the worker …"))
    command = [sys.executable, "-m", "flows.service.worker", house.kind]
    write_state(house.service_file, state)
    process = _spawn(house, command, state.port, "worker.log")
    state = dataclasses.replace(state, worker=identity(process.pid))
    write_state(house.service_file, state)
    ready = house.root / "worker.ready"

    def is_ready() -> bool:
        return ready.exists() and ready.read_text().strip() == str(process.pid)

    _await(process, is_ready, WORKER_START_SECONDS, house.logs / "worker.log", say("The worker"))
    state = dataclasses.replace(state, is_worker_ready=True)
    write_state(house.service_file, state)
    return state


def _spawn(house: House, command: list[str], port: int, log_name: str) -> subprocess.Popen[bytes]:
    for folder in (house.logs, house.prefect_home):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ServiceError(
                str(folder),
                say("The folder cannot be made: {error}.", error=error.strerror),
                say("Set VIGIE_HOME to a folder that you may write in."),
            ) from error
    environment = service_environment(house, port, os.environ)
    with (house.logs / log_name).open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # ``flows`` must be importable and relative settings must keep their meaning.
            cwd=Path.cwd(),
        )


def _await(
    process: subprocess.Popen[bytes],
    is_there: Callable[[], bool],
    seconds: float,
    log: Path,
    name: str,
) -> None:
    deadline = time.monotonic() + seconds
    while not is_there():
        if process.poll() is not None:
            raise ServiceError(
                name,
                say("stopped at its start (exit code {code}).", code=process.returncode),
                say("Its log says why: {log}", log=log),
            )
        if time.monotonic() > deadline:
            process.kill()
            raise ServiceError(
                name,
                say("does not answer after {seconds} seconds.", seconds=int(seconds)),
                say("Its log says why: {log}", log=log),
            )
        time.sleep(_POLL_SECONDS)


def _stop(process: ProcessIdentity, polite: signal.Signals) -> None:
    """End a process and what it started: politely first, then for good."""
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(process.pid)
        family = [root, *root.children(recursive=True)]
        root.send_signal(polite)
        _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
        for member in alive:
            with contextlib.suppress(psutil.Error):
                member.kill()
        psutil.wait_procs(alive, timeout=5)


def _kill_leftovers(state: ServiceState | None) -> None:
    """End a worker that lives on without its server: it would write beside the new one."""
    if state is not None and state.worker is not None and state.worker.is_alive():
        _stop(state.worker, _WORKER_SIGNAL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _only_one_start(house: House):  # type: ignore[no-untyped-def]
    """Two commands that start the service at the same moment get one service."""
    path = house.root / "service.starting"
    deadline = time.monotonic() + SERVER_START_SECONDS + WORKER_START_SECONDS
    while True:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            break
        except FileExistsError:
            if not _is_starter_alive(path):
                path.unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise ServiceError(
                    str(path),
                    say("Another command is starting the service and does not end."),
                    say("End that command, then try again."),
                ) from None
            else:
                time.sleep(_POLL_SECONDS)
    me = identity(os.getpid())
    with os.fdopen(handle, "w") as file:
        file.write(f"{me.pid} {me.started_seconds}")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _is_starter_alive(path: Path) -> bool:
    try:
        pid, started = path.read_text().split()
    except FileNotFoundError:
        return True
    except ValueError:
        # Just being written, or cut by a crash: decided by its age.
        return time.time() - path.stat().st_mtime < 2.0  # a moment for the writer
    return ProcessIdentity(int(pid), float(started)).is_alive()
