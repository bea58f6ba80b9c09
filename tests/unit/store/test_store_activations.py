"""Activations, journal, retention."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from tests.unit.store.store_samples import NOW, make_activation, make_entry
from vigie.problem import TransitionError, UnknownActivationError
from vigie.store.activations import ChangedMeanwhileError
from vigie.store.repository import Store


def test_activation_comes_back_as_it_was_kept(store: Store) -> None:
    """Every field of an activation, odd text included, survives the store."""
    given = make_activation(
        event="Crue \x00 \ud83d de l'Ouche", hashtags=("crue21",), communes=("21231",), caller="COD"
    )
    made = store.create_activation(given, make_entry())
    assert made.id == "cote-dor-1"
    assert store.activation(made.id) == made
    assert [entry for _, entry in store.journal(made.id)] == [make_entry()]


def test_activations_are_numbered_per_convention_and_kind(store: Store) -> None:
    """Numbers count per convention and kind; exercises are named ``ex-…``."""
    names = [
        store.create_activation(make_activation(convention_id=name, kind=kind), make_entry()).id
        for name, kind in [
            ("cote-dor", "real"),
            ("cote-dor", "exercise"),
            ("cote-dor", "real"),
            ("landes", "real"),
        ]
    ]
    assert names == ["cote-dor-1", "ex-cote-dor-1", "cote-dor-2", "landes-1"]


def test_an_entry_is_appended_once_whoever_writes_it(store: Store) -> None:
    """Of entries that say the same one stands; each subject has room for so many and no more."""
    made = store.create_activation(make_activation(), make_entry())
    wanted = [make_entry(action="barred", subject="a", after=str(number)) for number in (1, 1, 2)]
    for _ in range(2):
        later = [dataclasses.replace(one, at=one.at + timedelta(hours=1)) for one in wanted]
        store.append_journal_once(made.id, wanted, most=3)
        store.append_journal_once(made.id, later, most=3)
    many = [make_entry(action="barred", subject="a", after=f"x{number}") for number in range(5)]
    store.append_journal_once(made.id, [*many, make_entry(action="barred", subject="b")], most=3)
    told = [(e.subject, e.after) for _, e in store.journal(made.id) if e.action == "barred"]
    assert told == [("a", "1"), ("a", "2"), ("a", "x0"), ("b", told[-1][1])]
    with pytest.raises(UnknownActivationError):
        store.append_journal_once("niemand", wanted, most=3)


def test_a_name_that_is_taken_is_passed_over(store: Store) -> None:
    """A convention named ``ex-…`` never collides with another's exercise."""
    store.create_activation(make_activation(convention_id="ex-cote-dor"), make_entry())
    made = store.create_activation(make_activation(kind="exercise"), make_entry())
    assert made.id == "ex-cote-dor-2"


def test_a_given_name_is_kept_and_not_given_twice(store: Store) -> None:
    """An activation may come with its id; the same id again is refused."""
    store.create_activation(make_activation(id="cote-dor-1"), make_entry())
    with pytest.raises(TransitionError):
        store.create_activation(make_activation(id="cote-dor-1"), make_entry())
    assert store.create_activation(make_activation(), make_entry()).id == "cote-dor-2"


def test_activations_are_listed_newest_first(store: Store) -> None:
    """The list is newest first and can be narrowed to states."""
    for hours, state in [(0, "closed"), (2, "active"), (1, "standby")]:
        store.create_activation(
            make_activation(state=state, created_at=NOW + timedelta(hours=hours)), make_entry()
        )
    assert [item.state for item in store.activations()] == ["active", "standby", "closed"]
    assert [item.state for item in store.activations({"closed"})] == ["closed"]


def test_unknown_activation_says_what_is_near(store: Store) -> None:
    """Naming an activation that does not exist tells which one was perhaps meant."""
    with pytest.raises(UnknownActivationError):
        store.activation("cote-dor-1")
    store.create_activation(make_activation(), make_entry())
    with pytest.raises(UnknownActivationError, match="« cote-dor-1 »"):
        store.activation("cote-dr-1")
    with pytest.raises(UnknownActivationError, match="cote-dor-1"):
        store.append_journal("zzz", [make_entry()])


def test_change_is_journalled_with_the_state_it_expects(store: Store) -> None:
    """A change and its journal are kept together, and only from the state that was decided on."""
    made = store.create_activation(make_activation(), make_entry())
    changed = store.change_activation(
        made.id, [make_entry("standby")], expected="active", state="standby", hashtags=("a", "b")
    )
    assert store.activation(made.id) == changed
    assert changed.hashtags == ("a", "b")
    with pytest.raises(TransitionError):
        store.change_activation(made.id, [make_entry("x")], expected="active", state="closed")
    assert [entry.action for _, entry in store.journal(made.id)] == ["activate", "standby"]


@pytest.mark.parametrize("field", ["kind", "convention_text", "id", "colour"])
def test_what_is_fixed_at_birth_stays(store: Store, field: str) -> None:
    """Kind, frozen convention and id never change; unknown fields are refused."""
    made = store.create_activation(make_activation(), make_entry())
    with pytest.raises(ValueError, match=field):
        store.change_activation(made.id, [], expected="active", **{field: "x"})


def test_purge_is_due_when_its_time_has_come(store: Store) -> None:
    """An activation is due for the purge from its time on, and never without one."""
    made = store.create_activation(make_activation(), make_entry())
    store.create_activation(make_activation(), make_entry())
    assert store.due_for_purge(NOW + timedelta(days=9999)) == []
    store.set_purge_at(made.id, NOW + timedelta(days=30))
    assert store.due_for_purge(NOW + timedelta(days=29)) == []
    assert store.due_for_purge(NOW + timedelta(days=30)) == [made]
    assert store.purge_at(made.id) == NOW + timedelta(days=30)


def test_what_was_decided_upon_an_old_value_is_refused(store: Store) -> None:
    """A change whose caller saw another value than the one that stands changes nothing."""
    made = store.create_activation(make_activation(hashtags=("crue",)), make_entry())
    seen = {"hashtags": ("crue",)}
    entries = [make_entry("watch")]
    store.change_activation(
        made.id, entries, expected="active", unless_changed=seen, hashtags=("crue", "ouche")
    )
    with pytest.raises(ChangedMeanwhileError):
        store.change_activation(
            made.id, entries, expected="active", unless_changed=seen, hashtags=("crue", "tille")
        )
    assert store.activation(made.id).hashtags == ("crue", "ouche")
    assert len(store.journal(made.id)) == 2


def test_an_end_and_its_day_of_purge_come_together(store: Store) -> None:
    """The day of purge is kept by the change that ends the activation, or not at all."""
    made = store.create_activation(make_activation(), make_entry())
    due_at = NOW + timedelta(days=180)
    with pytest.raises(TransitionError):
        store.change_activation(
            made.id, [], expected="standby", purge_at=due_at, state="closed", closed_at=NOW
        )
    assert store.purge_at(made.id) is None
    store.change_activation(
        made.id, [], expected="active", purge_at=due_at, state="closed", closed_at=NOW
    )
    assert store.purge_at(made.id) == due_at
    store.change_activation(made.id, [], expected="closed", event="Crue")
    assert store.purge_at(made.id) == due_at
