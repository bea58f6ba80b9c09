"""A source that cannot be reached is left alone for longer and longer, and is told."""

from __future__ import annotations

from datetime import timedelta

from vigie.operations.status import activation_status
from vigie.operations.sweeping import begin_sweep

SOURCE = "piaille"


def _due(stage):
    return begin_sweep(stage.runtime, stage.id).source_ids


def test_an_unreachable_source_backs_off_and_is_told(stage):
    """Twice the wait after each failure, never beyond the silence limit; one answer ends it."""
    stage.open()
    source = next(
        item
        for item in stage.runtime.sources_of(stage.store.activation(stage.id))
        if item.id == SOURCE
    )
    stage.server.set_fault(SOURCE, "down")
    waits = []
    for _ in range(6):
        stage.sweep()
        health = stage.store.healths(stage.id)[SOURCE]
        assert health.state == "unreachable"
        until = health.backs_off_until
        waits.append(None if until is None else until - health.last_attempt_at)
        stage.clock.forward(1)
    early = timedelta(seconds=20)
    minutes = [None if wait is None else (wait + early).total_seconds() / 60 for wait in waits]
    cadence = source.cadence_minutes
    assert minutes[:3] == [None, 2 * cadence, 4 * cadence]
    assert max(item for item in minutes if item) <= source.silence_minutes
    stage.clock.forward(cadence)
    assert SOURCE not in _due(stage)
    line = next(
        item
        for item in activation_status(stage.runtime, stage.id).sources
        if item.source_id == SOURCE
    )
    assert line.next_try == health.backs_off_until.isoformat()
    stage.publish()
    sheet = stage.sheet("Sources")
    assert sheet.get(sheet.row_of(SOURCE), "Pas avant") is not None
    # A person's wish outranks it.
    assert SOURCE in begin_sweep(stage.runtime, stage.id, everything=True).source_ids
    stage.clock.forward(source.silence_minutes)
    assert SOURCE in _due(stage)
    stage.server.set_fault(SOURCE, None)
    stage.sweep()
    health = stage.store.healths(stage.id)[SOURCE]
    assert (health.failure_count, health.backs_off_until) == (0, None)
