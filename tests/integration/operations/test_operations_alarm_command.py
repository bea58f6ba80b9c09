"""The alarm command: once for each life at risk, again if it failed, never in an exercise."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.integration.operations.stage import Stage
from vigie.records.sweep import Draft, SweepOutcome
from vigie.signals.places import Gazetteer

BELL = """
import os, sys
with open(sys.argv[1], "a", encoding="utf-8") as rung:
    rung.write(os.environ["VIGIE_ALARM"] + "\\n")
"""


def stage_with(tmp_path: Path, gazetteer: Gazetteer, kind: str, command: str) -> Stage:
    """Return an open activation that asks nobody, with an alarm command."""
    network = _Network() if kind == "exercise" else None
    made = Stage(tmp_path, network, gazetteer, kind=kind, alarm_command=command)  # type: ignore[arg-type]
    made.open()
    return made


class _Network:
    address = "http://127.0.0.1:9"


def add_life(stage: Stage, name: str, summary: str) -> str:
    """Let a sweep bring a life at risk."""
    prefix = "EX-CO21" if stage.house.kind == "exercise" else "CO21"
    cells = {
        "received_at": stage.clock(),
        "urgency": "life_at_risk",
        "status": "unverified",
        "summary": summary,
    }
    outcome = SweepOutcome(
        sweep_id=name,
        committed_at=stage.clock(),
        drafts=(Draft(machine=cells, leader=None),),
    )
    return stage.store.commit_sweep(stage.id, prefix, outcome)[0]


@pytest.fixture
def rung(tmp_path: Path) -> Path:
    """The file into which the bell writes."""
    return tmp_path / "rung.txt"


def bell(tmp_path: Path, rung: Path) -> str:
    """Return the command that writes what it is told."""
    script = tmp_path / "bell.py"
    script.write_text(BELL, encoding="utf-8")
    return f"{sys.executable} {script} {rung}"


def test_each_life_rings_once(tmp_path: Path, rung: Path, gazetteer: Gazetteer) -> None:
    """A new life rings at the next publication, with its words; a standing one not again."""
    stage = stage_with(tmp_path, gazetteer, "real", bell(tmp_path, rung))
    hostile = "à l'étage; $(touch /tmp/x) `id`"
    first = add_life(stage, "s1", hostile)
    stage.publish()
    stage.clock.forward(3)
    stage.publish()
    (line,) = rung.read_text(encoding="utf-8").splitlines()
    assert first in line
    assert hostile in line
    second = add_life(stage, "s2", "deux personnes sur un toit")
    stage.publish()
    assert second in rung.read_text(encoding="utf-8").splitlines()[1]
    told = [entry for _, entry in stage.store.journal(stage.id) if entry.action == "alarm"]
    assert [(entry.subject, entry.after) for entry in told] == [
        (f"life:{first}", "0"),
        (f"life:{second}", "0"),
    ]
    stage.close()


def test_a_broken_bell_is_journalled_and_tried_again(
    tmp_path: Path, rung: Path, gazetteer: Gazetteer
) -> None:
    """A command that fails stops no publication, is told, and rings as soon as it is mended."""
    command = bell(tmp_path, rung)
    script = tmp_path / "bell.py"
    script.rename(tmp_path / "away.py")
    stage = stage_with(tmp_path, gazetteer, "real", command)
    ref = add_life(stage, "s1", "au secours")
    assert stage.publish().is_written
    assert not rung.exists()
    (tmp_path / "away.py").rename(script)
    stage.clock.forward(2)
    stage.publish()
    assert ref in rung.read_text(encoding="utf-8")
    told = [entry.after for _, entry in stage.store.journal(stage.id) if entry.action == "alarm"]
    assert told == ["2", "0"]
    stage.close()


def test_an_exercise_rings_nobody(tmp_path: Path, rung: Path, gazetteer: Gazetteer) -> None:
    """An exercise can reach nothing real: its alarms are shown, the command is not run."""
    stage = stage_with(tmp_path, gazetteer, "exercise", bell(tmp_path, rung))
    add_life(stage, "s1", "au secours")
    stage.publish()
    assert not rung.exists()
    stage.close()
