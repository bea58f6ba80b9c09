"""Opening the house that a command works in. Called by every verb that touches the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vigie.records.activation import Kind
from vigie.settings import House, Settings, house_of, kind_of

if TYPE_CHECKING:
    from vigie.operations.runtime import Runtime


@contextmanager
def opened(kind: Kind) -> Iterator[Runtime]:
    """Open a house for one command and close it after."""
    from vigie.operations.leases import release_dead_leases
    from vigie.operations.runtime import Runtime
    from vigie.store.repository import Store

    house = house_of(Settings(), kind)
    store = Store.open(house.database_url)
    try:
        runtime = Runtime(house, store)
        # After a kill nobody must wait for the dead: their leases would hold the sources.
        release_dead_leases(runtime)
        yield runtime
    finally:
        store.close()


def opened_for(activation_id: str):  # type: ignore[no-untyped-def]
    """Open the house that an activation lives in: its id tells which."""
    return opened(kind_of(activation_id))


def existing_houses() -> list[House]:
    """Return the houses in which anything was ever opened, the real one first."""
    settings = Settings()
    houses = [house_of(settings, "real")]
    if (houses[0].root / "exercise").is_dir():
        houses.append(house_of(settings, "exercise"))
    return houses
