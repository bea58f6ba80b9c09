"""The worker process's one runtime, made at first use. Tasks take it from here.

Prefect passes tasks small serialisable arguments; what they work with lives in the process.
"""

from __future__ import annotations

import threading

from vigie.language import use_language
from vigie.operations.runtime import Runtime
from vigie.records.activation import Kind
from vigie.settings import Settings, house_of, kind_of
from vigie.store.repository import Store

_lock = threading.Lock()
_runtimes: dict[Kind, Runtime] = {}


def runtime(kind: Kind) -> Runtime:
    """Return this process's runtime of a house, opening its store at first use."""
    with _lock:
        if kind not in _runtimes:
            settings = Settings()
            use_language(settings.lang)
            house = house_of(settings, kind)
            _runtimes[kind] = Runtime(house, Store.open(house.database_url))
        return _runtimes[kind]


def runtime_of(activation_id: str) -> Runtime:
    """Return the runtime of the house that an activation lives in."""
    return runtime(kind_of(activation_id))
