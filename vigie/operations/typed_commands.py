"""Commands typed as a person types them: printed, run in a process of their own, titles between.

Called by ``demonstration`` and ``recorded_day``.
"""

from __future__ import annotations

import subprocess
import sys

_TITLE_WIDTH = 76


def run_vigie(*arguments: str, is_quiet: bool = False, may_fail: bool = False) -> None:
    """Run a command of ours; a failure ends this process with its code.

    Args:
        arguments: Verb and options.
        is_quiet: Neither the command nor what it says is printed; it may fail.
        may_fail: Its exit code is an answer (alarms ring), no failure.
    """
    if not is_quiet:
        print("$ vigie " + " ".join(f'"{part}"' if " " in part else part for part in arguments))
    command = [sys.executable, "-m", "vigie.cli", *arguments]
    done = subprocess.run(  # noqa: S603 - our own interpreter and fixed verbs
        command, check=False, stdout=subprocess.DEVNULL if is_quiet else None
    )
    if done.returncode and not (is_quiet or may_fail):
        sys.exit(done.returncode)


def print_title(text: str) -> None:
    """Print a line that begins a part."""
    print(f"\n── {text} " + "─" * max(0, _TITLE_WIDTH - len(text)), flush=True)
