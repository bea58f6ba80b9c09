"""An exercise in the service: schedules drive it, a pause holds it, a kill loses nothing.

One play of a scenario of six minutes for the whole file: its first minutes at speed 10 by Prefect's
schedules, with a pause and a kill of the worker in between, the rest walked by the flow. Beside it
the same play walked without the service.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.service.control import start_service, stop_service
from flows.service.play_schedules import LEAD_SECONDS, Anchor
from flows.service.state import ServiceState, read_state
from tests.integration.operations.stage import ROOT, played_convention
from vigie.exercise.timeline import shown_injects
from vigie.operations.conducting import conduct
from vigie.operations.moving import pause_play, set_speed
from vigie.operations.playing import Casting, Conductor, open_play
from vigie.operations.runtime import Runtime
from vigie.operations.scenarios import named_scenario
from vigie.operations.scoring import score_play
from vigie.records.play import Play
from vigie.records.turn import Turn
from vigie.settings import Settings, house_of
from vigie.store.repository import Store

pytestmark = pytest.mark.service

VIGIE = str(Path(sys.executable).with_name("vigie"))
SCENARIO = str(ROOT / "tests" / "payloads" / "scenarios" / "six-minutes.yml")
IDENTITY = "ex-cote-dor-1"
DAY = date(2027, 3, 12)
START = datetime(2027, 3, 12, 5, 0, tzinfo=UTC)
_HANG_SECONDS = 120.0


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for a condition, never for a time; return what it gave."""
    deadline = time.monotonic() + _HANG_SECONDS
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.1)
    return value


def moment(text: str) -> datetime:
    """Return a time of Prefect's API."""
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass
class Home:
    """A home whose exercises are asked every minute; commands run in it as people run them."""

    root: Path
    conventions: Path

    @property
    def settings(self) -> Settings:
        """Of its houses."""
        return Settings(home=self.root, conventions=self.conventions)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "PREFECT_"))}
        return subprocess.Popen(
            [VIGIE, *arguments],
            env=clean | {"VIGIE_HOME": str(self.root), "VIGIE_CONVENTIONS": str(self.conventions)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def service(self) -> ServiceState:
        """What ``service.json`` says."""
        state = read_state(self.root / "exercise" / "service.json")
        assert state is not None
        return state

    def ask(self, path: str, **body: Any) -> Any:
        """Ask Prefect's API."""
        answer = httpx.post(f"{self.service.api_url}{path}", json=body, timeout=20, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def scheduled(self) -> list[dict[str, Any]]:
        """Return the deployments of the play."""
        return [item for item in self.ask("/deployments/filter") if item["name"] == IDENTITY]

    def planned(self) -> list[datetime]:
        """Return when the play's own deployments are to run yet."""
        ids = {"id": {"any_": [item["id"] for item in self.scheduled()]}}
        state = {"state": {"type": {"any_": ["SCHEDULED"]}}}
        found = self.ask("/flow_runs/filter", deployments=ids, flow_runs=state)
        times = (moment(run["expected_start_time"]) for run in found)
        return sorted(at for at in times if at > datetime.now(UTC))

    def runs(self, name: str) -> list[dict[str, Any]]:
        """Return the runs of a flow of the play, by time."""
        names = {"name": {"any_": [f"{name}-{IDENTITY}"]}}
        return list(self.ask("/flow_runs/filter", flow_runs=names, sort="START_TIME_ASC"))


def good_end(process: subprocess.Popen[str]) -> str:
    """Await a command's good end and return what it said."""
    told, _ = process.communicate(timeout=_HANG_SECONDS)
    assert process.returncode == 0, told
    return told


@dataclass
class Story:
    """What was seen while the service conducted, what remains, and the same play walked."""

    home: Home
    runtime: Runtime
    walked: Future[Conductor]
    told: list[str] = field(default_factory=list)
    paused_minute: float = 0.0
    paused_at: datetime = START
    resumed_at: datetime = START
    paused: dict[str, Any] = field(default_factory=dict)

    @property
    def play(self) -> Play:
        """The play as it stands."""
        play = self.runtime.store.play(IDENTITY)
        assert play is not None
        return play

    def turns(self) -> list[Turn]:
        """Return the turns of the play."""
        return self.runtime.store.turns(IDENTITY)

    def is_swept(self, minute: float, by: str) -> bool:
        """Tell whether a sweep at a minute was made by somebody."""
        return any((t.minute, t.done_by) == (minute, by) for t in self.turns())


def _play_in_service(story: Story) -> None:
    """Play it all: driven, paused, resumed, killed, taken up, driven again, walked to the end."""
    home, runtime = story.home, story.runtime
    start_service(house_of(home.settings, "exercise"), print)
    play = ("exercise", "play", SCENARIO, "--by", "Anne", "--speed", "10")
    playing = home.start(*play, "--day", DAY.isoformat())
    until(lambda: story.is_swept(1, "schedule"), "a scheduled sweep")
    next_at = until(home.planned, "a planned sweep")[0]
    story.paused_minute = pause_play(runtime, IDENTITY, "Anne")
    story.told.append(good_end(playing))
    story.paused_at = datetime.now(UTC)
    # The pause lasts beyond the tick that would have come.
    until(lambda: datetime.now(UTC) > next_at + timedelta(seconds=LEAD_SECONDS), "the tick's time")
    story.paused = {
        "resting": [item["paused"] for item in home.scheduled()],
        "planned": home.planned(),
        "turns": story.turns(),
    }
    story.resumed_at = datetime.now(UTC)
    resuming = home.start("exercise", "resume", IDENTITY)
    until(lambda: story.play.state == "running", "the exercise goes on")
    worker = home.service.worker
    assert worker is not None
    psutil.Process(worker.pid).kill()
    story.told.append(resuming.communicate(timeout=_HANG_SECONDS)[0])
    start_service(house_of(home.settings, "exercise"), print)
    scheduled = [turn for turn in story.turns() if turn.done_by == "schedule"]
    until(
        lambda: [turn for turn in story.turns() if turn.done_by == "schedule"] != scheduled,
        "a scheduled sweep after the kill",
    )
    set_speed(runtime, IDENTITY, 600, "Anne")
    until(lambda: not runtime.store.commissions(), "the end of the exercise")
    until(lambda: home.runs("exercise")[-1]["state_type"] == "COMPLETED", "the end of the run")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The play in the service, told to its end; the service runs on."""
    folder = tmp_path_factory.mktemp("conventions")
    text = played_convention().replace("cadence_minutes: 2\n", "cadence_minutes: 1\n")
    (folder / "cote-dor.yml").write_text(text, encoding="utf-8")
    home = Home(tmp_path_factory.mktemp("home") / "var", folder)
    beside = Settings(home=tmp_path_factory.mktemp("walked") / "var", conventions=folder)
    house, other = (house_of(settings, "exercise") for settings in (home.settings, beside))
    with (
        Store.open(house.database_url) as store,
        Store.open(other.database_url) as other_store,
        # Walked while the service starts and waits: half of its time is the wall's.
        ThreadPoolExecutor(1) as thread,
    ):
        walking = thread.submit(_walk, Runtime(other, other_store))
        made = Story(home, Runtime(house, store), walking)
        try:
            _play_in_service(made)
            yield made
        finally:
            stop_service(house)


@pytest.fixture(scope="module")
def walked(story: Story) -> Conductor:
    """The same play, walked to its end in this process."""
    return story.walked.result()


def _walk(runtime: Runtime) -> Conductor:
    """Play it in this process, without the service."""
    scenario, text = named_scenario(SCENARIO, runtime.house.settings)
    conductor = open_play(runtime, scenario, text, Casting(by="Anne", day=DAY, speed=600))
    conduct(conductor, None, lambda _line: None)
    return conductor


@given(
    minute=st.floats(0, 360),
    speed=st.sampled_from([0.1, 1.0, 2.5, 10.0]),
    cadence=st.integers(1, 60),
    later=st.floats(-600, 600),
)
def test_ticks_come_a_little_before_the_clock(
    minute: float, speed: float, cadence: int, later: float
) -> None:
    """The first tick is for a minute of the cadence that is ahead, and comes just before it."""
    anchor = Anchor(START, minute, speed)
    first = anchor.first_tick(cadence)
    assert first % cadence == 0
    assert minute < first <= minute + cadence + 4 * speed / 60
    reached_at = START + timedelta(minutes=(first - minute) / speed)
    assert reached_at - anchor.tick_at(first) == pytest.approx(
        timedelta(seconds=LEAD_SECONDS), abs=timedelta(milliseconds=1)
    )
    assert anchor.tick_at(first) > START
    moved_on = minute + later * speed / 60
    assert anchor.lag_seconds(moved_on, START) == pytest.approx(-later, abs=1e-6)


def test_every_due_sweep_was_made_once_and_none_passed(story: Story, walked: Conductor) -> None:
    """Schedules, flow and walk together swept each due minute, in turn; so did the walk alone."""
    swept = [turn.minute for turn in story.turns() if turn.job == "sweep"]
    assert swept == [float(minute) for minute in range(7)]
    makers = [turn.done_by for turn in story.turns() if turn.job == "sweep"]
    print(f"\nswept by: {makers}")
    assert makers.count("schedule") >= 2
    assert makers.count("walk") >= 2
    assert None not in makers
    assert [t.minute for t in walked.wall.store.turns(IDENTITY) if t.job == "sweep"] == swept
    done = [r for r in story.home.runs("sweep") if " posts, " in str(r["state"]["message"])]
    by_prefect = [maker for maker in makers if maker != "walk"]
    # A sweep that was killed before its end is not among them: it was made again.
    assert len(by_prefect) <= len(done) + 1
    assert len(done) <= len(by_prefect)


def test_nothing_was_swept_while_it_was_paused(story: Story) -> None:
    """A pause takes the planned runs away; after it the clock goes on at the very minute."""
    assert story.paused["resting"] == [True, True, True]
    assert story.paused["planned"] == []
    assert all(turn.minute <= story.paused_minute for turn in story.paused["turns"])
    assert story.resumed_at - story.paused_at > timedelta(0)
    begun = [run for run in story.home.runs("sweep") if " posts, " in str(run["state"]["message"])]
    starts = [moment(run["start_time"]) for run in begun]
    assert not [at for at in starts if story.paused_at < at < story.resumed_at]
    journal = story.runtime.store.journal(IDENTITY)
    taken_up = [entry.at for _, entry in journal if entry.action == "play_start"]
    minutes = [(at - story.play.clock.started_at).total_seconds() / 60 for at in taken_up]
    assert minutes[0] == 0
    assert minutes[1] == pytest.approx(story.paused_minute, abs=1e-4)
    assert len(minutes) == 3


def test_a_killed_worker_left_a_play_that_went_on(story: Story) -> None:
    """The terminal says that the exercise stands; the next worker took it up at its minute."""
    assert "vigie up --exercise" in story.told[1]
    states = [run["state_type"] for run in story.home.runs("exercise")]
    assert states == ["COMPLETED", "CRASHED", "COMPLETED"]


def test_scores_are_those_of_a_walk_without_service(story: Story, walked: Conductor) -> None:
    """Injects were shown at the same exercise times and came to the same rows and scores."""
    driven = Conductor(story.runtime, story.play)
    assert driven.play.state == walked.play.state == "ended"
    assert shown_injects(driven.scenario, driven.play.changes) == shown_injects(
        walked.scenario, walked.play.changes
    )
    ours, theirs = score_play(story.runtime, IDENTITY), score_play(walked.wall, IDENTITY)
    assert [(r.seen_minute, r.inject_ids, r.values) for r in ours.rows] == [
        (r.seen_minute, r.inject_ids, r.values) for r in theirs.rows
    ]
    assert len(ours.score.findable) == 3
    assert ours.score == theirs.score


def test_the_speed_really_reached_is_said(story: Story) -> None:
    """Terminal and run tell where the exercise stands and how fast it went; its schedules rest."""
    assert "T+00:01" in story.told[0]
    assert "vitesse atteinte" in story.told[0]
    told = str(story.home.runs("exercise")[-1]["state"]["message"])
    assert told.startswith("T+00:06, speed reached ")
    assert [item["paused"] for item in story.home.scheduled()] == [True, True, True]
