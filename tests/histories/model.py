"""The reference model: what must stand after people and the machine have written. Knows no code.

Rows are known by who they truly are (whatever their reference became in some file). One person
on one revision is one hand. Values are compared as they are; every keystroke is a word of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

Value = Any
Cell = tuple[str, str, str]
"""Sheet, row, column."""

UNIT = ("commune", "place", "lat", "lon", "precision_metres")
"""A place is one: the later hand's whole place stands."""
POINT = ("lat", "lon", "precision_metres")
MACHINES = frozenset({"source", "author", "original_text", "link"})
"""Columns that only the machine writes, in its own rows."""
KEYED = frozenset({"ref", "received_at", "corroboration_count", "number"})
"""Columns that are the machine's even in rows that people added."""
COMPUTED = "(computed)"
"""A point that follows from a commune: the model does not know the map."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a cell: since when, by which hand (None: the machine; empty: a choice)."""

    value: Value
    hand: str | None = None
    at: float = 0.0


@dataclass(slots=True)
class Told:
    """One saved file, as its writer knows it.

    Attributes:
        hand: Who, on which revision.
        revision: What the copy showed when it was opened.
        words: Cell to what was typed there last.
        at: When it was saved.
        deleted: Rows taken out of the file.
        vague: Rows of which the file itself no longer says which one is meant.
    """

    hand: str
    revision: int
    words: Mapping[Cell, Value]
    at: float
    deleted: Collection[str] = ()
    vague: Collection[str] = ()


@dataclass(slots=True)
class Model:
    """What must be so.

    Attributes:
        cells: What stands.
        shown: Revision to what it showed.
        asked: Cells that two hands changed, with all that they typed and found there.
        over: What was typed over the machine.
        told: (hand, cell) to what that hand has said there, each time.
        deleted: Rows that somebody took out of a file.
        vague: Rows for which only "nothing is lost" is asked.
        words: Everything that was ever handed in.
        chosen: Number of a question to the choice that has been carried out.
    """

    cells: dict[Cell, Standing] = field(default_factory=dict)
    shown: dict[int, dict[Cell, Value]] = field(default_factory=dict)
    asked: dict[Cell, set[Value]] = field(default_factory=dict)
    over: set[tuple[Cell, Value]] = field(default_factory=set)
    told: dict[tuple[str, Cell], list[Value]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    vague: set[str] = field(default_factory=set)
    words: set[tuple[Cell, Value]] = field(default_factory=set)
    chosen: dict[str, str] = field(default_factory=dict)

    def observe(self, row: str, values: Mapping[str, Value]) -> None:
        """Let the machine say something: it replaces its own words only."""
        for column, value in values.items():
            cell = ("log", row, column)
            if self._at(cell).hand is None:
                self.cells[cell] = Standing(value)

    def publish(self, revision: int) -> None:
        """Remember what a revision shows."""
        self.shown[revision] = {cell: standing.value for cell, standing in self.cells.items()}

    def merge(self, told: Told) -> None:
        """Let a file come back."""
        self.deleted |= set(told.deleted)
        self.vague |= set(told.vague)
        self.words |= set(told.words.items())
        places: dict[str, dict[str, Value]] = {}
        for cell, value in told.words.items():
            sheet, row, column = cell
            if self._is_machines(row, column):
                if value is not None:
                    self.over.add((cell, value))
            elif sheet == "log" and column in UNIT:
                places.setdefault(row, {})[column] = value
            else:
                self._merge_cell(told, cell, value)
        for row, typed in places.items():
            self._merge_place(told, row, typed)
        for cell, value in told.words.items():
            self.told.setdefault((told.hand, cell), []).append(value)

    def choose(self, number: str, choice: str, cell: Cell, value: Value, at: float) -> None:
        """Carry out a choice on Conflits, once."""
        if self.chosen.get(number) == choice:
            return
        self.chosen[number] = choice
        if self._at(cell).value == value:
            return
        self.cells[cell] = Standing(value, "", at)
        sheet, row, column = cell
        if column == "commune":
            for code in POINT:
                self.cells[sheet, row, code] = Standing(COMPUTED, "", at)

    def _merge_cell(self, told: Told, cell: Cell, value: Value) -> None:
        base, now = self._base(told, cell), self._at(cell)
        if value == base or value in self.told.get((told.hand, cell), ()):
            return
        if value == now.value:
            if now.hand is None:
                self.cells[cell] = Standing(value, told.hand, told.at)
            return
        is_later = told.at >= now.at
        if now.hand is not None and now.hand != told.hand and now.value != base:
            self.asked.setdefault(cell, set()).update({value, now.value})
        elif now.hand is None or now.value == base:
            is_later = True
        if is_later:
            self.cells[cell] = Standing(value, told.hand, told.at)

    def _merge_place(self, told: Told, row: str, typed: Mapping[str, Value]) -> None:
        cells = {code: ("log", row, code) for code in UNIT}
        base = {code: self._base(told, cell) for code, cell in cells.items()}
        now = {code: self._at(cell) for code, cell in cells.items()}
        new = {
            code: value
            for code, value in typed.items()
            if value != base[code] and value not in self.told.get((told.hand, cells[code]), ())
        }
        if not new:
            return
        if all(now[code].hand is not None and now[code].value == v for code, v in new.items()):
            return
        mine = {**base, **typed}
        if "commune" in new and not {"lat", "lon"} & set(typed):
            mine.update(dict.fromkeys(POINT, COMPUTED))
        others = [
            standing
            for code, standing in now.items()
            if standing.hand not in (None, told.hand) and standing.value != base[code]
        ]
        if others:
            for code, cell in cells.items():
                if mine[code] != now[code].value:
                    found = {mine[code], now[code].value} - {COMPUTED}
                    self.asked.setdefault(cell, set()).update(found)
            if told.at < max(standing.at for standing in others):
                return
        if any(now[c].hand == told.hand and now[c].at > told.at for c in new):
            return
        for code, cell in cells.items():
            self.cells[cell] = Standing(mine[code], told.hand, told.at)

    def _base(self, told: Told, cell: Cell) -> Value:
        return self.shown.get(told.revision, {}).get(cell)

    def _at(self, cell: Cell) -> Standing:
        return self.cells.get(cell, Standing(None))

    @staticmethod
    def _is_machines(row: str, column: str) -> bool:
        return column in KEYED or (column in MACHINES and not row.startswith("P"))
