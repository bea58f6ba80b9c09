"""One person: opens files of the share as an editor does, types, saves, and keeps own notes.

``python -m tests.share_proof.person``: a process of its own, started by the driver. Every
keystroke is noted outside of the share, on the disk, before the file is saved, and noted as saved
after. Knows the .xlsx and the folder; nothing of Vigie's code.

People keep to one agreement, without which no program could account for anything: nobody saves
over a save that was not taken in yet. What two people save over each other between two passes is
gone before Vigie sees it, in any shared folder.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import io
import json
import os
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

COLUMNS = {
    "Suivi par": "followed_by",
    "Commentaire": "comment",
    "Action demandée": "requested_action",
    "Destinataire": "recipient",
}
SUMMARY = "Résumé"
SHEET = "Main courante"
_HEADER_ROW = 2
_KNOWN_SECONDS = 45.0
_HOT_ROWS = 3
_TEXT = (
    "arbre barrage camion digue école ferme gravats hangar îlot jardin kiosque lavoir moulin "
    "nappe orage pompe quai ravin silo tunnel usine vanne wagon chemin abri bâche rivage treuil "
    "citerne passerelle entrepôt gymnase berge écluse clôture garage poteau talus verger grange"
)
_WORDS = tuple(_TEXT.split())


@dataclass(slots=True)
class Opened:
    """A file as the person has it open.

    Attributes:
        typed: Cells typed in it, so that nobody types twice into one of a copy.
        rows: Own rows in it that bear no reference.
    """

    data: bytes
    typed: set[tuple[str, str]] = field(default_factory=set)
    rows: list[str] = field(default_factory=list)


class Person:
    """One pair of hands."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.name: str = options.name
        self.workbook: Path = options.workbook
        self.folder = self.workbook.parent
        self.kept: Path = options.kept
        self.database: Path = options.database
        self.ends_at: float = options.ends_at
        self.dice = random.Random(f"{options.seed}/{self.name}")
        self.open_files: dict[str, Opened] = {}
        self.count = 0
        self.log = os.open(options.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.agreement = os.open(options.agreement, os.O_RDWR | os.O_CREAT, 0o600)

    def work(self) -> None:
        """Type and save until the time is over."""
        while time.time() < self.ends_at:
            path = self._chosen()
            lock = self._lock(path) if self.dice.random() < 0.25 else contextlib.nullcontext()
            with lock as is_held:
                if self._session(path) and is_held:
                    # The file stays open on the wall for a while after the save.
                    time.sleep(self.dice.uniform(0.5, 3.0))
            time.sleep(self.dice.uniform(0.05, 0.6))

    def _chosen(self) -> Path:
        mine = self.folder / f"{self.workbook.stem} - {self.name}.xlsx"
        if not mine.exists() and self.dice.random() < 0.03:
            self.open_files.pop(mine.name, None)
            with contextlib.suppress(OSError):
                self.open_files[mine.name] = Opened(self.workbook.read_bytes())
                return mine
        beside = [
            path
            for path in self.folder.glob(f"{self.workbook.stem}*.xlsx")
            if path != self.workbook and not path.name.startswith((".", "~"))
        ]
        others = [path for path in beside if "(r" in path.name or path == mine]
        return self.dice.choice(others) if others and self.dice.random() < 0.3 else self.workbook

    @contextlib.contextmanager
    def _lock(self, path: Path) -> Iterator[bool]:
        """Lay LibreOffice's lock file beside it, if nobody else did."""
        lock = path.with_name(f".~lock.{path.name}#")
        try:
            descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except OSError:
            yield False
            return
        os.write(descriptor, f"{self.name},{self.name},poste,21.11.2026 12:00,file:///;".encode())
        os.close(descriptor)
        try:
            yield True
        finally:
            lock.unlink(missing_ok=True)

    def _session(self, path: Path) -> bool:
        """Open, type, save; False if nothing could be opened or typed."""
        opened = self.open_files.get(path.name)
        # An old copy that was never closed is typed into further, and saved over the newer one.
        if opened is None or self.dice.random() < 0.75:
            try:
                opened = Opened(path.read_bytes())
            except OSError:
                return False
        try:
            book = openpyxl.load_workbook(io.BytesIO(opened.data))
        except Exception:  # somebody is writing it just now; an editor would say so
            return False
        strokes = self._type(book, opened)
        if not strokes:
            return False
        book.properties.lastModifiedBy = self.name
        buffer = io.BytesIO()
        book.save(buffer)
        opened.data = buffer.getvalue()
        for stroke in strokes:
            self._note({**stroke, "file": path.name})
        time.sleep(self.dice.choice((0.0, 0.0, 0.3, 1.0)))
        numbers = [stroke["number"] for stroke in strokes]
        with self._agreed(path) as may_save:
            if not may_save:
                self._note({"given_up": numbers})
                self.open_files.pop(path.name, None)
                return False
            way = self.dice.choice(("renamed", "renamed", "in place", "slowly in place"))
            getattr(self, f"_{way.replace(' ', '_')}")(path, opened.data)
            self._note({"saved": numbers, "way": way})
        self.open_files[path.name] = opened
        return True

    def _type(self, book: openpyxl.Workbook, opened: Opened) -> list[dict[str, Any]]:
        sheet = book[SHEET]
        titles = {str(cell.value): cell.column for cell in sheet[_HEADER_ROW] if cell.value}
        keys: dict[str, int] = {}
        last = _HEADER_ROW
        for number in range(_HEADER_ROW + 1, sheet.max_row + 1):
            key = sheet.cell(number, titles["Réf"]).value
            summary = sheet.cell(number, titles[SUMMARY]).value
            if key:
                keys[str(key)] = number
            elif summary in opened.rows:
                keys[str(summary)] = number
            if key or summary:
                last = number
        strokes: list[dict[str, Any]] = []
        for _ in range(self.dice.randint(4, 10)):
            if self.dice.random() < 0.15:
                last += 1
                text = " ".join((*self.dice.sample(_WORDS, 8), f"{self.name}{self.count}"))
                for title, value in ((SUMMARY, text), ("Commune", "Genlis")):
                    sheet.cell(last, titles[title], value)
                sheet.cell(last, titles["Saisi par"], self.name)
                opened.rows.append(text)
                keys[text] = last
                strokes.append(self._stroke("row", text, SUMMARY, text))
                continue
            known = list(keys)
            hot = known[:_HOT_ROWS] if self.dice.random() < 0.25 else known
            row, title = self.dice.choice(hot), self.dice.choice(sorted(COLUMNS))
            if (row, title) in opened.typed:
                continue
            opened.typed.add((row, title))
            value = f"{self.dice.choice(_WORDS)} {self.name}{self.count}"
            sheet.cell(keys[row], titles[title], value)
            strokes.append(self._stroke("cell", row, COLUMNS[title], value))
        return strokes

    def _stroke(self, kind: str, row: str, column: str, value: str) -> dict[str, Any]:
        self.count += 1
        return {
            "number": self.count,
            "kind": kind,
            "row": row,
            "column": column,
            "value": value,
            "at": time.time(),
        }

    @contextlib.contextmanager
    def _agreed(self, path: Path) -> Iterator[bool]:
        """Wait until what lies there was taken in; nobody else of us saves meanwhile."""
        deadline = time.monotonic() + _KNOWN_SECONDS
        fcntl.flock(self.agreement, fcntl.LOCK_EX)
        try:
            while not (is_known := self._is_known(path)):
                if time.monotonic() > deadline:
                    break
                # Others may save other files meanwhile.
                fcntl.flock(self.agreement, fcntl.LOCK_UN)
                time.sleep(0.05)
                fcntl.flock(self.agreement, fcntl.LOCK_EX)
            yield is_known
        finally:
            fcntl.flock(self.agreement, fcntl.LOCK_UN)

    def _is_known(self, path: Path) -> bool:
        try:
            mark = hashlib.sha256(path.read_bytes()).hexdigest()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        with contextlib.suppress(OSError):
            if f'"{mark[:12]}"' in self.kept.read_text(encoding="utf-8"):
                return True
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as base:
            query = "SELECT 1 FROM workbook_revision WHERE file_hash = ?"
            with contextlib.suppress(sqlite3.OperationalError):
                return base.execute(query, (mark,)).fetchone() is not None
        return False

    def _renamed(self, path: Path, data: bytes) -> None:
        draft = path.with_name(f".lu{os.getpid()}{self.count}.tmp")
        draft.write_bytes(data)
        draft.replace(path)

    def _in_place(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)

    def _slowly_in_place(self, path: Path, data: bytes) -> None:
        """As over a slow network: the file is half there for a while."""
        with path.open("wb") as handle:
            step = len(data) // 5 + 1
            for begin in range(0, len(data), step):
                handle.write(data[begin : begin + step])
                handle.flush()
                time.sleep(self.dice.uniform(0.002, 0.08))

    def _note(self, told: dict[str, Any]) -> None:
        os.write(self.log, f"{json.dumps({'by': self.name, **told})}\n".encode())
        os.fsync(self.log)


def main() -> int:
    """Be one person until the time is over."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--ends-at", type=float, required=True)
    for name in ("workbook", "log", "agreement", "kept", "database"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    Person(parser.parse_args()).work()
    return 0


if __name__ == "__main__":
    sys.exit(main())
