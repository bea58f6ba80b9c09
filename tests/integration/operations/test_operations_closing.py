"""The end of an activation: it can be taken up again after a kill, and its reasons are readable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.operations.stage import NOW, Stage
from vigie.language import catalogue
from vigie.operations.opening import close_activation
from vigie.operations.sweeping import finish_workbook
from vigie.problem import TransitionError
from vigie.records.activation import Activation


def close(stage: Stage) -> tuple[Activation, bool]:
    """Close as the command does, before the last revision is written."""
    return close_activation(stage.runtime, stage.id, by="Anne", reason="décrue confirmée")


def test_a_killed_closing_is_taken_up_again(running: Stage) -> None:
    """Killed before its last revision a closing can be repeated; once that lies there it cannot."""
    closed, is_repeated = close(running)
    assert (closed.state, is_repeated) == ("closed", False)
    assert running.store.purge_at(running.id) == NOW + timedelta(days=180)
    running.clock.forward(3)
    running.publish()
    again, is_repeated = close(running)
    assert (again, is_repeated) == (closed, True)
    assert finish_workbook(running.runtime, running.id).is_written
    before = running.store.journal(running.id)
    with pytest.raises(TransitionError):
        close(running)
    assert running.store.journal(running.id) == before


def test_a_last_revision_that_never_came_to_its_place_is_written_again(running: Stage) -> None:
    """Killed between the store and the file, the closing is not at its end."""
    close(running)
    finish_workbook(running.runtime, running.id)
    running.path.unlink()
    _, is_repeated = close(running)
    assert is_repeated
    finish_workbook(running.runtime, running.id)
    assert running.path.is_file()


def test_the_untouched_file_is_known_as_ours(running: Stage) -> None:
    """A second publication of an untouched file reads nothing back and keeps no version of it."""
    running.clock.forward(11)
    running.publish()
    last = running.store.last_revision(running.id)
    assert last is not None
    assert last.file_hash
    assert not last.is_final
    assert list((running.path.parent / "versions").glob("*.xlsx")) == []


def test_the_journal_tells_why_and_who_asked(stage: Stage) -> None:
    """Who asked, why it ended and why an expired convention was used stand on Journal."""
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("valid_until: 2028-12-31", "valid_until: 2026-10-01"), encoding="utf-8"
    )
    stage.open(caller="M. Roux, COD", despite_expiry="renouvellement signé demain")
    stage.move("close", reason="décrue confirmée")
    stage.publish(is_final=True)
    rows = stage.sheet("Journal").rows()
    told = [row["Explication"] or "" for row in rows]
    assert "demandé par : M. Roux, COD" in told[0]
    assert "porte : appel d’un partenaire" in told[0]
    assert "malgré les dates de la convention : renouvellement signé demain" in told[0]
    assert told[-1] == "motif : décrue confirmée"
    label = catalogue("fr").label
    assert rows[-1]["Après"] == label("activation_state", "closed") != "closed"
