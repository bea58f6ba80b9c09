"""LibreOffice works in a published workbook as people do: all is taken in, all of theirs stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.integration.operations.stage import CELLAR, ROAD, SCHOOL, Stage
from tests.integration.workbook_editors.office import Office
from tests.integration.workbook_editors.pages import PDFTOPPM, picture, pixels
from tests.unit.workbook.workbook_structure import assert_sound, part_of, parts, relations, titles
from vigie.cli.main import app
from vigie.records.observation import PLACE_COLUMNS

LOG, OWN = "Main courante", "Notes de Léa"
TREE = "Un arbre couché barre la rue du Moulin à Auxonne"
ORANGE = 0xFFC000


@dataclass
class Work:
    """What a person did and saved: in .xlsx, in .ods, and her own page as printed."""

    stage: Stage
    xlsx: Path
    ods: Path
    page: Path
    answers: list[Any]


@pytest.fixture
def work(make_stage: Callable[..., Stage], office: Office, tmp_path: Path) -> Work:
    """A published workbook in which Léa has worked in LibreOffice."""
    stage = make_stage("editors")
    stage.open()
    stage.sweep()
    stage.publish()
    xlsx, ods, page = tmp_path / "lea.xlsx", tmp_path / "lea.ods", tmp_path / "lea.pdf"
    road, cellar = (stage.observation(text).ref for text in (ROAD, CELLAR))
    answers = office.act(
        {"do": "open", "path": str(stage.path)},
        {"do": "go", "sheet": LOG},
        {"do": "type", "row": road, "title": "Suivi par", "text": "Léa"},
        {"do": "type", "row": road, "title": "Commentaire", "entry": '="vu à "&"10h"'},
        {"do": "type", "row": road, "title": "Transmis", "entry": "2026-11-20 12:30"},
        {"do": "type", "row": cellar, "title": "Lat", "text": "47,19234"},
        {"do": "type", "row": cellar, "title": "Action", "text": "=pompe ?"},
        {"do": "insert_row", "before": cellar, "values": {"Résumé": TREE, "Commune": "Auxonne"}},
        {"do": "sort", "title": "Commune"},
        {"do": "comment", "row": road, "title": "Suivi par", "text": "rappeler à 14 h"},
        {"do": "hide_column", "title": "Auteur"},
        {"do": "colour", "row": cellar, "title": "Résumé", "number": ORANGE},
        {"do": "draw", "sheet": OWN, "picture": str(picture(tmp_path / "carte.png"))},
        {"do": "go", "sheet": LOG},
        {"do": "filter", "title": "Commune", "text": "Auxonne"},
        {"do": "save", "path": str(xlsx), "form": "xlsx"},
        {"do": "save", "path": str(ods), "form": "ods"},
        {"do": "close"},
        {"do": "open", "path": str(xlsx)},
        {"do": "print", "sheet": OWN, "path": str(page)},
        {"do": "close"},
    )
    return Work(stage, xlsx, ods, page, answers)


def assert_taken_in(stage: Stage) -> None:
    """Everything that Léa typed stands in the store, and nothing else was taken for an edit."""
    road, cellar = stage.observation(ROAD), stage.observation(CELLAR)
    assert road.value("followed_by") == "Léa"
    assert road.value("comment") == "vu à 10h"
    assert road.value("transmitted_at") == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
    assert cellar.value("lat") == pytest.approx(47.19234)
    assert cellar.value("requested_action") == "=pompe ?"
    tree = stage.observation(TREE)
    assert tree.is_added_by_people
    assert tree.value("commune") == "Auxonne"
    assert stage.store.conflicts(stage.id) == []
    told = {
        (entry.subject, entry.field)
        for _, entry in stage.store.journal(stage.id)
        if entry.action == "edit"
    }
    typed = {(road.ref, field) for field in ("followed_by", "comment", "transmitted_at")}
    typed |= {(cellar.ref, field) for field in (*PLACE_COLUMNS, "requested_action")}
    assert {(ref, field) for ref, field in told if ref != tree.ref} == typed


def theirs(held: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts that hold nothing of ours: Léa's sheet and all that it leads to."""
    found: dict[str, bytes] = {}
    waiting = [part_of(held, OWN)]
    while waiting:
        part = waiting.pop()
        if part in held and part not in found:
            found[part] = held[part]
            waiting += [target for _, target in relations(held, part).values()]
    themes = {name: part for name, part in held.items() if re.match(r"xl/theme/", name)}
    return found | themes


def test_libreoffice_edits_sorts_inserts_draws_and_all_of_it_is_taken_in(
    work: Work, office: Office, tmp_path: Path
) -> None:
    """Her .xlsx merges; ten refreshes later her parts have their bytes and her page its pixels."""
    stage = work.stage
    refs = {item.ref for item in stage.store.observations(stage.id)}
    saved = parts(work.xlsx.read_bytes())
    own = theirs(saved)
    assert {"charts", "media", "drawings", "worksheets"} <= {name.split("/")[1] for name in own}
    stage.path.write_bytes(work.xlsx.read_bytes())
    stage.publish()
    assert_taken_in(stage)
    assert {item.ref for item in stage.store.observations(stage.id)} - refs == {
        stage.observation(TREE).ref
    }
    stage.server.set_wave(2)
    for _ in range(10):
        stage.clock.forward(11)
        stage.sweep()
        stage.publish()
    assert stage.observation(SCHOOL)
    data = stage.path.read_bytes()
    assert_sound(data)
    held = parts(data)
    assert [name for name, part in own.items() if held.get(name) != part] == []
    assert titles(held)[-1] == OWN or OWN in titles(held)
    page = tmp_path / "apres.pdf"
    seen = office.act(
        {"do": "open", "path": str(stage.path)},
        {"do": "seen", "sheet": LOG},
        {"do": "go", "sheet": LOG},
        {"do": "row", "text": TREE},
        {"do": "print", "sheet": OWN, "path": str(page)},
        {"do": "close"},
    )
    assert seen[1]["hidden"], "the column that she hid is shown again"
    assert "rappeler à 14 h" in seen[1]["notes"]
    if PDFTOPPM is None:
        pytest.skip("all but the pixels: NOT RUN: pdftoppm is not installed")
    before, after = pixels(work.page), pixels(page)
    assert before == after
    assert len(set(before[0][100:])) > 10, "the page is empty"


def test_the_same_work_saved_as_ods_comes_in_by_import(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``vigie workbook import`` takes her .ods with the same result."""
    stage = work.stage
    monkeypatch.setenv("VIGIE_HOME", str(stage.settings.home))
    monkeypatch.setenv("VIGIE_CONVENTIONS", str(stage.conventions))
    words = ["workbook", "import", stage.id, str(work.ods), "--by", "Anne"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert_taken_in(stage)
