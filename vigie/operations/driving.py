"""Lets Prefect's schedules do a play's work: the clock stands at each due minute until it is done.

Called by ``walk`` up to ``WALKING_ABOVE_SPEED``, where the exercise flow conducts. Knows nothing of
Prefect: the flow gives a ``Driver``. The runs' side is ``turns``.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

from vigie.operations.reporting import next_due
from vigie.operations.turns import is_turn_taken
from vigie.records.turn import Job

if TYPE_CHECKING:
    from vigie.operations.playing import Conductor

PATIENCE_SECONDS = 5.0
"""A scheduled run that has not come so long after it was due is not waited for: the flow does it.
The worker asks for runs every second and takes some tenths to begin one."""
_LOOK_SECONDS = 0.1


class Driver(Protocol):
    """What the exercise flow gives to the conduct of a play."""

    def is_leaving(self) -> bool:
        """Tell whether the service stops: the play is left where it is, to be taken up again."""
        ...

    async def follow(self, conductor: Conductor) -> None:
        """Bring the schedules in line with the play's clock; called at every look."""
        ...

    def expects(self, job: Job, minute: float) -> bool:
        """Tell whether a scheduled run comes for what is due at a minute."""
        ...

    async def take(self, job: Job) -> None:
        """Do a job now, because no scheduled run does."""
        ...


async def stand(conductor: Conductor, driver: Driver, minute: float) -> bool:
    """Let everything be done that is due at the minute where the clock stands.

    Args:
        conductor: Its clock has reached the minute and goes no further by itself.
        driver: Who brings the runs.
        minute: Of exercise.

    Returns:
        False if somebody stopped or moved the play before it was done.
    """
    if not await _have_done(conductor, driver, "sweep", minute):
        return False
    # After the sweep, so that what it found is in the report.
    return not _is_report_due(conductor) or await _have_done(conductor, driver, "report", minute)


def _is_report_due(conductor: Conductor) -> bool:
    activation = conductor.runtime.store.activation(conductor.identity)
    due = next_due(conductor.runtime, activation)
    return due is not None and due.overdue_since is not None


async def _have_done(conductor: Conductor, driver: Driver, job: Job, minute: float) -> bool:
    store, identity = conductor.wall.store, conductor.identity
    store.open_turn(identity, job, minute)
    began = time.monotonic()
    while _is_open(conductor, job, minute):
        # What has begun is always awaited: nothing of the play changes under a sweep.
        if is_turn_taken(conductor.wall, identity, job):
            await asyncio.sleep(_LOOK_SECONDS)
            continue
        play = conductor.reload()
        if driver.is_leaving() or play.state != "running" or conductor.minute() > minute:
            return False
        is_coming = not play.is_walked and driver.expects(job, minute)
        if is_coming and time.monotonic() - began < PATIENCE_SECONDS:
            await asyncio.sleep(_LOOK_SECONDS)
        else:
            await driver.take(job)
    return True


def _is_open(conductor: Conductor, job: Job, minute: float) -> bool:
    turns = conductor.wall.store.turns(conductor.identity)
    return any((t.job, t.minute, t.done_by) == (job, minute, None) for t in turns)
