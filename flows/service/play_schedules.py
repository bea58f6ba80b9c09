"""Schedules of a played activation: they follow the exercise's clock, not the wall's.

Owned by the exercise flow while it conducts up to speed 10: intervals are the convention's cadences
divided by the speed, anchored so that each tick comes a little before the clock reaches its due
minute, paused while the clock does not run by itself. ``deployments`` makes them and leaves them
paused where nobody conducts. A play that was left by a killed worker is taken up here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleUpdate, DeploymentUpdate
from prefect.client.schemas.schedules import IntervalSchedule

from flows.service.deployments import cadence_minutes
from flows.service.names import EXERCISE_FLOW, REPORT_FLOW, SWEEP_FLOW, SYSTEM_DEPLOYMENT
from vigie.operations.runtime import Runtime
from vigie.operations.turns import is_conducted
from vigie.records.play import Play
from vigie.records.turn import Job

LEAD_SECONDS = 2.0
"""A tick comes so long before its minute: the worker asks every second and needs some tenths."""
LAG_SECONDS = 30.0
"""The clock stands while work is done, the ticks do not: so much later than planned it may be
before they are planned anew. Until then runs come early by so much, and wait."""
_AHEAD_SECONDS = 1.0
"""So much earlier than planned (a jump) is a moved clock, not a slip of two readings."""
_SOON_SECONDS = 1.0
"""A tick nearer than this cannot be planned any more."""
_PLANNED_COUNT = 3
"""Ticks planned at once, without waiting for the scheduler; it plans as many itself
(``PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS``)."""
_FLOW_OF: Mapping[Job, str] = {"sweep": SWEEP_FLOW, "report": REPORT_FLOW}


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the exercise stood when its ticks were planned.

    Attributes:
        wall_at: The wall's time. Aware UTC.
        minute: Minutes of exercise at that time.
        speed: Minutes of exercise in a minute of the wall.
    """

    wall_at: datetime
    minute: float
    speed: float

    def first_tick(self, cadence: int) -> int:
        """Return the first minute of exercise, on a cadence of minutes, that a tick comes for."""
        earliest = self.minute + (LEAD_SECONDS + _SOON_SECONDS) * self.speed / 60
        return math.ceil(earliest / cadence) * cadence

    def tick_at(self, minute: float) -> datetime:
        """Return when the tick for a minute of exercise comes. Aware UTC."""
        seconds = (minute - self.minute) * 60 / self.speed
        return self.wall_at + timedelta(seconds=seconds - LEAD_SECONDS)

    def lag_seconds(self, minute: float, wall_at: datetime) -> float:
        """Return how much later than planned the exercise is; negative: it was moved on."""
        planned = (minute - self.minute) * 60 / self.speed
        return (wall_at - self.wall_at).total_seconds() - planned


class PlaySchedules:
    """The schedules of one played activation, which rest when this is made.

    Args:
        runtime: Of the exercise house, on the wall's clock.
        activation_id: Whose schedules; ``align_deployments`` has made them.
    """

    def __init__(self, runtime: Runtime, activation_id: str) -> None:
        self.activation_id = activation_id
        self._cadences = cadence_minutes(runtime, runtime.store.activation(activation_id))
        self._anchor: Anchor | None = None
        self._is_planned = False
        self._ids: dict[str, UUID] = {}

    def are_right(self, play: Play, minute: float, wall_at: datetime) -> bool:
        """Tell whether the schedules suit the play as it stands.

        Args:
            play: As just read.
            minute: Of exercise.
            wall_at: The wall's time. Aware UTC.
        """
        is_driven = play.state == "running" and not play.is_walked
        if not is_driven:
            return not self._is_planned
        if self._anchor is None:
            return False
        lag_seconds = self._anchor.lag_seconds(minute, wall_at)
        is_in_time = -_AHEAD_SECONDS <= lag_seconds <= LAG_SECONDS
        return is_in_time and self._anchor.speed == play.clock.speed

    def expects(self, job: Job, minute: float) -> bool:
        """Tell whether a tick was planned for what is due at a minute."""
        cadence = self._cadences[_FLOW_OF[job]]
        return self._anchor is not None and self._anchor.first_tick(cadence) <= minute

    async def align(self, play: Play, minute: float, wall_at: datetime) -> None:
        """Plan the ticks anew, or none where the clock does not run by itself."""
        if play.state != "running" or play.is_walked:
            await self.rest()
            return
        anchor = Anchor(wall_at, minute, play.clock.speed)
        # Until all is planned no tick is expected; half of it may stand if this fails.
        self._anchor, self._is_planned = None, True
        async with get_client() as client:
            for flow_name, cadence in self._cadences.items():
                schedule = IntervalSchedule(
                    interval=timedelta(minutes=cadence / anchor.speed),
                    anchor_date=anchor.tick_at(anchor.first_tick(cadence)),
                    timezone="UTC",
                )
                await self._plan(client, flow_name, schedule)
        self._anchor = anchor

    async def rest(self) -> None:
        """Let no tick come; those that were planned go."""
        self._anchor = None
        if not self._is_planned:
            return
        async with get_client() as client:
            for flow_name in self._cadences:
                await client.pause_deployment(await self._id(client, flow_name))
        self._is_planned = False

    async def _plan(
        self, client: PrefectClient, flow_name: str, schedule: IntervalSchedule
    ) -> None:
        identity = await self._id(client, flow_name)
        planned = DeploymentScheduleUpdate(schedule=schedule, active=True)
        # What was planned before goes with the old schedule.
        await client.update_deployment(
            identity, DeploymentUpdate(paused=False, schedules=[planned])
        )
        await client.request(
            "POST",
            "/deployments/{id}/schedule",
            path_params={"id": identity},
            json={"max_runs": _PLANNED_COUNT},
        )

    async def _id(self, client: PrefectClient, flow_name: str) -> UUID:
        if flow_name not in self._ids:
            name = f"{flow_name}/{self.activation_id}"
            self._ids[flow_name] = (await client.read_deployment_by_name(name)).id
        return self._ids[flow_name]


async def take_up_plays(runtime: Runtime) -> list[str]:
    """Start the flow of each play that the service conducted when it was stopped or killed.

    Args:
        runtime: Of the exercise house, on the wall's clock.

    Returns:
        The activations. What was paused or ended meanwhile is left to its trainer.
    """
    left = []
    for commission in runtime.store.commissions():
        play = runtime.store.play(commission.activation_id)
        if play is None or play.state in ("paused", "ended"):
            runtime.store.end_commission(commission.activation_id)
        elif not is_conducted(runtime, commission.activation_id):
            left.append(commission)
    if left:
        async with get_client() as client:
            name = f"{EXERCISE_FLOW}/{SYSTEM_DEPLOYMENT}"
            deployment = await client.read_deployment_by_name(name)
            for commission in left:
                await client.create_flow_run_from_deployment(
                    deployment.id,
                    parameters={
                        "activation_id": commission.activation_id,
                        "until_minute": commission.until_minute,
                        "is_team_played": commission.is_team_played,
                    },
                )
    return [commission.activation_id for commission in left]
