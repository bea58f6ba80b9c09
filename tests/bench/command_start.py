"""How long ``vigie --help`` takes as a whole process."""

from __future__ import annotations

import os
import subprocess
import time

from tests.bench.figures import Figure
from tests.bench.house import ROOT, vigie_command


def measure(*, is_quick: bool) -> list[Figure]:
    """Return the seconds of wall time of ``vigie --help``."""
    values, processor = [], []
    # The first start writes nothing and is thrown away: it reads the disk for the others.
    for _ in range(4 if is_quick else 10):
        begin, used = time.perf_counter(), _children_seconds()
        subprocess.run([*vigie_command(), "--help"], cwd=ROOT, capture_output=True, check=True)
        values.append(time.perf_counter() - begin)
        processor.append(_children_seconds() - used)
    return [
        Figure("vigie --help, whole process", tuple(values[1:]), target=0.5),
        Figure("  processor time of the same", tuple(processor[1:])),
    ]


def _children_seconds() -> float:
    used = os.times()
    return used.children_user + used.children_system
