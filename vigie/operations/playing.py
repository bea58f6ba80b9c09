"""Plays a scenario: opens its activation, conducts its clock, walks the plan of its sweeps.

Called by ``vigie exercise …`` and the exercise flow. The simulated networks run in the conducting
process; the clock stands in the store, so that other commands move it and a killed conductor goes
on where it was. An exercise can reach nothing real: its activation lives in the exercise house,
its network is this process's loopback port.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from datetime import time as day_time
from zoneinfo import ZoneInfo

from vigie.activation.plan import plan_sweeps
from vigie.convention.model import Convention
from vigie.exercise.networks.replay import ReplayServer
from vigie.exercise.scenario import Scenario, exercise_time
from vigie.exercise.scenario_loading import parse_scenario
from vigie.exercise.staging import stage, wave_at
from vigie.language import say
from vigie.operations.driving import Driver, stand
from vigie.operations.opening import Opening, open_activation
from vigie.operations.publication import publish
from vigie.operations.reporting import issue_due_report
from vigie.operations.runtime import Runtime
from vigie.operations.sweeping import sweep_here
from vigie.problem import Problem
from vigie.records.activation import JournalEntry
from vigie.records.play import ExerciseClock, Play

PUBLICATION_MINUTES = 10
"""Exercise minutes between two publications of a walked play: people read no faster."""
FOLLOW_SECONDS = 0.5
"""How often a waiting conductor gives a sign of life and looks at what others did to the clock."""
EVERY_REQUEST = 1_000_000
"""A walked play asks in a minute what takes hours: the networks' own limit is the scenario's."""


class PlayError(Problem):
    """An exercise that cannot be played, or moved, as it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Casting:
    """How a scenario shall be played.

    Attributes:
        by: Name of who directs the exercise.
        seed: Of the background; None takes the scenario's.
        day: Day of the exercise's own calendar; None is today's.
        speed: Minutes of exercise in a minute of the wall.
    """

    by: str
    seed: int | None = None
    day: date | None = None
    speed: float = 1.0


class Conductor:
    """One process's hold on one play: its networks, its clock, its sweeps.

    Args:
        runtime: Of the exercise house, on the wall's clock.
        play: As the store has it.
    """

    def __init__(self, runtime: Runtime, play: Play) -> None:
        self.wall = runtime
        self.play = play
        activation = runtime.store.activation(play.activation_id)
        self.convention: Convention = runtime.convention_of(activation)
        self.scenario: Scenario = parse_scenario(
            play.scenario_text,
            play.scenario_id,
            {self.convention.id: self.convention},
            is_played=True,
        )
        self.runtime = runtime.by_clock(self.now)
        self.sweep_count = 0
        self._server: ReplayServer | None = None

    @property
    def identity(self) -> str:
        """The activation's id."""
        return self.play.activation_id

    def minute(self) -> float:
        """Return the minutes of exercise now, never beyond its end."""
        return self.minute_of(self.play)

    def minute_of(self, play: Play) -> float:
        """Return the minutes of exercise now by a play's clock, never beyond its end.

        Args:
            play: This one, perhaps newer than ``self.play``.
        """
        return min(play.clock.minute(self.wall.wall_clock()), float(self.scenario.duration_minutes))

    def now(self) -> datetime:
        """Return the exercise's time now. Aware UTC."""
        return self.play.clock.at_minute(self.minute())

    def open_networks(self) -> None:
        """Serve what the clock has released, on the port that the activation knows.

        Raises:
            PlayError: The port is taken by somebody else.
        """
        try:
            self._server = ReplayServer(
                stage(self.scenario, self.convention, self.play.seed, self.play.changes),
                port=self.play.port,
                started_at=self.play.clock.started_at,
                requests_per_window=EVERY_REQUEST,
                wave_now=lambda: wave_at(self.minute(), self.scenario),
            )
        except OSError as error:
            raise PlayError(
                self.identity,
                say("the port {port} of its networks is taken.", port=self.play.port),
                say("Is it conducted in another window? Else stop what uses the port."),
            ) from error
        self._server.start()

    def close_networks(self) -> None:
        """Stop serving; the clock stays where it is."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def reload(self) -> Play:
        """Read the play anew: another command may have moved it.

        Raises:
            PlayError: It is gone.
        """
        found = self.wall.store.play(self.identity)
        if found is None:
            raise PlayError(self.identity, say("It follows no scenario."))
        return self._follow(found)

    def move(
        self,
        change: Callable[[Play], Play],
        action: str = "",
        by: str = "vigie",
        after: str = "",
    ) -> Play:
        """Change the play as it stands in the store, whoever moved it since it was last read.

        Args:
            change: Gives the play as it shall be. What it raises changes nothing. Called within
                the store's transaction: it reads the play that it is given, and no store.
            action: Code of the journal's entry; empty: a sign of life, of which none is made.
            by: Name of who decides.
            after: What the journal says that it became; empty: the exercise's time.

        Raises:
            UnknownActivationError: It is gone.
        """

        def tell(play: Play) -> list[JournalEntry]:
            if not action:
                return []
            minute = self.minute_of(play)
            return [
                JournalEntry(
                    at=play.clock.at_minute(minute),
                    actor=by,
                    subject=play.scenario_id,
                    action=action,
                    after=after or exercise_time(int(minute)),
                )
            ]

        return self._follow(self.wall.store.move_play(self.identity, change, tell))

    def _follow(self, found: Play) -> Play:
        if found.changes != self.play.changes and self._server is not None:
            material = stage(self.scenario, self.convention, found.seed, found.changes)
            self._server.restage(material)
        self.play = found
        return found

    def due_minutes(self) -> list[int]:
        """Return the minutes of exercise at which a sweep is due, its end included."""
        sources = self.runtime.sources_of(self.runtime.store.activation(self.identity))
        hours = self.scenario.duration_minutes / 60
        started_at = self.play.clock.started_at
        planned = plan_sweeps(sources, started_at, hours)
        minutes = [round((sweep.at - started_at).total_seconds() / 60) for sweep in planned]
        return [*minutes, self.scenario.duration_minutes]

    def next_due_minute(self) -> int | None:
        """Return the first minute whose sweep is not known to be done; None after the last."""
        turns = self.wall.store.turns(self.identity)
        swept = max((t.minute for t in turns if t.job == "sweep" and t.done_by), default=-1.0)
        return next((minute for minute in self.due_minutes() if minute > swept), None)

    def stands_at_done_turn(self) -> bool:
        """Tell whether the clock stands at a minute whose sweep is done."""
        now, turns = self.minute(), self.wall.store.turns(self.identity)
        return any(one.minute == now and one.job == "sweep" and one.done_by for one in turns)

    async def sweep(self) -> None:
        """Sweep what is due at the exercise's time."""
        await sweep_here(self.runtime, self.identity, everything=False)
        self.sweep_count += 1


def open_play(runtime: Runtime, scenario: Scenario, text: str, casting: Casting) -> Conductor:
    """Open an exercise activation that follows a scenario; its clock stands at ``T+00:00``.

    Args:
        runtime: Of the exercise house.
        scenario: As proved.
        text: The file it was read from, frozen with the play.
        casting: How it shall be played.

    Raises:
        PlayError: The house is the real one.
        ConventionError: If the convention is wrong, expired, or allows no exercises.
    """
    if runtime.house.kind != "exercise":
        raise PlayError(scenario.id, say("A scenario is played in the exercise house only."))
    started_at = _started_at(runtime, scenario, casting.day)
    clock = ExerciseClock(started_at, runtime.wall_clock(), speed=casting.speed)
    # The port is found by opening it: the activation's address is frozen with it.
    with ReplayServer(stage(scenario, _convention(runtime, scenario), 0), wave=0) as probe:
        port = probe.port
    opened = open_activation(
        runtime.by_clock(lambda: started_at),
        Opening(
            convention_id=scenario.convention,
            event=scenario.event,
            by=casting.by,
            channel="exercice",
            hashtags=tuple(scenario.watch),
            network=f"http://127.0.0.1:{port}",
        ),
        "activate",
    )
    play = Play(
        activation_id=opened.id,
        scenario_id=scenario.id,
        scenario_text=text,
        seed=scenario.seed if casting.seed is None else casting.seed,
        port=port,
        state="ready",
        clock=clock,
        wanted_speed=casting.speed,
    )
    runtime.store.add_play(play)
    return Conductor(runtime, play)


async def walk(
    conductor: Conductor,
    until_minute: float | None = None,
    at_stop: Callable[[float], Awaitable[None]] | None = None,
    driver: Driver | None = None,
) -> float:
    """Go from due sweep to due sweep on the exercise clock; return the speed that was reached.

    Above ``WALKING_ABOVE_SPEED`` the clock is set to each due sweep in turn and stands there until
    it is done; below, it runs by itself and each sweep is awaited at its minute. Either way it
    never passes one. What was due and is not known to be done is swept first: killed at any line
    and walked again, it goes on where it was. After a jump one sweep brings what lies between.

    Args:
        conductor: With its networks open.
        until_minute: Where to stop; None walks to the end.
        at_stop: Awaited after each sweep with its minute: played people, the live view.
        driver: Brings the scheduled runs that do the work where the play is not walked; None: all
            of it is done here.
    """
    end = float(conductor.scenario.duration_minutes if until_minute is None else until_minute)
    began, first = time.monotonic(), conductor.minute()
    if at_stop is not None and first > 0 and conductor.stands_at_done_turn():
        # Killed between a sweep and what follows it: that may not have been done.
        await at_stop(first)
    while conductor.reload().state == "running" and not (driver and driver.is_leaving()):
        if driver is not None:
            await driver.follow(conductor)
        due = conductor.next_due_minute()
        if due is None or due > end:
            break
        if conductor.minute() < due and not await _reach(conductor, due):
            continue
        # After a jump the clock may be further than the sweep that was due.
        minute = max(float(due), conductor.minute())
        if driver is None or conductor.play.is_walked:
            await conductor.sweep()
            await asyncio.to_thread(_publish_when_due, conductor, int(minute))
            conductor.wall.store.end_turn(conductor.identity, "sweep", minute, "walk")
        elif not await stand(conductor, driver, minute):
            continue
        if at_stop is not None:
            await at_stop(minute)
    passed_minutes = (time.monotonic() - began) / 60
    return (conductor.minute() - first) / passed_minutes if passed_minutes else 0.0


async def _reach(conductor: Conductor, minute: float) -> bool:
    """Bring the clock to a minute, or nearer; False if it is not there yet or not wanted there.

    Each call is a sign of life. The clock is given the minute as its bound, so that it stands there
    until the sweep is done, whoever looks at it; what others did to it meanwhile is left as it is.
    """

    def approach(play: Play) -> Play:
        wall = conductor.wall.wall_clock()
        if play.state != "running" or play.clock.minute(wall) >= minute:
            return play
        if play.is_walked:
            return replace(play, clock=play.clock.paused(wall).jumped(wall, minute))
        return replace(play, clock=play.clock.running(wall, minute))

    play = conductor.move(approach)
    if play.state == "running" and conductor.minute() < minute:
        missing_seconds = (minute - conductor.minute()) * 60 / play.clock.speed
        await asyncio.sleep(min(FOLLOW_SECONDS, max(0.0, missing_seconds)))
        play = conductor.reload()
    return play.state == "running" and conductor.minute() >= minute


def _publish_when_due(conductor: Conductor, minute: int) -> None:
    runtime, identity = conductor.runtime, conductor.identity
    is_issued = issue_due_report(runtime, identity) is not None
    if (
        is_issued
        or minute % PUBLICATION_MINUTES == 0
        or minute == conductor.scenario.duration_minutes
    ):
        publish(runtime, identity)


def _started_at(runtime: Runtime, scenario: Scenario, day: date | None) -> datetime:
    zone = ZoneInfo(_convention(runtime, scenario).workbook.time_zones[0])
    hours, minutes = map(int, scenario.starts.split(":"))
    chosen = day or runtime.wall_clock().astimezone(zone).date()
    return datetime.combine(chosen, day_time(hours, minutes), zone).astimezone(ZoneInfo("UTC"))


def _convention(runtime: Runtime, scenario: Scenario) -> Convention:
    from vigie.operations.scenarios import installed_conventions  # noqa: PLC0415 - one read a play

    return installed_conventions(runtime.house.settings)[scenario.convention]
