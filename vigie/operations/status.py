"""Status: alarms first. Called by ``vigie status``, the workbook's Synthèse and the artifacts."""

from __future__ import annotations

from dataclasses import dataclass, field

from vigie.operations.alarms import alarms_of
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
    """One activation: alarms first."""

    id: str
    state: str
    kind: str
    event: str
    alarms: tuple[str, ...]
    alarm_keys: tuple[str, ...]
    observation_count: int
    revision: int
    sources: tuple[SourceLine, ...] = field(default=())


def activation_status(runtime: Runtime, activation_id: str) -> ActivationStatus:
    """Return how an activation is doing, its alarms in the order of their weight."""
    activation = runtime.store.activation(activation_id)
    healths = runtime.store.healths(activation_id)
    observations = runtime.store.observations(activation_id)
    names = {item.id: item.name for item in runtime.sources_of(activation)}
    alarms = alarms_of(runtime, activation, observations, healths)
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
