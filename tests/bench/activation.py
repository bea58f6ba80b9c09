"""From ``vigie activate`` to the workbook that holds rows of every source, service warm.

The split is read from Prefect's own times and from the stage log, so that one sees what would
lower the whole.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from flows.service.names import ACTIVATION_FLOW
from flows.service.requests import api_client
from tests.bench.figures import Figure
from tests.bench.house import CONVENTION, BenchError, BenchHouse, bench_house, stage_times
from vigie.convention.loader import load_convention
from vigie.language import catalogue
from vigie.operations.conventions import convention_registry
from vigie.operations.placing import workbook_path
from vigie.operations.runtime import Runtime
from vigie.store.repository import Store
from vigie.workbook.package import read

TARGET_SECONDS = 5.0
SPLIT = (
    "  command starts, opens the activation, asks for the run",
    "  worker takes the run",
    "  run begins, briefings, sweep begins",
    "  fetch",
    "  checks",
    "  gather, describe",
    "  commit",
    "  workbook made",
    "  workbook written",
    "  deployments, command ends",
)


def measure(*, is_quick: bool) -> list[Figure]:
    """Return whole time, time to the workbook and the split, each activation closed after."""
    wholes, workbooks, splits = [], [], []
    counts: dict[str, int] = {}
    with bench_house() as running:
        for _ in range(2 if is_quick else 5):
            activation_id, begun_at, spent = running.activate()
            marks = _marks(running, activation_id, begun_at, spent)
            wholes.append(spent)
            workbooks.append(marks[-2] - marks[0])
            splits.append([after - before for before, after in pairwise(marks)])
            counts = _rows_by_source(running, activation_id)
            running.close(activation_id)
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    return [
        Figure(
            "activation, vigie activate as a whole process",
            tuple(wholes),
            target=TARGET_SECONDS,
            note=f"service warm; rows in the file of every source: {told}",
        ),
        Figure("activation, until the workbook is in its place", tuple(workbooks)),
        *(
            Figure(name, values)
            for name, values in zip(SPLIT, zip(*splits, strict=True), strict=True)
        ),
    ]


def _marks(running: BenchHouse, activation_id: str, begun_at: float, spent: float) -> list[float]:
    """Return epoch seconds of the border between each two steps of ``SPLIT``."""
    stages = stage_times(running.house, activation_id)
    run = _run(running, activation_id)
    return [
        begun_at,
        _epoch(run["created"]),
        _epoch(run["start_time"]),
        *(
            _epoch(stages[name][0][0])
            for name in (
                *("fetch", "checks", "gathering", "before_commit"),
                *("after_commit", "workbook", "published"),
            )
        ),
        begun_at + spent,
    ]


def _run(running: BenchHouse, activation_id: str) -> dict[str, Any]:
    with api_client(running.service.api_url) as client:
        answer = client.post(
            "/flow_runs/filter",
            json={"flows": {"name": {"any_": [ACTIVATION_FLOW]}}, "limit": 200},
        )
        answer.raise_for_status()
        found: list[dict[str, Any]] = [
            run for run in answer.json() if run["parameters"].get("activation_id") == activation_id
        ]
    return found[0]


def _rows_by_source(running: BenchHouse, activation_id: str) -> dict[str, int]:
    """Read the written file back and count its rows by source.

    Raises:
        BenchError: If a source has no row: then the time measured something else.
    """
    convention = load_convention(
        running.house.settings.conventions / f"{CONVENTION}.yml", convention_registry()
    )
    with Store.open(running.house.database_url) as store:
        runtime = Runtime(running.house, store)
        path = workbook_path(runtime, store.activation(activation_id))
    found = read(path.read_bytes(), catalogue("fr"), convention.workbook.time_zones[0])
    counts = {source.name: 0 for source in convention.sources}
    for row in found.sheets["log"]:
        name = str(row.values.get("source"))
        counts[name] = counts.get(name, 0) + 1
    missing = [name for name, count in counts.items() if not count]
    if missing:
        raise BenchError(f"The workbook holds no row of {', '.join(missing)}.")
    return counts


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
