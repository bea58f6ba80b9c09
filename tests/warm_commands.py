"""``vigie`` commands as processes of their own, forked from a server that has imported Vigie once.

Called by tests that type many commands: each saves two seconds of imports. What is proved of the
start of a command itself (help, light verbs, signals) starts it cold, in ``tests/end_to_end``.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_HANG_SECONDS = 180
_FORK = multiprocessing.get_context("forkserver")
_PRELOADED = ["tests.integration.exercise.warm_server"]


def run_warm(
    *arguments: str, environ: Mapping[str, str], cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; returns what ``subprocess.run`` would.

    Args:
        arguments: The command line after ``vigie``.
        environ: All of its environment.
        cwd: Folder in which it runs.
    """
    _FORK.set_forkserver_preload(_PRELOADED)
    with tempfile.TemporaryDirectory() as folder:
        told, complained = Path(folder) / "out", Path(folder) / "err"
        process = _FORK.Process(
            target=_command, args=(arguments, dict(environ), cwd, told, complained)
        )
        process.start()
        process.join(_HANG_SECONDS)
        if process.is_alive():
            process.kill()
            raise subprocess.TimeoutExpired(["vigie", *arguments], _HANG_SECONDS)
        assert process.exitcode is not None
        return subprocess.CompletedProcess(
            ["vigie", *arguments],
            process.exitcode,
            told.read_text(encoding="utf-8"),
            complained.read_text(encoding="utf-8"),
        )


def _command(
    arguments: tuple[str, ...], environ: dict[str, str], cwd: Path, told: Path, complained: Path
) -> None:
    for number, path in ((1, told), (2, complained)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(cwd)
    from vigie.cli.main import run

    sys.argv = ["vigie", *arguments]
    run()
