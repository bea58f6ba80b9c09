"""Ending runs that a killed worker left ``Running``. Called at the worker's start.

There is one worker per pool on a local server, so at its start nothing of the pool can be running.
A run's tasks and the flows that it called go with it: those bear no pool and would stay for ever.
"""

from __future__ import annotations

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
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import FlowRunSort, TaskRunSort
from prefect.states import Crashed

from flows.service.names import ENTRYPOINTS, WORK_POOL

_UNDER_WAY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_PAGE_COUNT = 200
"""Runs asked for at a time. Source: Prefect's ``PREFECT_API_DEFAULT_LIMIT``."""


async def end_leftover_runs() -> int:
    """Mark runs of our pool that are under way as crashed; return how many there were."""
    ended_count = 0
    async with get_client() as client:
        while True:
            runs = await client.read_flow_runs(
                flow_run_filter=FlowRunFilter(state=_flow_state()),
                work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[WORK_POOL])),
                sort=FlowRunSort.ID_DESC,
                limit=_PAGE_COUNT,
            )
            for run in runs:
                await _end_run(client, run.id)
            ended_count += len(runs)
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


def _flow_state() -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))


def _task_state() -> TaskRunFilterState:
    return TaskRunFilterState(type=TaskRunFilterStateType(any_=_UNDER_WAY))


def _crashed() -> State[None]:
    return Crashed(message="The worker was killed while this run was under way.")
