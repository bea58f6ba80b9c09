"""The worker process's one runtime, made at first use. Tasks take it from here.

Prefect passes tasks small serialisable arguments; what they work with lives in the process.
"""

from __future__ import annotations

import threading

from vigie.language import say, use_language
from vigie.operations.play_clock import by_play_clock
from vigie.operations.runtime import Runtime
from vigie.problem import SettingsError
from vigie.records.activation import Kind
from vigie.settings import Settings, house_of, kind_of

_lock = threading.Lock()
_runtimes: list[Runtime] = []
_played: dict[str, Runtime] = {}
"""Activation to its runtime on its play's clock. A play never goes."""
is_stopping = threading.Event()
"""Set when this process shall end: what lasts for hours leaves by itself."""


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
            _runtimes.append(Runtime.open(house))
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
    """Return the runtime of an activation's house, on the exercise's clock where it is played.

    Raises:
        SettingsError: If the process has opened the other world.
    """
    if activation_id not in _played:
        house = wall_runtime_of(activation_id)
        runtime = by_play_clock(house, activation_id)
        if runtime is house:
            return house
        _played[activation_id] = runtime
    return _played[activation_id]


def wall_runtime_of(activation_id: str) -> Runtime:
    """Return the runtime of an activation's house on the wall's clock.

    Raises:
        SettingsError: If the process has opened the other world.
    """
    return open_runtime(kind_of(activation_id))
