"""What a sweep with nothing new costs: processor time of worker and server, and memory.

The sweeps are the scheduled ones (``everything`` false: due sources only, no publication because
nothing changed), one after the other through Prefect's API. Before each, the bench itself writes an
old ``last_attempt_at`` into the sources' healths, so that every source is due; budgets are lifted,
schedules paused. Then nothing is asked for as long as the sweeps took: that is subtracted.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import psutil

from flows.service.names import PUBLICATION_FLOW, SWEEP_FLOW
from flows.service.requests import api_client, post_until_taken, run_state
from tests.bench.figures import Figure
from tests.bench.house import BenchError, BenchHouse, bench_house
from vigie.operations.runtime import Runtime
from vigie.operations.sweeping import sweep_here
from vigie.store.repository import Store

WORKER_TARGET_SECONDS = 0.6
GROWTH_TARGET = 1.05
MEMORY_TARGET_MB = 800.0
_LONG_AGO = timedelta(hours=6)
_ENDED = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
_RUN_SECONDS = 60.0
_POLL_SECONDS = 0.1
_HERE_COUNT = 10


@dataclass(frozen=True, slots=True)
class Use:
    """Processor seconds and resident megabytes of a process and its children."""

    cpu_seconds: float
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Worker and server at one moment."""

    at_seconds: float
    worker: Use
    server: Use

    @property
    def rss_mb(self) -> float:
        """Both together."""
        return self.worker.rss_mb + self.server.rss_mb


def measure(*, is_quick: bool) -> list[Figure]:
    """Return seconds of processor time a sweep, idle subtracted, and memory early and late."""
    return measure_sweeps(*((5, 20) if is_quick else (50, 200)))


def measure_sweeps(early: int, count: int) -> list[Figure]:
    """Return the figures of ``count`` sweeps, memory compared with that at sweep ``early``."""
    with bench_house(is_budget_lifted=True) as running:
        activation_id, _, _ = running.activate()
        with (
            api_client(running.service.api_url) as client,
            Store.open(running.house.database_url) as store,
        ):
            deployment_id = _pause(client, activation_id)
            before_count = store.counts(activation_id).posts
            walls = []
            first = _sweep(client, store, deployment_id, activation_id)
            begin = early_reading = _reading(running)
            for number in range(1, count + 1):
                walls.append(_sweep(client, store, deployment_id, activation_id))
                if number == early:
                    early_reading = _reading(running)
            end = _reading(running)
            if store.counts(activation_id).posts != before_count:
                raise BenchError("Something new arrived; these were not sweeps without news.")
            states = {health.state for health in store.healths(activation_id).values()}
            time.sleep(end.at_seconds - begin.at_seconds)
            idle = _reading(running)
            own = _without_prefect(running, store, activation_id)
    note = (
        f"{count} scheduled-way sweeps of all sources, one after the other (the first, "
        f"{first:.2f} s, not counted); answers: {', '.join(sorted(states))}; "
        f"idle of {idle.at_seconds - end.at_seconds:.0f} s subtracted"
    )
    return [
        *_processor(begin, end, idle, count, note),
        own,
        *_memory(early_reading, end),
        Figure("  wall time of a sweep, asked for to ended", tuple(walls)),
    ]


def _processor(begin: Reading, end: Reading, idle: Reading, count: int, note: str) -> list[Figure]:
    figures = []
    for name, target in (("worker", WORKER_TARGET_SECONDS), ("server", None)):
        busy_seconds = getattr(end, name).cpu_seconds - getattr(begin, name).cpu_seconds
        idle_seconds = getattr(idle, name).cpu_seconds - getattr(end, name).cpu_seconds
        figures += [
            Figure(
                f"CPU of the {name} a sweep with nothing new, idle subtracted",
                ((busy_seconds - idle_seconds) / count,),
                target=target,
                note=note if name == "worker" else "",
            ),
            Figure(f"  {name}, idle not subtracted", (busy_seconds / count,)),
            Figure(
                f"  {name}, idle, a second",
                (idle_seconds / (idle.at_seconds - end.at_seconds),),
            ),
        ]
    return figures


def _memory(early: Reading, end: Reading) -> list[Figure]:
    return [
        Figure(
            "memory (RSS) at the last sweep ÷ at a quarter of them",
            (end.rss_mb / early.rss_mb,),
            unit="×",
            target=GROWTH_TARGET,
            note=f"worker {early.worker.rss_mb:.0f} → {end.worker.rss_mb:.0f} MB, "
            f"server {early.server.rss_mb:.0f} → {end.server.rss_mb:.0f} MB",
        ),
        Figure("  worker ÷", (end.worker.rss_mb / early.worker.rss_mb,), unit="×"),
        Figure("  server ÷", (end.server.rss_mb / early.server.rss_mb,), unit="×"),
        Figure("memory of both at the end", (end.rss_mb,), unit="MB", target=MEMORY_TARGET_MB),
    ]


def _without_prefect(running: BenchHouse, store: Store, activation_id: str) -> Figure:
    """Measure the same sweep made in this process: what is left of the worker's is Prefect's."""
    runtime = Runtime(running.house, store)
    values = []
    for _ in range(_HERE_COUNT + 1):
        _make_due(store, activation_id)
        begin = time.process_time()
        asyncio.run(sweep_here(runtime, activation_id, everything=False))
        values.append(time.process_time() - begin)
    # The first one loads the connectors.
    return Figure("  the same sweep without Prefect, CPU", tuple(values[1:]))


def _pause(client: httpx.Client, activation_id: str) -> str:
    """Pause the activation's schedules; return the id of its sweep deployment."""
    for flow in (PUBLICATION_FLOW, SWEEP_FLOW):
        found = client.get(f"/deployments/name/{flow}/{activation_id}")
        found.raise_for_status()
        deployment: dict[str, Any] = found.json()
        client.patch(f"/deployments/{deployment['id']}", json={"paused": True}).raise_for_status()
    return str(deployment["id"])


def _sweep(client: httpx.Client, store: Store, deployment_id: str, activation_id: str) -> float:
    """Make every source due, run one sweep to its end, return its seconds of wall time.

    Raises:
        BenchError: If it does not complete, or asked nobody.
    """
    asked_at = _make_due(store, activation_id)
    begin = time.monotonic()
    created = post_until_taken(
        client,
        f"/deployments/{deployment_id}/create_flow_run",
        {
            "parameters": {"activation_id": activation_id, "everything": False},
            "idempotency_key": uuid.uuid4().hex,
        },
    )
    created.raise_for_status()
    run_id = str(created.json()["id"])
    while (state := run_state(client, run_id)) not in _ENDED:
        if time.monotonic() - begin > _RUN_SECONDS:
            break
        time.sleep(_POLL_SECONDS)
    after = store.healths(activation_id)
    left = [key for key, health in after.items() if health.last_attempt_at == asked_at[key]]
    if state != "COMPLETED" or left:
        raise BenchError(f"A sweep ended as {state or 'unknown'}; not asked: {left or 'none'}.")
    return time.monotonic() - begin


def _make_due(store: Store, activation_id: str) -> dict[str, datetime]:
    """Let every source look as if it was asked hours ago; return source id to that time."""
    old = [
        replace(health, last_attempt_at=health.last_attempt_at - _LONG_AGO)
        for health in store.healths(activation_id).values()
    ]
    store.save_healths(activation_id, old)
    return {health.source_id: health.last_attempt_at for health in old}


def _reading(running: BenchHouse) -> Reading:
    service = running.service
    if service.worker is None or service.server is None:
        raise BenchError("Worker or server is not ours to measure.")
    return Reading(time.monotonic(), _use(service.worker.pid), _use(service.server.pid))


def _use(pid: int) -> Use:
    root = psutil.Process(pid)
    cpu_seconds = rss_bytes = 0.0
    for process in (root, *root.children(recursive=True)):
        times = process.cpu_times()
        # Those of children that have ended are in the parent's own count.
        cpu_seconds += times.user + times.system
        rss_bytes += process.memory_info().rss
    ended = root.cpu_times()
    cpu_seconds += ended.children_user + ended.children_system
    return Use(cpu_seconds, rss_bytes / 1e6)
