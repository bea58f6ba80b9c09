"""Whether a public map is open, and which rows are an authority's own alerts."""

from __future__ import annotations

import pytest

from tests.unit.store.store_samples import NOW, make_activation, make_entry
from vigie.problem import UnknownActivationError
from vigie.store.repository import Store


def test_map_is_open_from_a_decision_to_the_next(store: Store) -> None:
    """Each decision is kept with who and when; the same again changes and journals nothing."""
    known = store.create_activation(make_activation(), make_entry()).id
    assert store.map_state(known) is None
    assert not store.decide_map(known, is_open=False, by="Anne", at=NOW)
    assert store.map_state(known) is None
    assert store.decide_map(known, is_open=True, by="Anne", at=NOW)
    assert not store.decide_map(known, is_open=True, by="Luc", at=NOW)
    state = store.map_state(known)
    assert state is not None
    assert (state.is_open, state.decided_by, state.decided_at) == (True, "Anne", NOW)
    assert store.decide_map(known, is_open=False, by="Luc", at=NOW)
    journal = [(entry.actor, entry.action) for _, entry in store.journal(known)]
    assert journal[-2:] == [("Anne", "open_map"), ("Luc", "close_map")]


def test_map_of_an_unknown_activation_cannot_be_opened(store: Store) -> None:
    """Nothing is left behind for an activation that does not exist."""
    with pytest.raises(UnknownActivationError):
        store.decide_map("nowhere-1", is_open=True, by="Anne", at=NOW)
    assert store.map_state("nowhere-1") is None


def test_no_sources_no_alerts(store: Store) -> None:
    """Without official sources no row is an authority's."""
    known = store.create_activation(make_activation(), make_entry()).id
    assert store.official_alert_refs(known, []) == frozenset()
    assert store.official_alert_refs(known, ["vigicrues"]) == frozenset()
