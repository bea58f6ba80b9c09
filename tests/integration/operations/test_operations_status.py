"""Alarms: a silent source and an unacknowledged life ring until people act."""

from __future__ import annotations

from datetime import datetime

from tests.integration.operations.stage import LIFE, Editing, Stage
from vigie.exercise.script import Fault
from vigie.operations.status import ActivationStatus, activation_status

REFUSED = Fault(status=403, body="<html>no</html>")


def status(stage: Stage) -> ActivationStatus:
    """Return how the activation is doing."""
    return activation_status(stage.runtime, stage.id)


def alarms(stage: Stage) -> tuple[str, ...]:
    """Return what rings."""
    return status(stage).alarms


def test_a_life_at_risk_rings_until_acknowledged(running: Stage) -> None:
    """Its minutes are counted; `Accusé à` typed in the workbook stops it."""
    ref = running.observation(LIFE).ref
    running.clock.forward(7)
    (alarm,) = alarms(running)
    assert alarm.startswith(ref)
    assert "7" in alarm
    running.publish()
    summary = running.sheet("Synthèse")
    assert any(ref in str(cell.value) for row in summary.sheet.iter_rows() for cell in row)
    with Editing(running.path) as edited:
        log = edited.sheet("Main courante")
        log.put(log.row_of(LIFE), "Accusé à", datetime(2026, 11, 20, 12, 10))  # noqa: DTZ001
    running.publish()
    assert alarms(running) == ()


def test_a_failing_source_is_told_and_rings_once_silent(running: Stage) -> None:
    """A failure is told at once in plain words; it rings once the silence passes its limit."""
    running.server.set_fault("piaille", REFUSED)
    running.clock.forward(3)
    running.sweep()
    assert not [alarm for alarm in alarms(running) if "piaille" in alarm]
    (line,) = [item for item in status(running).sources if item.source_id == "piaille"]
    assert line.state == "refused"
    assert "403" in line.detail
    running.clock.forward(13)
    running.sweep()
    told = [alarm for alarm in alarms(running) if "piaille" in alarm]
    assert len(told) == 1
    assert "16" in told[0]
    assert "403" in told[0]
    running.server.set_fault("piaille", None)
    running.clock.forward(3)
    running.sweep()
    assert not [alarm for alarm in alarms(running) if "piaille" in alarm]


def test_alarms_come_lives_first_and_only_while_active(running: Stage) -> None:
    """Lives stand before silent sources; in standby nothing rings."""
    running.server.set_fault("piaille", REFUSED)
    running.clock.forward(16)
    running.sweep()
    assert alarms(running)[0].startswith(running.observation(LIFE).ref)
    assert len(alarms(running)) == 2
    running.move("standby")
    assert alarms(running) == ()


def test_a_resumed_activation_is_not_silent_at_once(running: Stage) -> None:
    """After hours of standby the silence is counted from the resumption."""
    running.move("standby")
    running.clock.forward(600)
    running.move("resume")
    silent = [alarm for alarm in alarms(running) if not alarm.startswith("EX-")]
    assert silent == []


def test_an_empty_answer_is_an_answer(running: Stage) -> None:
    """A source that truthfully has nothing is no alarm; its state says empty or unchanged."""
    running.clock.forward(12)
    running.sweep()
    states = {k: h.state for k, h in running.store.healths(running.id).items()}
    assert states["prefecture"] == "unchanged"
    assert states["piaille"] in ("empty", "unchanged")
    assert not [alarm for alarm in alarms(running) if not alarm.startswith("EX-")]
