"""What the verbs ask of the service, and what they say while it works.

The service's processes do the work; the command waits for a condition (a run ended, a revision
exists), never for a time. Imports no prefect.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import typer

from flows.service import names
from flows.service.control import running_state, start_service
from flows.service.requests import api_client, request_run, run_state
from flows.service.state import ServiceState
from vigie.language import say
from vigie.operations.opening import purge_day
from vigie.problem import Problem, ServiceError

if TYPE_CHECKING:
    from vigie.operations.runtime import Runtime
    from vigie.records.activation import Activation

_RUN_SECONDS = 300.0
_POLL_SECONDS = 0.1


def launch(runtime: Runtime, activation: Activation) -> None:
    """Run the activation flow and print where everything is.

    Where the service cannot start, the first sweep is made here and what does not run is said.
    """
    try:
        service = start_service(runtime.house, typer.echo)
        _await_run(
            service,
            names.ACTIVATION_FLOW,
            names.SYSTEM_DEPLOYMENT,
            {"activation_id": activation.id},
        )
    except ServiceError as problem:
        typer.echo(str(problem), err=True)
        _launch_here(runtime, activation)
        raise typer.Exit(1) from None
    tell_places(runtime, activation.id)
    typer.echo(say("Prefect: {url}", url=service.api_url.removesuffix("/api")))


def _launch_here(runtime: Runtime, activation: Activation) -> None:
    from vigie.operations.briefing import write_briefings

    write_briefings(runtime, activation.id)
    asyncio.run(sweep_in_this_process(runtime, activation))


async def sweep_in_this_process(runtime: Runtime, activation: Activation) -> None:
    """Sweep and publish without Prefect, and say aloud what does not run."""
    from vigie.operations.publication import publish
    from vigie.operations.sweeping import sweep_here

    result = await sweep_here(runtime, activation.id)
    await asyncio.to_thread(publish, runtime, activation.id)
    typer.echo(
        say(
            "{posts} new posts, {rows} new rows, {updated} updated, {quarantined} in quarantine.",
            posts=result.new_post_count,
            rows=len(result.new_refs),
            updated=result.updated_count,
            quarantined=result.quarantined_count,
        )
    )
    if result.skipped_ids:
        names_ = ", ".join(result.skipped_ids)
        typer.echo(say("Not asked, another sweep has them: {names}.", names=names_), err=True)
    tell_places(runtime, activation.id)
    if running_state(runtime.house) is None:
        typer.echo(
            say(
                "The service does not run: NO further sweep comes by itself, people's edits are "
                "not read back, alarms do not ring. Repeat vigie sweep {id} --here, or mend the "
                "service and start it: vigie up",
                id=activation.id,
            ),
            err=True,
        )


def request_sweep(runtime: Runtime, activation: Activation) -> None:
    """Have the service sweep every source now and wait for its end.

    Raises:
        ServiceError: If the service does not run or the sweep fails.
    """
    service = running_state(runtime.house)
    if service is None:
        raise ServiceError(say("Service"), say("It does not run."), say("Start it: vigie up"))
    _await_run(
        service,
        names.SWEEP_FLOW,
        activation.id,
        {"activation_id": activation.id, "everything": True},
    )
    tell_places(runtime, activation.id)


def align(runtime: Runtime) -> None:
    """Have the deployments follow the store; without a service its next start does it."""
    service = running_state(runtime.house)
    if service is not None:
        _await_run(service, names.ALIGNMENT_FLOW, names.SYSTEM_DEPLOYMENT, {})


def finish(runtime: Runtime, activation: Activation) -> None:
    """Run the closing flow, or do here what it does if the service does not run."""
    service = running_state(runtime.house)
    if service is not None:
        try:
            _await_run(
                service,
                names.CLOSING_FLOW,
                names.SYSTEM_DEPLOYMENT,
                {"activation_id": activation.id},
            )
        except ServiceError as problem:
            typer.echo(str(problem), err=True)
            _finish_here(runtime, activation.id)
    else:
        _finish_here(runtime, activation.id)
    typer.echo(
        say(
            "{id} is closed. Kept until {day}, then to be purged.",
            id=activation.id,
            day=purge_day(runtime, activation).isoformat(),
        )
    )
    tell_places(runtime, activation.id)


def _finish_here(runtime: Runtime, activation_id: str) -> None:
    """Write the last revision and the debrief."""
    from vigie.operations.debriefing import make_debrief
    from vigie.operations.sweeping import finish_workbook

    finish_workbook(runtime, activation_id)
    try:
        make_debrief(runtime, activation_id, by="vigie")
    except Problem as problem:
        # The activation is closed all the same; vigie debrief can be asked again.
        typer.echo(str(problem), err=True)


def tell_places(runtime: Runtime, activation_id: str) -> None:
    """Print where the workbook and the briefings lie and what rings."""
    from vigie.operations.placing import workbook_place
    from vigie.operations.status import activation_status

    status = activation_status(runtime, activation_id)
    for alarm in status.alarms:
        typer.echo(say("ALARM  {alarm}", alarm=alarm))
    path = workbook_place(runtime, runtime.store.activation(activation_id))
    typer.echo(
        say(
            "Workbook (revision {revision}, {count} rows): {path}",
            revision=status.revision,
            count=status.observation_count,
            path=path,
        )
    )
    for text in sorted(runtime.house.restricted(activation_id).glob("*briefing*.txt")):
        typer.echo(say("Briefing: {path}", path=text))


def _await_run(
    service: ServiceState, flow: str, deployment: str, parameters: dict[str, Any]
) -> None:
    run_id = request_run(service.api_url, flow, deployment, parameters)
    deadline = time.monotonic() + _RUN_SECONDS
    with api_client(service.api_url) as client:
        while (state := run_state(client, run_id)) not in names.ENDED_STATES:
            if time.monotonic() > deadline:
                raise ServiceError(
                    say("Run {flow}", flow=flow),
                    say("has not ended after {seconds} seconds.", seconds=int(_RUN_SECONDS)),
                    say("See vigie status and Prefect's UI."),
                )
            time.sleep(_POLL_SECONDS)
    if state != "COMPLETED":
        raise ServiceError(
            say("Run {flow}", flow=flow),
            say("ended as {state}.", state=state),
            say("Its reason is in Prefect's UI and in the worker's log."),
        )
