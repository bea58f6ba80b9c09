"""The worker: takes runs from Prefect and awaits their flows in its own process.

A process per run would cost seconds of imports at every sweep of every activation; here the
libraries, the gazetteer and the checks are loaded once. Started by ``control`` as
``python -m flows.service.worker KIND``.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from typing import Any
from uuid import UUID

import anyio.abc
from prefect.client.schemas.objects import FlowRun
from prefect.flow_engine import run_flow_async
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from flows.service.deployments import align_deployments, ensure_fixed_deployments
from flows.service.leftovers import end_leftover_runs
from flows.service.names import PLAY_TAG, WORK_POOL, WORKER_TYPE
from flows.service.play_schedules import take_up_plays
from flows.service.state import read_state
from tasks.runtime import is_stopping, open_runtime
from vigie.operations.leases import release_dead_leases
from vigie.operations.runtime import Runtime
from vigie.settings import House


class InProcessResult(BaseWorkerResult):
    """A run that was awaited here; its own state tells how it went."""


class InProcessWorker(BaseWorker[BaseJobConfiguration, BaseVariables, InProcessResult]):
    """Runs flows in the worker's own process and event loop."""

    type: str = WORKER_TYPE
    job_configuration = BaseJobConfiguration
    _description = "Awaits Vigie's flows in one warm process."

    def __init__(self, *args: Any, holder: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder = holder or str(os.getpid())
        self._flows: dict[UUID, Flow[..., Any]] = {}
        self._awaited_count = 0
        self.is_stopping = False

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,
        task_status: anyio.abc.TaskStatus[Any] | None = None,
    ) -> InProcessResult:
        """Await the run's flow; a failed flow is a failed state, not a failed worker."""
        flow = await self._flow(flow_run)
        if task_status is not None:
            # Shown as the run's ``infrastructure_pid``: whose it was, if the worker is killed.
            task_status.started(self.holder)
        if PLAY_TAG in flow_run.tags:
            # A play's runs wait for its clock most of the time, and do one thing after the other:
            # they must not keep the work of other exercises from its places.
            self._release_limit_slot(flow_run.id)
        self._awaited_count += 1
        try:
            await run_flow_async(
                flow, flow_run=flow_run, parameters=flow_run.parameters, return_type="state"
            )
        finally:
            self._awaited_count -= 1
        return InProcessResult(status_code=0, identifier=str(flow_run.id))

    async def _flow(self, flow_run: FlowRun) -> Flow[..., Any]:
        """Return the flow of a run, read once per deployment."""
        deployment_id = flow_run.deployment_id
        if deployment_id is None:
            message = f"Run {flow_run.name} has no deployment; start runs from a deployment."
            raise RuntimeError(message)
        if deployment_id not in self._flows:
            deployment = await self.client.read_deployment(deployment_id)
            self._flows[deployment_id] = load_flow_from_entrypoint(str(deployment.entrypoint))
        return self._flows[deployment_id]

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Take due runs, unless the worker is about to stop."""
        if self.is_stopping:
            return []
        return await super().get_and_submit_flow_runs()

    @property
    def busy_count(self) -> int:
        """Runs under way."""
        taken = int(self._limiter.borrowed_tokens) if self._limiter else 0
        return max(taken, self._awaited_count)


async def serve(house_runtime: Runtime) -> None:
    """Prepare the pool and the deployments, then take runs until told to stop."""
    house = house_runtime.house
    warming = asyncio.create_task(asyncio.to_thread(house_runtime.warm_up))
    release_dead_leases(house_runtime)
    worker = InProcessWorker(
        WORK_POOL,
        name=f"vigie-{house.kind}-{socket.gethostname()}-{os.getpid()}",
        limit=house.settings.worker_limit,
        holder=house_runtime.holder,
    )
    await ensure_fixed_deployments(house_runtime)
    await end_leftover_runs(is_shared=_is_shared_server(house))
    await align_deployments(house_runtime)
    if house.kind == "exercise":
        await take_up_plays(house_runtime)
    await warming
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    serving = asyncio.create_task(worker.start(printer=lambda *_: None))
    (house.root / "worker.ready").write_text(str(os.getpid()))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        stopping.cancel()
        serving.result()
        return
    worker.is_stopping = True
    is_stopping.set()
    while worker.busy_count:
        await asyncio.sleep(0.05)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def _is_shared_server(house: House) -> bool:
    state = read_state(house.service_file)
    return state is None or state.server is None


def main() -> None:
    """Entry point of the worker process: the house's kind is its one argument."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "real"
    if kind == "real":
        asyncio.run(serve(open_runtime("real")))
    elif kind == "exercise":
        asyncio.run(serve(open_runtime("exercise")))
    else:
        sys.exit(f"Unknown kind {kind!r}: real or exercise.")


if __name__ == "__main__":
    main()
