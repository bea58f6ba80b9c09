"""A play: an exercise activation that follows a scenario on a clock of its own.

Kept by the store; made and moved by ``vigie.operations.playing``. ``ExerciseClock`` is plain
arithmetic between the wall's time and the exercise's: the wall's time is always an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

PlayState = Literal["ready", "running", "paused", "ended"]
InjectState = Literal["planned", "held", "fired"]
"""Planned ones are shown when their minute comes; held ones wait for a person; fired ones were
shown by hand, at the minute that stands beside."""
HEARTBEAT_SECONDS = 5.0
"""The clock runs no longer than this beyond its last anchor: whoever conducts anchors it anew, and
when the conductor was killed the exercise stands still, instead of running on unseen."""
WALKING_ABOVE_SPEED = 10.0
"""Up to this speed Prefect's schedules drive the sweeps; above it the play walks its plan."""


@dataclass(frozen=True, slots=True)
class ExerciseClock:
    """Where the exercise stands, and how fast it goes.

    Attributes:
        started_at: The exercise's own time at minute 0. Aware UTC.
        anchor_at: The wall's time at which ``anchor_minute`` was true. Aware UTC.
        anchor_minute: Minutes of exercise since its start, at the anchor.
        speed: Minutes of exercise in a minute of the wall, where it runs by itself.
        is_running: False while paused, not begun, ended, or walked step by step.
        bound_minute: The clock does not pass this minute by itself: the next due sweep, until it is
            done. Whoever reads the clock, in whatever process, reads the same. None: no bound.
    """

    started_at: datetime
    anchor_at: datetime
    anchor_minute: float = 0.0
    speed: float = 1.0
    is_running: bool = False
    bound_minute: float | None = None

    def minute(self, wall_at: datetime) -> float:
        """Return the minutes of exercise at a time of the wall.

        A wall's clock that is set, forward or back, moves the exercise by no more than
        ``HEARTBEAT_SECONDS`` of the wall: what passed since the anchor counts from none to that.
        """
        if not self.is_running:
            return self.anchor_minute
        passed = (wall_at - self.anchor_at).total_seconds()
        passed = min(max(0.0, passed), HEARTBEAT_SECONDS)
        minute = self.anchor_minute + passed * self.speed / 60
        return minute if self.bound_minute is None else min(minute, self.bound_minute)

    def now(self, wall_at: datetime) -> datetime:
        """Return the exercise's time at a time of the wall. Aware UTC."""
        return self.at_minute(self.minute(wall_at))

    def at_minute(self, minute: float) -> datetime:
        """Return the exercise's time at a minute of exercise. Aware UTC."""
        return self.started_at + timedelta(minutes=minute)

    def running(self, wall_at: datetime, bound_minute: float | None = None) -> ExerciseClock:
        """Return the clock set going; nothing has passed while it stood.

        Args:
            wall_at: The wall's time. Aware UTC.
            bound_minute: Where it stands still again by itself; None: nowhere. A bound that has
                passed is where the clock is: it never goes back.
        """
        at = self.minute(wall_at)
        bound = None if bound_minute is None else max(at, bound_minute)
        return replace(
            self, anchor_at=wall_at, anchor_minute=at, is_running=True, bound_minute=bound
        )

    def paused(self, wall_at: datetime) -> ExerciseClock:
        """Return the clock frozen where it is."""
        return self._anchored(wall_at, is_running=False)

    def beaten(self, wall_at: datetime) -> ExerciseClock:
        """Return the same clock, anchored anew: a sign of life of who conducts."""
        return self._anchored(wall_at, is_running=self.is_running)

    def at_speed(self, wall_at: datetime, speed: float) -> ExerciseClock:
        """Return the clock going on from where it is at another speed.

        Raises:
            ValueError: The speed is not positive.
        """
        if speed <= 0:
            raise ValueError(speed)
        return replace(self._anchored(wall_at, is_running=self.is_running), speed=speed)

    def jumped(self, wall_at: datetime, minute: float) -> ExerciseClock:
        """Return the clock set forward to a minute of exercise.

        Raises:
            ValueError: That minute has passed: what has happened cannot unhappen.
        """
        if minute < self.minute(wall_at):
            raise ValueError(minute)
        bound = None if self.bound_minute is None else max(self.bound_minute, minute)
        return replace(self, anchor_at=wall_at, anchor_minute=minute, bound_minute=bound)

    def _anchored(self, wall_at: datetime, *, is_running: bool) -> ExerciseClock:
        at = self.minute(wall_at)
        return replace(self, anchor_at=wall_at, anchor_minute=at, is_running=is_running)


@dataclass(frozen=True, slots=True)
class InjectChange:
    """What an animator changed about one inject while the exercise ran.

    Attributes:
        state: Held back, fired by hand, or planned again.
        minute: When it is shown, in minutes of exercise; None: as the scenario says.
        text: A whole inject as JSON where it was edited or added; else empty.
    """

    inject_id: str
    state: InjectState = "planned"
    minute: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """An exercise activation and its scenario, frozen when it opened.

    Attributes:
        scenario_text: The YAML as it was; editing the file changes nothing that runs.
        seed: Of the background noise.
        port: Of the simulated networks on loopback: kept over restarts.
        wanted_speed: As the trainer asked; above ``WALKING_ABOVE_SPEED`` the clock is walked.
    """

    activation_id: str
    scenario_id: str
    scenario_text: str
    seed: int
    port: int
    state: PlayState
    clock: ExerciseClock
    wanted_speed: float = 1.0
    changes: tuple[InjectChange, ...] = ()

    @property
    def is_walked(self) -> bool:
        """Whether the play walks its plan rather than wait for the wall's clock."""
        return self.wanted_speed > WALKING_ABOVE_SPEED
