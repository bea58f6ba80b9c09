"""What people do to a played exercise from the command line is done in the exercise's time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.operations.stage import Stage
from vigie.cli.rooms import opened_for
from vigie.operations.reporting import issue_report
from vigie.records.play import ExerciseClock, Play

START = datetime(2027, 3, 12, 5, 0, tzinfo=UTC)


def test_a_report_of_a_play_is_of_its_minute(
    make_stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A point de situation at T+01:20 bears that time; leases go on by the wall's clock."""
    stage = make_stage("played")
    monkeypatch.setenv("VIGIE_HOME", str(stage.settings.home))
    stage.open()
    with opened_for(stage.id) as unplayed:
        assert unplayed.clock is unplayed.wall_clock
    stage.store.add_play(
        Play(
            activation_id=stage.id,
            scenario_id="petite-crue",
            scenario_text="id: petite-crue\n",
            seed=5,
            port=40000,
            state="paused",
            clock=ExerciseClock(START, START, 80.0),
        )
    )
    with opened_for(stage.id) as runtime:
        assert runtime.clock() == START + timedelta(minutes=80)
        assert runtime.wall_clock() > runtime.store.activation(stage.id).created_at
        issued = issue_report(runtime, stage.id, by="Anne")
    assert issued.report.issued_at == START + timedelta(minutes=80)
