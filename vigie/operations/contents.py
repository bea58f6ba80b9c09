"""Gathering what the workbook shows. Called by the publication."""

from __future__ import annotations

from vigie.operations.alarms import alarms_of
from vigie.operations.reporting import next_due
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.records.overrule import OVERRULE_ACTIONS
from vigie.workbook.content import Content


def make_content(
    runtime: Runtime, activation: Activation, *, revision: int = 0, is_final: bool = False
) -> Content:
    """Return everything that one revision of the workbook shows.

    Args:
        runtime: Whose store and clock.
        activation: Whose workbook.
        revision: Number that the file will carry.
        is_final: No next point de situation is announced.
    """
    store = runtime.store
    convention = runtime.convention_of(activation)
    observations = store.observations(activation.id)
    healths = store.healths(activation.id)
    now = runtime.clock()
    due = None if is_final else next_due(runtime, activation)
    reports = store.report_heads(activation.id)
    return Content(
        activation=activation,
        convention=convention,
        sources=tuple(runtime.sources_of(activation)),
        observations=tuple(observations),
        healths=healths,
        findings=tuple(store.findings(activation.id)),
        # Players read this file: what was decided about the scores would tell them the truth.
        journal=tuple(
            (number, entry)
            for number, entry in store.journal(activation.id)
            if entry.action not in OVERRULE_ACTIONS
        ),
        conflicts=tuple(store.conflicts(activation.id)),
        people_rows=tuple(store.people_rows(activation.id)),
        alarms=tuple(alarm.text for alarm in alarms_of(runtime, activation, observations, healths)),
        now=now,
        revision=revision,
        last_sweep_at=max((item.last_attempt_at for item in healths.values()), default=None),
        next_situation_at=due.next_at if due else None,
        situation_overdue_since=due.overdue_since if due else None,
        last_report=reports[-1] if reports else None,
    )
