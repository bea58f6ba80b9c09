"""People with copies of different age, and what they do in them: rows, no file, no code."""

from __future__ import annotations

import copy as copying
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Cell = tuple[str, str, str]

FREE = ("comment", "followed_by", "requested_action", "recipient", "summary")
CHOICES = {
    "urgency": ("life_at_risk", "high", "normal", "information"),
    "category": ("water", "road_closed", "fire", "wind"),
}
COMMUNES = ("Longvic", "Genlis", "Auxonne", "Chenôve")
NAMES = ("Léa", "Marc", "Anne", "Ahmed", "Zoé")
_WORDS = (
    "arbre",
    "barrage",
    "camion",
    "digue",
    "école",
    "ferme",
    "gravats",
    "hangar",
    "îlot",
    "jardin",
    "kiosque",
    "lavoir",
    "moulin",
    "nappe",
    "orage",
    "pompe",
    "quai",
    "ravin",
    "silo",
    "tunnel",
    "usine",
    "vanne",
    "wagon",
    "chemin",
    "abri",
    "bâche",
)


@dataclass(slots=True)
class Line:
    """One row of a copy: who it truly is, what its key column says, what its cells hold."""

    row: str
    key: str
    cells: dict[str, Any]
    typed: set[str] = field(default_factory=set)
    is_blank: bool = False


@dataclass(slots=True)
class Copy:
    """A copy as its owner has it open.

    Attributes:
        number: One copy, one hand.
        revision: What it showed when it was opened.
        words: Everything typed in it, since it was opened.
        lost_columns: Whose header was renamed: nothing of them can be read.
        layout: What was done to columns and views: for drives that write real files.
        had: Rows that it showed when it was opened.
    """

    number: int
    person: str
    revision: int
    sheets: dict[str, list[Line]]
    had: frozenset[str]
    words: dict[Cell, Any] = field(default_factory=dict)
    vague: set[str] = field(default_factory=set)
    lost_columns: set[str] = field(default_factory=set)
    layout: list[str] = field(default_factory=list)
    source: Any = None

    @property
    def deleted(self) -> set[str]:
        """Rows of the log that it showed and holds no longer."""
        return set(self.had) - {line.row for line in self.sheets["log"]}

    def again(self) -> Copy:
        """Return it as it is saved now; whoever has it open goes on in the other."""
        kept = copying.copy(self)
        kept.sheets = copying.deepcopy(self.sheets)
        kept.words, kept.vague = dict(self.words), set(self.vague)
        kept.lost_columns, kept.layout = set(self.lost_columns), list(self.layout)
        return kept


class Writer:
    """What can be done to a copy; each word is one that nobody else ever types.

    Args:
        next_word: Returns a number that was never given.
    """

    def __init__(self, next_word: Callable[[], int]) -> None:
        self._next = next_word
        self.acts: dict[str, Callable[[Copy, random.Random], None]] = {
            "type": self.type,
            "place": self.place,
            "empty": self.empty,
            "over": self.over,
            "sort": self.sort,
            "view": self.view,
            "insert": self.insert,
            "join": self.join,
            "paste": self.paste,
            "lose": self.lose,
            "delete": self.delete,
            "columns": self.columns,
            "choose": self.choose,
        }

    def type(self, copy: Copy, rng: random.Random) -> None:
        """Type into a cell of people or of both."""
        sheet = "team" if copy.sheets["team"] and rng.random() < 0.2 else "log"
        line = self._line(copy, rng, sheet)
        if line is None:
            return
        if not line.key:
            # A row that the file shows without its key is known by what it says: it is corrected.
            self._correct(copy, sheet, line, rng)
        elif sheet == "team":
            self._put(copy, sheet, line, rng.choice(("name", "platform")), self._word(rng))
        elif rng.random() < 0.25:
            column = rng.choice(sorted(CHOICES))
            self._put(copy, sheet, line, column, rng.choice(CHOICES[column]))
        else:
            self._put(copy, sheet, line, rng.choice(FREE), self._word(rng))

    def _correct(self, copy: Copy, sheet: str, line: Line, rng: random.Random) -> None:
        told = line.cells.get("summary")
        if sheet == "log" and told and rng.random() < 0.5:
            self._put(copy, sheet, line, "summary", f"{told} bis {self._next()}")
        else:
            column = "platform" if sheet == "team" else "comment"
            self._put(copy, sheet, line, column, self._word(rng))

    def place(self, copy: Copy, rng: random.Random) -> None:
        """Change the place of a row: its commune, its words, or its point."""
        line = self._line(copy, rng, "log")
        if line is None or copy.lost_columns & {"commune", "place", "lat", "lon"}:
            return
        what = rng.choice(("commune", "place", "point", "both"))
        if what in ("commune", "both"):
            self._put(copy, "log", line, "commune", rng.choice(COMMUNES))
        if what in ("place", "both"):
            self._put(copy, "log", line, "place", self._word(rng))
        if what == "point":
            self._put(copy, "log", line, "lat", round(47.1 + self._next() / 10000, 4))
            self._put(copy, "log", line, "lon", round(5.1 + self._next() / 10000, 4))

    def empty(self, copy: Copy, rng: random.Random) -> None:
        """Empty a cell."""
        line = self._line(copy, rng, "log")
        if line is not None and not line.row.startswith("P"):
            self._put(copy, "log", line, rng.choice((*FREE, "urgency")), None)

    def over(self, copy: Copy, rng: random.Random) -> None:
        """Type over a cell of the machine."""
        line = self._line(copy, rng, "log")
        if line is not None:
            self._put(copy, "log", line, rng.choice(("source", "author")), self._word(rng))

    def sort(self, copy: Copy, rng: random.Random) -> None:
        """Sort the log by something."""
        lines = copy.sheets["log"]
        if rng.random() < 0.5:
            rng.shuffle(lines)
        else:
            lines.sort(key=lambda line: str(line.cells.get("summary") or ""))

    def view(self, copy: Copy, rng: random.Random) -> None:
        """Filter, or hide rows and columns."""
        copy.layout.append(rng.choice(("filter", "hide rows", "hide columns")))

    def insert(self, copy: Copy, rng: random.Random) -> None:
        """Add a row of one's own, in the middle or at the end, on the log or in the team."""
        sheet = "team" if rng.random() < 0.25 else "log"
        lines = copy.sheets[sheet]
        line = Line(f"P{self._next()}", "", {})
        lines.insert(rng.randint(0, len(lines)), line)
        words = " ".join(rng.sample(_WORDS, 6))
        if sheet == "team":
            self._put(copy, sheet, line, "name", f"{words} {self._next()}")
            return
        self._put(copy, sheet, line, "summary", f"Signalé {self._next()} {words}")
        for column in ("comment", "followed_by"):
            if rng.random() < 0.5:
                self._put(copy, sheet, line, column, self._word(rng))

    def join(self, copy: Copy, rng: random.Random) -> None:
        """Leave an empty row between the others."""
        lines = copy.sheets["log"]
        lines.insert(rng.randint(0, len(lines)), Line("", "", {}, is_blank=True))

    def paste(self, copy: Copy, rng: random.Random) -> None:
        """Copy a row and paste it: the same reference twice; perhaps type into one of the two."""
        line = self._line(copy, rng, "log")
        if line is None:
            return
        twin = copying.deepcopy(line)
        lines = copy.sheets["log"]
        lines.insert(rng.randint(0, len(lines)), twin)
        if not line.key and line.row.startswith("P"):
            # Of a new row nothing tells that it is meant once: a doubled row is seen.
            copy.vague.add(line.row)
        if rng.random() < 0.5:
            copy.vague.add(line.row)
            self._put(copy, "log", twin, "comment", self._word(rng))

    def lose(self, copy: Copy, rng: random.Random) -> None:
        """Delete or mistype a reference."""
        line = self._line(copy, rng, "log")
        if line is None or not line.key:
            return
        if sum(other.row == line.row for other in copy.sheets["log"]) > 1:
            copy.vague.add(line.row)
        other = self._line(copy, rng, "log")
        kind = rng.random()
        if kind < 0.5:
            line.key = ""
        elif kind < 0.85 or other is None or not other.key:
            line.key = f"{line.key[:-1]}x"
        else:
            copy.vague |= {line.row, other.row}
            line.key = other.key

    def delete(self, copy: Copy, rng: random.Random) -> None:
        """Delete whole rows, few or many."""
        lines = copy.sheets["log"]
        count = 1 if rng.random() < 0.7 else rng.randint(2, max(2, len(lines) - 1))
        for line in rng.sample(lines, min(count, len(lines) - 1)):
            lines.remove(line)
            twins = [other for other in lines if other.row == line.row]
            for column in line.typed:
                if all(twin.cells.get(column) != line.cells[column] for twin in twins):
                    copy.words.pop(("log", line.row, column), None)

    def columns(self, copy: Copy, rng: random.Random) -> None:
        """Move, add or rename a column."""
        kind = rng.choice(("move", "add", "rename"))
        if kind == "rename":
            touched = {cell[2] for cell in copy.words}
            free = [code for code in ("recipient", "requested_action") if code not in touched]
            if not free:
                return
            copy.lost_columns.add(free[0])
            copy.layout.append(f"rename {free[0]}")
        else:
            copy.layout.append(f"{kind} {rng.randint(0, 99)}")

    def choose(self, copy: Copy, rng: random.Random) -> None:
        """Decide on Conflits."""
        line = self._line(copy, rng, "conflicts")
        if line is not None:
            choice = rng.choice(("keep_standing", "take_other"))
            self._put(copy, "conflicts", line, "choice", choice)

    def _line(self, copy: Copy, rng: random.Random, sheet: str) -> Line | None:
        lines = [line for line in copy.sheets[sheet] if not line.is_blank]
        return rng.choice(lines) if lines else None

    def _put(self, copy: Copy, sheet: str, line: Line, column: str, value: Any) -> None:
        if column in copy.lost_columns:
            return
        if sum(other.row == line.row for other in copy.sheets[sheet]) > 1:
            # Of two rows with one reference nobody can say which is meant.
            copy.vague.add(line.row)
        line.cells[column] = value
        line.typed.add(column)
        copy.words[sheet, line.row, column] = value

    def _word(self, rng: random.Random) -> str:
        return f"{rng.choice(_WORDS)} {self._next()}"
