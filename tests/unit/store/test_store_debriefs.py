"""Debriefs in the store: numbered runs, lines that people wrote, actions carried on."""

from __future__ import annotations

import pytest

from tests.unit.store.store_samples import make_activation, make_entry
from vigie.problem import Problem
from vigie.records.debrief import DebriefEntry, DebriefRun
from vigie.store.repository import NumberTakenError, Store


def run_of(number: int) -> DebriefRun:
    """Return a run."""
    return DebriefRun(
        number=number,
        issued_at=make_entry().at,
        issued_by="Anne",
        file_stem=f"x-{number}",
        data={"form": "vigie-debrief/1", "é": [1, None]},
    )


def keep(store: Store, identity: str, added=(), changed=()) -> list[str]:
    """Keep lines."""
    return store.keep_entries(
        identity, changed=changed, added=added, journal=[], by="Anne", now=make_entry().at
    )


def test_runs_are_numbered_without_a_gap(store: Store) -> None:
    """One after the other, each kept as it was; a number that is not the next one is refused."""
    one = store.create_activation(make_activation(), make_entry()).id
    store.keep_debrief(one, run_of(1), make_entry())
    with pytest.raises(NumberTakenError):
        store.keep_debrief(one, run_of(1), make_entry())
    with pytest.raises(NumberTakenError):
        store.keep_debrief(one, run_of(3), make_entry())
    store.keep_debrief(one, run_of(2), make_entry())
    assert [head.number for head in store.debrief_heads(one)] == [1, 2]
    assert store.debrief(one, 1) == run_of(1)
    with pytest.raises(Problem, match="n° 7"):
        store.debrief(one, 7)


def test_lines_have_keys_that_never_come_again(store: Store) -> None:
    """Keys by kind; an emptied line goes, its key with it; each is in the journal."""
    one = store.create_activation(make_activation(), make_entry()).id
    keys = keep(
        store,
        one,
        [("hot", {"strength": "a"}), ("action", {"action": "b"}), ("hot", {"strength": "c"})],
    )
    assert keys == ["C-1", "A-1", "C-2"]
    gone = DebriefEntry(activation_id=one, kind="hot", key="C-2")
    assert keep(store, one, [("hot", {"strength": "d"})], [gone]) == ["C-3"]
    assert [entry.key for entry in store.debrief_entries(one)] == ["A-1", "C-1", "C-3"]
    subjects = [e.subject for _, e in store.journal(one) if e.action == "debrief_line"]
    assert subjects == ["C-1", "A-1", "C-2", "C-3"]


def test_actions_go_on_in_later_activations_of_the_convention(store: Store) -> None:
    """Earlier ones' actions are seen and changed from later ones, never the other way round."""
    one = store.create_activation(make_activation(), make_entry()).id
    two = store.create_activation(make_activation(), make_entry()).id
    keep(
        store, one, [("action", {"action": "Former", "state": "open"}), ("cold", {"strength": "x"})]
    )
    (action,) = store.earlier_actions(two)
    assert action.id == f"{one}/A-1"
    assert action.is_open
    done = DebriefEntry(
        activation_id=one, kind="action", key="A-1", values={**action.values, "state": "done"}
    )
    keep(store, two, changed=[done])
    assert not store.earlier_actions(two)[0].is_open
    assert store.debrief_entries(two) == []
