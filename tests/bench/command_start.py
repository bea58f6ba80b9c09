"""How long ``vigie --help`` takes as a whole process."""

from __future__ import annotations

import subprocess
import time

from tests.bench.figures import Figure
from tests.bench.house import ROOT, vigie_command


def measure(*, is_quick: bool) -> list[Figure]:
    """Return the seconds of wall time of ``vigie --help``."""
    values = []
    # The first start writes nothing and is thrown away: it reads the disk for the others.
    for _ in range(4 if is_quick else 10):
        begin = time.perf_counter()
        subprocess.run([*vigie_command(), "--help"], cwd=ROOT, capture_output=True, check=True)
        values.append(time.perf_counter() - begin)
    return [Figure("vigie --help, whole process", tuple(values[1:]), target=0.5)]
