"""The soak: ``python -m tests.histories --count 5000 --files 200 --seed 1``.

Prints each failing history with its seed, shortened, and how to run it alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.histories.files import Files
from tests.histories.tables import Tables
from tests.histories.telling import History, Maker, history_of, run, shortened
from tests.histories.world import Ground
from vigie.language import use_language

MOVES = 5
"""Of a history of the tests; a soak may have longer ones."""


def main() -> int:
    """Run histories; return 1 if one of them breaks a promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.histories")
    parser.add_argument("--count", type=int, default=200, help="histories without bytes")
    parser.add_argument("--files", type=int, default=0, help="histories through real .xlsx bytes")
    parser.add_argument("--seed", type=int, default=1, help="of the first")
    parser.add_argument("--moves", type=int, default=MOVES, help="length of a history")
    parser.add_argument("--most", type=int, default=5, help="stop after so many failures")
    chosen = parser.parse_args()
    use_language("fr")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder) / "ground")
        for name, make, count in (("tables", Tables, chosen.count), ("files", Files, chosen.files)):
            seeds = range(chosen.seed, chosen.seed + count)
            failed += _soak(ground, name, make, seeds, chosen)
    return 1 if failed else 0


def told(make: Maker, history: History, problems: Sequence[str]) -> str:
    """Return a shortened history, what it breaks, and the command that runs its seed alone."""
    kind = "--count 0 --files 1" if make is Files else "--count 1"
    lines = [f"python -m tests.histories {kind} --seed {history.seed}"]
    lines += [f"    {step.name} {step.who} {step.seed}" for step in history.steps]
    lines[0] += f" --moves {history.move_count}"
    return "\n".join([*lines, *(f"  ! {problem}" for problem in problems)])


def _soak(ground: Ground, name: str, make: Maker, seeds: range, chosen: argparse.Namespace) -> int:
    begin, cpu, failed, count = time.perf_counter(), time.process_time(), 0, 0
    for seed in seeds:
        count += 1
        history = history_of(seed, chosen.moves)
        if not run(ground, make, history):
            continue
        failed += 1
        short = shortened(ground, make, history)
        print(told(make, short, run(ground, make, short)), flush=True)
        if failed >= chosen.most:
            break
    print(
        f"{name}: {count} histories, {failed} failed, {time.perf_counter() - begin:.0f} s "
        f"({time.process_time() - cpu:.0f} s of the processor)",
        flush=True,
    )
    return failed


if __name__ == "__main__":
    sys.exit(main())
