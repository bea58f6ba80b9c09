"""``make run``: a whole activation, offline, through the very commands that people type.

A local server replays recorded official answers (adapted copies) and posts written for the
purpose; ``cote-dor`` is activated as an exercise, four waves are swept, a played volunteer writes
into the workbook in between, the activation is closed, and what became of each post is compared
with a table written by hand. Exit code 1 if a keystroke was lost or a step failed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigie.exercise.comparison import Comparison, compare, find_refs
from vigie.exercise.expectation import load_expected
from vigie.exercise.material import Material, load_material
from vigie.exercise.volunteer import Volunteer, load_volunteer
from vigie.language import catalogue, say, use_language
from vigie.operations.placing import workbook_path
from vigie.operations.runtime import DATA, Runtime
from vigie.settings import Settings, house_of
from vigie.store.repository import Store
from vigie.workbook.package import read
from vigie.workbook.package.hand import type_by_hand
from vigie.workbook.wording import Wording

PLAY = DATA / "demonstration"
HOME = Path("var") / "demonstration"
EVENT = "Crue de l'Ouche et de la Tille"
BY = "Claire M. (astreinte jouée)"
_REPLAY_SECONDS = 30.0


def main() -> int:
    """Run the demonstration; return the exit code."""
    use_language(os.environ.get("VIGIE_LANG", "fr"))
    began = time.monotonic()
    os.environ["VIGIE_HOME"] = str(HOME.absolute())
    if (HOME / "exercise").is_dir():
        _vigie("down", "--exercise", is_quiet=True)
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    material = load_material(PLAY)
    volunteer = load_volunteer(PLAY / "volunteer.yml")
    with _replay_server() as address:
        try:
            lost = _play(material, volunteer, address)
        finally:
            _vigie("down", "--exercise", is_quiet=True)
    print(say("Done in {seconds} s.", seconds=round(time.monotonic() - began)))
    if lost:
        print(say("LOST: {lost}", lost="; ".join(lost)))
    return 1 if lost else 0


def _play(material: Material, volunteer: Volunteer, address: str) -> list[str]:
    _title(say("The partner telephones: activation"))
    _vigie(
        *("activate", "cote-dor", "--exercise", "--network", address),
        *("--event", EVENT, "--by", BY, "--channel", "téléphone", "--caller", "COD 21"),
    )
    runtime = _runtime()
    identity = runtime.store.activations()[0].id
    written: dict[tuple[str, str], object] = {}
    for wave in material.play.waves:
        if wave.number > 1:
            _title(say("Wave {number}: {title}", number=wave.number, title=wave.title))
            _control(address, "wave", {"wave": wave.number})
            for watch in material.play.watch:
                if watch.wave == wave.number:
                    _vigie("watch", identity, "--add", f"#{watch.tag}", "--by", BY)
            _vigie("sweep", identity)
        if wave.number == volunteer.after_wave:
            _title(say("{name} writes into the workbook", name=volunteer.name))
            written = _volunteer_writes(runtime, identity, material, volunteer)
    _title(say("Status, alarms first"))
    _vigie("status", may_fail=True)
    _title(say("The end"))
    _vigie("close", identity, "--reason", "décrue, fin de la démonstration", "--by", BY)
    _title(say("Compared with the table written by hand"))
    _tell_comparison(_compared(runtime, identity, material))
    lost = _lost(runtime, identity, written, volunteer)
    print(
        say(
            "The volunteer's {count} cells and the added row are there.",
            count=len(written),
        )
        if not lost
        else ""
    )
    runtime.store.close()
    return lost


def _runtime() -> Runtime:
    house = house_of(Settings(), "exercise")
    return Runtime(house, Store.open(house.database_url))


def _volunteer_writes(
    runtime: Runtime, identity: str, material: Material, volunteer: Volunteer
) -> dict[tuple[str, str], object]:
    """Type the script's cells into the file on the share and save it."""
    expected = load_expected(PLAY / "expected.csv")
    found = find_refs(expected, material.native_ids(), runtime.store.posts_of(identity))
    refs = {row.group: ref for row, ref in found.items() if ref is not None}
    cells = {(refs[edit.group], edit.column): edit.value for edit in volunteer.edits}
    path = workbook_path(runtime, runtime.store.activation(identity))
    path.write_bytes(
        type_by_hand(
            path.read_bytes(), _wording(runtime, identity), cells=cells, added=volunteer.added_row
        )
    )
    for (ref, column), value in cells.items():
        print(f"  {ref} {column}: {value}")
    print("  + " + str(volunteer.added_row["summary"]))
    return dict(cells)


def _wording(runtime: Runtime, identity: str) -> Wording:
    convention = runtime.convention_of(runtime.store.activation(identity))
    return Wording(
        catalogue(convention.workbook.language),
        convention.workbook.time_zones[0],
        convention.categories,
    )


def _lost(
    runtime: Runtime,
    identity: str,
    written: dict[tuple[str, str], object],
    volunteer: Volunteer,
) -> list[str]:
    """Return what the volunteer typed and the last workbook does not hold."""
    wording = _wording(runtime, identity)
    path = workbook_path(runtime, runtime.store.activation(identity))
    found = read(path.read_bytes(), wording.catalogue, wording.time_zone)
    rows = {row.key: row.values for row in found.sheets["log"]}
    lost = []
    for (ref, column), typed in written.items():
        expected = wording.code_of(column, str(typed)) or typed
        if str(rows.get(ref, {}).get(column)) != str(expected):
            lost.append(f"{ref} {column}")
    summaries = [values.get("summary") for values in rows.values()]
    if summaries.count(volunteer.added_row["summary"]) != 1:
        lost.append(str(volunteer.added_row["summary"]))
    return lost


def _compared(runtime: Runtime, identity: str, material: Material) -> Comparison:
    expected = load_expected(PLAY / "expected.csv")
    codes = {row.commune for row in expected if row.commune}
    return compare(
        expected,
        native_ids=material.native_ids(),
        posts_of=runtime.store.posts_of(identity),
        observations=runtime.store.observations(identity),
        commune_names={code: runtime.gazetteer.commune(code).name for code in codes},
    )


def _tell_comparison(found: Comparison) -> None:
    print(
        say(
            "{posts} posts from {sources} sources, {repeats} repeats ({gathered} gathered), "
            "{noise} noise ({marked} marked), {alike} look-alikes ({apart} kept apart), "
            "{levels} changes of level: {rows} observations.",
            posts=found.post_count + found.measurement_count,
            sources=found.source_count,
            repeats=found.repeat_count,
            gathered=found.repeats_gathered_count,
            noise=found.noise_count,
            marked=found.noise_marked_count,
            alike=found.look_alike_count,
            apart=found.look_alikes_apart_count,
            levels=found.measurement_count,
            rows=found.observation_count,
        )
    )
    print(say("{count} difference(s) from the table:", count=len(found.differences)))
    for difference in found.differences:
        print(f"  - {difference.sentence()}")


def _vigie(*arguments: str, is_quiet: bool = False, may_fail: bool = False) -> None:
    """Run a command as a person would, in a process of its own."""
    if not is_quiet:
        print("$ vigie " + " ".join(f'"{part}"' if " " in part else part for part in arguments))
    command = [sys.executable, "-m", "vigie.cli", *arguments]
    done = subprocess.run(  # noqa: S603 - our own interpreter and fixed verbs
        command, check=False, stdout=subprocess.DEVNULL if is_quiet else None
    )
    if done.returncode and not (is_quiet or may_fail):
        sys.exit(done.returncode)


@contextmanager
def _replay_server() -> Iterator[str]:
    port_file = HOME / "replay.port"
    command = [sys.executable, "-m", "vigie.exercise.networks", "--material", str(PLAY)]
    command += ["--port-file", str(port_file), "--wave-file", str(HOME / "replay.wave")]
    with (HOME / "replay.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - fixed arguments
    try:
        deadline = time.monotonic() + _REPLAY_SECONDS
        while not port_file.exists():
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit((HOME / "replay.log").read_text())
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port_file.read_text().strip()}"
    finally:
        server.terminate()
        server.wait(10)


def _control(address: str, what: str, body: dict[str, object]) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        f"{address}/_control/{what}",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - the same
        pass


def _title(text: str) -> None:
    print(f"\n── {text} " + "─" * max(0, 76 - len(text)), flush=True)


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(main())
