"""Turns of plays in the store: each job at each minute once, whoever says that it is done."""

from __future__ import annotations

from tests.unit.store.store_samples import make_activation, make_entry
from vigie.records.turn import Commission, Turn
from vigie.store.repository import Store


def test_a_turn_is_done_once_and_stays(store: Store) -> None:
    """The first who has done it is believed; opened again it stays done."""
    one = store.create_activation(make_activation(kind="exercise"), make_entry()).id
    other = store.create_activation(make_activation(kind="exercise"), make_entry()).id
    store.open_turn(one, "sweep", 5.0)
    store.open_turn(one, "report", 5.0)
    assert store.turns(one) == [Turn("report", 5.0), Turn("sweep", 5.0)]
    store.end_turn(one, "sweep", 5.0, "schedule")
    store.end_turn(one, "sweep", 5.0, "flow")
    store.open_turn(one, "sweep", 5.0)
    store.end_turn(one, "sweep", 6.0, "walk")
    assert store.turns(one) == [
        Turn("report", 5.0),
        Turn("sweep", 5.0, "schedule"),
        Turn("sweep", 6.0, "walk"),
    ]
    assert store.turns(other) == []


def test_what_a_jump_passed_is_not_waited_for(store: Store) -> None:
    """An open turn goes when a later one of its job is opened; done ones and other jobs stay."""
    one = store.create_activation(make_activation(kind="exercise"), make_entry()).id
    store.end_turn(one, "sweep", 2.0, "schedule")
    store.open_turn(one, "report", 4.0)
    store.open_turn(one, "sweep", 4.0)
    store.open_turn(one, "sweep", 30.0)
    assert store.turns(one) == [
        Turn("sweep", 2.0, "schedule"),
        Turn("report", 4.0),
        Turn("sweep", 30.0),
    ]


def test_the_last_word_on_a_commission_holds(store: Store) -> None:
    """A play is commissioned once, as last said; ended it is commissioned no more."""
    one = store.create_activation(make_activation(kind="exercise"), make_entry()).id
    store.commission_play(Commission(one, 30.0))
    store.commission_play(Commission(one, None, is_team_played=True))
    assert store.commissions() == [Commission(one, None, is_team_played=True)]
    store.end_commission(one)
    store.end_commission(one)
    assert store.commissions() == []
