"""The workbook, out and back: nothing that people typed is lost, nothing the machine owns is."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.integration.operations.stage import CELLAR, FUTURE, LIFE, ROAD, SCHOOL, Editing, Stage

LOG = "Main courante"
CHECKS = "Contrôles"
CONFLICTS = "Conflits"


def test_people_keep_their_cells_rows_sheets_and_comments(running: Stage) -> None:
    """Cells in P and F columns, an added row, a comment and a sheet of their own all stay."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        row = log.row_of(ROAD)
        log.put(row, "Statut", "en cours")
        log.put(row, "Suivi par", "Lise M.")
        log.put(row, "Commentaire", "= rappelée ; +33 0 00 00 00 00")
        log.sheet.cell(row, log.column("Résumé")).comment = Comment("vu avec le SDIS", "Lise")
        added = log.first_empty()
        log.put(added, "Résumé", "Deux randonneurs non rentrés, secteur de Lantenay")
        log.put(added, "Urgence", "haute")
        log.put(added, "Commune", "Lantenay")
        log.put(added, "Saisi par", "Lise M.")
        notes = edited.book.create_sheet("Notes de Lise")
        notes["B2"] = "numéros utiles"
    running.server.set_wave(2)
    running.clock.forward(5)
    running.sweep()
    published = running.publish()
    assert (published.edit_count, published.added_count) == (3, 1)
    for _ in range(2):
        log = running.sheet(LOG)
        row = log.row_of(ROAD)
        assert log.get(row, "Statut") == "en cours"
        assert log.get(row, "Suivi par") == "Lise M."
        assert log.get(row, "Commentaire") == "= rappelée ; +33 0 00 00 00 00"
        comment = log.sheet.cell(row, log.column("Résumé")).comment
        assert comment is not None
        assert "vu avec le SDIS" in comment.text
        added = log.row_of("Deux randonneurs")
        assert str(log.get(added, "Réf")).startswith("EX-CO21-")
        assert log.get(added, "Saisi par") == "Lise M."
        assert openpyxl.load_workbook(running.path)["Notes de Lise"]["B2"].value == "numéros utiles"
        assert log.row_of(SCHOOL)
        running.clock.forward(11)
        running.publish()
    assert sum("Deux randonneurs" in str(r["Résumé"]) for r in running.sheet(LOG).rows()) == 1


def test_what_people_decided_outranks_the_machine_for_ever(running: Stage) -> None:
    """A status and an urgency that a person set survive a revision and later sweeps."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        row = log.row_of("la levée tient")
        log.put(row, "Urgence", "normale")
        log.put(row, "Résumé", "Levée d'Auxonne : à suivre")
        log.put(row, "Catégorie", "éboulement")
    running.server.set_wave(2)
    running.publish()
    running.clock.forward(5)
    running.sweep()
    running.publish()
    log = running.sheet(LOG)
    row = log.row_of("la levée cède")
    assert log.get(row, "Urgence") == "normale"
    assert log.get(row, "Résumé") == "Levée d'Auxonne : à suivre"
    assert log.get(row, "Catégorie") == "éboulement"


def test_a_value_typed_over_the_machine_goes_to_conflicts(running: Stage) -> None:
    """The machine's value returns; what was typed stands on Conflits and in the journal."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        row = log.row_of(ROAD)
        source = log.get(row, "Source")
        log.put(row, "Source", "ma voisine")
    published = running.publish()
    assert published.notes
    log = running.sheet(LOG)
    assert log.get(log.row_of(ROAD), "Source") == source
    (conflict,) = running.sheet(CONFLICTS).rows()
    assert (conflict["Valeur retenue"], conflict["Autre valeur"]) == (source, "ma voisine")
    assert conflict["Colonne"] == "Source"
    entries = [e for _, e in running.store.journal(running.id) if e.action == "typed_over"]
    assert [(e.field, e.after) for e in entries] == [("source", "ma voisine")]
    running.clock.forward(11)
    assert running.publish().notes == ()
    assert len(running.sheet(CONFLICTS).rows()) == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"<html>502</html>"])
def test_an_unreadable_file_is_set_aside_and_said(running: Stage, content: bytes) -> None:
    """A file that cannot be read back is kept under a dated name, said and journalled."""
    running.path.write_bytes(content)
    published = running.publish()
    assert published.is_written
    (note,) = published.notes
    aside = [p for p in running.path.parent.rglob("*.xlsx") if p.read_bytes() == content]
    assert len(aside) == 1
    assert aside[0].name in note
    assert running.sheet(LOG).row_of(ROAD)
    assert [e.after for _, e in running.store.journal(running.id) if e.action == "set_aside"] == [
        aside[0].name
    ]


def test_another_activations_workbook_is_set_aside(running: Stage) -> None:
    """A workbook that belongs to another activation is never merged into this one."""
    mine, my_id = running.path, running.id
    running.open(event="Autre crue")
    running.sweep()
    running.publish()
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Commentaire", "dans l'autre classeur")
    other = running.id
    shutil.copy(running.path, mine)
    running.id = my_id
    published = running.publish()
    assert other in published.notes[0]
    assert "dans l'autre classeur" not in str(running.sheet(LOG).rows())


def test_a_missing_file_is_written_again(running: Stage) -> None:
    """A deleted workbook comes back with everything, what people had typed before included."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(CELLAR), "Suivi par", "Paul")
    running.publish()
    running.path.unlink()
    running.publish()
    log = running.sheet(LOG)
    assert log.get(log.row_of(CELLAR), "Suivi par") == "Paul"


def test_a_stale_copy_is_merged_against_its_own_base(running: Stage, tmp_path: Path) -> None:
    """An old copy that comes back adds its edits; later edits and rows of others are not undone."""
    copy = tmp_path / "copie.xlsx"
    with Editing(running.path, copy) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Action demandée", "barrer la D10")
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(CELLAR), "Suivi par", "Paul")
    running.publish()
    running.server.set_wave(2)
    running.clock.forward(5)
    running.sweep()
    running.publish()
    shutil.copy(copy, running.path)
    running.publish()
    log = running.sheet(LOG)
    assert log.get(log.row_of(ROAD), "Action demandée") == "barrer la D10"
    assert log.get(log.row_of(CELLAR), "Suivi par") == "Paul"
    assert log.row_of(SCHOOL)


def test_two_hands_on_one_cell_are_both_kept(running: Stage, tmp_path: Path) -> None:
    """Same cell changed in the file and in a stale copy: one stands, the other is on Conflits."""
    copy = tmp_path / "copie.xlsx"
    for target, name in ((copy, "Paul"), (running.path, "Lise")):
        with Editing(running.path, target) as edited:
            log = edited.sheet(LOG)
            log.put(log.row_of(ROAD), "Suivi par", name)
    running.publish()
    shutil.copy(copy, running.path)
    running.publish()
    log = running.sheet(LOG)
    standing = log.get(log.row_of(ROAD), "Suivi par")
    (conflict,) = running.sheet(CONFLICTS).rows()
    assert {standing, conflict["Autre valeur"]} == {"Paul", "Lise"}
    assert conflict["Valeur retenue"] == standing


def test_rows_that_vanished_come_back(running: Stage) -> None:
    """Half the rows deleted from the file delete nothing: they return and the loss is said."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        count = len(log.rows())
        log.sheet.delete_rows(log.header_row + 1, count - 1)
    published = running.publish()
    assert published.notes
    assert len(running.sheet(LOG).rows()) == count


def test_nothing_is_rewritten_when_nothing_changed(running: Stage) -> None:
    """A sweep without news leaves the very file alone, byte and time."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(LIFE), "Accusé à", datetime(2026, 11, 20, 12, 30))  # noqa: DTZ001
    running.publish()
    before = (running.path.read_bytes(), running.path.stat().st_mtime_ns)
    running.clock.forward(3)
    running.sweep()
    published = running.publish()
    assert not published.is_written
    assert (running.path.read_bytes(), running.path.stat().st_mtime_ns) == before


def test_a_commune_changed_by_a_person_moves_the_point(running: Stage) -> None:
    """Another commune recomputes latitude, longitude, precision; a wrong name leaves none."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        row = log.row_of(ROAD)
        before = (log.get(row, "Lat"), log.get(row, "Lon"))
        log.put(row, "Commune", "Is-sur-Tille")
        log.put(log.row_of(CELLAR), "Commune", "Nullepart-les-Oies")
    running.publish()
    log = running.sheet(LOG)
    row = log.row_of(ROAD)
    place = running.runtime.gazetteer.commune("21317")
    assert (log.get(row, "Lat"), log.get(row, "Lon")) == (
        pytest.approx(place.lat, abs=1e-4),
        pytest.approx(place.lon, abs=1e-4),
    )
    assert (log.get(row, "Lat"), log.get(row, "Lon")) != before
    assert log.get(row, "Précision (m)") > 0
    nowhere = log.row_of(CELLAR)
    assert log.get(nowhere, "Commune") == "Nullepart-les-Oies"
    assert (log.get(nowhere, "Lat"), log.get(nowhere, "Lon")) == (None, None)


def test_a_typed_point_outranks_the_commune(running: Stage) -> None:
    """Commune and point changed together: the person's point stands, decimal commas are read."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        row = log.row_of(ROAD)
        log.put(row, "Commune", "Is-sur-Tille")
        log.put(row, "Lat", "47,5212")
        log.put(row, "Lon", "5,1034")
    running.publish()
    log = running.sheet(LOG)
    row = log.row_of(ROAD)
    shown = [float(str(log.get(row, name)).replace(",", ".")) for name in ("Lat", "Lon")]
    assert shown == [47.5212, 5.1034]
    kept = running.observation(ROAD)
    assert (kept.value("lat"), kept.value("lon")) == (47.5212, 5.1034)


def test_a_decision_on_the_checks_lets_a_post_in(running: Stage) -> None:
    """« laisser entrer » typed on Contrôles turns the held post into a row, once, by the person."""
    running.server.set_wave(3)
    running.clock.forward(5)
    running.sweep()
    running.publish()
    with Editing(running.path) as edited:
        checks = edited.sheet(CHECKS)
        row = next(
            n
            for n in range(checks.header_row + 1, checks.sheet.max_row + 1)
            if not checks.get(n, "Réf") and checks.get(n, "N°")
        )
        checks.put(row, "Décision", "laisser entrer")
        checks.put(row, "Décidé par", "Paul")
    running.publish()
    admitted = running.observation(FUTURE)
    assert running.store.quarantined_posts(running.id) == []
    assert running.sheet(LOG).row_of(FUTURE)
    entries = [e for _, e in running.store.journal(running.id) if e.action == "decide"]
    assert [e.after for e in entries] == ["let_in"]
    running.clock.forward(11)
    running.publish()
    assert running.observation(FUTURE).ref == admitted.ref
    decided = [r for r in running.sheet(CHECKS).rows() if r["Décision"]]
    assert [r["Décision"] for r in decided] == ["laisser entrer"]


def test_team_and_solidarity_rows_stay(running: Stage) -> None:
    """Rows typed on the sheets that people fill get a key and stay, their times too."""
    with Editing(running.path) as edited:
        team = edited.sheet("Équipe")
        row = team.first_empty()
        team.put(row, "Nom", "Lise M.")
        team.put(row, "Prise de poste", datetime(2026, 11, 20, 12, 5))  # noqa: DTZ001
        offer = edited.sheet("Solidarité")
        row = offer.first_empty()
        offer.put(row, "Quoi", "20 lits de camp")
        offer.put(row, "Où", "Genlis")
    for _ in range(2):
        running.publish()
        running.clock.forward(11)
    (member,) = running.sheet("Équipe").rows()
    assert (member["Nom"], bool(member["N°"])) == ("Lise M.", True)
    assert datetime(2026, 11, 20, 12, 5) in member.values()  # noqa: DTZ001
    (offered,) = running.sheet("Solidarité").rows()
    assert offered["Quoi"] == "20 lits de camp"


def test_an_exercise_is_marked_everywhere(running: Stage) -> None:
    """File name and every visible sheet say EXERCICE; the folder is restricted."""
    assert running.path.name.startswith("EXERCICE ")
    assert running.path.parent.name == "restricted"
    assert running.path.parent.stat().st_mode & 0o077 == 0
    book = openpyxl.load_workbook(running.path)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        told = " ".join(str(c.value) for row in sheet.iter_rows(max_row=4) for c in row if c.value)
        header = f"{sheet.oddHeader.left.text} {sheet.oddHeader.center.text}"
        assert "EXERCICE" in told + header, sheet.title
