"""A scenario while it is being read from a table: plain values, and the cell of each of them.

Made by ``chronogramme_reading``, judged by ``chronogramme_checking``. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vigie.convention.document import Path
from vigie.exercise.chronogramme_faults import CellFault, Spot
from vigie.exercise.chronogramme_words import label
from vigie.language import say


@dataclass(slots=True)
class Draft:
    """The values as a scenario file would hold them.

    Attributes:
        data: Top-level keys of a scenario.
        spots: Path of a value or item to its cell or row.
        wrong: Paths that are told already.
        notes: What was understood and what was passed over, for the reader.
    """

    data: dict[str, Any]
    spots: dict[Path, Spot] = field(default_factory=dict)
    wrong: set[Path] = field(default_factory=set)
    faults: list[CellFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def blame(self, path: Path, what: str, cure: str, spot: Spot | None = None) -> None:
        """Tell a fault once; what is below the path is told with it."""
        if self.is_told(path):
            return
        self.wrong.add(path)
        fault = CellFault(spot or self.spot(path), what, _for_tables(cure))
        if fault not in self.faults:
            self.faults.append(fault)

    def is_told(self, path: Path) -> bool:
        """Tell whether a path, or something around or within it, is told already."""
        return any(path[: len(one)] == one or one[: len(path)] == path for one in self.wrong)

    def spot(self, path: Path) -> Spot:
        """Return the cell of a path, or of the nearest thing around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.spots:
                return self.spots[path[:length]]
        return Spot(str(path[0]) if path else "")


def _for_tables(cure: str) -> str:
    """Return a cure without the words of YAML files: whoever reads it sees a table."""
    told = {
        say("See conventions/_schema.json for the list."): say(
            "The file's other sheets list them."
        ),
        say("Name the fact, or write kind: noise."): say(
            "Name the fact, or write “{noise}”.", noise=label("truth_kind", "noise")
        ),
        say("Write kind: true for what is so, rumour for what is not."): say(
            "Write “{true}” for what is so, “{rumour}” for what is not.",
            true=label("truth_kind", "true"),
            rumour=label("truth_kind", "rumour"),
        ),
    }
    for before, after in told.items():
        cure = cure.replace(before, after)
    return cure


def put(item: dict[str, Any], path: Path, value: object) -> None:
    """Set a value at a path of nested mappings; None takes it away."""
    for key in path[:-1]:
        item = item.setdefault(str(key), {})
    if value is None:
        item.pop(str(path[-1]), None)
    else:
        item[str(path[-1])] = value


def got(item: Any, path: Path) -> Any:
    """Return the value at a path of nested mappings, or None."""
    for key in path:
        item = item.get(key) if isinstance(item, dict) else None
    return item
