"""Persons and secrets: authors stay in the store, keys nowhere."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.operations.stage import PIAILLE, ROAD, SOCIAL, Stage
from vigie.exercise.script import Fault

SECRET = "cle-tres-secrete-0123456789abcdef"
BUDGET = "budget: {requests: 300, per_minutes: 5}"


def unzipped(path: Path) -> str:
    """Return everything that a workbook says, its XML included."""
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist())


def files_of(stage: Stage) -> list[Path]:
    """Return every file of the house but the store's own."""
    return [
        path
        for path in stage.house.root.rglob("*")
        if path.is_file() and not path.name.startswith(("vigie.db", "secret.key"))
    ]


def test_no_author_leaves_the_store(running: Stage) -> None:
    """The workbook shows a pseudonym, the same for the same author; no name in any file."""
    running.server.set_wave(3)
    running.clock.forward(5)
    running.sweep()
    running.publish()
    log = running.sheet("Main courante")
    shown = log.get(log.row_of(ROAD), "Auteur (pseudonyme)")
    assert shown
    names = {post["by"] for post in [*PIAILLE, *SOCIAL]}
    # « Lien » can still name an author, and a text may: the column and all else must not.
    for row in log.rows():
        told = " ".join(str(v) for k, v in row.items() if k not in ("Lien", "Texte d'origine"))
        assert not any(name in told or name.split("@")[0] + " " in told for name in names)
    for path in files_of(running):
        text = unzipped(path) if path.suffix == ".xlsx" else path.read_text("utf-8", "replace")
        assert not any(name in text for name in names), path.name
    for _, entry in running.store.journal(running.id):
        assert not any(name in f"{entry}" for name in names)


def real_stage(make_stage: Callable[..., Stage], name: str) -> Stage:
    """A real house whose sources happen to lie on this machine."""
    stage = make_stage(
        name, kind="real", allow_loopback=True, environ={"METEOFRANCE_APIKEY": SECRET}
    )
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    for before, source in (
        ("https://mastodon.social", "mastodon-social"),
        ("https://piaille.fr", "piaille"),
        ("https://presse.example.invalid/cote-dor/rss.xml", "presse-locale"),
        ("https://prefecture.example.invalid/cote-dor/rss.xml", "prefecture"),
        ("https://www.vigicrues.gouv.fr/services/InfoVigiCru.geojson", "vigicrues"),
        (
            "https://public-api.meteofrance.fr/public/DPVigilance/v1/cartevigilance/encours",
            "vigilance",
        ),
    ):
        assert before in text
        text = text.replace(before, f"{stage.server.address}/{source}")
    # One host for all: its budget must hold what the whole convention asks of it.
    text = re.sub(r"budget: \{requests: \d+, per_minutes: \d+\}", BUDGET, text)
    path.write_text(text, encoding="utf-8")
    return stage


@pytest.mark.parametrize("fault", [None, Fault(status=401, body=f"bad key {SECRET}")])
def test_a_key_is_written_nowhere(
    make_stage: Callable[..., Stage], caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    """A source's key is in no table, file, log or alarm, even where the server repeats it."""
    caplog.set_level(logging.DEBUG)
    stage = real_stage(make_stage, "real")
    stage.server.set_fault("vigilance", fault)
    opened = stage.open()
    assert opened.id == "cote-dor-1"
    stage.sweep()
    published = stage.publish()
    state = stage.store.healths(stage.id)["vigilance"].state
    assert state == ("refused" if fault else "ok")
    assert SECRET not in caplog.text
    assert SECRET not in " ".join(published.notes)
    for path in files_of(stage):
        text = unzipped(path) if path.suffix == ".xlsx" else path.read_text("utf-8", "replace")
        assert SECRET not in text, path.name
    database = sqlite3.connect(str(stage.house.root / "vigie.db"))
    try:
        assert not any(SECRET in line for line in database.iterdump())
    finally:
        database.close()


def test_an_unset_key_stops_one_source_only(make_stage: Callable[..., Stage]) -> None:
    """Without its variable the source is refused and says which is missing; the others go on."""
    stage = real_stage(make_stage, "unset")
    stage.runtime.environ = {}
    stage.open()
    result = stage.sweep()
    assert result.states["vigilance"] == "refused"
    assert "METEOFRANCE_APIKEY" in stage.store.healths(stage.id)["vigilance"].detail
    assert [s for k, s in result.states.items() if k != "vigilance"] == ["ok"] * 5
    assert stage.server.state.requests()


def test_a_real_activation_on_loopback_needs_leave(make_stage: Callable[..., Stage]) -> None:
    """Real sources that resolve to this machine are refused unless the operator allows it."""
    allowed = real_stage(make_stage, "loop")
    allowed.settings.allow_loopback = False
    allowed.open()
    assert set(allowed.sweep().states.values()) == {"refused"}


def test_the_house_is_closed_to_others(running: Stage) -> None:
    """Folders are 0700, the key of the pseudonyms 0600."""
    assert running.house.root.stat().st_mode & 0o077 == 0
    key = running.house.root / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    stages = running.house.folder(running.id) / "stages.jsonl"
    assert all(json.loads(line)["stage"] for line in stages.read_text("utf-8").splitlines())
