"""``vigie workbook sync`` as it is typed: once, as a dry run, and going on until Ctrl-C."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.operations.stage import CELLAR, ROAD, ROOT, SCHOOL, Editing, Stage
from tests.warm_commands import run_warm
from vigie.workbook.shares import swapping

LOG = "Main courante"
_SECONDS = 60.0


def _environ(stage: Stage) -> dict[str, str]:
    return {
        **os.environ,
        "VIGIE_HOME": str(stage.settings.home),
        "VIGIE_CONVENTIONS": str(stage.conventions),
        "VIGIE_LANG": "fr",
    }


def _vigie(stage: Stage, *words: str) -> subprocess.CompletedProcess[str]:
    return run_warm("workbook", *words, environ=_environ(stage))


@pytest.fixture
def running(make_stage: Callable[..., Stage]) -> Stage:
    """An activation whose workbook was written and that people have opened."""
    stage = make_stage()
    stage.open()
    stage.server.set_wave(2)
    stage.sweep()
    stage.publish()
    return stage


def _two_hands(stage: Stage) -> Path:
    """Lise saves the workbook, Paul a copy of his own beside it; returns Paul's."""
    copy = stage.path.with_name(f"{stage.path.stem} - Paul.xlsx")
    shutil.copy(stage.path, copy)
    with Editing(stage.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Suivi par", "Lise")
    with Editing(copy) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(CELLAR), "Suivi par", "Paul")
        log.put(log.first_empty(), "Résumé", "Appel : arbre sur la ligne à Genlis")
    return copy


def test_sync_takes_in_every_file_and_writes_once(running: Stage) -> None:
    """What each file brought is told by its name; a second pass finds and writes nothing."""
    copy = _two_hands(running)
    done = _vigie(running, "sync", running.id)
    assert done.returncode == 0, done.stderr
    assert f"{running.path.name} : 1 cellule(s)" in done.stdout.replace("\u202f", " ")
    assert f"{copy.name} : 1 cellule(s)" in done.stdout.replace("\u202f", " ")
    assert str(running.path) in done.stdout
    log = running.sheet(LOG)
    assert log.get(log.row_of(ROAD), "Suivi par") == "Lise"
    assert log.get(log.row_of(CELLAR), "Suivi par") == "Paul"
    assert log.row_of("arbre sur la ligne")
    written = running.path.read_bytes()
    again = _vigie(running, "sync", running.id)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("Rien à écrire")
    assert running.path.read_bytes() == written


def test_publish_writes_a_fresh_revision_where_nothing_is_new(running: Stage) -> None:
    """``sync`` leaves alone what is current, ``publish`` writes all the same, unread nothing."""
    assert _vigie(running, "sync", running.id).returncode == 0
    number = running.store.last_revision_number(running.id)
    assert _vigie(running, "sync", running.id).returncode == 0
    assert running.store.last_revision_number(running.id) == number
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Suivi par", "Lise")
    for further in (1, 2):
        assert _vigie(running, "publish", running.id).returncode == 0
        assert running.store.last_revision_number(running.id) == number + further
    log = running.sheet(LOG)
    assert log.get(log.row_of(ROAD), "Suivi par") == "Lise"


def _everything(stage: Stage) -> object:
    """All that a dry run could change: the files of the house but its database, and the store."""
    files = {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in stage.settings.home.rglob("*")
        if path.is_file() and not path.name.startswith("vigie.db")
    }
    store = stage.store
    return (
        files,
        store.observations(stage.id),
        store.journal(stage.id),
        store.conflicts(stage.id),
        store.people_rows(stage.id),
        store.last_revision_number(stage.id),
        store.leases(),
    )


def test_a_dry_run_tells_everything_and_changes_nothing(running: Stage) -> None:
    """Each cell, row and unusable file is told; neither store nor any file of the house changes."""
    _two_hands(running)
    broken = running.path.with_name(f"{running.path.stem} - Zoé.xlsx")
    broken.write_bytes(b"PK rien")
    os.utime(broken, (1, 1))
    swapping.hidden_name(running.path, swapping.HALF).write_bytes(b"half")
    before = _everything(running)
    done = _vigie(running, "sync", running.id, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert _everything(running) == before
    for told in ("Lise", "Paul", "arbre sur la ligne", broken.name, "serait mis de côté"):
        assert told in done.stdout
    number = running.store.last_revision_number(running.id)
    assert f"La révision {number + 1} serait écrite." in done.stdout
    assert _vigie(running, "sync", running.id).returncode == 0
    assert running.store.last_revision_number(running.id) == number + 1
    # That a file was set aside is journalled once it is, and shown by the revision after.
    assert _vigie(running, "sync", running.id).returncode == 0
    nothing = _vigie(running, "sync", running.id, "--dry-run")
    assert nothing.stdout.strip() == "Rien de nouveau ; aucune révision ne serait écrite."


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C as a signal")
def test_every_goes_on_until_ctrl_c(running: Stage) -> None:
    """Saves that come one after the other are taken in; Ctrl-C ends it in order."""
    command = [sys.executable, "-m", "vigie.cli", "workbook", "sync", running.id, "--every", "0.2"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=_environ(running), stdout=subprocess.PIPE, text=True
    )
    try:
        for text, name in ((ROAD, "Lise"), (SCHOOL, "Marc")):
            with Editing(running.path) as edited:
                log = edited.sheet(LOG)
                log.put(log.row_of(text), "Suivi par", name)
            deadline = time.monotonic() + _SECONDS
            while running.observation(text).people.get("followed_by") != name:
                assert time.monotonic() < deadline, "never taken in"
                assert process.poll() is None
                time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=_SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0
    assert told.rstrip().endswith("rien n'est en cours.")
    # A save between commit and swap is merged in the same pass: then one line says both.
    assert sum(int(count) for count in re.findall(r"(\d+) cellule\(s\)", told)) == 2
    assert running.store.leases() == []
