"""Plays in the store: who moves one never takes back what somebody else did a moment before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.store.store_samples import make_activation, make_entry
from vigie.problem import UnknownActivationError
from vigie.records.play import ExerciseClock, InjectChange, Play
from vigie.store.repository import Store

START = datetime(2027, 3, 12, 5, 0, tzinfo=UTC)
MOVEMENTS = 25
HELD = [f"j{number:02d}" for number in range(MOVEMENTS)]
Job = Callable[[Store, str, threading.Event], None]


def kept(store: Store) -> str:
    """Keep a running play; return its activation's id."""
    activation = store.create_activation(make_activation(kind="exercise"), make_entry())
    clock = ExerciseClock(START, START, 3.5, 8.0, is_running=True, bound_minute=4.0)
    store.add_play(
        Play(
            activation_id=activation.id,
            scenario_id="petite-crue",
            scenario_text="id: petite-crue\n",
            seed=5,
            port=40000,
            state="running",
            clock=clock,
            wanted_speed=8.0,
            changes=(InjectChange("i02", "held"),),
        )
    )
    return activation.id


def test_a_play_comes_back_as_it_was_kept(store: Store) -> None:
    """Clock, bound, speed and changed injects outlive the process; no play is None."""
    identity = kept(store)
    found = store.play(identity)
    assert found is not None
    assert found.clock == ExerciseClock(START, START, 3.5, 8.0, is_running=True, bound_minute=4.0)
    assert found.changes == (InjectChange("i02", "held"),)
    assert found.is_walked is False
    assert store.play("ex-landes-9") is None


def beat(store: Store, identity: str, is_over: threading.Event) -> None:
    """Give signs of life, as who conducts does, but without a rest."""
    while not is_over.is_set():
        store.move_play(identity, lambda play: replace(play, clock=_beaten(play)))


def speed_up(store: Store, identity: str, _is_over: threading.Event) -> None:
    """Change the speed again and again, as a trainer may."""
    for _ in range(MOVEMENTS):
        store.move_play(identity, lambda play: replace(play, wanted_speed=play.wanted_speed + 1))


def hold(store: Store, identity: str, _is_over: threading.Event) -> None:
    """Hold one inject after the other back, as an animator may."""
    for name in HELD:
        store.move_play(
            identity,
            lambda play, new=name: replace(  # type: ignore[misc]
                play, changes=(*play.changes, InjectChange(new, "held"))
            ),
            lambda play: [make_entry("inject_held", after=play.changes[-1].inject_id)],
        )


def test_concurrent_movements_all_stand(database_url: str) -> None:
    """A heartbeat, a trainer and an animator write at once; nobody's movement is taken back."""
    is_over, faults = threading.Event(), []

    def work(job: Job) -> None:
        try:
            with Store.open(database_url, migrate=False) as other:
                job(other, identity, is_over)
        except BaseException as fault:
            faults.append(fault)

    with Store.open(database_url) as store:
        identity = kept(store)
        threads = [threading.Thread(target=work, args=(job,)) for job in (speed_up, hold, beat)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            # The heartbeat comes last: it ends when the others have.
            if thread is threads[1]:
                is_over.set()
        found = store.play(identity)
        journal = [entry.after for _, entry in store.journal(identity)]
    assert faults == []
    assert found is not None
    assert found.wanted_speed == 8.0 + MOVEMENTS
    assert [one.inject_id for one in found.changes] == ["i02", *HELD]
    assert [after for after in journal if after in HELD] == HELD
    assert found.clock.anchor_at > START


def _beaten(play: Play) -> ExerciseClock:
    return replace(play.clock, anchor_at=play.clock.anchor_at + timedelta(milliseconds=1))


def test_a_refused_movement_changes_nothing(store: Store) -> None:
    """What a movement raises leaves the play and the journal as they were; no play is a fault."""
    identity = kept(store)
    before, count = store.play(identity), len(store.journal(identity))

    def refuse(_play: Play) -> Play:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.move_play(identity, refuse, lambda _play: [make_entry("play_jump")])
    assert store.play(identity) == before
    assert len(store.journal(identity)) == count
    plain = store.create_activation(make_activation(), make_entry())
    for unknown in (plain.id, "ex-landes-9"):
        with pytest.raises(UnknownActivationError):
            store.move_play(unknown, lambda play: play)
