"""Alarms: what must not wait, and the command that rings.

Shown on top of Synthèse, by ``vigie status`` and as an artifact. ``VIGIE_ALARM_COMMAND`` is run
once when an alarm rises; never in an exercise, which can reach nothing real.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vigie.activation.plan import silent_sources
from vigie.language import say
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation, JournalEntry
from vigie.records.health import Health
from vigie.records.observation import Observation

_COMMAND_SECONDS = 20
_ENDED = ("refuted", "lifted")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that must not wait.

    Attributes:
        key: ``life:CO21-0042`` or ``source:vigicrues``; the same while it lasts.
        text: One sentence for people; its minutes count up.
    """

    key: str
    text: str


def alarms_of(
    runtime: Runtime,
    activation: Activation,
    observations: Sequence[Observation],
    healths: dict[str, Health],
) -> list[Alarm]:
    """Return the alarms of an active activation: lives at risk first, then silent sources."""
    if activation.state != "active":
        return []
    now = runtime.clock()
    return [
        *_life_alarms(observations, now),
        *_source_alarms(runtime, activation, healths, now),
    ]


def ring(runtime: Runtime, activation: Activation, alarms: Sequence[Alarm]) -> list[Alarm]:
    """Run the alarm command for each alarm that has risen since the last time.

    The sentence is given in the environment variable ``VIGIE_ALARM``, never on the command line:
    it holds text from outside.

    Returns:
        The alarms that have risen.
    """
    file = runtime.house.folder(activation.id) / "alarms.json"
    known = _rung(file)
    lasting = {alarm.key for alarm in alarms} & known
    risen = [alarm for alarm in alarms if alarm.key not in known]
    command = runtime.house.settings.alarm_command
    is_bell_on = command is not None and activation.kind == "real"
    # Noted only after it rang: a kill or a broken bell in between rings again, never not at all.
    heard = [
        alarm.key
        for alarm in risen
        if not is_bell_on or _run(runtime, activation, command or "", alarm)
    ]
    if lasting | set(heard) != known:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(json.dumps(sorted(lasting | set(heard))), encoding="utf-8")
    return risen


def _run(runtime: Runtime, activation: Activation, command: str, alarm: Alarm) -> bool:
    """Run the command for one alarm, journal its exit code, return whether it succeeded."""
    environment = {**os.environ, "VIGIE_ALARM": f"{activation.id}: {alarm.text}"}
    try:
        outcome = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
            shlex.split(command),
            env=environment,
            check=False,
            timeout=_COMMAND_SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        told = str(outcome.returncode)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        # A broken bell must not stop the sweep; the journal says that it is broken.
        told = type(error).__name__
    runtime.store.append_journal(
        activation.id,
        [
            JournalEntry(
                at=runtime.clock(), actor="vigie", subject=alarm.key, action="alarm", after=told
            )
        ],
    )
    return told == "0"


def _rung(file: Path) -> set[str]:
    try:
        return set(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return set()


def _life_alarms(observations: Sequence[Observation], now: datetime) -> list[Alarm]:
    alarms = []
    for item in observations:
        if item.value("urgency") != "life_at_risk" or item.value("acknowledged_at") is not None:
            continue
        if item.effective_status() in _ENDED or item.is_withdrawn:
            continue
        received_at = item.machine.get("received_at")
        minutes = _minutes(now, received_at) if isinstance(received_at, datetime) else 0
        text = say(
            "{ref}: life at risk, not acknowledged for {minutes} min: {summary}",
            ref=item.ref,
            minutes=minutes,
            summary=item.value("summary") or "",
        )
        alarms.append(Alarm(f"life:{item.ref}", text))
    return alarms


def _source_alarms(
    runtime: Runtime, activation: Activation, healths: dict[str, Health], now: datetime
) -> list[Alarm]:
    sources = runtime.sources_of(activation)
    started_at = swept_since(runtime, activation)
    alarms = []
    silent = {item.id for item in silent_sources(sources, healths, started_at, now)}
    for source in sources:
        health = healths.get(source.id)
        if source.id in silent:
            last_at = health.last_answer_at if health else None
            minutes = _minutes(now, max(last_at or started_at, started_at))
            text = say("{name}: silent for {minutes} min.", name=source.name, minutes=minutes)
            if health is not None and health.detail:
                text = f"{text} {health.detail}"
            alarms.append(Alarm(f"source:{source.id}", text))
    return alarms


def swept_since(runtime: Runtime, activation: Activation) -> datetime:
    """Return when the sweeps began or were last resumed: silence in standby is no silence."""
    resumed = [
        entry.at
        for _, entry in runtime.store.journal(activation.id)
        if entry.subject == "activation" and entry.action == "resume"
    ]
    return max([activation.activated_at or activation.created_at, *resumed])


def _minutes(now: datetime, since_at: datetime) -> int:
    return max(0, int((now - since_at).total_seconds() // 60))
