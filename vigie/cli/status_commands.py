"""``status``: alarms first; exit 2 if there is any."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.language import choose_language
from vigie.language import catalogue, say

if TYPE_CHECKING:
    from vigie.operations.runtime import Runtime
    from vigie.operations.status import ActivationStatus, SourceLine
    from vigie.records.activation import State

choose_language()

ALARM_EXIT = 2
_LIVE: tuple[State, ...] = ("proposed", "alerted", "active", "standby")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command(help=say("How everything is doing, alarms first; exit code 2 if there is any."))(
        status
    )


def status(
    activation_id: Annotated[
        str | None, typer.Argument(metavar="ID", help=say("One activation only."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("For machines."))] = False,
) -> None:
    """Print alarms, then each live activation with its sources."""
    found, alarms = _gather(activation_id)
    if as_json:
        document = {"alarms": alarms, "activations": [asdict(item) for item in found]}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        _tell(found, alarms)
    if alarms:
        raise typer.Exit(ALARM_EXIT)


def _gather(activation_id: str | None) -> tuple[list[ActivationStatus], list[str]]:
    from vigie.cli.rooms import existing_houses, opened
    from vigie.operations.status import activation_status
    from vigie.settings import kind_of

    found: list[ActivationStatus] = []
    alarms: list[str] = []
    for house in existing_houses():
        if activation_id and kind_of(activation_id) != house.kind:
            continue
        with opened(house.kind) as runtime:
            live = (
                [runtime.store.activation(activation_id)]
                if activation_id
                else runtime.store.activations(_LIVE)
            )
            mine = [activation_status(runtime, item.id) for item in live]
            found += mine
            alarms += [
                say("{id}: {alarm}", id=item.id, alarm=alarm)
                for item in mine
                for alarm in item.alarms
            ]
            active = [item.id for item in mine if item.state == "active"]
            alarms = [*unattended(runtime, active), *alarms]
    return found, alarms


def unattended(runtime: Runtime, active: list[str]) -> Iterator[str]:
    """Yield who is swept by nobody: plays have a conductor of their own, all others the service."""
    from flows.service.control import running_state
    from vigie.operations.turns import is_conducted

    plays = {one: play for one in active if (play := runtime.store.play(one)) is not None}
    swept = [one for one in active if one not in plays]
    if swept and running_state(runtime.house) is None:
        yield say(
            "The service does not run; nobody sweeps {ids}. Start it: vigie up{option}",
            ids=", ".join(swept),
            option=" --exercise" if runtime.house.kind == "exercise" else "",
        )
    for one, play in plays.items():
        if play.state == "running" and not is_conducted(runtime, one):
            yield say(
                "{id}: nobody conducts this exercise; to go on: vigie exercise resume {id}", id=one
            )


def _tell(found: list[ActivationStatus], alarms: list[str]) -> None:
    from vigie.settings import Settings

    words = catalogue(Settings().lang)
    for alarm in alarms:
        typer.echo(say("ALARM  {alarm}", alarm=alarm))
    if not found:
        typer.echo(say("No activation is open."))
    for item in found:
        typer.echo(
            say(
                "{id}: {state}, {event}; {count} rows, revision {revision}",
                id=item.id,
                state=words.label("activation_state", item.state),
                event=item.event,
                count=item.observation_count,
                revision=item.revision,
            )
        )
        if item.next_report:
            typer.echo(f"  {_report_line(item)}")
        for line in item.sources:
            typer.echo(
                f"  {words.label('source_state', line.state):<12} {line.name}"
                f"  {line.seen_count}/{line.kept_count}  {line.detail} {_next_try(line)}".rstrip()
            )


def _report_line(item: ActivationStatus) -> str:
    """When the next point de situation is due, in this machine's time."""
    said = say(
        "Situation report: last no. {number}, next at {time}.",
        number=item.last_report or "-",
        time=_clock(item.next_report),
    )
    if item.overdue_since:
        late = say("The one of {time} is overdue.", time=_clock(item.overdue_since))
        said = f"{said} {late}"
    return said


def _clock(iso: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone():%d/%m %H:%M}"


def _next_try(line: SourceLine) -> str:
    """When a source that is left alone for now is asked again, in this machine's time."""
    if not line.next_try:
        return ""
    moment = datetime.fromisoformat(line.next_try)
    if moment <= datetime.now(UTC):
        return ""
    return say("Next try at {time}.", time=f"{moment.astimezone():%H:%M}")
