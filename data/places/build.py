"""Builds ``neighbours.csv`` from ``../communes.csv``: ``python data/places/build.py``.

Two departments are neighbours where a commune of one has its point within 16 km of a commune of the
other. Nothing else is read; the same table gives the same file.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
REACH_KILOMETRES = 16.0
_KILOMETRES_PER_DEGREE = 111.195
_CELL_DEGREES = 0.25

Point = tuple[float, float]


def read_points(communes_csv: Path) -> list[tuple[str, Point]]:
    """Return (department, (lon, lat)) of every commune that has a point."""
    with communes_csv.open(encoding="utf-8", newline="") as file:
        return [
            (row["departement"], (float(row["lon"]), float(row["lat"])))
            for row in csv.DictReader(file)
            if row["lon"] and row["lat"]
        ]


def neighbours(points: list[tuple[str, Point]]) -> list[tuple[str, str]]:
    """Return the sorted pairs of neighbouring departments, each in both orders."""
    cells: dict[tuple[int, int], list[tuple[str, Point]]] = defaultdict(list)
    for department, point in points:
        cells[_cell(point)].append((department, point))
    pairs: set[tuple[str, str]] = set()
    for department, point in points:
        for other, place in _around(cells, point):
            is_known = other == department or (department, other) in pairs
            if not is_known and _kilometres(point, place) <= REACH_KILOMETRES:
                pairs |= {(department, other), (other, department)}
    return sorted(pairs)


def write(pairs: list[tuple[str, str]], path: Path) -> None:
    """Write the table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["departement", "voisin"])
        writer.writerows(pairs)


def _around(
    cells: dict[tuple[int, int], list[tuple[str, Point]]], point: Point
) -> Iterator[tuple[str, Point]]:
    column, line = _cell(point)
    for x in (column - 1, column, column + 1):
        for y in (line - 1, line, line + 1):
            yield from cells.get((x, y), ())


def _cell(point: Point) -> tuple[int, int]:
    return math.floor(point[0] / _CELL_DEGREES), math.floor(point[1] / _CELL_DEGREES)


def _kilometres(one: Point, other: Point) -> float:
    x = (other[0] - one[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(x, other[1] - one[1]) * _KILOMETRES_PER_DEGREE


def main() -> int:
    """Build the table beside this file, or at the path given."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "neighbours.csv"
    write(neighbours(read_points(HERE.parent / "communes.csv")), target)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
