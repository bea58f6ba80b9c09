"""What is asked on Conflits and Contrôles: once, and never at the price of what was typed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl

from tests.integration.operations.stage import CELLAR, LIFE, ROAD, Editing, Stage

LOG, CONFLICTS, CHECKS = "Main courante", "Conflits", "Contrôles"
HIKERS = "Deux randonneurs non rentrés, secteur de Lantenay"


def _counter(stage: Stage, label: str) -> int:
    """Return a counter of statuses on Synthèse."""
    sheet = openpyxl.load_workbook(stage.path)["Synthèse"]
    (value,) = (line[3].value for line in sheet.iter_rows() if line[2].value == label)
    return int(value)


def _checks_of(stage: Stage, ref: str) -> list[dict[str, object]]:
    rows = stage.sheet(CHECKS).rows()
    return [row for row in rows if row["Réf"] == ref and row["N°"] == f"sta-{ref}"]


def test_a_bare_refutation_silences_no_life_alarm(running: Stage) -> None:
    """« infirmé » without evidence counts as « en cours »: the alarm stays until there is proof."""
    ref = running.observation(LIFE).ref
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(LIFE), "Statut", "infirmé")
    running.publish()
    sheet = openpyxl.load_workbook(running.path)["Synthèse"]
    assert any(ref in str(c.value) for row in sheet.iter_rows() for c in row)
    assert _counter(running, "infirmé") == 0
    (line,) = _checks_of(running, ref)
    assert line["Gravité"] == "à vérifier"
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(LIFE), "Preuves", "https://exemple.org/dementi")
    for _ in range(2):
        running.publish()
        running.clock.forward(11)
    assert _counter(running, "infirmé") == 1
    (line,) = _checks_of(running, ref)
    assert line["Gravité"] == "pour information"


def test_a_status_taken_back_leaves_no_row_of_people(running: Stage) -> None:
    """A line of Contrôles stays one line when the status that it was about is taken back."""
    ref = running.observation(ROAD).ref
    for status in ("confirmé", "en cours", "en cours"):
        with Editing(running.path) as edited:
            log = edited.sheet(LOG)
            log.put(log.row_of(ROAD), "Statut", status)
        running.clock.forward(11)
        published = running.publish()
        assert published.added_count == 0
        assert len(_checks_of(running, ref)) == 1
    assert _counter(running, "confirmé") == 0


def test_the_same_stale_save_is_asked_about_once(running: Stage) -> None:
    """A stale editor that saves its typed-over cell again and again makes one line of Conflits."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Source", "ma voisine")
        log.put(log.row_of(CELLAR), "Suivi par", "Paul")
    stale = running.path.read_bytes()
    for _ in range(3):
        running.path.write_bytes(stale)
        running.clock.forward(1)
        running.publish()
    assert len(running.sheet(CONFLICTS).rows()) == 1
    entries = [e for _, e in running.store.journal(running.id) if e.action == "typed_over"]
    assert len(entries) == 1


def test_a_stale_value_does_not_come_back_each_time(running: Stage, tmp_path: Path) -> None:
    """Two stale editors that save in turn leave one line with both values; nothing swings."""
    copies = []
    for name in ("Paul", "Lise"):
        copy = tmp_path / f"{name}.xlsx"
        with Editing(running.path, copy) as edited:
            log = edited.sheet(LOG)
            log.put(log.row_of(ROAD), "Suivi par", name)
        copies.append(copy.read_bytes())
    standing = set()
    for turn in range(4):
        running.path.write_bytes(copies[turn % 2])
        running.clock.forward(1)
        running.publish()
        if turn:
            standing.add(running.observation(ROAD).people["followed_by"])
    assert standing == {"Lise"}
    assert len(running.sheet(CONFLICTS).rows()) == 1


def test_many_deleted_rows_are_a_question_on_conflits(running: Stage) -> None:
    """Rows missing in numbers return and are asked about on Conflits, once."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        count = len(log.rows())
        log.sheet.delete_rows(log.header_row + 1, count - 1)
    damaged = running.path.read_bytes()
    for _ in range(2):
        running.path.write_bytes(damaged)
        running.clock.forward(1)
        running.publish()
    (asked,) = running.sheet(CONFLICTS).rows()
    assert str(count - 1) in str(asked["Autre valeur"])
    assert any("retirer" in str(value) for value in asked.values())
    assert len(running.sheet(LOG).rows()) == count


def _unmarked(path: Path) -> None:
    """Save as an editor does that drops hidden sheets and names."""
    book = openpyxl.load_workbook(path)
    del book["_vigie"]
    del book.defined_names["vigie_revision"]
    book.save(path)


def test_an_unmarked_old_file_finds_its_revision(running: Stage, tmp_path: Path) -> None:
    """A file without marks is merged against the revision that it was: no edit is invented."""
    copy = tmp_path / "copie.xlsx"
    with Editing(running.path, copy) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(CELLAR), "Action demandée", "pomper")
    _unmarked(copy)
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Suivi par", "Paul")
    running.publish()
    running.server.set_wave(2)
    running.clock.forward(5)
    running.sweep()
    running.publish()
    running.path.write_bytes(copy.read_bytes())
    published = running.publish()
    assert published.edit_count == 1
    assert running.observation(ROAD).people == {"followed_by": "Paul"}
    assert running.observation(CELLAR).people == {"requested_action": "pomper"}
    assert running.sheet(CONFLICTS).rows() == []


def test_an_unmarked_file_that_resembles_none_is_asked_about(running: Stage) -> None:
    """Where the base is unknown nothing is replaced: what differs stands on Conflits."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        for number in range(log.header_row + 1, log.first_empty()):
            for column in ("Résumé", "Catégorie", "Commentaire", "Lieu", "Suivi par"):
                log.put(number, column, f"autre {column} {number}")
    _unmarked(running.path)
    before = running.observation(ROAD)
    published = running.publish()
    assert running.observation(ROAD) == before
    assert "révision" in published.notes[0]
    asked = {str(row["Autre valeur"]) for row in running.sheet(CONFLICTS).rows()}
    row = running.sheet(LOG).row_of(ROAD)
    assert {f"autre Résumé {row}", f"autre Suivi par {row}"} <= asked


def test_an_unmarked_file_of_others_is_set_aside(running: Stage) -> None:
    """A file without marks, none of whose references is known, adds no rows: it is set aside."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        for number in range(log.header_row + 1, log.first_empty()):
            log.put(number, "Réf", f"XX99-{number}")
    _unmarked(running.path)
    count = len(running.store.observations(running.id))
    published = running.publish()
    assert "de côté" in published.notes[0]
    assert len(running.store.observations(running.id)) == count


def test_a_corrected_row_of_an_open_editor_stays_one(running: Stage) -> None:
    """A stale editor corrects and moves its row, saves again: one row, corrected, no conflict."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        row = log.first_empty()
        log.put(row, "Résumé", HIKERS)
        log.put(row, "Commune", "Lantenay")
    stale = running.path.read_bytes()
    running.publish()
    (known,) = (o for o in running.store.observations(running.id) if o.is_added_by_people)
    running.path.write_bytes(stale)
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.sheet.insert_rows(row)
        log.put(row + 1, "Résumé", HIKERS.replace("Deux", "Trois"))
    published = running.publish()
    assert published.added_count == 0
    (now,) = (o for o in running.store.observations(running.id) if o.is_added_by_people)
    assert (now.ref, now.people["summary"]) == (known.ref, HIKERS.replace("Deux", "Trois"))
    rows = [r for r in running.sheet(LOG).rows() if "randonneurs" in str(r["Résumé"])]
    assert [r["Réf"] for r in rows] == [known.ref]
    assert running.sheet(CONFLICTS).rows() == []


def test_arrival_typed_into_an_added_row_goes_to_conflits(running: Stage) -> None:
    """Reçu à of an added row is the machine's; what was typed there is kept on Conflits, once."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        row = log.first_empty()
        log.put(row, "Résumé", HIKERS)
        log.put(row, "Reçu à", datetime(2026, 11, 19, 1, 2))  # noqa: DTZ001
        log.put(row, "Recoupements", 9)
    stale = running.path.read_bytes()
    for _ in range(2):
        running.path.write_bytes(stale)
        running.publish()
    (added,) = (o for o in running.store.observations(running.id) if o.is_added_by_people)
    assert added.value("received_at") == running.clock()
    log = running.sheet(LOG)
    assert log.get(log.row_of(HIKERS), "Recoupements") is None
    asked = running.sheet(CONFLICTS).rows()
    assert {row["Colonne"] for row in asked} == {"Reçu à", "Recoupements"}
    assert len(asked) == 2


def test_an_emptied_cell_can_be_one_of_two_hands(running: Stage, tmp_path: Path) -> None:
    """One person empties what another changed: a line of Conflits, and the publication goes on."""
    copy = tmp_path / "copie.xlsx"
    for target, value in ((copy, None), (running.path, "haute")):
        with Editing(running.path, target) as edited:
            log = edited.sheet(LOG)
            log.put(log.row_of(LIFE), "Urgence", value)
    running.publish()
    running.path.write_bytes(copy.read_bytes())
    running.publish()
    (asked,) = running.sheet(CONFLICTS).rows()
    assert {asked["Valeur retenue"], asked["Autre valeur"]} == {"(vide)", "haute"}
