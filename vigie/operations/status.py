"""Status: alarms first. Called by ``vigie status``, the workbook's Synthèse and the artifacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from vigie.activation.plan import silent_sources
from vigie.language import say
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.records.health import GOOD_STATES, Health
from vigie.records.observation import Observation


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


@dataclass(frozen=True, slots=True)
class ActivationStatus:
    """One activation: alarms first."""

    id: str
    state: str
    kind: str
    event: str
    alarms: tuple[str, ...]
    observation_count: int
    revision: int
    sources: tuple[SourceLine, ...] = field(default=())


def activation_status(runtime: Runtime, activation_id: str) -> ActivationStatus:
    """Return how an activation is doing, its alarms in the order of their weight."""
    activation = runtime.store.activation(activation_id)
    healths = runtime.store.healths(activation_id)
    observations = runtime.store.observations(activation_id)
    names = {item.id: item.name for item in runtime.sources_of(activation)}
    return ActivationStatus(
        id=activation.id,
        state=activation.state,
        kind=activation.kind,
        event=activation.event,
        alarms=tuple(alarms_of(runtime, activation, observations, healths)),
        observation_count=len(observations),
        revision=runtime.store.last_revision_number(activation_id),
        sources=tuple(
            _line(source_id, name, healths.get(source_id)) for source_id, name in names.items()
        ),
    )


def alarms_of(
    runtime: Runtime,
    activation: Activation,
    observations: list[Observation],
    healths: dict[str, Health],
) -> list[str]:
    """Return the alarms of an active activation: lives first, then silent or failing sources."""
    if activation.state != "active":
        return []
    now = runtime.clock()
    return [
        *_life_alarms(observations, now),
        *_source_alarms(runtime, activation, healths, now),
    ]


def _life_alarms(observations: list[Observation], now: datetime) -> list[str]:
    alarms = []
    for item in observations:
        if item.value("urgency") != "life_at_risk" or item.value("acknowledged_at") is not None:
            continue
        if item.value("status") in ("refuted", "lifted") or item.is_withdrawn:
            continue
        received_at = item.value("received_at")
        minutes = (
            int((now - received_at).total_seconds() // 60)
            if isinstance(received_at, datetime)
            else 0
        )
        alarms.append(
            say(
                "{ref}: life at risk, not acknowledged for {minutes} min: {summary}",
                ref=item.ref,
                minutes=minutes,
                summary=item.value("summary") or "",
            )
        )
    return alarms


def _source_alarms(
    runtime: Runtime, activation: Activation, healths: dict[str, Health], now: datetime
) -> list[str]:
    sources = runtime.sources_of(activation)
    started_at = activation.activated_at or activation.created_at
    alarms = []
    silent = {item.id for item in silent_sources(sources, healths, started_at, now)}
    for source in sources:
        health = healths.get(source.id)
        if source.id in silent:
            last_at = health.last_answer_at if health else None
            minutes = int((now - (last_at or started_at)).total_seconds() // 60)
            alarms.append(
                say("{name}: silent for {minutes} min.", name=source.name, minutes=minutes)
            )
        elif health is not None and health.state not in GOOD_STATES:
            alarms.append(
                say("{name}: {detail}", name=source.name, detail=health.detail or health.state)
            )
    return alarms


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
    )
