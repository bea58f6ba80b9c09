"""``vigie workbook versions`` and ``restore`` as they are typed; kill -9 around an upload."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.integration.operations.stage import ROAD, ROOT, Editing, Stage
from tests.integration.workbook.dav import PASSWORD, USER, Dav
from tests.warm_commands import run_warm
from vigie.workbook.shares.contract import Access
from vigie.workbook.shares.webdav import WebdavShare

LOG = "Main courante"
NAME = "Vigie a-1 Crue.xlsx"


def _vigie(stage: Stage, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        "VIGIE_HOME": str(stage.settings.home),
        "VIGIE_CONVENTIONS": str(stage.conventions),
        "VIGIE_LANG": "fr",
    }
    return run_warm("workbook", *words, environ=environ)


def test_versions_and_restore_are_commands(make_stage: Callable[..., Stage]) -> None:
    """They list, bring back under a name, say how to undo it, and refuse without a name."""
    stage = make_stage()
    stage.open()
    stage.sweep()
    stage.publish()
    assert "Personne n’a encore" in _vigie(stage, "versions", stage.id).stdout
    for name in ("Lise", "Marc"):
        with Editing(stage.path) as edited:
            log = edited.sheet(LOG)
            log.put(log.row_of(ROAD), "Suivi par", name)
        stage.publish()
    listed = _vigie(stage, "versions", stage.id)
    assert listed.returncode == 0, listed.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["v1", "v2"]
    assert stage.path.name in listed.stdout
    assert _vigie(stage, "restore", stage.id, "v1").returncode == 2
    done = _vigie(stage, "restore", stage.id, "v1", "--by", "Anne")
    assert done.returncode == 0, done.stderr
    assert "1 cellule(s)" in done.stdout
    mark = done.stdout.split(f"restore {stage.id} ")[1].split()[0]
    assert stage.sheet(LOG).get(stage.sheet(LOG).row_of(ROAD), "Suivi par") == "Lise"
    undone = _vigie(stage, "restore", stage.id, mark, "--by", "Anne")
    assert undone.returncode == 0, undone.stderr
    assert stage.sheet(LOG).get(stage.sheet(LOG).row_of(ROAD), "Suivi par") == "Marc"
    wrong = _vigie(stage, "restore", stage.id, "v99", "--by", "Anne")
    assert wrong.returncode == 1
    assert "n’existe pas" in wrong.stderr + wrong.stdout
    assert openpyxl.load_workbook(stage.path)


_KILLED = """
import os, signal, sys
from tests.warm_commands import run_warm
from vigie.workbook.shares.contract import Access
from vigie.workbook.shares.webdav import WebdavShare
address, user, password, name, method, when = sys.argv[1:]
share = WebdavShare(address, name, Access(address=address, user=user, password=password))
ask = share._http.ask
def killed(asked, target, *known):
    if asked == method and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = ask(asked, target, *known)
    if asked == method:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
seen = share.read(name)
share._http.ask = killed
share.put(b"nouveau", seen)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["LOCK", "COPY", "PUT", "UNLOCK"])
def test_a_kill_around_each_request_loses_nothing(dav: Dav, method: str, when: str) -> None:
    """Killed before or after any request: the save lies there whole, and the next one goes on."""
    (dav.folder / NAME).write_bytes(b"de Paul")
    os.utime(dav.folder / NAME, (1_700_000_000, 1_700_000_000))
    told = [dav.address, USER, PASSWORD, NAME, method, when]
    done = subprocess.run([sys.executable, "-c", _KILLED, *told], check=False, cwd=ROOT, timeout=60)
    assert done.returncode == -9
    whole = [Path(entry).read_bytes() for entry in dav.folder.iterdir()]
    assert b"de Paul" in whole
    assert set(whole) <= {b"de Paul", b"nouveau"}
    share = WebdavShare(
        dav.address, NAME, Access(address=dav.address, user=USER, password=PASSWORD)
    )
    for name in share.leftovers():
        share.drop(name)
    assert share.put(b"suivant", share.read(NAME)).is_placed, "the dead lock was given back"
    assert (dav.folder / NAME).read_bytes() == b"suivant"
