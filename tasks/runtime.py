"""The worker process's one runtime, made at first use. Tasks take it from here.

Prefect passes tasks small serialisable arguments; what they work with lives in the process.
"""

from __future__ import annotations

import threading

from vigie.language import say, use_language
from vigie.operations.runtime import Runtime
from vigie.problem import SettingsError
from vigie.records.activation import Kind
from vigie.settings import Settings, house_of, kind_of
from vigie.store.repository import Store

_lock = threading.Lock()
_runtimes: list[Runtime] = []


def open_runtime(kind: Kind) -> Runtime:
    """Open this process's one house; a worker serves a single world for its whole life.

    Raises:
        SettingsError: If the process has opened the other world already.
    """
    with _lock:
        if not _runtimes:
            settings = Settings()
            use_language(settings.lang)
            house = house_of(settings, kind)
            _runtimes.append(Runtime(house, Store.open(house.database_url)))
        if _runtimes[0].house.kind != kind:
            raise SettingsError(
                kind,
                say("This worker serves the other world; exercises and reality do not touch."),
                say("Start its own service: vigie up, or vigie up --exercise."),
            )
        return _runtimes[0]


def own_runtime() -> Runtime:
    """Return the house that this process has opened; the real one where none was chosen."""
    return _runtimes[0] if _runtimes else open_runtime("real")


def runtime_of(activation_id: str) -> Runtime:
    """Return the runtime of the house that an activation lives in; refuses the other world's."""
    return open_runtime(kind_of(activation_id))
