"""5 000 observations read back through the guarded process and, bare, by python-calamine, in turns.

Ours: bytes to the child, unpacked, read, understood (codes, UTC), sent back, rebuilt. Bare: the
same bytes to lists of cells. The child is started before, as it is in the service; its start is a
figure of its own.
"""

from __future__ import annotations

import gc
import io
import statistics
import time
from pathlib import Path
from typing import Any

import psutil
from python_calamine import CalamineWorkbook

from tests.bench.figures import Figure
from tests.bench.workbook import _observation
from tests.unit.workbook.workbook_samples import ZONE, content
from vigie.language import catalogue
from vigie.operations.guarded_reading import GuardedReader, Words
from vigie.workbook.merging import merge
from vigie.workbook.package import refresh
from vigie.workbook.rendering import build_tables, current_of
from vigie.workbook.revisions import Marks

TARGET_RATIO = 3.0
MERGE_TARGET_SECONDS = 1.0
MEMORY_TARGET_MEGABYTES = 500.0
_WORDS = Words(language="fr", time_zone=ZONE, categories={})


def measure(*, is_quick: bool) -> list[Figure]:
    """Return the ratio of medians, both times, the child's start, the merge and the memory."""
    count, large = (500, 1_000) if is_quick else (5_000, 20_000)
    reader = GuardedReader()
    data = _written(count)
    began = time.perf_counter()
    reader.warm_up()
    start = time.perf_counter() - began
    reader.read(data, _WORDS)
    turns = [
        (_seconds(lambda: reader.read(data, _WORDS), reader), _seconds(lambda: _bare(data), None))
        for _ in range(3 if is_quick else 9)
    ]
    mine = Figure(f"  {count} × 29 cells through the child", tuple(a[0] for a, _ in turns))
    bare = Figure("  the same bytes, bare python-calamine", tuple(b[0] for _, b in turns))
    processor = [statistics.median(turn[which][1] for turn in turns) for which in (0, 1)]
    merging = _merging(reader, data, count)
    reader.read(_written(large), _WORDS)
    peak = _peak_megabytes(reader)
    reader.close()
    return [
        Figure(
            f"reading back {count} × 29 cells ÷ bare calamine, medians",
            (mine.median / bare.median,),
            unit="×",
            target=TARGET_RATIO,
            note="taken in turns (ours, bare, ours, …), the child included",
        ),
        Figure("  the same ratio in processor time", (processor[0] / processor[1],), unit="×"),
        mine,
        bare,
        Figure("  start of the child, once for each process", (start,)),
        Figure(f"  merge of {count} rows that came back", merging, target=MERGE_TARGET_SECONDS),
        Figure(
            f"  peak address space of the child, {large} rows",
            (peak,),
            unit="MB",
            target=MEMORY_TARGET_MEGABYTES,
        ),
    ]


def _seconds(function: Any, reader: GuardedReader | None) -> tuple[float, float]:
    """Return seconds of wall time and of processor time, the child's included."""
    gc.collect()
    child = psutil.Process(reader._process.pid) if reader and reader._process else None
    before = sum(child.cpu_times()[:2]) if child else 0.0
    begin, processor = time.perf_counter(), time.process_time()
    function()
    wall, own = time.perf_counter() - begin, time.process_time() - processor
    return wall, own + (sum(child.cpu_times()[:2]) - before if child else 0.0)


def _bare(data: bytes) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def _shown(count: int) -> Any:
    return content(observations=[_observation(number) for number in range(1, count + 1)])


def _written(count: int) -> bytes:
    shown = _shown(count)
    marks = Marks(activation_id=shown.activation.id, revision=1, fingerprint="")
    return refresh(None, build_tables(shown), marks, catalogue("fr"), ZONE, "real").data


def _merging(reader: GuardedReader, data: bytes, count: int) -> tuple[float, ...]:
    shown = _shown(count)
    current = current_of(build_tables(shown), shown.wording)
    found = reader.read(data, _WORDS)
    values = []
    for _ in range(3):
        began = time.perf_counter()
        merge(found, current.cells, current)
        values.append(time.perf_counter() - began)
    return tuple(values)


def _peak_megabytes(reader: GuardedReader) -> float:
    """Return the most address space that the child ever had, where the system tells it."""
    assert reader._process is not None
    status = Path(f"/proc/{reader._process.pid}/status")
    if status.is_file():
        told = status.read_text().partition("VmPeak:")[2].split()
        return int(told[0]) * 1024 / 1e6
    return psutil.Process(reader._process.pid).memory_info().vms / 1e6
