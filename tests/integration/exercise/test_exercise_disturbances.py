"""Pauses, jumps, kills, a wall's clock that is set: an exercise comes to the same in the end.

One undisturbed run of half an hour on three sources, with a played team, is compared with one that
is paused and one that is killed. A jump decides which sweeps there are: all three make the same.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.exercise.forked_commands import Commands, Halt
from tests.integration.exercise.short_play import (
    BY,
    CONVENTIONS,
    DAY,
    IDENTITY,
    SCENARIO,
    conducted,
    house,
    opened,
)
from vigie.exercise.timeline import shown_injects
from vigie.operations.conducting import take_up
from vigie.operations.leases import lease
from vigie.operations.moving import jump, pause_play, set_speed
from vigie.operations.playing import PlayError, _reach
from vigie.operations.runtime import Runtime
from vigie.operations.scoring import score_play
from vigie.operations.stepping import step_play
from vigie.operations.turns import play_lease
from vigie.records.play import HEARTBEAT_SECONDS

NEVER = datetime(2099, 1, 1, tzinfo=UTC)
LONGER_THAN_LEFT = timedelta(hours=10)
_HANG_SECONDS = 300.0
Outcome = dict[str, Any]


class Wall:
    """A wall's clock that tests set, stop, and let run fast.

    Args:
        rate: Its seconds in a second of ours.
    """

    def __init__(self, rate: float) -> None:
        self._rate, self._since = rate, time.monotonic()
        self._at, self._is_running = datetime(2026, 11, 21, 12, 0, tzinfo=UTC), True

    def __call__(self) -> datetime:
        at, since, is_running = self._at, self._since, self._is_running
        passed = (time.monotonic() - since) * self._rate if is_running else 0.0
        return at + timedelta(seconds=passed)

    def stand(self) -> None:
        """Stop it: whoever looks at it then sees the same minute."""
        self._at, self._is_running = self(), False

    def go_on(self, by: timedelta) -> None:
        """Set it forward or back and let it run again."""
        self._at, self._since, self._is_running = self._at + by, time.monotonic(), True


def outcome(runtime: Runtime) -> Outcome:
    """What an exercise came to: injects, what was collected when, rows with their times, scores."""
    scored = score_play(runtime, IDENTITY)
    play, store = scored.play, runtime.store
    posts = [
        (post.source_id, post.native_id, post.captured_at, post.posted_at, ref)
        for ref, group in store.posts_of(IDENTITY).items()
        for post in group
    ]
    return {
        "injects": [
            (one.inject.id, one.minute) for one in shown_injects(scored.scenario, play.changes)
        ],
        "ended": (play.state, play.clock.anchor_minute),
        "posts": sorted(posts, key=str),
        "rows": [dataclasses.asdict(row) for row in scored.rows],
        "healths": sorted(
            (name, one.state, one.last_attempt_at, one.seen_count, one.kept_count)
            for name, one in store.healths(IDENTITY).items()
        ),
        "score": json.dumps(dataclasses.asdict(scored.score), default=str, sort_keys=True),
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The outcome of a walked run with two jumps: to a time, and to an inject."""
    with house(tmp_path_factory.mktemp("calm")) as runtime:
        opened(runtime, 3600.0)
        conducted(runtime, 12)
        jump(runtime, IDENTITY, "T+00:17", BY)
        conducted(runtime, 20)
        jump(runtime, IDENTITY, "i07", BY)
        conducted(runtime)
        return outcome(runtime)


def assert_same(found: Outcome, wanted: Outcome) -> None:
    """Compare part by part, so that a difference is readable."""
    for part, value in wanted.items():
        assert found[part] == value, part


def test_an_undisturbed_run_finds_what_it_can(undisturbed: Outcome) -> None:
    """The yardstick is worth something: rows on three sources, a played team, four facts found."""
    assert {post[0] for post in undisturbed["posts"]} == {"piaille", "presse-locale", "vigicrues"}
    assert any(row["is_by_people"] for row in undisturbed["rows"])
    facts = json.loads(undisturbed["score"])["facts"]
    assert sum(1 for fact in facts if fact["machine_refs"]) >= 4
    assert undisturbed["ended"] == ("ended", 30.0)


def test_ten_pauses_and_a_wall_clock_that_is_set_change_nothing(
    tmp_path: Path, undisturbed: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a speed that runs by itself: each pause is longer than all that is left."""
    # Forty-five seconds of the wall in one of ours: the signs of life come as much closer.
    monkeypatch.setattr("vigie.operations.playing.FOLLOW_SECONDS", 0.02)
    wall = Wall(rate=45.0)
    with house(tmp_path, wall) as runtime:
        opened(runtime, 10.0)
        # Some a few seconds before a due sweep, where the real thing would sweep a little early.
        stands = _paused_at(runtime, wall, [0.5, 3.8, 4.0, 7.8, 11.7], until=12)
        jump(runtime, IDENTITY, "T+00:17", BY)
        stands += _paused_at(runtime, wall, [17.2, 19.8], until=20)
        jump(runtime, IDENTITY, "i07", BY)
        stands += _paused_at(runtime, wall, [21.3, 22.5, 25.7], until=None)
        assert len(stands) == 10
        assert all(paused == resumed for paused, resumed in stands)
        found = outcome(runtime)
        actions = [entry.action for _, entry in runtime.store.journal(IDENTITY)]
    assert actions.count("play_pause") == 10
    assert_same(found, undisturbed)


def _paused_at(
    runtime: Runtime, wall: Wall, minutes: list[float], until: float | None
) -> list[tuple[float, float]]:
    """Conduct with a pause beyond each minute; return where it stood before and after each."""
    stands = []
    told: list[str] = []
    for number, minute in enumerate(minutes):
        thread = threading.Thread(target=conducted, args=(runtime, until), kwargs={"told": told})
        thread.start()
        _stand_at(runtime, wall, minute, thread)
        # As a time server does while the clock runs: three hours forward, two back, or not at all.
        wall.go_on(timedelta(hours=(0, 3, -2)[number % 3]))
        wall.stand()
        paused = pause_play(runtime, IDENTITY, BY)
        thread.join(_HANG_SECONDS)
        wall.go_on(LONGER_THAN_LEFT)
        stands.append((paused, take_up(runtime, IDENTITY).minute()))
    conducted(runtime, until, told=told)
    # Resuming fires nothing: the call of the fifth minute is told once, and not again later.
    assert sum("gymnase" in line for line in told) == (minutes[0] < 5)
    return stands


def _stand_at(runtime: Runtime, wall: Wall, minute: float, thread: threading.Thread) -> None:
    """Stop the wall's clock once the exercise's has passed a minute."""
    deadline = time.monotonic() + _HANG_SECONDS
    while time.monotonic() < deadline:
        play = runtime.store.play(IDENTITY)
        if play is not None and play.state == "running" and play.clock.minute(wall()) >= minute:
            wall.stand()
            return
        assert thread.is_alive(), "the conductor ended by itself"
        time.sleep(0.002)
    pytest.fail("the clock does not come there")


def test_kills_while_paused_sweeping_and_jumping_change_nothing(
    tmp_path: Path, undisturbed: Outcome
) -> None:
    """Thirteen processes, eight of them killed where it hurts most, come to the same."""
    commands = Commands(tmp_path, CONVENTIONS)
    played = ("--with-played-team",)
    begin = ("exercise", "play", SCENARIO, "--by", BY, "--speed", "3600", "--day", DAY)
    resume = ("exercise", "resume", IDENTITY, *played)
    jump_on = ("exercise", "jump", IDENTITY, "T+00:17", "--by", BY)
    with house(tmp_path) as runtime:

        def stand() -> tuple[str, float]:
            play = runtime.store.play(IDENTITY)
            assert play is not None
            return play.state, play.clock.anchor_minute

        # Within the transaction of a sweep that found something.
        commands.kill(Halt("INSERT INTO observation"), *begin, *played, "--until", "T+00:12")
        assert stand() == ("running", 4.0)
        assert runtime.store.observations(IDENTITY) == []
        # While sources are asked; then when a trainer has paused and the process has yet to leave.
        commands.kill(Halt("INSERT INTO staged", 3), *resume, "--until", "T+00:12")
        commands.kill(
            Halt("SELECT source_mark", 1),
            *resume, "--until", "T+00:12",
            meanwhile=lambda: pause_play(runtime, IDENTITY, BY),
        )  # fmt: skip
        paused = stand()
        assert paused[0] == "paused"
        # While the clock runs by itself: it goes no further than a sign of life reaches.
        set_speed(runtime, IDENTITY, 10.0, BY)
        commands.kill(Halt("UPDATE play SET", 4), *resume, "--until", "T+00:12")
        killed = take_up(runtime, IDENTITY).play.clock
        assert killed.is_running
        reach = HEARTBEAT_SECONDS * 10 / 60
        assert killed.minute(NEVER) - killed.anchor_minute <= reach + 1e-9
        set_speed(runtime, IDENTITY, 3600.0, BY)
        assert killed.anchor_minute <= stand()[1] <= killed.minute(NEVER)
        # When the conductor itself sets the clock to the next due sweep.
        commands.kill(Halt("UPDATE play SET", 3), *resume, "--until", "T+00:12")
        commands.run(*resume, "--until", "T+00:12")
        # A trainer's jump, between the clock's write and the journal's: neither stands.
        commands.kill(Halt("INSERT INTO journal"), *jump_on)
        assert stand() == ("running", 12.0)
        assert "play_jump" not in [one.action for _, one in runtime.store.journal(IDENTITY)]
        commands.run(*jump_on)
        assert stand() == ("running", 17.0)
        # After the jump, before the sweep that brings what lies between.
        commands.kill(Halt("INSERT INTO sweep"), *resume, "--until", "T+00:20")
        assert stand() == ("running", 17.0)
        # While the played team's words are read back from the workbook.
        commands.kill(Halt("UPDATE observation SET people"), *resume, "--until", "T+00:20")
        commands.run(*resume, "--until", "T+00:20")
        commands.run("exercise", "jump", IDENTITY, "i07", "--by", BY)
        commands.run(*resume)

        assert_same(outcome(runtime), undisturbed)


def test_a_step_goes_to_the_next_inject_or_due_sweep_and_stands_there(tmp_path: Path) -> None:
    """Its first sweep, the inject at 1, at 3, the sweep at 4, the call at 5, told once.

    Each time it is paused. A due sweep at which it was paused before it was made is a step of its
    own, and where somebody conducts no step is taken.
    """
    told: list[str] = []
    with house(tmp_path) as runtime:
        conductor = opened(runtime, 10.0)

        def step() -> float:
            return step_play(runtime, IDENTITY, BY, told.append)

        assert [step() for _ in range(5)] == [0.0, 1.0, 3.0, 4.0, 5.0]
        assert swept_minutes(runtime) == [0.0, 4.0]
        conductor.move(lambda play: replace(play, clock=play.clock.jumped(runtime.wall_clock(), 6)))
        assert [step(), step()] == [6.0, 8.0]
        assert swept_minutes(runtime) == [0.0, 4.0, 6.0, 8.0]
        assert conductor.reload().state == "paused"
        assert sum("gymnase" in line for line in told) == 1
        with lease(runtime, play_lease(IDENTITY), "another"), pytest.raises(PlayError):
            step()
        assert conductor.reload().clock.anchor_minute == 8.0
        attempts = {
            name: (one.last_attempt_at - conductor.play.clock.started_at).total_seconds() / 60
            for name, one in runtime.store.healths(IDENTITY).items()
        }
        assert attempts == {"piaille": 8.0, "presse-locale": 6.0, "vigicrues": 0.0}


def swept_minutes(runtime: Runtime) -> list[float]:
    """Return the minutes at which a sweep was made."""
    return [one.minute for one in runtime.store.turns(IDENTITY) if one.job == "sweep"]


def test_what_others_did_between_two_looks_of_the_conductor_stands(tmp_path: Path) -> None:
    """Who conducts and has not looked yet takes back neither a jump, nor a speed, nor a pause."""
    with house(tmp_path) as runtime:
        conductor = opened(runtime, 3600.0)
        conductor.move(lambda play: replace(play, state="running"))
        assert asyncio.run(_reach(conductor, 4.0))
        jump(runtime, IDENTITY, "T+00:17", BY)
        assert conductor.minute() == 4.0
        assert asyncio.run(_reach(conductor, 6.0))
        assert conductor.minute() == 17.0
        set_speed(runtime, IDENTITY, 2.0, BY)
        assert not asyncio.run(_reach(conductor, 18.0))
        assert 17.0 <= conductor.minute() < 17.2
        stands = pause_play(runtime, IDENTITY, BY)
        assert not asyncio.run(_reach(conductor, 18.0))
        assert (conductor.play.state, conductor.minute()) == ("paused", stands)
