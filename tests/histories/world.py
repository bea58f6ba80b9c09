"""The real house under a history: store, merge and publication, with the model told beside it.

``World`` is what every drive shares; ``tables`` has the drive without bytes, ``files`` the other.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.histories.model import Cell, Model, Told
from tests.histories.people import CHOICES, COMMUNES, Copy, Writer
from tests.integration.operations.stage import ROOT, Clock, played_convention
from vigie.operations.opening import Opening, open_activation
from vigie.operations.runtime import Runtime
from vigie.records.sheet import Conflict
from vigie.records.sweep import Draft, SweepOutcome, Update
from vigie.settings import Settings, house_of
from vigie.signals.places import Gazetteer
from vigie.store.repository import Store
from vigie.workbook.revisions import ReadBack

WORKBOOK = "classeur.xlsx"


class Ground:
    """What all histories of a process share: an opened activation to begin from, the gazetteer.

    Args:
        folder: An empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.conventions = folder / "conventions"
        self.conventions.mkdir(parents=True)
        text = played_convention()
        (self.conventions / "cote-dor.yml").write_text(text, encoding="utf-8")
        self.gazetteer = Gazetteer.of_folder(ROOT / "data")
        runtime = self.runtime(folder / "first", Clock(), is_first=True)
        opening = Opening(convention_id="cote-dor", event="Crue", by="Anne")
        self.activation = open_activation(runtime, opening, "activate")
        self._conventions = runtime._conventions
        runtime.convention_of(self.activation)
        runtime.store.close()
        self.database = folder / "empty.db"
        copy_database(_file(runtime), self.database)

    def runtime(self, home: Path, clock: Clock, *, is_first: bool = False) -> Runtime:
        """Return a house of its own, with the activation opened."""
        house = house_of(Settings(home=home, conventions=self.conventions), "real")
        if not is_first:
            copy_database(self.database, Path(house.database_url.removeprefix("sqlite:///")))
        store = Store.open(house.database_url, migrate=is_first)
        runtime = Runtime(house, store, clock, {})
        runtime._gazetteer = self.gazetteer
        if not is_first:
            runtime._conventions = self._conventions
        return runtime


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is now, whoever has it open."""
    target.parent.mkdir(parents=True, exist_ok=True)
    origin, copied = sqlite3.connect(source), sqlite3.connect(target)
    with origin, copied:
        origin.backup(copied)
    origin.close()
    copied.close()


def _file(runtime: Runtime) -> Path:
    return Path(runtime.house.database_url.removeprefix("sqlite:///"))


@dataclass(slots=True)
class Saved:
    """A copy as it was saved: what of it is handed in, perhaps hours later."""

    copy: Copy
    at: datetime
    told: Told
    data: bytes = b""


class World:
    """One history's house. Steps are told by name; one that makes no sense now does nothing."""

    def __init__(self, ground: Ground, home: Path, people_count: int, rng: random.Random) -> None:
        self.ground = ground
        self.home = home
        self.clock = Clock()
        self.runtime = ground.runtime(home, self.clock)
        self.activation = ground.activation
        self.model = Model()
        self.copies: list[Copy | None] = [None] * people_count
        self.mailed: list[Saved] = []
        self.taken: list[Saved] = []
        self.problems: list[str] = []
        self.rows: dict[tuple[str, str], str] = {}
        self.questions: dict[str, Conflict] = {}
        self.refs: list[str] = []
        self.earlier: dict[tuple[str, int], list[ReadBack]] = {}
        self._numbers = 0
        self.writer = Writer(self.number)
        self.prepare()
        self.news(rng, rng.choice((6, 8, 21)))
        self.publish()

    # What the drives do in their own way.

    def prepare(self) -> None:
        """Make what a drive needs before the first row."""

    def publish(self) -> None:
        """Write the next revision."""
        raise NotImplementedError

    def opened(self, number: int, person: str) -> Copy:
        """Return the workbook as somebody opens it now."""
        raise NotImplementedError

    def hand_in(self, saved: Saved, *, is_import: bool) -> None:
        """Let a saved file come back, on the share or by an import."""
        raise NotImplementedError

    def pack(self, saved: Saved) -> None:
        """Make the bytes of a saved copy, if the drive has bytes."""

    # What happens.

    def number(self) -> int:
        """Return a number that was never given in this history."""
        self._numbers += 1
        return self._numbers

    def news(self, rng: random.Random, count: int) -> None:
        """Let the machine write new rows, change some, end one."""
        drafts = []
        for _ in range(count):
            number = self.number()
            drafts.append(
                {
                    "received_at": self.clock(),
                    "observed_at": self.clock(),
                    "urgency": rng.choice(CHOICES["urgency"]),
                    "status": "unverified",
                    "category": rng.choice(CHOICES["category"]),
                    "summary": f"Fait {number}",
                    "original_text": f"Texte arrivé {number}",
                    "commune": rng.choice(COMMUNES),
                    "lat": round(47 + number / 1000, 3),
                    "lon": round(5 + number / 1000, 3),
                    "precision_metres": 900,
                    "source": "Mastodon",
                    "link": f"https://exemple.org/{number}",
                    "corroboration_count": 1,
                    "entered_by": "Vigie",
                }
            )
        updates = []
        for ref in rng.sample(self.refs, min(len(self.refs), rng.randint(0, 2))):
            what = rng.choice(("urgency", "summary", "place", "ended"))
            number = self.number()
            change: dict[str, Any] = {"summary": f"Fait changé {number}"}
            if what == "urgency":
                change = {"urgency": rng.choice(CHOICES["urgency"])}
            elif what == "place":
                change = {"place": f"lieu-dit {number}", "lat": round(47 + number / 1000, 3)}
            elif what == "ended":
                change = {"status": "lifted"}
            updates.append((ref, change))
        outcome = SweepOutcome(
            sweep_id=f"s{self.number()}",
            committed_at=self.clock(),
            drafts=tuple(Draft(machine=machine, leader=None) for machine in drafts),
            updates=tuple(Update(ref=ref, machine=change) for ref, change in updates),
        )
        refs = self.runtime.store.commit_sweep(self.activation.id, "CO21", outcome)
        for ref, machine in [*zip(refs, drafts, strict=True), *updates]:
            self.rows["log", ref] = ref
            self.model.observe(ref, machine)
        self.refs += refs

    def saved(self, copy: Copy) -> Saved:
        """Return a copy as its owner saves it now."""
        kept = copy.again()
        told = Told(
            hand=f"{kept.person}/{kept.revision}",
            revision=kept.revision,
            words=dict(kept.words),
            at=self.clock().timestamp(),
            deleted=kept.deleted,
            vague=set(kept.vague),
        )
        saved = Saved(kept, self.clock(), told)
        self.pack(saved)
        return saved

    def learn(self, saved: Saved, *, is_import: bool) -> None:
        """Tell the model what was handed in, and find out which rows are whose."""
        told = replace(saved.told, deleted=()) if is_import else saved.told
        self.model.merge(told)
        self.bind()

    def bind(self) -> None:
        """Give people's rows the keys that they have got."""
        names = {
            (cell[0], value): cell[1]
            for cell, value in self.model.words
            if cell[1].startswith("P") and cell[2] in ("summary", "name")
        }
        store, told = self.runtime.store, set(self.rows.values())
        added = [
            ("log", row.ref, row.people.get("summary"), row.people)
            for row in store.observations(self.activation.id)
            if row.is_added_by_people
        ]
        added += [
            (row.sheet, row.key, row.values.get("name"), row.values)
            for row in store.people_rows(self.activation.id)
            if row.is_added_by_people
        ]
        for sheet, key, name, told_values in added:
            if (sheet, key) in self.rows:
                continue
            row = names.get((sheet, name))
            if row is None or row in told:
                # A second row of something: whether that may be is judged at the end.
                mark = hashlib.sha256(repr(told_values).encode()).hexdigest()[:8]
                row = f"X{mark}" if row is None else f"P:again:{row}"
                self.model.vague.add(row)
            told.add(row)
            self.rows[sheet, key] = row

    def carried_out(self) -> None:
        """Tell the model which choices have been carried out by a publication."""
        for cell, standing in sorted(self.model.cells.items(), key=_by_number):
            if cell[0] != "conflicts" or not standing.value:
                continue
            question = self.questions[cell[1]]
            if question.reason != "two_hands":
                continue
            is_other = standing.value == "take_other"
            value = question.other if is_other else question.standing
            about = self.cell_of(question)
            at = self.clock().timestamp()
            self.model.choose(cell[1], standing.value, about, value, at)

    def cell_of(self, conflict: Conflict) -> Cell:
        """Return the cell that a line of Conflits is about."""
        row = self.rows.get((conflict.sheet, conflict.key), conflict.key)
        return (conflict.sheet, row, conflict.column)

    def note_questions(self) -> None:
        """Remember the lines of Conflits as they are shown."""
        for conflict in self.runtime.store.conflicts(self.activation.id):
            self.questions.setdefault(str(conflict.id), conflict)

    def digest(self) -> str:
        """Name everything that people and machine have said, and how it stands."""
        store, id_ = self.runtime.store, self.activation.id
        told = (
            store.observations(id_),
            store.people_rows(id_),
            store.conflicts(id_),
            [entry for _, entry in store.journal(id_)],
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def contents(self) -> dict[str, Any]:
        """Return what the store says, whatever the order in which it came."""
        store, id_ = self.runtime.store, self.activation.id
        found: dict[str, Any] = {}
        standing: dict[Cell, Any] = {}
        for row in store.observations(id_):
            name = self.rows.get(("log", row.ref), row.ref)
            found[name] = ({k: v for k, v in row.people.items() if v != ""}, row.is_withdrawn)
            for column in row.people:
                standing["log", row.ref, column] = row.value(column)
        for line in store.people_rows(id_):
            if line.sheet != "conflicts":
                name = self.rows.get((line.sheet, line.key), line.key)
                found[f"{line.sheet}/{name}"] = dict(line.values)
        for conflict in store.conflicts(id_):
            cell = self.cell_of(conflict)
            values = found.setdefault(f"? {conflict.reason} {cell}", set())
            # What nobody typed (a base, a computed point) may stand beside it in one order only.
            told = {conflict.other, conflict.standing}
            told -= {standing.get((conflict.sheet, conflict.key, conflict.column))}
            values |= {str(value) for value in told if (cell, value) in self.model.words}
        return {name: told for name, told in found.items() if told}

    def fork(self, home: Path) -> World:
        """Return a second house in the same state."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.home, twin.clock = home, Clock(self.clock())
        house = house_of(Settings(home=home, conventions=self.ground.conventions), "real")
        if self.home.is_dir():
            ignored = shutil.ignore_patterns("*.db*", "share")
            shutil.copytree(self.home, home, ignore=ignored, dirs_exist_ok=True)
        copy_database(_file(self.runtime), Path(house.database_url.removeprefix("sqlite:///")))
        store = Store.open(house.database_url, migrate=False)
        twin.runtime = Runtime(house, store, twin.clock, {})
        twin.runtime._gazetteer = self.ground.gazetteer
        twin.runtime._conventions = self.runtime._conventions
        twin.rows, twin.problems = dict(self.rows), []
        twin.earlier = {name: list(told) for name, told in self.earlier.items()}
        twin.model = Model(vague=set(self.model.vague), words=set(self.model.words))
        return twin

    def close(self) -> None:
        """Give the store back and take the house away."""
        self.runtime.store.close()
        shutil.rmtree(self.home, ignore_errors=True)


def _by_number(item: tuple[Cell, Any]) -> tuple[str, int, str]:
    cell = item[0]
    return (cell[0], int(cell[1]) if cell[1].isdigit() else 0, cell[2])
