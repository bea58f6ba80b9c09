"""What the replay server knows: how far the play has got, scripted faults, who asked what.

Called by ``application`` only (from uvicorn's thread and, through ``ReplayServer``, from the
caller's): every change takes the lock. The wave is kept in a file, so that a server that is
started again goes on where it was.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from vigie.exercise.material import Material
from vigie.exercise.script import Fault
from vigie.language import say
from vigie.problem import Problem

LOG_LENGTH = 20_000
"""Requests remembered. Ours: a bound, far above what a day of proof asks."""


class PlayState:
    """The wave, the faults and the log of requests.

    Args:
        material: What is played.
        started_at: Start of the play, aware.
        wave_file: Keeps wave and start; what it holds outranks ``started_at`` and ``wave``.
        wave: The wave to begin with (0 = nothing released).
        wave_now: Where a clock releases the waves: tells the one in force; ``set_wave`` is off.
    """

    def __init__(
        self,
        material: Material,
        started_at: datetime,
        wave_file: Path | None = None,
        wave: int = 1,
        wave_now: Callable[[], int] | None = None,
    ) -> None:
        self.material = material
        self.started_at = started_at
        self._wave = wave
        self._wave_now = wave_now
        self._wave_file = wave_file
        self._lock = threading.Lock()
        self._faults: dict[str, Fault | None] = {}
        self._requests: deque[tuple[str, dict[str, Any]]] = deque(maxlen=LOG_LENGTH)
        if wave_file is not None and wave_file.is_file():
            kept = json.loads(wave_file.read_text(encoding="utf-8"))
            self._wave = int(kept["wave"])
            self.started_at = datetime.fromisoformat(kept["started_at"])
        self._keep()

    @property
    def wave(self) -> int:
        """The wave that has been released last."""
        return self._wave if self._wave_now is None else self._wave_now()

    def set_wave(self, wave: int) -> None:
        """Release everything up to a wave; going back hides what came later.

        Raises:
            Problem: The play has no such wave.
        """
        last = self.material.play.last_wave
        if not 0 <= wave <= last:
            raise Problem(
                say("wave {wave}", wave=wave),
                say("the play has waves 0 to {last}.", last=last),
                say("Ask for one of these."),
            )
        with self._lock:
            self._wave = wave
            self._keep()

    def set_fault(self, source_id: str, fault: Fault | None) -> None:
        """Let a source misbehave from now on; None makes it behave whatever the material says."""
        with self._lock:
            self._faults[source_id] = fault

    def fault(self, source_id: str) -> Fault | None:
        """Return how a source misbehaves now, if it does."""
        with self._lock:
            if source_id in self._faults:
                return self._faults[source_id]
            return self.material.play.faults.get(source_id, {}).get(self.wave)

    def log(self, source_id: str, entry: dict[str, Any]) -> None:
        """Remember a request."""
        with self._lock:
            self._requests.append((source_id, entry))

    def requests(self) -> dict[str, list[dict[str, Any]]]:
        """Return the requests of each source, in order of arrival."""
        with self._lock:
            logged = list(self._requests)
        found: dict[str, list[dict[str, Any]]] = {}
        for source_id, entry in logged:
            found.setdefault(source_id, []).append(entry)
        return found

    def _keep(self) -> None:
        if self._wave_file is None:
            return
        kept = json.dumps({"wave": self._wave, "started_at": self.started_at.isoformat()})
        temporary = self._wave_file.with_name(self._wave_file.name + ".tmp")
        temporary.write_text(kept, encoding="utf-8")
        temporary.replace(self._wave_file)
