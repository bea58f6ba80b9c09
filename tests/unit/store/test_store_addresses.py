"""The geocoder's answers in the store."""

from __future__ import annotations

from tests.unit.store.store_samples import make_activation, make_entry
from vigie.records.addresses import PlacedAddress
from vigie.store.repository import Store

FOUND = PlacedAddress(lon=5.03571, lat=47.32006, precision_metres=30)


def test_answers_are_kept_for_their_activation(store: Store) -> None:
    """Found and not found, the later of two, nobody else's."""
    one = store.create_activation(make_activation(), make_entry()).id
    other = store.create_activation(make_activation(), make_entry()).id
    assert store.addresses(one) == {}
    store.keep_addresses(one, {"a": FOUND, "b": None})
    store.keep_addresses(one, {"b": FOUND, "c": None})
    store.keep_addresses(one, {})
    assert store.addresses(one) == {"a": FOUND, "b": FOUND, "c": None}
    assert store.addresses(other) == {}
