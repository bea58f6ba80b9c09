"""Leases of processes that no longer live are given back at the service's start."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import psutil

from vigie.operations.runtime import Runtime

LEASE_SECONDS = 600.0
"""Longer than any sweep or publication; a dead holder's lease is freed at the next start anyway."""


def release_dead_leases(runtime: Runtime) -> int:
    """Release the leases whose holder was a process of this machine that is gone.

    Holders on other machines are left to their expiry: we cannot see whether they live.

    Returns:
        How many leases were released.
    """
    dead = {lease.holder for lease in runtime.store.leases() if not _may_be_alive(lease.holder)}
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
    taken = runtime.store.take_lease(name, holder, LEASE_SECONDS, runtime.clock())
    try:
        yield taken
    finally:
        if taken:
            runtime.store.release_lease(name, holder)


def _may_be_alive(holder: str) -> bool:
    parts = holder.split("/")
    try:
        host, pid, started = parts[0], int(parts[1]), float(parts[2])
    except (IndexError, ValueError):
        return False
    if host != socket.gethostname():
        return True
    try:
        return abs(psutil.Process(pid).create_time() - started) < 1.0
    except psutil.Error:
        return False
