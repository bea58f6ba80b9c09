"""Ending runs that a killed worker left ``Running``. Called at the worker's start.

There is one worker per pool on a local server, so at its start nothing of the pool can be running.
On a shared server with several workers each carries its own name and ends only its own runs.
"""

from __future__ import annotations

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Crashed

from flows.service.names import WORK_POOL

_UNDER_WAY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


async def end_leftover_runs() -> int:
    """Mark runs of our pool that are under way as crashed; return how many there were."""
    ended_count = 0
    async with get_client() as client:
        while True:
            runs = await client.read_flow_runs(
                flow_run_filter=FlowRunFilter(
                    state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))
                ),
                work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[WORK_POOL])),
                sort=FlowRunSort.ID_DESC,
                limit=200,
            )
            for run in runs:
                state: State[None] = Crashed(
                    message="The worker was killed while this run was under way."
                )
                await client.set_flow_run_state(run.id, state, force=True)
            ended_count += len(runs)
            if len(runs) < 200:
                return ended_count
