"""Ending runs that a killed worker left ``Running``. Called at the worker's start.

Each run bears its worker's process (``infrastructure_pid``): only runs of processes that no longer
live are ended, so that several workers can share a server. A run's tasks and the flows that it
called go with it: those bear no pool and would stay for ever.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort, TaskRunSort
from prefect.states import Crashed

from flows.service.names import ENTRYPOINTS, WORK_POOL
from vigie.operations.leases import may_be_alive

_UNDER_WAY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_TAKING = timedelta(minutes=15)
"""A run that nobody signed for so long was being taken by a worker that is gone."""
_PAGE_COUNT = 200
"""Runs asked for at a time. Source: Prefect's ``PREFECT_API_DEFAULT_LIMIT``."""


async def end_leftover_runs(*, is_shared: bool = False) -> int:
    """Mark runs of our pool whose worker is gone as crashed; return how many there were.

    Args:
        is_shared: Whether other workers may use the same server: then a run that was taken a
            moment ago and does not yet say by whom is left alone.
    """
    ended_count = kept_count = 0
    async with get_client() as client:
        while True:
            runs = await client.read_flow_runs(
                flow_run_filter=FlowRunFilter(state=_flow_state()),
                work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[WORK_POOL])),
                sort=FlowRunSort.ID_DESC,
                limit=_PAGE_COUNT,
                offset=kept_count,
            )
            for run in runs:
                if _is_left(run, is_shared):
                    await _end_run(client, run.id)
                    ended_count += 1
                else:
                    kept_count += 1
            if len(runs) < _PAGE_COUNT:
                break
        await _end_lost_tasks(client)
    return ended_count


async def _end_lost_tasks(client: PrefectClient) -> None:
    """End tasks whose run has ended: the event of their own end died with the server.

    Prefect's server keeps events of tasks in memory before it writes them in batches.
    """
    while True:
        tasks = await client.read_task_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=list(ENTRYPOINTS))),
            flow_run_filter=FlowRunFilter(state=_ended_state()),
            task_run_filter=TaskRunFilter(state=_task_state()),
            sort=TaskRunSort.ID_DESC,
            limit=_PAGE_COUNT,
        )
        for task in tasks:
            await client.set_task_run_state(task.id, _crashed(), force=True)
        if len(tasks) < _PAGE_COUNT:
            return


async def _end_run(client: PrefectClient, run_id: UUID) -> None:
    """End what a run called, then itself: a kill in between leaves it to be found again."""
    called = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            state=_flow_state(),
            parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run_id]),
        ),
        # The server refuses a request that names no order.
        sort=FlowRunSort.ID_DESC,
        limit=_PAGE_COUNT,
    )
    for run in called:
        await _end_run(client, run.id)
    tasks = await client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])),
        task_run_filter=TaskRunFilter(state=_task_state()),
        sort=TaskRunSort.ID_DESC,
        limit=_PAGE_COUNT,
    )
    for task in tasks:
        await client.set_task_run_state(task.id, _crashed(), force=True)
    await client.set_flow_run_state(run_id, _crashed(), force=True)


def _is_left(run: FlowRun, is_shared: bool) -> bool:
    if run.infrastructure_pid:
        return not may_be_alive(run.infrastructure_pid)
    return not is_shared or run.updated is None or datetime.now(UTC) - run.updated > _TAKING


def _ended_state() -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(TERMINAL_STATES)))


def _flow_state() -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))


def _task_state() -> TaskRunFilterState:
    return TaskRunFilterState(type=TaskRunFilterStateType(any_=_UNDER_WAY))


def _crashed() -> State[None]:
    return Crashed(message="The worker was killed while this run was under way.")
