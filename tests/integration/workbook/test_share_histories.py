"""Random histories of a share: held and free, workbook and copies, late saves, new facts."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.integration.operations.stage import Sheet
from tests.integration.workbook.test_share_publication import LOG, place
from vigie.operations.restoring import listed_versions

__all__ = ["place"]

_STEPS = 22
_COLUMNS = {
    "Suivi par": "followed_by",
    "Commentaire": "comment",
    "Action demandée": "requested_action",
}


class _History:
    """One history, step by step; remembers every keystroke outside the share."""

    def __init__(self, place: Any, seed: int) -> None:
        self.place = place
        self.random = random.Random(seed)
        self.typed: list[tuple[str, str, str]] = []
        self.free: Any = None
        self.stale: dict[str, bytes] = {}

    def files(self) -> list[Path]:
        stem = Path(self.place.name).stem
        return sorted(self.place.folder.glob(f"{stem}*.xlsx"))

    def type(self) -> None:
        """Type into a random cell of a random file, sometimes into one opened long ago."""
        file = self.random.choice(self.files())
        data = file.read_bytes()
        if file.name in self.stale and self.random.random() < 0.3:
            file.write_bytes(self.stale[file.name])
        book = openpyxl.load_workbook(file)
        log = Sheet(book[LOG])
        rows = [n for n in range(log.header_row + 1, log.first_empty()) if log.get(n, "Réf")]
        row, column = self.random.choice(rows), self.random.choice(sorted(_COLUMNS))
        value = f"frappe n° {len(self.typed)}"
        log.put(row, column, value)
        self.typed.append((str(log.get(row, "Réf")), column, value))
        book.save(file)
        self.stale[file.name] = data

    def hold_or_free(self) -> None:
        if self.free is None:
            self.free = self.place.hold()
        else:
            self.free()
            self.free = None

    def news(self) -> None:
        self.place.sweep_news()

    def publish(self) -> None:
        self.place.stage.publish()
        self.place.stage.clock.forward(self.random.choice([0, 1, 11]))

    def run(self) -> None:
        steps = [self.type, self.type, self.publish, self.publish, self.hold_or_free, self.news]
        for _ in range(_STEPS):
            step = self.random.choice(steps)
            step()
            if step == self.type:
                # A file that is saved twice between two passes keeps its last saving only.
                self.publish()
        if self.free is not None:
            self.hold_or_free()
        self.place.stage.publish()


@pytest.mark.parametrize("seed", [1])
def test_every_keystroke_is_kept(place: Any, seed: int) -> None:
    """Whatever the order: each typed value is in the store, on Conflits or in the journal."""
    history = _History(place, seed)
    history.run()
    stage = place.stage
    values = {
        (item.ref, column, item.value(code))
        for item in stage.store.observations(stage.id)
        for column, code in _COLUMNS.items()
    }
    conflicts = {str(c.other) for c in stage.store.conflicts(stage.id)} | {
        str(c.standing) for c in stage.store.conflicts(stage.id)
    }
    journal = {entry.after for _, entry in stage.store.journal(stage.id)}
    for ref, column, value in history.typed:
        assert (ref, column, value) in values or value in conflicts | journal, (seed, value)
    # The last word in each cell that one hand only has touched stands.
    touched: dict[tuple[str, str], list[str]] = {}
    for ref, column, value in history.typed:
        touched.setdefault((ref, column), []).append(value)
    for (ref, column), said in touched.items():
        if len(said) == 1:
            assert (ref, column, said[0]) in values, (seed, said)
            assert said[0] not in conflicts, (seed, said)
    assert not stage.publish().is_written, "nothing goes on changing by itself"
    assert listed_versions(stage.runtime, stage.id)
    assert [name for name in place.names_with_hidden() if name.startswith(".")] == []
