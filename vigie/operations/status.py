"""Status: alarms first. Called by ``vigie status``, the workbook's Synthèse and the artifacts."""

from __future__ import annotations

from dataclasses import dataclass, field

from vigie.language import say
from vigie.operations.addressing import GEOCODER_ID
from vigie.operations.alarms import alarms_of
from vigie.operations.play_clock import by_play_clock
from vigie.operations.reporting import next_due
from vigie.operations.runtime import Runtime
from vigie.records.health import Health


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source as people see it; times ISO 8601, UTC."""

    source_id: str
    name: str
    state: str
    since: str
    last_answer: str
    seen_count: int
    kept_count: int
    detail: str
    next_try: str = ""


@dataclass(frozen=True, slots=True)
class ActivationStatus:
    """One activation: alarms first.

    Attributes:
        last_report: Number of the newest point de situation, 0 before the first.
        next_report: When the next one is due, ISO 8601, UTC; empty where none comes by itself.
        overdue_since: The beat that passed without one, ISO 8601, UTC; else empty.
    """

    id: str
    state: str
    kind: str
    event: str
    alarms: tuple[str, ...]
    alarm_keys: tuple[str, ...]
    observation_count: int
    revision: int
    sources: tuple[SourceLine, ...] = field(default=())
    last_report: int = 0
    next_report: str = ""
    overdue_since: str = ""


def activation_status(runtime: Runtime, activation_id: str) -> ActivationStatus:
    """Return how an activation is doing, its alarms in the order of their weight."""
    runtime = by_play_clock(runtime, activation_id)
    activation = runtime.store.activation(activation_id)
    healths = runtime.store.healths(activation_id)
    observations = runtime.store.observations(activation_id)
    names = {item.id: item.name for item in runtime.sources_of(activation)}
    if GEOCODER_ID in healths:
        names[GEOCODER_ID] = say("Online geocoder")
    alarms = alarms_of(runtime, activation, observations, healths)
    reports = runtime.store.report_heads(activation_id)
    due = next_due(runtime, activation)
    overdue_since = due.overdue_since if due else None
    return ActivationStatus(
        id=activation.id,
        state=activation.state,
        kind=activation.kind,
        event=activation.event,
        alarms=tuple(alarm.text for alarm in alarms),
        alarm_keys=tuple(alarm.key for alarm in alarms),
        observation_count=len(observations),
        revision=runtime.store.last_revision_number(activation_id),
        sources=tuple(
            _line(source_id, name, healths.get(source_id)) for source_id, name in names.items()
        ),
        last_report=reports[-1].number if reports else 0,
        next_report=due.next_at.isoformat() if due else "",
        overdue_since=overdue_since.isoformat() if overdue_since else "",
    )


def _line(source_id: str, name: str, health: Health | None) -> SourceLine:
    if health is None:
        return SourceLine(source_id, name, "-", "", "", 0, 0, "")
    return SourceLine(
        source_id,
        name,
        health.state,
        health.since_at.isoformat(),
        health.last_answer_at.isoformat() if health.last_answer_at else "",
        health.seen_count,
        health.kept_count,
        health.detail,
        health.next_try_at.isoformat() if health.next_try_at else "",
    )
