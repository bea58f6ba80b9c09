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

    runtime = Runtime.open(house_of(Settings(), kind))
    try:
        # After a kill nobody must wait for the dead: their leases would hold the sources.
        release_dead_leases(runtime)
        yield runtime
    finally:
        runtime.store.close()


@contextmanager
def opened_for(activation_id: str) -> Iterator[Runtime]:
    """Open the house that an activation lives in: its id tells which.

    What is done there to an activation that follows a scenario is done in the exercise's time.
    """
    from vigie.operations.play_clock import by_play_clock

    with opened(kind_of(activation_id)) as runtime:
        yield by_play_clock(runtime, activation_id)


def existing_houses() -> list[House]:
    """Return the houses in which anything was ever opened, the real one first."""
    settings = Settings()
    houses = [house_of(settings, "real")]
    if (houses[0].root / "exercise").is_dir():
        houses.append(house_of(settings, "exercise"))
    return houses
