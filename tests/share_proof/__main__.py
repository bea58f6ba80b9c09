"""``python -m tests.share_proof [--minutes 5] [--seed 1]``: prints a table, PASS or FAIL lines."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.share_proof.driver import Wanted, prove


def main() -> int:
    """Run the proof; return 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.share_proof")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", type=int, default=500, help="at least so many saved keystrokes")
    parser.add_argument("--kills", type=int, default=30, help="at least so many")
    parser.add_argument("--between", type=int, default=10, help="of them before the rename")
    parser.add_argument("--keep", type=Path, help="empty folder to work in and to leave behind")
    options = parser.parse_args()
    root = options.keep or Path(tempfile.mkdtemp(prefix="vigie-share-"))
    wanted = Wanted(
        seconds=options.minutes * 60,
        edits=options.edits,
        kills=options.kills,
        between=options.between,
    )
    faults = prove(root, options.seed, wanted, lambda text: print(text, flush=True))
    if options.keep is None and not faults:
        shutil.rmtree(root)
    else:
        print(f"left behind: {root}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
