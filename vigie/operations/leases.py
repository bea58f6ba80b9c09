"""Leases of processes that no longer live are given back at the service's start."""

from __future__ import annotations

import contextlib
import socket
import time
import uuid
from collections.abc import Iterator
from contextvars import ContextVar

import psutil

from vigie.language import say
from vigie.operations.runtime import Runtime
from vigie.problem import BusyError, Problem

_held: ContextVar[frozenset[str]] = ContextVar("held", default=frozenset())
"""Turns that the running block holds; a thread of its own starts with none."""
_TURN_SECONDS = 60.0
_POLL_SECONDS = 0.05
LEASE_SECONDS = 600.0
"""Longer than any sweep or publication; a dead holder's lease is freed at the next start anyway."""


def release_dead_leases(runtime: Runtime) -> int:
    """Release the leases whose holder was a process of this machine that is gone.

    Holders on other machines are left to their expiry: we cannot see whether they live.

    Returns:
        How many leases were released.
    """
    dead = {lease.holder for lease in runtime.store.leases() if not may_be_alive(lease.holder)}
    return runtime.store.release_leases_of(dead) if dead else 0


@contextlib.contextmanager
def lease(runtime: Runtime, name: str, owner: str) -> Iterator[bool]:
    """Hold a lease for the length of a block; yields False if somebody else holds it.

    Args:
        runtime: Whose store.
        name: What is leased, e.g. ``workbook:cote-dor-1``.
        owner: What holds it within this process, e.g. a sweep id.
    """
    holder = f"{runtime.holder}/{owner}"
    taken = runtime.store.take_lease(name, holder, LEASE_SECONDS, runtime.wall_clock())
    try:
        yield taken
    finally:
        if taken:
            runtime.store.release_lease(name, holder)


@contextlib.contextmanager
def turn(runtime: Runtime, name: str, busy: Problem) -> Iterator[None]:
    """Hold a lease for the length of a block, waiting for it if somebody else has it.

    Two threads of one process wait for each other as two processes do.

    Args:
        runtime: Whose store.
        name: What is leased.
        busy: Raised if it is not free within a minute.
    """
    if name in _held.get():
        # The block that holds it calls what needs it: closing publishes, publishing admits.
        yield
        return
    owner = uuid.uuid4().hex[:12]
    deadline = time.monotonic() + _TURN_SECONDS
    while True:
        with lease(runtime, name, owner) as is_ours:
            if is_ours:
                token = _held.set(_held.get() | {name})
                try:
                    yield
                finally:
                    _held.reset(token)
                return
        if time.monotonic() > deadline:
            raise busy
        time.sleep(_POLL_SECONDS)


@contextlib.contextmanager
def analysis_turn(runtime: Runtime, activation_id: str) -> Iterator[None]:
    """Hold the one turn in which rows of an activation are made."""
    busy = BusyError(
        activation_id,
        say("Another sweep is being analysed for a minute already."),
        say("Nothing is lost: the next sweep takes it up. See vigie status."),
    )
    with turn(runtime, f"analysis:{activation_id}", busy):
        yield


def may_be_alive(holder: str) -> bool:
    """Return whether a holder's process lives; of another machine's it is not known, so it may.

    Args:
        holder: ``host/pid/start`` and perhaps more, as ``Runtime.holder`` writes it.
    """
    parts = holder.split("/")
    try:
        host, pid, started = parts[0], int(parts[1]), float(parts[2])
    except (IndexError, ValueError):
        return False
    if host != socket.gethostname():
        return True
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < 1.0
        # A killed process that nobody has buried yet does nothing any more.
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
