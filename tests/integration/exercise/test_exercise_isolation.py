"""An exercise reaches nothing real: a listener outside counts, the journal tells each refusal."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.integration.exercise.outside import HOST, Outside
from tests.integration.exercise.siege import (
    ENTITY,
    SECRET,
    TRAPS,
    NameServer,
    convention_text,
    filled,
    listener,
    networks,
    set_traps,
    stage_of,
)
from tests.integration.operations.conftest import gazetteer  # noqa: F401 - fixture
from tests.integration.operations.stage import Stage
from tests.integration.workbook.dav import PASSWORD, USER, running_dav
from vigie.exercise.networks.replay import ReplayServer
from vigie.operations.debriefing import make_debrief
from vigie.operations.importing import import_files
from vigie.operations.isolation import reason_of
from vigie.operations.mapping import open_map
from vigie.operations.opening import watch
from vigie.operations.reporting import issue_report
from vigie.problem import ConventionError, Problem, SettingsError, WorkbookError
from vigie.records.activation import JournalEntry
from vigie.signals.places import Gazetteer

FEED = "une-veille-ajoutee"
_SECONDS = 60.0


@dataclass
class Siege:
    """What became of each attempt, in order."""

    stage: Stage
    outside: Outside
    server: ReplayServer
    counts: dict[str, int] = field(default_factory=dict)
    entries: dict[str, list[JournalEntry]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    notes: dict[str, object] = field(default_factory=dict)
    reached: set[tuple[str, int]] = field(default_factory=set)
    """Every address that this process connected to meanwhile, whoever in it did so."""

    def attempt(self, name: str, stage: Stage, act: Callable[[], object]) -> None:
        """Do it; keep what it counted outside, the refusals that it left, and its fault."""
        before, known = self.outside.count(), barred(stage)
        try:
            act()
        except Problem as fault:
            self.faults[name] = str(fault)
        self.counts[name] = self.outside.count() - before
        now = barred(stage)
        self.entries[name] = [entry for key, entry in now.items() if key not in known]


def barred(stage: Stage) -> dict[tuple[str, int], JournalEntry]:
    """Return the refusals in the journals of a house by activation and number."""
    return {
        (activation.id, number): entry
        for activation in stage.store.activations()
        for number, entry in stage.store.journal(activation.id)
        if entry.action == "barred"
    }


def told(entry: JournalEntry) -> tuple[str, str, str]:
    """Return what a refusal says: of what, where to, why."""
    return entry.subject, entry.after, entry.detail["reason"]


def walled_text(outside: Outside) -> str:
    """The convention of the siege: every way out that a convention can name leads outside."""
    address = f"http://{HOST}:{outside.port}"
    text = convention_text(address)
    text = text.replace("territory:\n", "territory:\n  geocoder: geoplateforme\n", 1)
    share = f"  share: {{kind: webdav, address: '{address}/crise/'}}\n"
    return text.replace("workbook:\n", f"workbook:\n{share}", 1)


def _bell(outside: Outside) -> str:
    code = f"import socket; socket.create_connection(('{HOST}', {outside.port}), 5)"
    return f'{sys.executable} -S -c "{code}"'


def _proxies(outside: Outside) -> dict[str, str]:
    proxy = f"http://agent:{SECRET}@{HOST}:{outside.port}"
    names = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    return dict.fromkeys(names, proxy)


@pytest.fixture(scope="module")
def siege(
    tmp_path_factory: pytest.TempPathFactory,
    gazetteer: Gazetteer,  # noqa: F811 - the fixture
) -> Iterator[Siege]:
    """One exercise, besieged from all sides one after the other."""
    home = tmp_path_factory.mktemp("siege")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(networks())
        outside = listener(server)
        stack.callback(outside.close)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        names = NameServer()
        patch.setattr(socket, "getaddrinfo", names.getaddrinfo)
        for name, value in _proxies(outside).items():
            patch.setenv(name, value)
        set_traps(server, outside)
        stage = stack.enter_context(
            stage_of(
                *(home, server, gazetteer, walled_text(outside)),
                environ=_proxies(outside),
                alarm_command=_bell(outside),
                geocoder_address=f"http://{HOST}:{outside.port}/geocodage",
                webdav_address=f"http://{HOST}:{outside.port}/crise/",
                webdav_user=USER,
                webdav_password=PASSWORD,
                request_timeout_seconds=10.0,
            )
        )
        besieged = Siege(stage, outside, server)
        patch.setattr(socket.socket, "connect", _recorded(besieged.reached))
        _storm(besieged, names, home)
        besieged.notes["names"] = names.asked
        yield besieged


def _storm(siege: Siege, names: NameServer, home: Path) -> None:
    stage, outside = siege.stage, siege.outside
    feed = f"http://{HOST}:{outside.port}/{FEED}.rss"
    siege.attempt("opened elsewhere", stage, lambda: stage.open(network=f"http://{HOST}:9"))
    siege.attempt("what the convention names", stage, stage.open)
    siege.attempt("every trap of an answer", stage, stage.sweep)
    siege.attempt("the workbook", stage, stage.publish)
    siege.attempt(
        "a feed added while running",
        stage,
        lambda: (
            watch(stage.runtime, stage.id, add=(feed,), remove=(), by="Anne"),
            _again(stage),
        ),
    )
    siege.attempt("the same once more", stage, lambda: _again(stage))
    siege.attempt("the convention edited", stage, lambda: _edit(stage, outside))
    siege.attempt("another process", stage, lambda: _resume(siege))
    siege.attempt("files that are imported", stage, lambda: _import(siege, home))
    siege.attempt("pages", stage, lambda: _pages(stage))
    siege.attempt("the store edited", stage, lambda: _tamper(siege))
    siege.attempt("the store says real", stage, lambda: _rename(siege))
    siege.attempt("a name that turns", stage, lambda: _turn(siege, names))
    siege.attempt("the share redirects", stage, lambda: _redirected_share(siege, home))
    siege.attempt("the share is a link", stage, lambda: _linked_share(siege, home))


def _recorded(reached: set[tuple[str, int]]) -> Callable[[socket.socket, object], None]:
    connect = socket.socket.connect

    def recording(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple):
            reached.add(address[:2])
        connect(self, address)

    return recording


def _again(stage: Stage) -> None:
    stage.clock.forward(20)
    stage.sweep()
    stage.publish()


def _edit(stage: Stage, outside: Outside) -> None:
    """Somebody opens the exercise to the world in the convention's file."""
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    share = f"  share: {{kind: webdav, address: 'http://{HOST}:{outside.port}/autre/'}}\n"
    path.write_text(f"{text.rstrip()}\n{share}", encoding="utf-8")
    _again(stage)
    path.write_text(text, encoding="utf-8")


def _resume(siege: Siege) -> None:
    """Another process goes on, with settings that open every door they can."""
    stage, outside = siege.stage, siege.outside
    env = {key: value for key, value in os.environ.items() if not key.startswith("VIGIE_")}
    env |= _proxies(outside) | {
        "VIGIE_HOME": str(stage.settings.home),
        "VIGIE_CONVENTIONS": str(stage.conventions),
        "VIGIE_ALLOW_LOOPBACK": "1",
        "VIGIE_GEOCODER_ADDRESS": f"http://{HOST}:{outside.port}/autre-geocodage",
        "VIGIE_WEBDAV_ADDRESS": f"http://{HOST}:{outside.port}/autre/",
        "VIGIE_WEBDAV_USER": USER,
        "VIGIE_WEBDAV_PASSWORD": PASSWORD,
        "VIGIE_ALARM_COMMAND": _bell(outside),
    }
    audited = (
        "import os, runpy, sys\n"
        # One write a line: threads print at the same moment.
        "sys.addaudithook(lambda event, said: os.write(2, "
        "f'@ {event} {said[event != \"socket.getaddrinfo\"]}\\n'.encode())"
        " if event in ('socket.connect', 'socket.sendto', 'socket.getaddrinfo') else None)\n"
        "runpy.run_module('vigie.cli', run_name='__main__', alter_sys=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", audited, "sweep", stage.id, "--here"],
        env=env,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode in (0, 2), done.stderr.decode()
    siege.notes["another process"] = stage.store.healths(stage.id)
    lines = done.stderr.decode().splitlines()
    siege.notes["its connections"] = {line for line in lines if line.startswith("@ ")}


def _import(siege: Siege, home: Path) -> None:
    """Files that would fetch what they name: a document type, an external workbook and picture."""
    import zipfile

    stage, outside = siege.stage, siege.outside
    there = f"http://{HOST}:{outside.port}/import"
    parts = {name: (zipfile.ZipFile(stage.path).read(name)) for name in _names(stage.path)}
    book = parts["xl/workbook.xml"].decode()
    head, _, body = book.partition("?>")
    entity = f'{head}?><!DOCTYPE x [<!ENTITY e SYSTEM "{there}/dtd">]>{body}'
    relations = parts["xl/_rels/workbook.xml.rels"].decode()
    outward = "".join(
        f'<Relationship Id="rIdX{number}" Type="http://schemas.openxmlformats.org/officeDocument/'
        f'2006/relationships/{kind}" Target="{there}/{kind}" TargetMode="External"/>'
        for number, kind in enumerate(("externalLinkPath", "attachedTemplate", "image"))
    )
    files = {
        "entity.xlsx": parts | {"xl/workbook.xml": entity.encode()},
        "outward.xlsx": parts
        | {
            "xl/_rels/workbook.xml.rels": relations.replace(
                "</Relationships>", f"{outward}</Relationships>"
            ).encode()
        },
    }
    for name, content in files.items():
        with zipfile.ZipFile(home / name, "w") as archive:
            for part, data in content.items():
                archive.writestr(part, data)
    taken = import_files(stage.runtime, stage.id, [home / name for name in files], by="Anne")
    siege.notes["files"] = taken


def _names(path: Path) -> list[str]:
    import zipfile

    return zipfile.ZipFile(path).namelist()


def _pages(stage: Stage) -> None:
    open_map(stage.runtime, stage.id, by="Anne")
    issue_report(stage.runtime, stage.id, by="Anne")
    make_debrief(stage.runtime, stage.id, by="Anne")


def _tamper(siege: Siege) -> None:
    """Somebody writes another network into the store of a running exercise."""
    stage = siege.stage
    network = f"http://{HOST}:{siege.outside.port}"
    stage.store.change_activation(stage.id, [], expected="active", network=network)
    _again(stage)
    stage.store.change_activation(stage.id, [], expected="active", network=siege.server.address)


def _rename(siege: Siege) -> None:
    """Somebody calls the exercise real in the store, takes its networks away, and goes on."""
    stage = siege.stage
    _write(stage, "kind = 'real', network = NULL")
    try:
        for act in (stage.sweep, stage.publish):
            with pytest.raises(SettingsError):
                act()
    finally:
        _write(stage, f"kind = 'exercise', network = '{siege.server.address}'")


def _write(stage: Stage, values: str) -> None:
    with contextlib.closing(sqlite3.connect(stage.house.root / "vigie.db")) as database:
        database.execute(f"UPDATE activation SET {values} WHERE id = ?", [stage.id])
        database.commit()


def _turn(siege: Siege, names: NameServer) -> None:
    """The name of the networks leads here at first, and outside from the second look-up on."""
    stage, first = siege.stage, siege.stage.id
    stage.open(network=f"http://localhost:{siege.server.port}")
    stage.sweep()
    names.known["localhost"] = [HOST]
    _again(stage)
    del names.known["localhost"]
    stage.id = first


def _second(stage: Stage, name: str, prefix: str, share: str, real: str = "") -> None:
    """Open an exercise of another convention, with a share of its own."""
    text = convention_text("http://198.51.100.9", name=name, prefix=prefix)
    text = text.replace("workbook:\n", f"workbook:\n{real}", 1)
    told = f"{text.rstrip()}\n  share: {share}\n"
    (stage.conventions / f"{name}.yml").write_text(told, encoding="utf-8")
    stage.open(convention_id=name)


def _redirected_share(siege: Siege, home: Path) -> None:
    stage, first = siege.stage, siege.stage.id
    with running_dav(home / "nuage") as dav:
        _second(stage, "partagee", "PA21", f"{{kind: webdav, address: '{dav.address}'}}")
        siege.notes["share"] = ("127.0.0.1", httpx.URL(dav.address).port)
        dav.habits.moved_to = f"http://agent:{SECRET}@{HOST}:{siege.outside.port}/crise/"
        try:
            with pytest.raises(WorkbookError):
                stage.publish()
            # No client can read this one; it is a redirection all the same.
            dav.habits.moved_to = f"http://0177.0.0.2:{siege.outside.port}/crise/"
            stage.publish()
        finally:
            stage.id = first


def _linked_share(siege: Siege, home: Path) -> None:
    """The folder of exercises is a link to the folder of real workbooks."""
    stage, first = siege.stage, siege.stage.id
    (home / "reel").mkdir()
    (home / "exercices").symlink_to(home / "reel")
    real = f"  share: {{kind: folder, path: '{home / 'reel'}'}}\n"
    share = f"{{kind: folder, path: '{home / 'exercices'}'}}"
    try:
        _second(stage, "liee", "LI21", share, real)
        stage.publish()
    finally:
        stage.id = first


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.id)
def test_no_answer_leads_out(siege: Siege, trap) -> None:
    """Nobody comes to the listener, and the journal says once which source sent where."""
    name = "every trap of an answer"
    assert siege.counts[name] == 0, siege.outside.asked
    shown = filled(trap.shown, siege.outside, siege.server)
    found = [told(entry) for entry in siege.entries[name] if entry.subject == trap.id]
    assert found == [(trap.id, shown, reason_of(trap.cause))]
    health = siege.stage.store.healths(siege.stage.id)[trap.id]
    assert health.detail


STANDING = [
    ("sources", "http://127.0.0.2:{out} imap://127.0.0.2:{out}", "real_source"),
    ("workbook", "http://127.0.0.2:{out}", "real_share"),
    ("geocoder:geoplateforme", "http://127.0.0.2:{out}", "geocoder"),
    ("alarm", "VIGIE_ALARM_COMMAND", "alarm_command"),
    ("proxy", "HTTP_PROXY http://127.0.0.2:{out}", "proxy"),
    ("proxy", "HTTPS_PROXY http://127.0.0.2:{out}", "proxy"),
    ("proxy", "ALL_PROXY http://127.0.0.2:{out}", "proxy"),
]


@pytest.mark.parametrize(("subject", "address", "cause"), STANDING)
def test_what_stands_around_is_closed_and_named(
    siege: Siege, subject: str, address: str, cause: str
) -> None:
    """Sources, mailbox, share, geocoder, bell and proxies of the real world are told at birth."""
    name = "what the convention names"
    shown = filled(address, siege.outside, siege.server)
    assert (subject, shown, reason_of(cause)) in map(told, siege.entries[name])
    for later in (name, "every trap of an answer", "the workbook"):
        assert siege.counts[later] == 0, siege.outside.asked


DEEDS = [
    ("a feed added while running", "feed-", "http://127.0.0.2:{out}", "real_source"),
    ("the convention edited", "convention", "cote-dor.yml ", "convention"),
    ("the store edited", "redirect", "127.0.0.2:{out}", "address"),
    ("the store says real", "activation", "real", "kind"),
    ("a name that turns", "redirect", "localhost:{net}", "name"),
    ("the share redirects", "workbook", "http://127.0.0.2:{out}", "share_redirect"),
    ("the share redirects", "workbook", "?", "share_redirect"),
    ("the share is a link", "workbook", "/reel", "share_redirect"),
]


@pytest.mark.parametrize(("name", "subject", "address", "cause"), DEEDS)
def test_no_deed_leads_out(siege: Siege, name: str, subject: str, address: str, cause: str) -> None:
    """Whatever is changed around a running exercise, nobody comes, and the journal says why."""
    assert siege.counts[name] == 0, siege.outside.asked
    shown = filled(address, siege.outside, siege.server)
    found = [
        entry
        for entry in siege.entries[name]
        if entry.subject.startswith(subject)
        and shown in entry.after
        and entry.detail["reason"] == reason_of(cause)
    ]
    assert found, [told(entry) for entry in siege.entries[name]]


def test_an_exercise_is_not_opened_elsewhere(siege: Siege) -> None:
    """With a network that is not this machine's own there is no exercise at all."""
    assert siege.counts["opened elsewhere"] == 0
    assert siege.faults["opened elsewhere"]
    first = siege.stage.store.activations()[-1]
    assert first.network == siege.server.address


def test_another_process_finds_the_same_walls(siege: Siege) -> None:
    """Taken up with other settings nothing opens; what is new among them is told."""
    assert siege.counts["another process"] == 0, siege.outside.asked
    lines = siege.notes["its connections"]
    connected = {line for line in lines if "connect" in line}  # type: ignore[attr-defined]
    assert connected == {f"@ socket.connect ('127.0.0.1', {siege.server.port})"}
    # Numbers are only read; no name was asked for.
    numbers = {f"@ socket.getaddrinfo {number}" for number in ("127.0.0.1", HOST)}
    assert lines - connected <= numbers  # type: ignore[operator]
    healths = siege.notes["another process"]
    assert healths["people"].state in ("ok", "unchanged")  # type: ignore[index]


def test_nothing_else_was_reached(siege: Siege) -> None:
    """Whatever runs in the process, libraries too, connected to nothing but what this proof runs.

    That is the simulated networks, the exercise's own share, and the listener's count of itself.
    """
    ours = {("127.0.0.1", siege.server.port), siege.notes["share"], *siege.outside.places}
    assert siege.reached <= ours
    # Nor was a name server asked for anything: a question can carry a message out.
    assert siege.notes["names"] <= {"127.0.0.1", HOST, "localhost"}  # type: ignore[operator]


def test_files_and_pages_fetch_nothing(siege: Siege) -> None:
    """Imported files and written pages lead nowhere; the file with an entity is set aside, told."""
    assert siege.counts["files that are imported"] == 0, siege.outside.asked
    assert siege.counts["pages"] == 0, siege.outside.asked
    aside = [
        entry.detail["reason"]
        for _, entry in siege.stage.store.journal(siege.stage.id)
        if entry.action == "set_aside"
    ]
    assert any("entity.xlsx" in reason for reason in aside), aside
    pages = list(siege.stage.house.root.rglob("*.html"))
    assert len(pages) >= 3
    for page in pages:
        head = page.read_text(encoding="utf-8")[:20_000]
        assert "default-src 'none'" in head or "default-src &#39;none&#39;" in head, page
    state = siege.stage.store.healths(siege.stage.id)[ENTITY].state
    assert state == "refused"


def test_a_refusal_is_told_once_and_without_secrets(siege: Siege) -> None:
    """One line an address and cause, however many sweeps; no password, path or query in any."""
    assert siege.entries["the same once more"] == []
    keys = [
        (activation.id, *told(entry))
        for activation in siege.stage.store.activations()
        for _, entry in siege.stage.store.journal(activation.id)
        if entry.action == "barred"
    ]
    assert len(keys) == len(set(keys))
    for activation in siege.stage.store.activations():
        for _, entry in siege.stage.store.journal(activation.id):
            assert SECRET not in json.dumps([entry.after, dict(entry.detail)]), entry
            if entry.action == "barred":
                assert entry.actor == "vigie"
                assert PASSWORD not in entry.after
    names = [*siege.counts]
    print(f"\nisolation: {len(TRAPS)} answers, {len(STANDING)} standing ways, {len(names)} deeds")
    for name, count in siege.counts.items():
        print(f"  {name:<28} {count} connections, {len(siege.entries[name])} refusals journalled")


def test_the_listener_can_be_reached(
    tmp_path: Path,
    gazetteer: Gazetteer,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A real activation of that convention, and a client without walls, do come to the listener."""
    monkeypatch.setattr(socket, "getaddrinfo", NameServer().getaddrinfo)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(networks())
        outside = listener(server)
        stack.callback(outside.close)
        set_traps(server, outside)
        _reach_by_redirects(server, outside)
        stage = stack.enter_context(
            stage_of(
                *(tmp_path, server, gazetteer, walled_text(outside)),
                kind="real",
                allow_loopback=True,
                alarm_command=_bell(outside),
                geocoder_address=f"http://{HOST}:{outside.port}/geocodage",
                request_timeout_seconds=10.0,
            )
        )
        stage.open()
        feed = f"http://{HOST}:{outside.port}/{FEED}.rss"
        watch(stage.runtime, stage.id, add=(feed,), remove=(), by="Anne")
        stage.sweep()
        asked = " ".join(outside.asked)
        for path in ("/people", f"/{FEED}.rss", "/geocodage/search"):
            assert path in asked, path
        mailbox = stage.store.healths(stage.id)["mailbox"]
        assert mailbox.state in ("malformed", "unreachable")
        before = outside.count()
        with contextlib.suppress(WorkbookError):
            stage.publish()
        assert "/crise/" in " ".join(outside.asked)
        rung = [e for _, e in stage.store.journal(stage.id) if e.action == "alarm"]
        assert rung
        assert {entry.after for entry in rung} == {"0"}
        assert outside.count() >= before + len(rung) + 1
        assert barred(stage) == {}


def _reach_by_redirects(server: ReplayServer, outside: Outside) -> None:
    """A client that follows whatever it is told, and one that believes in proxies."""
    for trap in TRAPS:
        if trap.by != "redirect" or "mapped" in trap.id:
            continue
        before = outside.count()
        path = "/api/v1/timelines/tag/Crue21" if trap.kind == "mastodon" else ""
        url = f"{server.address}/{trap.id}{path}"
        try:
            httpx.get(url, follow_redirects=True, trust_env=False)
        except (httpx.RemoteProtocolError, httpx.UnsupportedProtocol):
            with contextlib.suppress(OSError):
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5)
        assert outside.count() == before + 1, trap.id
    before = outside.count()
    proxy = urllib.request.ProxyHandler({"http": f"http://{HOST}:{outside.port}"})
    urllib.request.build_opener(proxy).open(server.address, timeout=5).read()
    assert outside.count() == before + 1


def test_a_share_for_both_is_refused(
    siege: Siege,
    tmp_path: Path,
    gazetteer: Gazetteer,  # noqa: F811 - the fixture
) -> None:
    """A convention whose exercises would be written among its real workbooks is refused."""
    real, played = "https://Nuage.example/crise/", "https://nuage.example:443/crise"
    text = convention_text("http://198.51.100.9")
    text = text.replace(
        "workbook:\n", f"workbook:\n  share: {{kind: webdav, address: '{real}'}}\n", 1
    )
    text = f"{text.rstrip()}\n  share: {{kind: webdav, address: '{played}'}}\n"
    with stage_of(tmp_path, siege.server, gazetteer, text) as stage:
        with pytest.raises(ConventionError, match="exercise"):
            stage.open()
        shutil.rmtree(stage.conventions)
