"""The store's one public class. Called by the operations; made once per process and database.

Each part of it lives in a file of its own; each call is one transaction. Safe to share between
threads; several processes may open the same database.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy.exc import DBAPIError

from vigie.language import say
from vigie.store.activations import Activations
from vigie.store.addresses import Addresses
from vigie.store.answers import Answers
from vigie.store.collection import Collecting
from vigie.store.connection import StoreError
from vigie.store.coordination import Coordination, Lease
from vigie.store.debriefs import Debriefs
from vigie.store.engine import open_engine
from vigie.store.findings import Findings
from vigie.store.maps import Maps
from vigie.store.migrate import migrate as bring_to_head
from vigie.store.observations import Observations
from vigie.store.overrules import Overrules
from vigie.store.people import People
from vigie.store.play_turns import PlayTurns
from vigie.store.plays import Plays
from vigie.store.posts import Counts, Posts
from vigie.store.reports import NumberTakenError, Reports
from vigie.store.revisions import Revisions
from vigie.store.sweeps import Sweeps

__all__ = ["Counts", "Lease", "NumberTakenError", "Store", "StoreError"]


class Store(
    Activations,
    Collecting,
    Posts,
    Sweeps,
    Findings,
    Observations,
    People,
    Revisions,
    Reports,
    Coordination,
    Answers,
    Addresses,
    Maps,
    Plays,
    PlayTurns,
    Overrules,
    Debriefs,
):
    """Everything that must outlive a process; times in and out are aware, UTC inside."""

    @classmethod
    def open(
        cls, database_url: str, *, migrate: bool = True, outlives_power_cut: bool = True
    ) -> Self:
        """Open a database, making it and bringing it to this version's schema if need be.

        Args:
            database_url: ``sqlite:///file`` or ``postgresql://…``.
            migrate: False leaves the schema as it is.
            outlives_power_cut: Each transaction is on the disk before it counts. Without it a power
                cut may take the last seconds of an SQLite file, a killed process still nothing.

        Raises:
            SettingsError: If the address is wrong, its folder cannot be made, or the database was
                written by a newer version.
            StoreError: If the database cannot be reached or is damaged.
        """
        engine = open_engine(database_url, outlives_power_cut=outlives_power_cut)
        try:
            if migrate:
                bring_to_head(engine)
        except DBAPIError as error:
            engine.dispose()
            raise StoreError(
                say("database"),
                say("It cannot be used: {error}.", error=str(error.orig).strip().rstrip(".")),
                say("Check that it is reachable and that its disk is not full."),
            ) from error
        return cls(engine)

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
