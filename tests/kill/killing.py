"""Killing a house's whole process tree at a stage, by polling its stage log.

Called by ``tests.kill_proof``. Which stage a kill hit is what the log shows last, not what was
aimed at.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil

from tests.kill.house import House

_STAGE_SECONDS = 120.0
_GONE_SECONDS = 20.0


class StageTail:
    """Follows a stage log from its present end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0
        self._rest = b""

    def new_stages(self) -> list[str]:
        """Return the stages of the lines that were added since the last call."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line)["stage"] for line in lines]


def family(house: House, commands: list[subprocess.Popen[bytes]]) -> list[psutil.Process]:
    """Return every process of the house: server, worker, commands and all their children."""
    service = house.service()
    known = [identity for identity in (service.worker, service.server) if identity is not None]
    pids = [identity.pid for identity in known if identity.is_alive()]
    pids += [command.pid for command in commands if command.poll() is None]
    found: list[psutil.Process] = []
    for pid in pids:
        try:
            root = psutil.Process(pid)
            found += [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
    return found


def await_stage(tail: StageTail, stage: str, is_over: object) -> bool:
    """Poll tightly until the log shows a stage; False if the run ended without it.

    Args:
        tail: Opened before the run was asked for.
        stage: Wanted.
        is_over: Called now and then; true when the run can no longer reach the stage.
    """
    assert callable(is_over)
    deadline = time.monotonic() + _STAGE_SECONDS
    next_look = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        if stage in tail.new_stages():
            return True
        if time.monotonic() > next_look:
            if is_over():
                return stage in tail.new_stages()
            next_look = time.monotonic() + 0.5
        time.sleep(0.0002)
    return False


def kill_all(house: House, members: list[psutil.Process], commands: list[object]) -> str:
    """SIGKILL all at once and return the stage that the log shows last."""
    for member in members:
        try:
            os.kill(member.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    for command in commands:
        assert isinstance(command, subprocess.Popen)
        command.kill()
        command.wait(_GONE_SECONDS)
    # What was born between the look and the kill goes too.
    for late in family(house, []):
        late.kill()
    deadline = time.monotonic() + _GONE_SECONDS
    while any(_is_alive(member) for member in members):
        assert time.monotonic() < deadline, "a killed process lives on"
        time.sleep(0.01)
    lines = house.lines()
    return str(lines[-1]["stage"]) if lines else ""


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
