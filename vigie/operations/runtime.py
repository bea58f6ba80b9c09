"""What the use cases work with: house, store, clock, connectors, gazetteer, lexicons.

Built once per process (command line, worker, tests) and given to every use case. Loads heavy
things late and once.
"""

from __future__ import annotations

import copy
import functools
import os
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import psutil

from vigie.convention.loader import (
    convention_files,
    load_conventions,
    parse_convention,
)
from vigie.convention.model import Convention, Source
from vigie.operations.conventions import convention_registry
from vigie.operations.watched import effective_sources
from vigie.problem import ConventionError
from vigie.records.activation import Activation
from vigie.records.barred import Barred
from vigie.settings import House
from vigie.signals.lexicons import Lexicons, load_lexicons
from vigie.signals.places import Gazetteer
from vigie.sources.transport_session import Sessions
from vigie.store.repository import Store

DATA = Path(__file__).resolve().parents[2] / "data"
"""Reference data of the checkout."""
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def now_utc() -> datetime:
    """Return the present, aware, UTC: the one clock that use cases are given."""
    return datetime.now(UTC)


@functools.cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.of_folder(DATA)


class Runtime:
    """One process's hold on one house.

    Args:
        house: The world it works in.
        store: Opened store of that house.
        clock: Returns the present, aware UTC; in a play that of the exercise.
        environ: For the secrets that conventions name.
    """

    def __init__(
        self,
        house: House,
        store: Store,
        clock: Callable[[], datetime] = now_utc,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.house = house
        self.store = store
        self.clock = clock
        self.wall_clock = clock
        """What binds processes (leases, lock files) lives by the wall's time."""
        self.environ = os.environ if environ is None else environ
        self._conventions: dict[str, Convention] = {}
        self._lexicons: dict[tuple[str, ...], Lexicons] = {}
        self._gazetteer: Gazetteer | None = None
        self.sessions = Sessions()
        """Logins of this process in this house; in memory only."""
        self.noted: set[tuple[str, str, Barred]] = set()
        """(activation, subject, way out) that this process has journalled: nobody looks twice."""

    @classmethod
    def open(cls, house: House) -> Self:
        """Open a house's store and hold it.

        Args:
            house: An exercise's does not wait for the disk: nobody lives by its last seconds.

        Raises:
            SettingsError: The address of its database is wrong, or its folder cannot be made.
            StoreError: The database cannot be reached or is damaged.
        """
        store = Store.open(house.database_url, outlives_power_cut=house.kind == "real")
        return cls(house, store)

    def by_clock(self, clock: Callable[[], datetime]) -> Runtime:
        """Return this runtime on another clock; everything that it has loaded is shared.

        Args:
            clock: Of a play. Returns aware UTC.
        """
        other = copy.copy(self)
        other.clock = clock
        return other

    @functools.cached_property
    def holder(self) -> str:
        """Name of this process in leases: host, process number, start time."""
        me = psutil.Process()
        return f"{socket.gethostname()}/{me.pid}/{me.create_time():.2f}"

    @functools.cached_property
    def pseudonym_key(self) -> bytes:
        """Key of the authors' pseudonyms."""
        return self.house.secret_key()

    @property
    def gazetteer(self) -> Gazetteer:
        """All communes, loaded once."""
        if self._gazetteer is None:
            self._gazetteer = _gazetteer()
        return self._gazetteer

    def lexicons(self, convention: Convention) -> Lexicons:
        """Return the lexicons that a convention names, loaded once."""
        names = tuple(convention.lexicons)
        if names not in self._lexicons:
            self._lexicons[names] = load_lexicons(names)
        return self._lexicons[names]

    def convention_of(self, activation: Activation) -> Convention:
        """Return the convention as it was frozen into the activation."""
        key = activation.convention_hash
        if key not in self._conventions:
            self._conventions[key] = parse_convention(
                activation.convention_text,
                f"{activation.convention_id}.yml",
                convention_registry(),
            )
        return self._conventions[key]

    def sources_of(self, activation: Activation) -> list[Source]:
        """Return the sources as they are swept: with what was added, rebased in an exercise."""
        return effective_sources(self.convention_of(activation), activation)

    def usable_conventions(self) -> list[Convention]:
        """Return the conventions of the folder if all are right, else none: never half of them.

        The fault itself is told by ``vigie check``; the worker must still serve what is open.
        """
        folder = self.house.settings.conventions
        try:
            return load_conventions(convention_files(folder), convention_registry())
        except ConventionError:
            return []

    def warm_up(self) -> None:
        """Load what a first sweep would otherwise wait for."""
        from vigie.checks.suite import warm_up  # noqa: PLC0415 - Great Expectations costs seconds

        warm_up()
        _ = self.gazetteer
