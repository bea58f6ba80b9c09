"""The real house under a history: store, merge and publication, with the model told beside it.

``World`` is what every drive shares; ``tables`` has the drive without bytes, ``files`` the other.
"""

from __future__ import annotations

import abc
import copy as copying
import gc
import hashlib
import random
import shutil
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

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
_ROW_COUNTS = (6, 8, 21)
_STARTS = 2
"""Beginnings with each number of rows: what the machine wrote in them."""


class Ground:
    """What all histories of a process share: an opened activation to begin from, the gazetteer.

    Databases, too: each history begins with a copy of the first, laid into a file whose store has
    been opened before, since an engine that has compiled its statements is worth keeping.

    Args:
        folder: An empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.conventions = folder / "conventions"
        self.conventions.mkdir(parents=True)
        text = played_convention()
        (self.conventions / "cote-dor.yml").write_text(text, encoding="utf-8")
        self.gazetteer = Gazetteer.of_folder(ROOT / "data")
        self._folder = folder
        self.starts: dict[tuple[type[World], int, int], World] = {}
        self._stores: dict[str, Store] = {}
        self._free: list[str] = []
        settings = Settings(home=folder / "first", conventions=self.conventions)
        house = house_of(settings, "real")
        runtime = Runtime(house, Store.open(house.database_url), Clock(), {})
        runtime._gazetteer = self.gazetteer
        opening = Opening(convention_id="cote-dor", event="Crue", by="Anne")
        self.activation = open_activation(runtime, opening, "activate")
        self._conventions = runtime._conventions
        runtime.convention_of(self.activation)
        runtime.store.close()
        self.database = folder / "empty.db"
        copy_database(_file(runtime), self.database)
        # What is loaded by now stays: looking through it again and again costs a tenth of the time.
        gc.freeze()

    def runtime(self, home: Path, clock: Clock, database: Path | None = None) -> Runtime:
        """Return a house of its own, with the activation opened or as another database has it."""
        url = self._free.pop() if self._free else f"sqlite:///{self._new_file()}"
        settings = Settings(home=home, conventions=self.conventions, database_url=url)
        house = house_of(settings, "real")
        copy_database(database or self.database, Path(url.removeprefix("sqlite:///")))
        if url not in self._stores:
            self._stores[url] = Store.open(url, migrate=False)
        runtime = Runtime(house, self._stores[url], clock, {})
        runtime._gazetteer = self.gazetteer
        runtime._conventions = self._conventions
        return runtime

    def give_back(self, runtime: Runtime) -> None:
        """Let the next history have the database of one that is over."""
        self._free.append(runtime.house.database_url)

    def close(self) -> None:
        """Close all databases."""
        gc.unfreeze()
        for store in self._stores.values():
            store.close()

    def _new_file(self) -> Path:
        return self._folder / f"house{len(self._stores)}.db"


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


class World(abc.ABC):
    """One history's house. Steps are told by name; one that makes no sense now does nothing.

    Args:
        ground: What it is made from.
        home: A folder of its own.
        row_count: How many rows the machine has written at first.
        rng: What these rows say.
    """

    def __init__(self, ground: Ground, home: Path, row_count: int, rng: random.Random) -> None:
        self.ground = ground
        self.home = home
        self.clock = Clock()
        self.runtime = ground.runtime(home, self.clock)
        self.activation = ground.activation
        self.model = Model()
        self.copies: list[Copy | None] = []
        self.mailed: list[Saved] = []
        self.taken: list[Saved] = []
        self.problems: list[str] = []
        self.rows: dict[tuple[str, str], str] = {}
        self.questions: dict[str, Conflict] = {}
        self.refs: list[str] = []
        self.earlier: dict[tuple[str, int], list[ReadBack]] = {}
        self._numbers = 0
        self.is_published = False
        """Nothing came since the last publication."""
        self.writer = Writer(self.number)
        self.prepare()
        self.news(rng, row_count)
        self.publish()

    @classmethod
    def begun(cls, ground: Ground, home: Path, people_count: int, rng: random.Random) -> World:
        """Return the house of a new history: a copy of one of a few that were begun before."""
        row_count, which = rng.choice(_ROW_COUNTS), rng.randrange(_STARTS)
        key = (cls, row_count, which)
        if key not in ground.starts:
            folder = ground.conventions.parent / f"{cls.__name__}{row_count}{which}"
            ground.starts[key] = cls(ground, folder, row_count, random.Random(which))
        world = ground.starts[key].again(home)
        world.copies = [None] * people_count
        return world

    # What the drives do in their own way.

    def prepare(self) -> None:  # noqa: B027 - most drives need nothing
        """Make what a drive needs before the first row."""

    @abc.abstractmethod
    def publish(self) -> None:
        """Write the next revision."""

    @abc.abstractmethod
    def opened(self, number: int, person: str) -> Copy:
        """Return the workbook as somebody opens it now."""

    @abc.abstractmethod
    def hand_in(self, saved: Saved, *, is_import: bool) -> None:
        """Let a saved file come back, on the share or by an import."""

    def pack(self, saved: Saved) -> None:  # noqa: B027 - rows have no bytes
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
        self.is_published = False
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
        twin = self.again(home)
        twin.model = Model(vague=set(self.model.vague), words=set(self.model.words))
        return twin

    def again(self, home: Path) -> Self:
        """Return this house as it is now, which goes its own way from here."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.home, twin.clock = home, Clock(self.clock())
        if self.home.is_dir():
            shutil.copytree(self.home, home, dirs_exist_ok=True)
        twin.runtime = self.ground.runtime(home, twin.clock, _file(self.runtime))
        twin.writer = Writer(twin.number)
        twin.rows, twin.questions = dict(self.rows), dict(self.questions)
        twin.copies, twin.refs = list(self.copies), list(self.refs)
        twin.mailed, twin.taken, twin.problems = list(self.mailed), list(self.taken), []
        twin.earlier = {name: list(told) for name, told in self.earlier.items()}
        twin.model = copying.deepcopy(self.model)
        return twin

    def close(self) -> None:
        """Give the database back and take the house away."""
        self.ground.give_back(self.runtime)
        shutil.rmtree(self.home, ignore_errors=True)


def _by_number(item: tuple[Cell, Any]) -> tuple[str, int, str]:
    cell = item[0]
    return (cell[0], int(cell[1]) if cell[1].isdigit() else 0, cell[2])
