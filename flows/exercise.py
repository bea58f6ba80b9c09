"""The exercise: conducts a play's clock in the service, until its end, a pause or a minute wanted.

Started by ``vigie exercise play`` and ``resume``, and by the worker's start for what a killed
worker left. Up to speed 10 the activation's own schedules drive the sweeps and this flow holds the
clock at each due minute until they are done; above, it walks the same plan itself.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.report import report
from flows.service.deployments import align_deployments
from flows.service.play_schedules import PlaySchedules
from flows.sweep import sweep
from tasks.publication import publish_workbook
from tasks.runtime import is_stopping, wall_runtime_of
from vigie.exercise.scenario import exercise_time
from vigie.operations.conducting import ConductedError, conduct, take_up
from vigie.operations.playing import Conductor
from vigie.operations.rehearsing import PlayedTeam
from vigie.operations.runtime import Runtime
from vigie.operations.turns import is_conducted
from vigie.records.turn import Commission, Job

_logger = logging.getLogger("vigie.service")


@flow(name="exercise", flow_run_name="exercise-{activation_id}", persist_result=False)
async def exercise(
    activation_id: str, until_minute: float | None = None, is_team_played: bool = False
) -> State[Any]:
    """Conduct a play; a pause, its end or the minute wanted ends the run.

    Args:
        activation_id: An exercise activation that follows a scenario.
        until_minute: Where to stop, in minutes of exercise; None: at its end.
        is_team_played: Let a played team react, where nobody real takes part.
    """
    house = wall_runtime_of(activation_id)
    commission = Commission(activation_id, until_minute, is_team_played)
    if await asyncio.to_thread(is_conducted, house, activation_id):
        return Completed(message="It is conducted already.")
    await asyncio.to_thread(house.store.commission_play, commission)
    await align_deployments(house)
    driver = ServiceDriver(PlaySchedules(house, activation_id), asyncio.get_running_loop())
    try:
        told = await _in_a_thread(lambda: _conduct(house, commission, driver))
    except ConductedError:
        return Completed(message="It is conducted already.")
    finally:
        driver.leave()
        await driver.schedules.rest()
    if is_stopping.is_set():
        return Completed(message=f"The service stops; {told}. Its next start goes on.")
    await asyncio.to_thread(house.store.end_commission, activation_id)
    await publish_workbook(activation_id)
    return Completed(message=told)


class ServiceDriver:
    """Lets Prefect do a play's work; called from the conductor's thread and event loop.

    Args:
        schedules: Of the play.
        loop: The worker's, in which everything of Prefect runs.
    """

    def __init__(self, schedules: PlaySchedules, loop: asyncio.AbstractEventLoop) -> None:
        self.schedules = schedules
        self._loop = loop
        self._is_left = threading.Event()
        self._aligning: Future[None] | None = None

    def leave(self) -> None:
        """Let the conductor go: the run was cancelled, or has ended."""
        self._is_left.set()
        if self._aligning is not None:
            self._aligning.cancel()

    def is_leaving(self) -> bool:
        """Tell whether the service stops, or the run was cancelled."""
        return is_stopping.is_set() or self._is_left.is_set()

    async def follow(self, conductor: Conductor) -> None:
        """Have the schedules brought in line with the play's clock, if they are not.

        Nobody waits for it: the clock beats on while Prefect's server is busy, and what no tick
        comes for is done by the flow.
        """
        if self._aligning is not None:
            if not self._aligning.done() or self._aligning.cancelled():
                return
            fault = self._aligning.exception()
            if fault is not None:
                _logger.warning("%s: schedules not set: %r", conductor.identity, type(fault))
        play, minute = conductor.play, conductor.minute()
        wall_at = conductor.wall.wall_clock()
        self._aligning = None
        if not self.schedules.are_right(play, minute, wall_at):
            work = self.schedules.align(play, minute, wall_at)
            self._aligning = asyncio.run_coroutine_threadsafe(work, self._loop)

    def expects(self, job: Job, minute: float) -> bool:
        """Tell whether a scheduled run comes for what is due at a minute."""
        return self.schedules.expects(job, minute)

    async def take(self, job: Job) -> None:
        """Run a job's own flow as a part of this run."""
        activation_id = self.schedules.activation_id
        work = sweep(activation_id) if job == "sweep" else report(activation_id)
        # Prefect's clients belong to the worker's loop; the flow's context goes along.
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))


def _conduct(house: Runtime, commission: Commission, driver: ServiceDriver) -> str:
    """Conduct in this thread; return where the play stands, for Prefect's eyes."""
    conductor = take_up(house, commission.activation_id)
    act = PlayedTeam.of(conductor).act if commission.is_team_played else None
    speed = conduct(conductor, commission.until_minute, lambda _line: None, act, driver)
    return f"{exercise_time(int(conductor.minute()))}, speed reached {speed:.0f}"


async def _in_a_thread(work: Callable[[], str]) -> str:
    """Await work that lasts for hours in a thread of its own: it must not take one of the pool."""
    executor = ThreadPoolExecutor(1, thread_name_prefix="exercise")
    try:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(executor, context.run, work)
    finally:
        executor.shutdown(wait=False)
