"""5 000 observations written by us and, for the same cells, by bare openpyxl, in turns.

Ours: from the content to the bytes of the file (sheets built, dressed, linked, marked). Bare: the
very values that our file holds, appended row by row to plain sheets and saved; no style, link,
list or width.
"""

from __future__ import annotations

import gc
import io
import random
import statistics
import time
from datetime import timedelta
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.bench.figures import Figure
from tests.unit.workbook.workbook_samples import NOW, ZONE, content
from vigie.language import catalogue
from vigie.records.observation import (
    CATEGORIES,
    COLUMNS,
    INFORMATION_GRADES,
    SOURCE_GRADES,
    STATUSES,
    URGENCIES,
    Observation,
)
from vigie.workbook.content import Content
from vigie.workbook.package import refresh
from vigie.workbook.rendering import build_tables
from vigie.workbook.revisions import Marks

TARGET_RATIO = 1.5


def measure(*, is_quick: bool) -> list[Figure]:
    """Return the ratio of medians, and both times."""
    count = 500 if is_quick else 5000
    shown = content(observations=[_observation(number) for number in range(1, count + 1)])
    values = _values(_ours(shown))
    turns = [(_seconds(_ours, shown), _seconds(_bare, values)) for _ in range(2 if is_quick else 5)]
    mine = Figure(
        f"  {count} observations × {len(COLUMNS)} columns, ours", tuple(a[0] for a, _ in turns)
    )
    theirs = Figure("  the same cells, bare openpyxl, saved", tuple(b[0] for _, b in turns))
    processor = [statistics.median(one[which][1] for one in turns) for which in (0, 1)]
    cells = sum(value is not None for rows in values.values() for row in rows for value in row)
    return [
        Figure(
            "workbook, ratio of medians",
            (mine.median / theirs.median,),
            unit="×",
            target=TARGET_RATIO,
            note=f"{cells} filled cells, taken in turns (ours, bare, ours, …)",
        ),
        mine,
        theirs,
        Figure("  the same ratio in processor time", (processor[0] / processor[1],), unit="×"),
    ]


def _seconds(function: Any, argument: Any) -> tuple[float, float]:
    """Return seconds of wall time and of processor time; the latter knows no neighbours."""
    gc.collect()
    begin, processor_begin = time.perf_counter(), time.process_time()
    function(argument)
    return time.perf_counter() - begin, time.process_time() - processor_begin


def _ours(shown: Content) -> bytes:
    marks = Marks(activation_id=shown.activation.id, revision=1, fingerprint="")
    return refresh(None, build_tables(shown), marks, catalogue("fr"), ZONE, "real").data


def _values(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    written = load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in written.worksheets}


def _bare(values: dict[str, list[tuple[Any, ...]]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in values.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _observation(number: int) -> Observation:
    """Return a row with all 29 columns filled."""
    dice = random.Random(number)
    at = NOW - timedelta(minutes=number % 3000)
    words = f"{dice.randint(10, 120)} cm d'eau rue des Moulins, cave du {number} inondée, Dijon"
    machine = {
        "observed_at": at,
        "received_at": at + timedelta(minutes=3),
        "urgency": dice.choice(URGENCIES),
        "status": dice.choice(STATUSES),
        "category": dice.choice(CATEGORIES),
        "summary": words,
        "original_text": f"{words}. #Crue21 {'Soyez prudents. ' * dice.randint(0, 8)}",
        "commune": dice.choice(("Dijon", "Genlis", "Longvic", "Plombières-lès-Dijon")),
        "place": "rue des Moulins",
        "lat": 47.3 + dice.random() / 10,
        "lon": 5.0 + dice.random() / 10,
        "precision_metres": dice.randint(20, 4000),
        "source": "Mastodon (mots-dièse)",
        "link": f"https://m.example/@compte{number % 400}/{number}",
        "author": f"auteur-{number % 400:04d}",
        "corroboration_count": dice.randint(1, 9),
        "source_grade": dice.choice(SOURCE_GRADES),
        "information_grade": dice.choice(INFORMATION_GRADES),
        "entered_by": "Vigie",
    }
    people = {
        "grouped_with": f"CO21-{max(1, number - 1):04d}",
        "evidence": f"https://m.example/media/{number}",
        "verified_by": "Léa P.",
        "followed_by": "Marc D.",
        "requested_action": "Rappeler l'auteur",
        "recipient": "CODIS 21",
        "transmitted_at": at + timedelta(minutes=9),
        "acknowledged_at": at + timedelta(minutes=14),
        "comment": "Vu avec le SDIS",
    }
    return Observation(ref=f"CO21-{number:04d}", machine=machine, people=people)
