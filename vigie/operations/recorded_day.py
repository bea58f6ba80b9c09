"""``make recorded``: a day told by recorded official answers, each post compared with a table.

A local server replays recorded official answers (adapted copies) and posts written for the
purpose; ``cote-dor`` is activated as an exercise, four waves are swept, a played team enters calls
by hand, writes into the workbook, issues situation reports and opens the map, the activation is
closed, and what became of each post is compared with a table written by hand. Exit code 1 if a
keystroke was lost or a step failed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigie.exercise.expectation import load_expected
from vigie.exercise.material import Material, load_material
from vigie.exercise.volunteer import Volunteer, load_volunteer
from vigie.language import say, use_language
from vigie.operations import demonstration_telling as telling
from vigie.operations.demonstration_hands import Hands
from vigie.operations.runtime import DATA, Runtime
from vigie.operations.typed_commands import print_title, run_vigie
from vigie.settings import Settings, house_of

PLAY = DATA / "demonstration"
HOME = Path("var") / "recorded"
CONVENTION = "cote-dor"
EVENT = "Crue de l'Ouche et de la Tille"
BY = "Claire M. (astreinte jouée)"
_REPLAY_SECONDS = 30.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""What is meant for this machine goes through no proxy of the environment."""
_PUBLIC = "public-map-before-the-end"
_DELAY = re.compile(r"(delay_minutes: )(\d+)")


def main() -> int:
    """Run the demonstration; return the exit code."""
    use_language(os.environ.get("VIGIE_LANG", "fr"))
    began = time.monotonic()
    os.environ["VIGIE_HOME"] = str(HOME.absolute())
    if (HOME / "exercise").is_dir():
        run_vigie("down", "--exercise", is_quiet=True)
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    delay_minutes = _play_convention()
    material = load_material(PLAY)
    volunteer = load_volunteer(PLAY / "volunteer.yml")
    # Calls are entered in this process: its checks are loaded while the service starts.
    threading.Thread(target=_load_checks, daemon=True).start()
    with _replay_server() as address:
        try:
            lost = _play(material, volunteer, address, delay_minutes)
        finally:
            run_vigie("down", "--exercise", is_quiet=True)
    print(say("Done in {seconds} s.", seconds=round(time.monotonic() - began)))
    if lost:
        print(say("LOST: {lost}", lost="; ".join(lost)))
    return 1 if lost else 0


def _load_checks() -> None:
    from vigie.checks.suite import warm_up  # noqa: PLC0415 - Great Expectations costs seconds

    warm_up()


def _play_convention() -> int:
    """Copy the convention without the public map's delay; return the delay that it had.

    The play tells four hours in a minute: with the delay the public map would stay empty.
    """
    folder = HOME / "conventions"
    folder.mkdir()
    path = Settings().conventions / f"{CONVENTION}.yml"
    text = path.read_text(encoding="utf-8")
    found = _DELAY.search(text)
    (folder / path.name).write_text(_DELAY.sub(r"\g<1>0", text), encoding="utf-8")
    os.environ["VIGIE_CONVENTIONS"] = str(folder.absolute())
    return int(found[2]) if found else 0


def _play(material: Material, volunteer: Volunteer, address: str, delay_minutes: int) -> list[str]:
    print_title(say("The partner telephones: activation"))
    run_vigie(
        *("activate", CONVENTION, "--exercise", "--network", address),
        *("--event", EVENT, "--by", BY, "--channel", "téléphone", "--caller", "COD 21"),
    )
    runtime = _runtime()
    identity = runtime.store.activations()[0].id
    expected = load_expected(PLAY / "expected.csv")
    hands = Hands(runtime, identity, PLAY, material, volunteer, expected)
    typed_revision = 0
    for wave in material.play.waves:
        if wave.number > 1:
            print_title(say("Wave {number}: {title}", number=wave.number, title=wave.title))
            _control(address, "wave", {"wave": wave.number})
            _sweep(hands, wave.number)
        _enter_by_hand(hands, wave.number)
        if wave.number == volunteer.after_wave:
            typed_revision = _volunteer_writes(hands)
    _last_deeds(hands, delay_minutes)
    print_title(say("Status, alarms first"))
    run_vigie("status", may_fail=True)
    print_title(say("The end"))
    run_vigie("close", identity, "--reason", "décrue, fin de la démonstration", "--by", BY)
    print_title(say("Compared with the table written by hand"))
    telling.tell_comparison(telling.compared(hands))
    telling.tell_kept(hands, typed_revision)
    lost = hands.lost()
    if not lost:
        count = len(hands.written)
        print(say("The volunteer's {count} cells and the added row are there.", count=count))
    print_title(say("Where everything lies"))
    telling.tell_paths([hands.workbook, *_made(runtime, identity), HOME.absolute() / _PUBLIC])
    runtime.store.close()
    return lost


def _sweep(hands: Hands, wave: int) -> None:
    for watch in hands.material.play.watch:
        if watch.wave == wave:
            run_vigie("watch", hands.identity, "--add", f"#{watch.tag}", "--by", BY)
    run_vigie("sweep", hands.identity)


def _enter_by_hand(hands: Hands, wave: int) -> None:
    """Enter what was told by telephone or list after a wave."""
    for entry in hands.material.play.intake:
        if entry.after_wave == wave:
            print_title(say("Entered by hand: {origin}", origin=entry.origin))
            account = hands.enter(entry)
            telling.tell_intake(account, entry.origin)
            telling.tell_alarms(hands, account.refs)


def _volunteer_writes(hands: Hands) -> int:
    """Let the volunteer type, and issue the first report; return the revision that has it all."""
    print_title(say("{name} writes into the workbook", name=hands.volunteer.name))
    hands.type_cells()
    telling.tell_typing(hands)
    telling.tell_alarms(hands)
    print_title(say("A situation report half-way"))
    telling.tell_report(hands.report(BY))
    return hands.runtime.store.last_revision_number(hands.identity)


def _last_deeds(hands: Hands, delay_minutes: int) -> None:
    """Open the map and issue the last report before the end."""
    print_title(say("The map is opened to the public"))
    written, kept = hands.open_map(BY, HOME.absolute() / _PUBLIC)
    telling.tell_maps(written, kept, delay_minutes)
    print_title(say("The last situation report, with the coordinator's words"))
    telling.tell_report(hands.report(BY, hands.volunteer.paragraph))


def _made(runtime: Runtime, identity: str) -> list[Path]:
    """Return the reports, maps and briefings of the restricted folder."""
    folder = runtime.house.restricted(identity)
    endings = {".html", ".txt", ".geojson", ".umap"}
    return sorted(path for path in folder.iterdir() if path.suffix in endings)


def _runtime() -> Runtime:
    house = house_of(Settings(), "exercise")
    return Runtime.open(house)


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
    with _DIRECT.open(request, timeout=10):
        pass


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(main())
