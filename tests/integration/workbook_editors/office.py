"""LibreOffice as people use it: opened, worked in through UNO, saved. Used by the tests beside it.

LibreOffice runs with a profile of its own; ``acting.py`` runs in a Python that knows UNO, which is
LibreOffice's or the system's, never ours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from functools import cache
from pathlib import Path
from typing import Any

SOFFICE = shutil.which("soffice")
LIMIT_SECONDS = 240
"""A guard against hanging, not a measure."""


@cache
def uno_python() -> str | None:
    """Return a Python that can speak to LibreOffice, or None."""
    places = [Path(SOFFICE).resolve().parent / "python"] if SOFFICE else []
    for place in (*places, Path("/usr/bin/python3")):
        if place.exists():
            known = subprocess.run(
                [str(place), "-I", "-c", "import uno"], capture_output=True, check=False
            )
            if known.returncode == 0:
                return str(place)
    return None


def why_not() -> str:
    """Return why LibreOffice cannot be used; empty if it can."""
    if SOFFICE is None:
        return "NOT RUN: LibreOffice (soffice) is not installed"
    return "" if uno_python() else "NOT RUN: no Python here knows LibreOffice's UNO (python3-uno)"


class Office:
    """One running LibreOffice, ended with the block.

    Args:
        home: An empty folder for its profile.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.pipe = f"vigie{uuid.uuid4().hex}"

    def __enter__(self) -> Office:
        self.process = subprocess.Popen(
            [
                str(SOFFICE),
                f"-env:UserInstallation={(self.home / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--nologo",
                f"--accept=pipe,name={self.pipe};urp;",
            ],
            env={"HOME": str(self.home), "PATH": "/usr/bin:/bin", "TMPDIR": str(self.home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self

    def act(self, *steps: dict[str, Any]) -> list[Any]:
        """Let a person do these steps one after the other; return what each gives."""
        done = subprocess.run(
            [str(uno_python()), "-I", str(Path(__file__).with_name("acting.py")), self.pipe],
            input=json.dumps(steps),
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        answers: list[Any] = json.loads(done.stdout)
        return answers

    def __exit__(self, *_rest: object) -> None:
        try:
            self.act({"do": "end"})
            self.process.wait(timeout=30)
        except (AssertionError, subprocess.TimeoutExpired):
            self.process.kill()
        finally:
            self.process.wait(timeout=30)
