"""The next revision written into a file that people saved: ten rows changed, and all of them.

Ours alone, in turns: the same 5 000 rows, once with ten summaries changed and once with all. Then
20 000 rows in the guarded writer, with the most memory that its process ever had.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psutil

from tests.bench.figures import Figure
from tests.bench.workbook import _observation
from tests.unit.workbook.workbook_samples import ZONE, content
from vigie.language import catalogue
from vigie.operations.guarded_reading import GuardedReader, Limits, Words
from vigie.records.observation import Observation
from vigie.workbook.package import Known, refresh
from vigie.workbook.rendering import build_tables
from vigie.workbook.revisions import Marks, Refreshed

TARGET_RATIO = 0.5
_FEW = 10
_WORDS = Words(language="fr", time_zone=ZONE, categories={})


def measure(*, is_quick: bool) -> list[Figure]:
    """Return the ratio of medians, both times, and time and memory of 20 000 rows."""
    count, large = (500, 1_000) if is_quick else (5_000, 20_000)
    rows = [_observation(number) for number in range(1, count + 1)]
    first = _refreshed(None, rows, 1)
    few, all_ = _changed(rows, _FEW), _changed(rows, count)
    turns = [(_seconds(first, few), _seconds(first, all_)) for _ in range(2 if is_quick else 5)]
    mine = Figure(f"  {_FEW} of {count} rows changed", tuple(one for one, _ in turns))
    whole = Figure(f"  all {count} rows changed", tuple(other for _, other in turns))
    begun, done, peak = _large(large)
    return [
        Figure(
            f"refresh, {_FEW} rows ÷ all {count}, medians",
            (mine.median / whole.median,),
            unit="×",
            target=TARGET_RATIO,
            note="one summary a row, taken in turns, from the tables to the bytes of the file",
        ),
        mine,
        whole,
        Figure(f"  {large} rows written into a new file", (begun,)),
        Figure(f"  {large} rows, {_FEW} changed, in the guarded writer", (done,)),
        Figure(f"  most memory of that writer, {large} rows", (peak,), unit="MB"),
    ]


def _changed(rows: Sequence[Observation], count: int) -> list[Observation]:
    step = len(rows) // count
    return [
        replace(row, machine={**row.machine, "summary": f"{row.machine['summary']} (suite)"})
        if number % step == 0
        else row
        for number, row in enumerate(rows)
    ]


def _seconds(previous: Refreshed, rows: Sequence[Observation]) -> float:
    tables = build_tables(content(observations=rows))
    gc.collect()
    begin = time.perf_counter()
    # As a publication does with a file that stands as Vigie wrote it.
    refresh(
        previous.data,
        tables,
        _marks(2),
        catalogue("fr"),
        ZONE,
        "real",
        known=Known(held=previous.cells),
    )
    return time.perf_counter() - begin


def _refreshed(previous: bytes | None, rows: Sequence[Observation], number: int) -> Refreshed:
    tables = build_tables(content(observations=rows))
    return refresh(previous, tables, _marks(number), catalogue("fr"), ZONE, "real")


def _marks(number: int) -> Marks:
    return Marks(activation_id=content().activation.id, revision=number, fingerprint="")


def _large(count: int) -> tuple[float, float, float]:
    """Return seconds of a new file, seconds of the guarded refresh, its peak in MB."""
    rows = [_observation(number) for number in range(1, count + 1)]
    begin = time.perf_counter()
    written = _refreshed(None, rows, 1).data
    begun = time.perf_counter() - begin
    tables = build_tables(content(observations=_changed(rows, _FEW)))
    writer = GuardedReader(Limits(seconds=120, megabytes=3000))
    try:
        writer.warm_up()
        begin = time.perf_counter()
        writer.refresh(written, tables, _marks(2), _WORDS, "real", {})
        done = time.perf_counter() - begin
        return begun, done, _peak_megabytes(writer)
    finally:
        writer.close()


def _peak_megabytes(writer: GuardedReader) -> float:
    """Return the most memory that the child ever held, where the system tells it."""
    assert writer._process is not None
    status = Path(f"/proc/{writer._process.pid}/status")
    if status.is_file():
        told = status.read_text().partition("VmHWM:")[2].split()
        return int(told[0]) * 1024 / 1e6
    return psutil.Process(writer._process.pid).memory_info().rss / 1e6
