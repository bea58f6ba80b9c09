"""Where every keystroke is that was saved: in its cell, on Conflits, or in the row's history.

Called by the driver once nobody works any more. Reads people's notes, the store, the folder.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from tests.share_proof.person import COLUMNS, SHEET, SUMMARY
from tests.share_proof.place import Place
from vigie.records.observation import Observation

_HEADER_ROW = 2


@dataclass(slots=True)
class Account:
    """What became of the keystrokes.

    Attributes:
        where: Count by where they are found.
        faults: Question to what contradicts it; empty = it holds.
    """

    saved: int = 0
    saves: int = 0
    given_up: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    where: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=dict)


def notes_of(log: Path) -> list[dict[str, Any]]:
    """Return everything that people noted, each person's in order."""
    found: list[dict[str, Any]] = []
    for file in sorted(log.glob("*.jsonl")):
        found += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return found


def make_account(place: Place, log: Path) -> Account:
    """Compare people's notes with the store and with the folder."""
    account = Account()
    strokes = _saved(account, notes_of(log))
    with place.runtime() as runtime:
        store = runtime.store
        observations = store.observations(place.id)
        holdings = _Holdings(
            observations,
            {
                (conflict.key, conflict.column, str(value))
                for conflict in store.conflicts(place.id)
                for value in (conflict.standing, conflict.other)
            },
            store.journal(place.id),
        )
        conflicts = [item for item in store.conflicts(place.id) if item.sheet == "log"]
        posts = store.posts_of(place.id)
        leases = [f"{lease.name} by {lease.holder}" for lease in store.leases()]
        quarantined = [str(item.id) for item in store.findings(place.id)]
    lost = []
    for stroke in strokes:
        found = holdings.where(stroke)
        account.where[found] += 1
        if found == "LOST":
            lost.append(f"{stroke['by']} {stroke['number']}: {stroke}")
    faults = account.faults
    faults["every saved keystroke is found"] = lost
    added = Counter(stroke["value"] for stroke in strokes if stroke["kind"] == "row")
    stood = Counter(str(item.value("summary")) for item in observations if item.is_added_by_people)
    faults["every added row is there once, and no other"] = [
        f"{text}: {stood[text]} × in the store" for text in added if stood[text] != 1
    ] + [f"{text}: nobody saved it" for text in stood if text not in added]
    typed = Counter((holdings.key_of(s), s["column"]) for s in strokes if s["kind"] == "cell")
    faults["nothing is on Conflits that one hand typed once"] = [
        str(item) for item in conflicts if typed[item.key, item.column] < 2
    ]
    shared = Counter(post.native_id for held in posts.values() for post in held)
    faults["every post of the machine is in one observation"] = [
        f"{name}: in {count}" for name, count in shared.items() if count != 1
    ] + (
        []
        if len(shared) + len(quarantined) >= place.shown_count
        else [f"{len(shared)} posts of {place.shown_count}, {len(quarantined)} quarantined"]
    )
    faults["no row is set aside"] = [item.ref for item in observations if item.is_withdrawn]
    faults["the workbook holds what the store holds, each row once"] = _workbook_faults(
        place.workbook, observations
    )
    faults["no lease is held"] = leases
    faults["nothing lies about in the folder"] = [
        path.name
        for path in place.share.iterdir()
        if path.name.startswith((".", "~")) or "illisible" in path.name
    ]
    return account


def _saved(account: Account, notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    strokes = {(note["by"], note["number"]): note for note in notes if "number" in note}
    saved = []
    for note in notes:
        if "saved" in note:
            account.saves += 1
            account.ways[note["way"]] += 1
            saved += [strokes[note["by"], number] for number in note["saved"]]
        account.given_up += len(note.get("given_up", ()))
    account.saved = len(saved)
    return saved


class _Holdings:
    """What the store holds, by cell."""

    def __init__(
        self, observations: list[Observation], asked: set[tuple[str, str, str]], journal: Any
    ) -> None:
        self.by_ref = {item.ref: item for item in observations}
        self.by_summary = {
            str(item.value("summary")): item.ref for item in observations if item.is_added_by_people
        }
        self.asked = asked
        self.told: dict[tuple[str, str], list[Any]] = {}
        for _, entry in journal:
            if entry.field:
                self.told.setdefault((entry.subject, entry.field), []).append(entry)

    def key_of(self, stroke: dict[str, Any]) -> str:
        return self.by_summary.get(stroke["row"], stroke["row"])

    def where(self, stroke: dict[str, Any]) -> str:
        key, value = self.key_of(stroke), stroke["value"]
        item = self.by_ref.get(key)
        if item is None:
            return "LOST"
        column = "summary" if stroke["kind"] == "row" else stroke["column"]
        if item.value(column) == value:
            return "stands in its cell"
        if (key, column, value) in self.asked:
            return "on Conflits"
        # A file says to the second when it was saved: within it, one hand's later value may be
        # the one that is not carried out. It stands in the row's history all the same.
        told = self.told.get((key, column), [])
        stands = [entry.after for entry in told if entry.action == "edit"][-1:]
        said = {text for entry in told for text in (entry.before, entry.after)}
        if value in said and stands == [item.value(column)]:
            return "in the history, replaced by a later one"
        return "LOST"


def _workbook_faults(path: Path, observations: list[Observation]) -> list[str]:
    sheet = openpyxl.load_workbook(path)[SHEET]
    titles = {str(cell.value): cell.column for cell in sheet[_HEADER_ROW] if cell.value}
    rows: dict[str, int] = {}
    faults = []
    for number in range(_HEADER_ROW + 1, sheet.max_row + 1):
        key = sheet.cell(number, titles["Réf"]).value
        if key and str(key) in rows:
            faults.append(f"{key} stands twice")
        if key:
            rows[str(key)] = number
        elif sheet.cell(number, titles[SUMMARY]).value:
            faults.append(f"row {number} has no reference")
    known = {item.ref: item for item in observations}
    faults += [f"{ref}: not in both" for ref in rows.keys() ^ known.keys()]
    columns = {**COLUMNS, SUMMARY: "summary"}
    for ref in rows.keys() & known.keys():
        for title, code in columns.items():
            shown = sheet.cell(rows[ref], titles[title]).value
            if (shown or None) != (known[ref].value(code) or None):
                faults.append(f"{ref} {title}: {shown!r}, store {known[ref].value(code)!r}")
    return faults
