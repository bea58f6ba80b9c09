"""Debriefs of whole activations: made, frozen, filled in, read back, carried on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from tests.integration.operations.stage import LIFE, Editing, Stage
from vigie.operations.debrief_returning import DebriefFaultsError, take_back
from vigie.operations.debriefing import make_debrief
from vigie.operations.opening import close_activation
from vigie.problem import Problem, TransitionError
from vigie.records.sweep import Draft, SweepOutcome
from vigie.signals.places import Gazetteer

HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> {{ 7*7 }} &amp; ]]>"


class Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def filled(path: Path, sheet: str, rows: list[tuple], save_as: Path | None = None) -> Path:
    """Fill lines into a debrief's sheet, as a person does; None leaves a cell as it is."""
    book = openpyxl.load_workbook(path)
    for number, cells in rows:
        for column, value in enumerate(cells, start=1):
            if value is not None:
                book[sheet].cell(number, column, None if value == "" else value)
    book.save(save_as or path)
    return save_as or path


@pytest.fixture
def worked(running: Stage) -> Stage:
    """A small exercise in which volunteers graded, passed on and had acknowledged a row."""
    ref = running.observation(LIFE[:30]).ref
    with Editing(running.path) as book:
        log = book.sheet("Main courante")
        at = log.row_of(ref)
        log.put(at, "Crédibilité", 2)
        log.put(at, "Suivi par", "Rose Vidal")
        log.put(at, "Destinataire", "CODIS 21")
        log.put(at, "Transmis à", datetime(2026, 11, 20, 12, 4))  # noqa: DTZ001 - as it is typed
        log.put(at, "Accusé à", datetime(2026, 11, 20, 12, 9))  # noqa: DTZ001
        team = book.sheet("Équipe")
        row = team.first_empty()
        team.put(row, "Nom", "Rose Vidal")
        team.put(row, "Rôle", "vérification")
        team.put(row, "Heures", 2.5)
    running.clock.forward(10)
    running.publish()
    running.clock.forward(20)
    close_activation(running.runtime, running.id, by="Anne", reason="décrue")
    return running


def test_a_debrief_tells_the_whole_activation(worked: Stage) -> None:
    """Three files; delays, hours, sources from what was done; EXERCICE everywhere; no names."""
    made = make_debrief(worked.runtime, worked.id)
    assert [path.name for path in made.paths] == [
        f"EXERCICE {worked.id}-debrief-1{ending}" for ending in (".xlsx", ".html", ".json")
    ]
    data = json.loads(made.paths[2].read_text(encoding="utf-8"))
    (life,) = [one for one in data["facts"] if one["urgency"] == "life_at_risk"]
    assert life["recipient"] == "CODIS 21"
    assert life["grade_minutes"] == 10
    assert life["acknowledgement_minutes"] is not None
    assert data["figures"]["volunteer_hours"] == 2.5
    assert {one["name"] for one in data["sources"]} >= {"Mastodon (piaille.fr)"}
    assert data["figures"]["sweeps"] == 1
    book = openpyxl.load_workbook(made.paths[0])
    assert book.sheetnames[-1] == "_vigie"
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert [sheet.title for sheet in shown] == [
        "Chronologie", "Faits", "Délais", "Sources", "Équipe", "Messages", "Conflits",
        "Contrôles", "Débriefing à chaud", "Débriefing à froid", "Actions",
    ]  # fmt: skip
    assert all("EXERCICE" in sheet["A1"].value for sheet in shown)
    assert len(book["Délais"]._charts) == 1
    page = made.paths[1].read_text(encoding="utf-8")
    assert page.count("EXERCICE · EXERCICE · EXERCICE") >= 3
    cells = [str(c.value) for sheet in shown for row in sheet.iter_rows() for c in row if c.value]
    for told in (page, json.dumps(data, ensure_ascii=False), "\n".join(cells)):
        assert "Vidal" not in told
        assert not re.search(r"\bAnne\b", told)
        assert "@piaille.example" not in told
        assert "petite_fille" not in told
        # Of a source that was not asked its address alone is named; of a post none leads to it.
        assert not re.search(r"https?://[^/\s\"]+/", told)


def test_the_page_stands_alone_and_its_charts_can_be_read_aloud(worked: Stage) -> None:
    """No script, nothing loaded; each drawing has a title, a description and a table beside."""
    page = make_debrief(worked.runtime, worked.id).paths[1].read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert not {"script", "img", "iframe", "link", "object", "form", "a"} & set(tags.tags)
    assert not [name for name, _ in tags.attributes if name.startswith("on") or name == "style"]
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 3
    for drawing in drawings:
        assert 'role="img"' in drawing
        for part in ("title", "desc"):
            (identity,) = re.findall(rf'<{part} id="([\w-]+)">[^<]', drawing)
            assert identity in re.findall(r'aria-labelledby="([^"]+)"', drawing)[0]
    assert re.findall(r"</figure>\s*(?:<p|<table)", page)


def test_hostile_words_stay_words(make_stage: Callable[..., Stage]) -> None:
    """Markup, templates and formulas in rows, journal and remarks are shown, never obeyed."""
    stage = make_stage("hostile")
    stage.open(event=f"Crue {HOSTILE}")
    cells = {
        "received_at": stage.clock(),
        "urgency": "life_at_risk",
        "status": "unverified",
        "summary": HOSTILE,
        "commune": "=cmd|' /C calc'!A0",
        "category": HOSTILE,
    }
    outcome = SweepOutcome(
        sweep_id="s", committed_at=stage.clock(), drafts=(Draft(machine=cells, leader=None),)
    )
    stage.store.commit_sweep(stage.id, "CO21", outcome)
    first = make_debrief(stage.runtime, stage.id)
    file = filled(first.paths[0], "Débriefing à chaud", [(5, (None, HOSTILE, HOSTILE))])
    assert take_back(stage.runtime, stage.id, file, by="Anne").added_count == 1
    made = make_debrief(stage.runtime, stage.id)
    page = made.paths[1].read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert not {"script", "img"} & set(tags.tags)
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page
    book = openpyxl.load_workbook(made.paths[0])
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]


def test_runs_are_numbered_and_earlier_files_kept(worked: Stage) -> None:
    """Each run writes new files; what people did to an earlier one stays as it is."""
    first = make_debrief(worked.runtime, worked.id)
    before = [path.read_bytes() for path in first.paths]
    second = make_debrief(worked.runtime, worked.id, by="Anne")
    assert (first.run.number, second.run.number) == (1, 2)
    assert [path.read_bytes() for path in first.paths] == before
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in second.paths)


def test_a_file_of_a_run_that_was_killed_is_set_aside(worked: Stage) -> None:
    """It may have been filled in: it keeps its content under another name."""
    folder = worked.house.restricted(worked.id)
    left = folder / f"EXERCICE {worked.id}-debrief-1.xlsx"
    left.write_bytes(b"typed by people")
    assert make_debrief(worked.runtime, worked.id).paths[0] == left
    assert left.read_bytes() != b"typed by people"
    aside = folder / f"EXERCICE {worked.id}-debrief-1 (1).xlsx"
    assert aside.read_bytes() == b"typed by people"


def test_filled_in_sheets_come_back(worked: Stage) -> None:
    """Taken once, twice the same; changed; shown in the next run; the activation is debriefed."""
    first = make_debrief(worked.runtime, worked.id).paths[0]
    filled(
        first,
        "Débriefing à chaud",
        [(5, (None, "Sources et outils", None, "Piaille muette", 2, "Doubler", "veille")),
         (6, (None, "Équipe et organisation", "Relève fluide"))],
    )  # fmt: skip
    filled(first, "Actions", [(5, (None, "Former deux relais", "VISOV", "31/01/2027"))])
    assert take_back(worked.runtime, worked.id, first, by="Anne").added_count == 3
    assert worked.store.activation(worked.id).state == "debriefed"
    again = take_back(worked.runtime, worked.id, first, by="Anne")
    assert (again.added_count, again.changed_count) == (0, 0)
    second = make_debrief(worked.runtime, worked.id)
    page = second.paths[1].read_text(encoding="utf-8")
    for words in (
        "Piaille muette",
        "niveau 2",
        "Relève fluide",
        "Former deux relais",
        "31/01/2027",
    ):
        assert words in page
    file = filled(second.paths[0], "Débriefing à chaud", [(5, (None, None, None, None, 3))])
    filled(file, "Actions", [(5, (None, None, None, None, "faite"))])
    assert take_back(worked.runtime, worked.id, file, by="Anne").changed_count == 2
    found = {one.key: one.values for one in worked.store.debrief_entries(worked.id)}
    assert (found["C-1"]["level"], found["A-1"]["state"]) == (3, "done")
    edits = [e for _, e in worked.store.journal(worked.id) if e.action == "debrief_edit"]
    assert [(e.subject, e.field, e.before, e.after) for e in edits] == [
        ("C-1", "level", "2", "3"),
        ("A-1", "state", "open", "done"),
    ]


def test_two_copies_of_one_run_both_count(worked: Stage, tmp_path: Path) -> None:
    """Each says what it changed; where both changed one cell, the other value is told and kept."""
    first = make_debrief(worked.runtime, worked.id).paths[0]
    line = (None, "Autre", "Bien", None, 1, None, None)
    filled(first, "Débriefing à froid", [(5, line)])
    take_back(worked.runtime, worked.id, first, by="Anne")
    second = make_debrief(worked.runtime, worked.id).paths[0]
    one = filled(
        second, "Débriefing à froid", [(5, (None, None, None, None, 2))], tmp_path / "1.xlsx"
    )
    two = filled(
        second, "Débriefing à froid", [(5, (None, None, "Très bien", None, 3))], tmp_path / "2.xlsx"
    )
    assert take_back(worked.runtime, worked.id, one, by="Anne").notes == ()
    (note,) = take_back(worked.runtime, worked.id, two, by="Zoé").notes
    assert "« 2 »" in note
    assert "« 3 »" in note
    (entry,) = worked.store.debrief_entries(worked.id)
    assert (entry.values["strength"], entry.values["level"]) == ("Très bien", 3)


def test_with_one_fault_nothing_is_taken(worked: Stage) -> None:
    """All faults at once, with sheet and row; the store is as before."""
    file = make_debrief(worked.runtime, worked.id).paths[0]
    filled(
        file, "Débriefing à chaud", [(5, (None, None, "Bien", None, 9)), (7, ("C-4", None, "x"))]
    )
    filled(file, "Actions", [(6, (None, None, "SIDPC", "demain"))])
    with pytest.raises(DebriefFaultsError) as raised:
        take_back(worked.runtime, worked.id, file, by="Anne")
    places = [(fault.sheet, fault.row) for fault in raised.value.faults]
    assert places == [
        ("Débriefing à chaud", 5),
        ("Débriefing à chaud", 7),
        ("Actions", 6),
        ("Actions", 6),
    ]
    assert worked.store.debrief_entries(worked.id) == []
    assert worked.store.activation(worked.id).state == "closed"


def test_open_actions_stand_in_the_next_activation_of_the_convention(worked: Stage) -> None:
    """Carried on until somebody ends them, under the name of where they arose."""
    file = make_debrief(worked.runtime, worked.id).paths[0]
    filled(file, "Actions", [(5, (None, "Former deux relais", "VISOV", "31/01/2027"))])
    take_back(worked.runtime, worked.id, file, by="Anne")
    earlier = worked.id
    worked.clock.forward(60 * 24)
    worked.open()
    made = make_debrief(worked.runtime, worked.id)
    assert f"{earlier}/A-1" in made.paths[1].read_text(encoding="utf-8")
    filled(made.paths[0], "Actions", [(5, (None, None, None, None, "faite"))])
    assert take_back(worked.runtime, worked.id, made.paths[0], by="Anne").changed_count == 1
    again = make_debrief(worked.runtime, worked.id)
    assert f"{earlier}/A-1" not in again.paths[1].read_text(encoding="utf-8")
    assert worked.store.debrief_entries(earlier)[0].values["state"] == "done"


def test_a_lost_hidden_sheet_is_no_obstacle_and_a_foreign_file_is_refused(worked: Stage) -> None:
    """The headings name the run as well; a debrief of another activation is not taken."""
    made = make_debrief(worked.runtime, worked.id)
    book = openpyxl.load_workbook(made.paths[0])
    del book["_vigie"]
    book.save(made.paths[0])
    filled(made.paths[0], "Débriefing à chaud", [(5, (None, None, "Bien"))])
    assert take_back(worked.runtime, worked.id, made.paths[0], by="Anne").added_count == 1
    worked.clock.forward(60)
    worked.open()
    with pytest.raises(Problem, match=worked.id):
        take_back(worked.runtime, worked.id, made.paths[0], by="Anne")


def test_names_only_where_the_convention_allows_them(tmp_path: Path, gazetteer: Gazetteer) -> None:
    """--names is refused by default; a convention that allows it has them unless --no-names."""
    stage = Stage(tmp_path / "shy", None, gazetteer, kind="real")  # type: ignore[arg-type]
    stage.open(by="Rose Vidal")
    with pytest.raises(Problem, match="nommer"):
        make_debrief(stage.runtime, stage.id, names=True)
    stage.close()
    open_handed = Stage(tmp_path / "open", None, gazetteer, kind="real")  # type: ignore[arg-type]
    file = open_handed.conventions / "cote-dor.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\ndebrief:\n  names: true\n", encoding="utf-8")
    open_handed.open(by="Rose Vidal")
    page = make_debrief(open_handed.runtime, open_handed.id).paths[1].read_text(encoding="utf-8")
    assert "Rose Vidal" in page
    assert "EXERCICE" not in page
    shy = make_debrief(open_handed.runtime, open_handed.id, names=False)
    assert "Rose Vidal" not in shy.paths[1].read_text(encoding="utf-8")
    open_handed.close()


def test_what_was_never_active_has_no_debrief(tmp_path: Path, gazetteer: Gazetteer) -> None:
    """A proposal has nothing to tell; whoever reads a file in must be named."""
    stage = Stage(tmp_path, None, gazetteer, kind="real")  # type: ignore[arg-type]
    stage.open("propose")
    with pytest.raises(TransitionError):
        make_debrief(stage.runtime, stage.id)
    with pytest.raises(Problem, match="--by"):
        take_back(stage.runtime, stage.id, tmp_path / "x.xlsx", by=" ")
    with pytest.raises(Problem, match=r"x\.xlsx"):
        take_back(stage.runtime, stage.id, tmp_path / "x.xlsx", by="Anne")
    stage.close()
