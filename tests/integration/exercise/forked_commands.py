"""Real ``vigie`` commands as processes that can be stopped at a statement and killed there.

Called by the tests of exercises. A fork server that has imported Vigie once forks each command: a
process of its own, killed by SIGKILL like any other, without two seconds of imports each time. It
halts before a given SQL statement: what was written before is in the database or, within the same
transaction, never will be.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_HANG_SECONDS = 300
_FORK = multiprocessing.get_context("forkserver")
_PRELOADED = ["tests.integration.exercise.warm_server"]


@dataclass(frozen=True)
class Halt:
    """Where a command stands still: before the nth statement that begins so."""

    beginning: str
    nth: int = 1


class Commands:
    """Runs commands in one ``VIGIE_HOME``.

    Args:
        home: Its folder.
        conventions: Folder of the convention files.
    """

    def __init__(self, home: Path, conventions: Path) -> None:
        _FORK.set_forkserver_preload(_PRELOADED)
        self._environment = {
            "VIGIE_HOME": str(home),
            "VIGIE_CONVENTIONS": str(conventions),
            "VIGIE_LANG": "fr",
        }
        home.mkdir(parents=True, exist_ok=True)
        self._log = home / "commands.log"

    def run(self, *arguments: str) -> None:
        """Run a command to its good end."""
        process, _ = self._start(arguments, None)
        process.join(_HANG_SECONDS)
        assert process.exitcode == 0, self._told(arguments)

    def kill(
        self, halt: Halt, *arguments: str, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        """Run a command until it stands at a statement, and kill it there.

        Args:
            halt: Where.
            arguments: The command line after ``vigie``.
            meanwhile: Done while it stands there.
        """
        process, there = self._start(arguments, halt)
        try:
            assert there.poll(_HANG_SECONDS), f"{halt} was not reached\n{self._told(arguments)}"
            try:
                assert there.recv() == halt.beginning
            except EOFError:
                raise AssertionError(f"{halt} was not reached\n{self._told(arguments)}") from None
            meanwhile()
        finally:
            process.kill()
            process.join(_HANG_SECONDS)
        assert process.exitcode == -signal.SIGKILL

    def _start(self, arguments: tuple[str, ...], halt: Halt | None) -> tuple[Any, Connection]:
        ours, theirs = _FORK.Pipe()
        process = _FORK.Process(
            target=_command, args=(arguments, self._environment, self._log, halt, theirs)
        )
        process.start()
        # Ours alone keeps none of it open: a process that ends unhalted is noticed at once.
        theirs.close()
        return process, ours

    def _told(self, arguments: tuple[str, ...]) -> str:
        return f"vigie {' '.join(arguments)}\n{self._log.read_text(errors='replace')[-3000:]}"


def _command(
    arguments: tuple[str, ...],
    environment: dict[str, str],
    log: Path,
    halt: Halt | None,
    there: Connection,
) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    # Of what the parent set for its other tests nothing may be left.
    for name in [name for name in os.environ if name.startswith("VIGIE_")]:
        del os.environ[name]
    os.environ.update(environment)
    if halt is not None:
        _stand_still_at(halt, there)
    from vigie.cli.main import run

    sys.argv = ["vigie", *arguments]
    run()


def _stand_still_at(halt: Halt, there: Connection) -> None:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    lock, left = threading.Lock(), [halt.nth]

    def look(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().startswith(halt.beginning):
            return
        with lock:
            left[0] -= 1
            is_here = left[0] == 0
        if is_here:
            there.send(halt.beginning)
            threading.Event().wait()

    event.listen(Engine, "before_cursor_execute", look)
