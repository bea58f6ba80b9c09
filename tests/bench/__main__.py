"""``python -m tests.bench [PART …] [--quick]``: print the figures of all parts or of some."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys

from flows.service.environment import apply_quiet
from tests.bench.figures import Figure, machine_line, print_table

PARTS = {
    "help": "command_start",
    "workbook": "workbook",
    "reading": "reading_back",
    "refresh": "refreshing",
    "commit": "commit",
    "scoring": "scoring",
    "gathering": "gathering",
    "activation": "activation",
    "idle": "idle",
}
"""Part to the file that measures it; the longest last."""


def main() -> int:
    """Measure what was asked for; return 1 if a part could not be measured at all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small counts, to see that it works")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown part {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    apply_quiet()
    # An ended benchmark leaves no service behind: the houses' blocks must end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"Vigie's benchmark: {machine_line()}")
    busy = os.getloadavg()[0]
    if busy > 0.5:
        print(f"NOT ALONE here (load {busy:.1f}): wall times are longer than on a quiet machine.")
    if options.quick:
        print("Quick run: small counts, figures only show that the measurement works.")
    exit_code = 0
    for part in options.parts or PARTS:
        module = importlib.import_module(f"tests.bench.{PARTS[part]}")
        try:
            figures: list[Figure] = module.measure(is_quick=options.quick)
        except Exception as error:  # the other parts are still worth printing
            print(f"\n== {part}: NOT MEASURED: {type(error).__name__}: {error}", flush=True)
            exit_code = 1
        else:
            print_table(part, figures)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
