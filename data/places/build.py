"""Builds the tables of this folder: ``build.py [--words FILE] [--foreign FILE …] [--to DIR]``.

- ``neighbours.csv`` from ``../communes.csv``: two departments are neighbours where a commune of one
  has its point within 16 km of a commune of the other.
- ``words.csv``, with ``--words``: names of communes, and the first words by which people call
  those of several words (``Pleine`` of Pleine-Selve), that are French words as well. Read from
  ``../communes.csv``, ``../anciennes_communes.csv`` and pyspellchecker's French dictionary
  (``spellchecker/resources/fr.json.gz`` of version 0.8, MIT), which holds no proper names. With
  ``--foreign`` (its ``en``) also names of small communes that are
  frequent words there (``Many``, ``Very``): these dictionaries hold names of towns.

Nothing else is read; the same files give the same tables.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
REACH_KILOMETRES = 16.0
LEAST_SHORT_LETTERS = 5
"""Shorter beginnings are not looked up by ``vigie/signals/gazetteer.py``."""
TOWN_POPULATION = 5_000
LEAST_USES = 200
"""Of a foreign word in pyspellchecker's sources; rarer ones are mostly names."""
ISLANDS = [("971", "972"), ("971", "977"), ("971", "978"), ("977", "978")]
"""Neighbours over the sea: one cyclone, one feed."""
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
    pairs.update(pair for one, other in ISLANDS for pair in ((one, other), (other, one)))
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


def words(names: list[str], dictionary: set[str]) -> list[str]:
    """Return the names of one word and the first words of longer names that a dictionary holds.

    Articles are left out; folded, sorted.

    Args:
        names: Of communes, as officially written.
        dictionary: Folded words.
    """
    bare = {_bare(name) for name in names}
    first = {name.replace("-", " ").replace("'", " ").split(" ", 1)[0] for name in bare}
    found = bare | {word for word in first if len(word) >= LEAST_SHORT_LETTERS}
    return sorted(found & dictionary)


def read_dictionary(path: Path) -> set[str]:
    """Return the folded words of pyspellchecker's dictionary."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {_folded(word) for word in json.load(file)}


def foreign_words(data: Path, dictionaries: list[Path]) -> list[str]:
    """Return the names of small communes that are frequent words of English, sorted.

    Args:
        data: The folder of ``communes.csv``.
        dictionaries: pyspellchecker's, word to number of uses.
    """
    with (data / "communes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    large = [_bare(row["nom"]) for row in rows if int(row["population"] or 0) >= TOWN_POPULATION]
    towns = {part for name in large for part in (name, name.replace("-", " ").split(" ", 1)[0])}
    small = {_bare(row["nom"]) for row in rows} - towns
    found: set[str] = set()
    for path in dictionaries:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            uses = json.load(file)
        found |= small & {_folded(word) for word, times in uses.items() if times >= LEAST_USES}
    return sorted(found)


def read_names(data: Path) -> list[str]:
    """Return the names of all communes, present and former."""
    names = []
    for table, column in (("communes.csv", "nom"), ("anciennes_communes.csv", "nom_ancien")):
        with (data / table).open(encoding="utf-8", newline="") as file:
            names += [row[column] for row in csv.DictReader(file)]
    return names


def _bare(name: str) -> str:
    folded = _folded(name)
    for article in ("le ", "la ", "les ", "l'"):
        folded = folded.removeprefix(article)
    return folded


def _folded(text: str) -> str:
    plain = text.replace("œ", "oe").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def main() -> None:
    """Build the tables beside this file, or in another folder."""
    parser = argparse.ArgumentParser(description="Build the tables of data/places.")
    parser.add_argument("--words", type=Path, help="pyspellchecker's fr.json.gz")
    parser.add_argument("--foreign", type=Path, nargs="*", default=[], help="en.json.gz …")
    parser.add_argument("--to", type=Path, default=HERE)
    options = parser.parse_args()
    write(neighbours(read_points(HERE.parent / "communes.csv")), options.to / "neighbours.csv")
    if options.words:
        found = words(read_names(HERE.parent), read_dictionary(options.words))
        found = sorted({*found, *foreign_words(HERE.parent, options.foreign)})
        (options.to / "words.csv").write_text("\n".join(["word", *found]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
