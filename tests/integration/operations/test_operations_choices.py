"""What people choose on Conflits is done; rows that they delete are set aside and can come back."""

from __future__ import annotations

import pytest

from tests.integration.operations.stage import CELLAR, LIFE, ROAD, Editing, Stage

LOG = "Main courante"
CONFLICTS = "Conflits"
TAKE = "prendre l’autre"
KEEP = "garder la valeur"


@pytest.fixture
def crowded(running: Stage) -> Stage:
    """A log of more than twenty rows: below that any missing row is a question."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        for number in range(1, 26):
            log.put(log.first_empty(), "Résumé", f"Ronde numéro {number} sans rien à signaler")
    running.clock.forward(1)
    running.publish()
    return running


def _type(stage: Stage, column: str, value: str, *, stale: bytes | None = None) -> None:
    """Type a cell of the row of ROAD into the workbook, or into an older copy saved over it."""
    if stale is not None:
        stage.path.write_bytes(stale)
    with Editing(stage.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), column, value)
    stage.clock.forward(1)
    stage.publish()


def _choose(stage: Stage, text: str, choice: str) -> None:
    """Choose on the line of Conflits that holds a text."""
    with Editing(stage.path) as edited:
        sheet = edited.sheet(CONFLICTS)
        sheet.put(sheet.row_of(text), "Décision", choice)
    stage.clock.forward(1)
    stage.publish()


def _delete(stage: Stage, text: str) -> str:
    """Delete the row of the main log that holds a text; return its reference."""
    with Editing(stage.path) as edited:
        log = edited.sheet(LOG)
        number = log.row_of(text)
        ref = next(row["Réf"] for row in log.rows() if text in str(row["Texte d'origine"]))
        log.sheet.delete_rows(number)
    stage.clock.forward(1)
    stage.publish()
    return str(ref)


def test_the_other_value_is_taken_and_given_back(running: Stage) -> None:
    """Two hands in one cell: the choice stands at the next merge, and so does a changed mind."""
    before = running.path.read_bytes()
    _type(running, "Commentaire", "vu par Alice")
    _type(running, "Commentaire", "vu par Bruno", stale=before)
    standing = running.observation(ROAD).people["comment"]
    other = {"vu par Alice": "vu par Bruno", "vu par Bruno": "vu par Alice"}[str(standing)]
    _choose(running, other, TAKE)
    assert running.observation(ROAD).people["comment"] == other
    row = next(row for row in running.sheet(LOG).rows() if ROAD in str(row["Texte d'origine"]))
    assert row["Commentaire"] == other
    _choose(running, other, KEEP)
    assert running.observation(ROAD).people["comment"] == standing
    running.publish()
    assert running.observation(ROAD).people["comment"] == standing


def test_a_machine_column_stays_the_machines(running: Stage) -> None:
    """A value typed over the machine's cannot be taken: that is said, the value stays there."""
    _type(running, "Source", "moi")
    with Editing(running.path) as edited:
        sheet = edited.sheet(CONFLICTS)
        sheet.put(sheet.row_of("moi"), "Décision", TAKE)
    running.clock.forward(1)
    published = running.publish()
    assert any("appartient à Vigie" in note for note in published.notes)
    assert running.observation(ROAD).value("source") != "moi"


def test_a_deleted_row_is_set_aside_and_comes_back(crowded: Stage) -> None:
    """One deleted row leaves the log, stays in the store, and can be chosen back."""
    ref = _delete(crowded, CELLAR)
    assert crowded.observation(CELLAR).is_withdrawn
    assert ref not in [row["Réf"] for row in crowded.sheet(LOG).rows()]
    crowded.clock.forward(15)
    crowded.publish()
    assert ref not in [row["Réf"] for row in crowded.sheet(LOG).rows()]
    assert len([c for c in crowded.store.conflicts(crowded.id) if c.key == ref]) == 1
    _choose(crowded, ref, TAKE)
    assert not crowded.observation(CELLAR).is_withdrawn
    assert ref in [row["Réf"] for row in crowded.sheet(LOG).rows()]


def test_a_row_pasted_back_is_back(crowded: Stage) -> None:
    """Who deletes a row and pastes it again later has it back, with its reference."""
    with Editing(crowded.path) as edited:
        log = edited.sheet(LOG)
        number = log.row_of(CELLAR)
        kept = [cell.value for cell in log.sheet[number]]
    ref = _delete(crowded, CELLAR)
    with Editing(crowded.path) as edited:
        log = edited.sheet(LOG)
        target = log.first_empty()
        for column, value in enumerate(kept, start=1):
            log.sheet.cell(target, column).value = value
    crowded.clock.forward(1)
    crowded.publish()
    assert not crowded.observation(CELLAR).is_withdrawn
    assert [row["Réf"] for row in crowded.sheet(LOG).rows()].count(ref) == 1


def test_a_row_that_another_changed_is_asked_about(crowded: Stage) -> None:
    """Deleted in an old copy, changed meanwhile: it is kept and stands on Conflits."""
    before = crowded.path.read_bytes()
    _type(crowded, "Commentaire", "équipe envoyée")
    crowded.path.write_bytes(before)
    _delete(crowded, ROAD)
    found = crowded.observation(ROAD)
    assert not found.is_withdrawn
    assert found.people["comment"] == "équipe envoyée"
    asked = [c for c in crowded.store.conflicts(crowded.id) if c.reason == "deleted_edited"]
    assert [c.key for c in asked] == [found.ref]
    _choose(crowded, found.ref, TAKE)
    assert crowded.observation(ROAD).is_withdrawn


def test_what_is_typed_in_a_row_set_aside_is_kept(crowded: Stage) -> None:
    """A stale copy still shows the deleted row: what is typed there reaches the store."""
    before = crowded.path.read_bytes()
    _delete(crowded, ROAD)
    _type(crowded, "Commentaire", "tapé trop tard", stale=before)
    assert crowded.observation(ROAD).people["comment"] == "tapé trop tard"


def test_a_life_at_risk_set_aside_is_journalled(crowded: Stage) -> None:
    """Setting a row aside is a decision of people; the journal says so."""
    ref = _delete(crowded, LIFE)
    entries = [entry for _, entry in crowded.store.journal(crowded.id) if entry.subject == ref]
    assert [entry.action for entry in entries][-1] == "withdraw"


def test_many_missing_rows_go_by_choice_only(running: Stage) -> None:
    """More than five rows or five per cent are asked about; the choice sets all of them aside."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        gone = [row["Réf"] for row in log.rows()][:3]
        log.sheet.delete_rows(log.header_row + 1, 3)
    running.clock.forward(1)
    running.publish()
    shown = [row["Réf"] for row in running.sheet(LOG).rows()]
    assert set(gone) <= set(shown)
    _choose(running, str(gone[0]), TAKE)
    rows = {row.ref: row for row in running.store.observations(running.id)}
    assert all(rows[ref].is_withdrawn for ref in gone)
