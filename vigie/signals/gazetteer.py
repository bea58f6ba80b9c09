"""The communes of France by name: reading the two tables, looking up names, distances.

Called by operations (``Gazetteer.load``), by ``places`` and, for its names, by the gathering.
Reads two files of ``data/`` when told to; must not decide which homonym a sentence means.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from vigie.language import say
from vigie.problem import SettingsError
from vigie.signals.first_names import FIRST_NAMES
from vigie.signals.inhabitants import forms_of
from vigie.signals.normalisation import fold
from vigie.signals.word_names import WORD_NAMES

_KILOMETRES_PER_DEGREE = 111.195
"""Mean length of one degree of a meridian. Source: IUGG mean earth radius 6 371 km."""
_CELL_DEGREES = 0.25
_COLUMNS = ["insee", "nom", "departement", "population", "codes_postaux", "lon", "lat"]
_FORMER_COLUMNS = ["insee_ancien", "nom_ancien", "type", "insee_actuel"]
_INHABITANTS_COLUMNS = ["inhabitants", "insee"]
_ALIASES_COLUMNS = ["alias", "insee"]
_NEIGHBOURS_COLUMNS = ["departement", "voisin"]
_JOINTS = frozenset({"saint", "sainte", "notre"}) | frozenset(
    {"sur", "les", "lez", "en", "sous", "la", "le", "de", "du", "des", "d", "l", "et"}
)
_LEAST_SHORT_LETTERS = 5
_PAIR = 2
_HOLY = frozenset({"saint", "sainte"})
_LEAST_CUT_LETTERS = 3
_ARTICLES = frozenset({"le", "la", "les", "l"})
_NO_BEGINNINGS = frozenset({"saint", "sainte", "le", "la", "les", "l", "grand", "petit", "vieux"})
_SPELLINGS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_PUNCTUATION = str.maketrans({"-": " ", "'": " ", "’": " ", "(": " ", ")": " ", "/": " "})
_LEAST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune of today. Coordinates in WGS84 degrees; None where the table has no point."""

    insee: str
    name: str
    department: str
    population: int
    postcodes: tuple[str, ...]
    lon: float | None
    lat: float | None


class Gazetteer:
    """All communes, by name and by code. Read-only after loading; safe to share by threads."""

    # Lines stay text until they are asked for: 35 000 lists would cost the garbage collector more
    # than reading the file does.

    def __init__(
        self,
        lines: list[str],
        former: list[str],
        inhabitants: Iterable[str] = (),
        neighbours: Iterable[str] = (),
        aliases: Iterable[str] = (),
        words: Iterable[str] = (),
        expressions: Iterable[str] = (),
    ) -> None:
        pairs = [line.split(",", 2)[:2] for line in lines]
        self._lines = {pair[0]: line for pair, line in zip(pairs, lines, strict=True)}
        self._by_name: dict[str, str] = {}
        self._longest: dict[str, int] = {}
        self._take([pair[1] for pair in pairs], [pair[0] for pair in pairs])
        moved = [row for row in map(_cells_of, former) if row[3] in self._lines]
        self._take([row[1] for row in moved], [row[3] for row in moved])
        called = [row for row in map(_cells_of, aliases) if row[1] in self._lines]
        self._take([row[0] for row in called], [row[1] for row in called])
        self.inhabitants: dict[str, str] = {
            form: code
            for plural, code in map(_cells_of, inhabitants)
            for form in forms_of(plural)
            if code in self._lines
        }
        self.words = WORD_NAMES.union(words, FIRST_NAMES)
        self.expressions: dict[str, list[tuple[str, ...]]] = {}
        for expression in expressions:
            parts = tuple(expression.split(" "))
            self.expressions.setdefault(parts[0], []).append(parts)
        beside: dict[str, set[str]] = {}
        for department, other in map(_cells_of, neighbours):
            beside.setdefault(department, set()).add(other)
        self._beside = {one: frozenset(others) for one, others in beside.items()}

    @classmethod
    def load(
        cls,
        communes_csv: Path,
        former_csv: Path,
        inhabitants_csv: Path | None = None,
        neighbours_csv: Path | None = None,
        aliases_csv: Path | None = None,
        words_csv: Path | None = None,
        expressions_csv: Path | None = None,
    ) -> Self:
        """Return the gazetteer of communes, former ones, inhabitants, departments' neighbours.

        Raises:
            SettingsError: If a table is missing or a line has other columns.
        """
        return cls(
            _read(communes_csv, _COLUMNS),
            _read(former_csv, _FORMER_COLUMNS),
            _read(inhabitants_csv, _INHABITANTS_COLUMNS) if inhabitants_csv else (),
            _read(neighbours_csv, _NEIGHBOURS_COLUMNS) if neighbours_csv else (),
            _read(aliases_csv, _ALIASES_COLUMNS) if aliases_csv else (),
            _read(words_csv, ["word"]) if words_csv else (),
            _read(expressions_csv, ["expression"]) if expressions_csv else (),
        )

    @classmethod
    def of_folder(cls, data: Path) -> Self:
        """Return the gazetteer of the repository's ``data/`` folder.

        Raises:
            SettingsError: As ``load``.
        """
        return cls.load(
            data / "communes.csv",
            data / "anciennes_communes.csv",
            data / "places" / "inhabitants.csv",
            data / "places" / "neighbours.csv",
            data / "places" / "aliases.csv",
            data / "places" / "words.csv",
            data / "places" / "expressions.csv",
        )

    def _take(self, names: list[str], codes: list[str]) -> None:
        folded = fold("\n".join(names)).translate(_PUNCTUATION).split("\n")
        for name, code in zip(folded, codes, strict=True):
            key = name if "  " not in name else " ".join(name.split())
            if key.startswith(("st ", "ste ")):
                key = " ".join(map(spelled, key.split()))
            here = self._by_name.get(key)
            if here is None:
                self._by_name[key] = code
                first, _, rest = key.partition(" ")
                length = rest.count(" ") + 2 if rest else 1
                if length > self._longest.get(first, 0):
                    self._longest[first] = length
                if rest and first in _ARTICLES:
                    bare = rest.partition(" ")[0]
                    self._longest[bare] = max(self._longest.get(bare, 0), length - 1)
            elif code not in here:
                self._by_name[key] = f"{here} {code}"

    def longest_name_from(self, first_word: str) -> int:
        """Return how many words the longest name has that begins with a folded word; 0 = none."""
        return self._longest.get(spelled(first_word), 0)

    def codes_named(self, folded_words: Iterable[str]) -> tuple[str, ...]:
        """Return the INSEE codes of the communes (today's) that bear a name, now or formerly."""
        return tuple(self._by_name.get(" ".join(map(spelled, folded_words)), "").split())

    def codes_shortened(self, folded_words: Iterable[str]) -> tuple[str, ...]:
        """Return the codes of communes whose name begins so and goes on with ``-sur-`` or the like.

        People say ``Plombières`` for Plombières-lès-Dijon where only one is near, ``Abymes`` for
        Les Abymes, ``St Trop`` for Saint-Tropez.
        """
        words = [spelled(word) for word in folded_words]
        key = " ".join(words)
        if len(words) == _PAIR and words[0] in _HOLY and key not in self._by_name:
            cut = words[1] if len(words[1]) >= _LEAST_CUT_LETTERS else ""
            names = self._by_cut.get((words[0], cut[:_LEAST_CUT_LETTERS]), ())
            return tuple(
                code
                for name in names
                if name.partition(" ")[2].startswith(cut)
                for code in self._by_name[name].split()
            )
        return tuple(dict.fromkeys(self._by_beginning.get(key, "").split()))

    def departments_beside(self, departments: Collection[str]) -> frozenset[str]:
        """Return the neighbours of some departments, these left out."""
        found = {other for one in departments for other in self._beside.get(one, ())}
        return frozenset(found.difference(departments))

    def kilometres_between(self, one: Commune, other: Commune) -> float:
        """Return the distance of two communes' points; infinite where one has none."""
        if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
            return math.inf
        return _kilometres(one.lon, one.lat, other.lon, other.lat)

    def name_joined(self, folded_word: str) -> str | None:
        """Return the name that a hashtag writes as one word, folded; None if it writes none."""
        return self._by_joined.get(folded_word)

    @functools.cached_property
    def _by_joined(self) -> dict[str, str]:
        return {name.replace(" ", ""): name for name in self._by_name if " " in name}

    @functools.cached_property
    def _by_cut(self) -> dict[tuple[str, str], list[str]]:
        """Names of saints by the first letters of the saint."""
        found: dict[tuple[str, str], list[str]] = {}
        for name in self._by_name:
            holy, _, rest = name.partition(" ")
            if rest and holy in _HOLY:
                found.setdefault((holy, rest[:_LEAST_CUT_LETTERS]), []).append(name)
        return found

    @functools.cached_property
    def _by_beginning(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, codes in self._by_name.items():
            for beginning in _beginnings(name.split(" ")):
                if len(beginning) >= _LEAST_SHORT_LETTERS:
                    found[beginning] = f"{found.get(beginning, '')} {codes}".strip()
        return found

    def commune(self, insee: str) -> Commune:
        """Return a commune.

        Raises:
            KeyError: If no commune of today has this code.
        """
        row = _cells_of(self._lines[insee])
        return Commune(
            insee=row[0],
            name=row[1],
            department=row[2],
            population=int(row[3] or 0),
            postcodes=tuple(row[4].split("|")) if row[4] else (),
            lon=float(row[5]) if row[5] else None,
            lat=float(row[6]) if row[6] else None,
        )

    def __contains__(self, insee: object) -> bool:
        return insee in self._lines

    def names_in(self, folded_words: tuple[str, ...]) -> frozenset[str]:
        """Return every commune name among folded words, whether or not a place is meant.

        For the gathering, where a word too many only keeps two posts apart.
        """
        found: set[str] = set()
        for start, word in enumerate(folded_words):
            for length in range(self.longest_name_from(word), 0, -1):
                part = folded_words[start : start + length]
                name = " ".join(spelled(one) for one in part)
                if len(name) >= _LEAST_LETTERS and name in self._by_name:
                    found.add(name)
                    break
        return frozenset(found)

    def precision_metres(self, insee: str) -> int | None:
        """Return half the distance to the nearest other commune's point, in metres."""
        return self._nearest.get(insee)

    @functools.cached_property
    def _cells(self) -> dict[tuple[int, int], list[tuple[str, float, float]]]:
        cells: dict[tuple[int, int], list[tuple[str, float, float]]] = {}
        for code, line in self._lines.items():
            row = _cells_of(line)
            if row[5] and row[6]:
                lon, lat = float(row[5]), float(row[6])
                cells.setdefault(_cell(lon, lat), []).append((code, lon, lat))
        return cells

    @functools.cached_property
    def _nearest(self) -> _Nearest:
        return _Nearest(self)

    def half_distance_metres(self, insee: str) -> int | None:
        """Work out ``precision_metres`` for one commune; None without a point."""
        place = self.commune(insee)
        if place.lon is None or place.lat is None:
            return None
        column, line = _cell(place.lon, place.lat)
        least = math.inf
        for reach in (1, 2, 8):
            for x in range(column - reach, column + reach + 1):
                for y in range(line - reach, line + reach + 1):
                    for code, lon, lat in self._cells.get((x, y), ()):
                        if code != insee:
                            least = min(least, _kilometres(place.lon, place.lat, lon, lat))
            if least < math.inf:
                return round(least * 500)
        return None


class _Nearest:
    """Half distances worked out once each."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._known: dict[str, int | None] = {}

    def get(self, insee: str) -> int | None:
        if insee not in self._known:
            self._known[insee] = self._gazetteer.half_distance_metres(insee)
        return self._known[insee]


def _beginnings(parts: list[str]) -> Iterator[str]:
    """Yield how people shorten a name: to its beginning, or by its article."""
    at = next((n for n, part in enumerate(parts) if n and part in _JOINTS), 0)
    if parts[0] in _ARTICLES and len(parts) >= _PAIR:
        yield " ".join(parts[1:])
        is_long = len(parts[1]) >= _LEAST_SHORT_LETTERS  # "Le Val" is no Le Val-Larrey.
        at = at if at > 1 else _PAIR if is_long else len(parts)
        if at < len(parts):
            yield " ".join(parts[:at])
        return
    if not at and len(parts) >= _PAIR and parts[0] not in _NO_BEGINNINGS:
        at = 1
    if at:
        yield " ".join(parts[:at])


def spelled(word: str) -> str:
    """Return ``saint`` for ``st``, ``sainte`` for ``ste``; other words as they are."""
    return _SPELLINGS.get(word, word)


def _cell(lon: float, lat: float) -> tuple[int, int]:
    return (math.floor(lon / _CELL_DEGREES), math.floor(lat / _CELL_DEGREES))


def _kilometres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the distance on a plane touching the earth here: exact enough for neighbours."""
    x = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return math.hypot(x, other_lat - lat) * _KILOMETRES_PER_DEGREE


def _cells_of(line: str) -> list[str]:
    """Return the cells of a line. Our tables quote nothing: no name of a commune has a comma."""
    return line.split(",")


def _read(path: Path, columns: list[str]) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(
            str(path),
            say("The table of places cannot be read: {error}.", error=error.strerror),
            say("Put the file back from the repository."),
        ) from error
    commas = len(columns) - 1
    if not lines or lines[0] != ",".join(columns) or any(s.count(",") != commas for s in lines):
        raise SettingsError(
            str(path),
            say(
                "The table of places has other columns than {columns}.", columns=", ".join(columns)
            ),
            say("Put the file back from the repository."),
        )
    return lines[1:]
