"""``make run``: a flood of six exercise hours, offline, through the very commands that people type.

The shipped scenario ``crue-ouche`` is played from its injects to its debrief: simulated networks
speak the real protocols, the convention's sweeps watch them, a played team reacts in the workbook.
Exit code 1 if a keystroke was lost or a step failed.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from vigie.language import say, use_language
from vigie.operations.placing import workbook_path
from vigie.operations.runtime import Runtime
from vigie.operations.typed_commands import print_title, run_vigie
from vigie.settings import Settings, house_of

HOME = Path("var") / "demonstration"
SCENARIO = "crue-ouche"
BY = "Claire M. (astreinte jouée)"
HALF_WAY = "T+03:00"
_SPEED = "600"
"""Beyond what this machine reaches: the clock goes from due sweep to due sweep."""
_PUBLIC = "public-map-before-the-end"
_TEAM = "--with-played-team"


def main() -> int:
    """Run the demonstration; return the exit code."""
    use_language(os.environ.get("VIGIE_LANG", "fr"))
    began = time.monotonic()
    os.environ["VIGIE_HOME"] = str(HOME.absolute())
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    _play()
    print(say("Done in {seconds} s.", seconds=round(time.monotonic() - began)))
    return 0


def _play() -> None:
    print_title(say("The scenario"))
    run_vigie("exercise", "check", f"data/scenarios/{SCENARIO}.yml")
    print_title(say("Three hours of exercise; only what is said aloud is shown here"))
    run_vigie(
        *("exercise", "play", SCENARIO, "--by", BY, "--speed", _SPEED),
        *("--until", HALF_WAY, _TEAM, "--here"),
    )
    runtime = Runtime.open(house_of(Settings(), "exercise"))
    identity = runtime.store.activations()[0].id
    print_title(say("What the trainer sees half-way"))
    run_vigie("exercise", "watch", identity, "--once")
    print_title(say("The map is opened to the public"))
    run_vigie("map", "open", identity, "--by", BY)
    print_title(say("Three hours more"))
    run_vigie("exercise", "resume", identity, _TEAM, "--here")
    print_title(say("Status, alarms first"))
    run_vigie("status", may_fail=True)
    public = HOME.absolute() / _PUBLIC
    shutil.copytree(runtime.house.folder(identity) / "public", public)
    print_title(say("The end"))
    run_vigie("close", identity, "--reason", "décrue, fin de l'exercice", "--by", BY)
    print_title(say("Scores: what was found, when, by which rows"))
    run_vigie("exercise", "score", identity)
    print_title(say("Where everything lies"))
    for path in _made(runtime, identity, public):
        print(f"  {path}")
    runtime.store.close()


def _made(runtime: Runtime, identity: str, public: Path) -> list[Path]:
    """Return the workbook, the last report, the maps, the debrief and the injects' folder."""
    activation = runtime.store.activation(identity)
    workbook = workbook_path(runtime, activation)
    files = [path for path in sorted(workbook.parent.iterdir()) if path.is_file()]
    # Reports are many: the last one stands for them.
    reports = [path for path in files if "Point de situation" in path.name][-2:]
    others = [path for path in files if path != workbook and "Point de situation" not in path.name]
    pages = sorted(path for path in public.rglob("*.html"))
    return [workbook, *others, *reports, *pages, runtime.house.folder(identity) / "injects"]


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(main())
