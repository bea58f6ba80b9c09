"""The syncing process, killed with SIGKILL again and again; what each kill hit. By the driver.

Where a kill hit is not what was aimed at but what lies there afterwards: a temporary file that
holds the revision which the store knows, or a half of it, was never renamed.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import signal
import subprocess
import time
from collections import Counter

from tests.share_proof.place import ROOT, Place

BETWEEN = "between temporary file and rename"
AFTER = "after the rename, before the old file is dropped"
ELSEWHERE = "elsewhere"
_HIDDEN = ".vigie-"
_AIM_SECONDS = 12.0


class Syncing:
    """``vigie workbook sync --every`` as a process of its own."""

    def __init__(self, place: Place, dice: random.Random) -> None:
        self.place = place
        self.dice = dice
        self.kills: Counter[str] = Counter()
        self.starts = 0
        self.ended_by_itself = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._known: set[str] = set()

    def start(self) -> None:
        """Start it."""
        self.starts += 1
        self._known = set(self._hidden())
        with (self.place.root / "sync.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.place.command("--every", "0.2"),
                cwd=ROOT,
                env=self.place.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self, *, is_aimed: bool) -> None:
        """Kill it when the next temporary file appears, or at some moment; note what was hit."""
        assert self._process is not None
        if is_aimed:
            self._await_temporary()
        else:
            time.sleep(self.dice.uniform(0.0, 2.0))
        if self._process.poll() is not None:
            self.ended_by_itself += 1
            return
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(30)
        self.kills[self._hit()] += 1

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(120)

    def _await_temporary(self) -> None:
        deadline = time.monotonic() + _AIM_SECONDS
        known = set(self._hidden())
        while time.monotonic() < deadline:
            found = set(self._hidden())
            if found - known:
                return
            known = found
            time.sleep(0.0003)

    def _hit(self) -> str:
        with self.place.runtime() as runtime:
            last = runtime.store.last_revision(self.place.id)
        # What an earlier kill left may still lie there: it is no proof of this one.
        found = [name for name in self._hidden() if name not in self._known]
        if any(name.endswith(".tmp") for name in found):
            return BETWEEN
        for name in found:
            data = self._bytes(name)
            if last is not None and hashlib.sha256(data).hexdigest() == last.file_hash:
                return BETWEEN
        return AFTER if found else ELSEWHERE

    def _bytes(self, name: str) -> bytes:
        with contextlib.suppress(OSError):
            return (self.place.share / name).read_bytes()
        return b""

    def _hidden(self) -> list[str]:
        return [path.name for path in self.place.share.iterdir() if path.name.startswith(_HIDDEN)]
