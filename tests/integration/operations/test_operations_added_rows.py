"""A row that people added stays one row, whenever the machine was stopped."""

from __future__ import annotations

from tests.integration.operations.stage import ROAD, Editing, Stage

LOG = "Main courante"
HIKERS = "Deux randonneurs non rentrés, secteur de Lantenay"


def test_row_saved_again_before_its_key_was_shown_stays_one(running: Stage) -> None:
    """Killed after the row's commit and before its file: a later save makes no second row."""
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.first_empty(), "Résumé", HIKERS)
    as_typed = running.path.read_bytes()
    running.publish()
    # What a kill leaves: the store has the row, the file still is the people's.
    running.path.write_bytes(as_typed)
    with Editing(running.path) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(ROAD), "Commentaire", "tapé après la panne")
    running.clock.forward(1)
    running.publish()
    rows = [row for row in running.sheet(LOG).rows() if row["Résumé"] == HIKERS]
    assert len(rows) == 1
    assert rows[0]["Réf"]
    assert running.observation(ROAD).people["comment"] == "tapé après la panne"
