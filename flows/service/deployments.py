"""Deployments: what Prefect shall run and when, brought in line with the store's activations.

One set per activation (sweep, publication, report): many activations' schedules on one shared
deployment wipe each other's planned runs. Called by the worker at its start and by the flows that
open, pause and close activations. The store is the truth; running this twice changes nothing the
second time.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
)
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.client.schemas.sorting import DeploymentSort
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from flows.service.names import (
    ACTIVATION_FLOW,
    ALIGNMENT_FLOW,
    CLOSING_FLOW,
    ENTRYPOINTS,
    EXERCISE_FLOW,
    PLAY_TAG,
    PUBLICATION_FLOW,
    REPORT_FLOW,
    SWEEP_FLOW,
    SYSTEM_DEPLOYMENT,
    WORK_POOL,
    WORKER_TYPE,
)
from flows.service.worker_template import BASE_JOB_TEMPLATE
from vigie.activation.plan import tick_minutes
from vigie.operations.runtime import Runtime
from vigie.operations.turns import is_conducted
from vigie.problem import Problem
from vigie.records.activation import Activation, State

_logger = logging.getLogger("vigie.service")
_ACTIVATION_TAG = "vigie-activation"
_LIVE: tuple[State, ...] = ("active", "standby")


async def ensure_fixed_deployments(runtime: Runtime) -> None:
    """Make the work pool, the system deployments and one ``activation`` per convention."""
    async with get_client() as client:
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_pool(
                WorkPoolCreate(
                    name=WORK_POOL, type=WORKER_TYPE, base_job_template=BASE_JOB_TEMPLATE
                )
            )
        for flow_name in (CLOSING_FLOW, ALIGNMENT_FLOW, ACTIVATION_FLOW):
            await _create(client, flow_name, SYSTEM_DEPLOYMENT, {}, [], ["vigie"])
        if runtime.house.kind == "exercise":
            # An exercise needs its simulated networks; it is opened by command alone.
            await _create(client, EXERCISE_FLOW, SYSTEM_DEPLOYMENT, {}, [], ["vigie", PLAY_TAG])
            return
        for convention in runtime.usable_conventions():
            await _create(
                client,
                ACTIVATION_FLOW,
                convention.id,
                {"convention_id": convention.id},
                [],
                ["vigie", convention.id],
            )


async def align_deployments(runtime: Runtime) -> list[str]:
    """Give each live activation its deployments, pause those in standby, delete the others.

    One activation's fault (a convention that this version cannot read, an address that is none)
    stops neither the others nor the worker.

    Returns:
        The ids of the activations that could not be brought in line; the log says why.
    """
    failed: list[str] = []
    wanted = {item.id: item for item in runtime.store.activations(_LIVE)}
    async with get_client() as client:
        existing = await _activation_deployments(client)
        for deployment in existing:
            if deployment.name not in wanted:
                await client.delete_deployment(deployment.id)
        for item in wanted.values():
            mine = [found for found in existing if found.name == item.id]
            try:
                minutes = cadence_minutes(runtime, item)
            except (Problem, ValueError) as error:
                # Not a ValueError's own words: they repeat the value, which may hold a password.
                told = str(error) if isinstance(error, Problem) else type(error).__name__
                _logger.error("%s has no schedules: %s", item.id, told)
                failed.append(item.id)
            else:
                if runtime.house.kind == "exercise" and runtime.store.play(item.id) is not None:
                    await _align_played(client, runtime, item, mine, minutes)
                else:
                    await _align_one(client, item, mine, minutes)
    return failed


def cadence_minutes(runtime: Runtime, item: Activation) -> dict[str, int]:
    """Return flow name to the interval of its schedule in minutes; of exercise in a play."""
    return {
        SWEEP_FLOW: tick_minutes(runtime.sources_of(item)),
        PUBLICATION_FLOW: runtime.house.settings.publication_minutes,
        REPORT_FLOW: runtime.convention_of(item).situation.cadence_minutes,
    }


async def _align_one(
    client: PrefectClient,
    item: Activation,
    mine: list[DeploymentResponse],
    minutes: Mapping[str, int],
) -> None:
    anchor_at = item.activated_at or item.created_at
    is_paused = item.state == "standby"
    by_entrypoint = {found.entrypoint: found for found in mine}
    for flow_name, interval_minutes in minutes.items():
        found = by_entrypoint.get(ENTRYPOINTS[flow_name])
        if found is None or _interval_minutes(found) != interval_minutes:
            schedule = _schedule(interval_minutes, anchor_at)
            identity = await _create(
                client,
                flow_name,
                item.id,
                {"activation_id": item.id},
                [schedule],
                ["vigie", _ACTIVATION_TAG, item.id, item.kind],
                is_paused=is_paused,
            )
            await _set_paused(client, identity, is_paused)
        elif found.paused != is_paused:
            await _set_paused(client, found.id, is_paused)


async def _align_played(
    client: PrefectClient,
    runtime: Runtime,
    item: Activation,
    mine: list[DeploymentResponse],
    minutes: Mapping[str, int],
) -> None:
    """Make what is missing, at rest: who conducts the play sets its schedules by its clock."""
    there = {found.entrypoint for found in mine}
    anchor_at = item.activated_at or item.created_at
    tags = ["vigie", _ACTIVATION_TAG, PLAY_TAG, item.id, item.kind]
    for flow_name, interval_minutes in minutes.items():
        if ENTRYPOINTS[flow_name] not in there:
            schedules = [_schedule(interval_minutes, anchor_at)]
            parameters = {"activation_id": item.id}
            await _create(client, flow_name, item.id, parameters, schedules, tags, is_paused=True)
    if not is_conducted(runtime, item.id):
        for found in mine:
            if not found.paused:
                await _set_paused(client, found.id, True)


async def _set_paused(client: PrefectClient, identity: Any, is_paused: bool) -> None:
    if is_paused:
        await client.pause_deployment(identity)
    else:
        await client.resume_deployment(identity)


def _interval_minutes(deployment: DeploymentResponse) -> float | None:
    for item in deployment.schedules:
        if isinstance(item.schedule, IntervalSchedule):
            return item.schedule.interval.total_seconds() / 60
    return None


def _schedule(minutes: int, anchor_at: datetime) -> DeploymentScheduleCreate:
    return DeploymentScheduleCreate(
        schedule=IntervalSchedule(
            interval=timedelta(minutes=minutes), anchor_date=anchor_at, timezone="UTC"
        ),
        active=True,
    )


async def _activation_deployments(client: PrefectClient) -> list[DeploymentResponse]:
    found: list[DeploymentResponse] = []
    while True:
        page = await client.read_deployments(
            deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[_ACTIVATION_TAG])),
            sort=DeploymentSort.NAME_ASC,
            limit=200,
            offset=len(found),
        )
        found.extend(page)
        if len(page) < 200:
            return found


async def _create(
    client: PrefectClient,
    flow_name: str,
    name: str,
    parameters: dict[str, Any],
    schedules: list[DeploymentScheduleCreate],
    tags: list[str],
    *,
    is_paused: bool = False,
) -> Any:
    flow: Flow[..., Any] = load_flow_from_entrypoint(ENTRYPOINTS[flow_name])
    flow_id = await client.create_flow(flow)
    return await client.create_deployment(
        flow_id,
        name,
        schedules=schedules,
        parameters=parameters,
        work_pool_name=WORK_POOL,
        entrypoint=ENTRYPOINTS[flow_name],
        tags=tags,
        description=flow.description,
        paused=is_paused,
        parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
        enforce_parameter_schema=True,
    )
