"""Saves at the worst moment and files that half work: nothing typed is lost, work goes on."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.integration.operations.stage import CELLAR, ROAD, Editing, Stage
from vigie.workbook.shares import folder, swapping
from vigie.workbook.shares.folder import versions

LOG = "Main courante"


def _typed(stage: Stage, text: str, column: str, value: str, save_as: Path | None = None) -> bytes:
    """Return the workbook as it is after a person typed into one cell and saved."""
    target = save_as or stage.path
    with Editing(stage.path, target) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(text), column, value)
    return target.read_bytes()


def _in_the_last_moment(monkeypatch: pytest.MonkeyPatch, save: Callable[[], None]) -> None:
    """Let a person save once, after the file was read and looked at, just before the swap."""
    exchange = swapping._exchange
    saves = [save]

    def late(staged: Path, path: Path) -> swapping.Swap:
        if saves:
            saves.pop()()
        return exchange(staged, path)

    monkeypatch.setattr(swapping, "_exchange", late)


def _without_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the system one that cannot exchange two files."""
    monkeypatch.setattr(swapping, "_RENAME_EXCHANGE", 1 << 30)


def _hidden(stage: Stage) -> list[str]:
    return [entry.name for entry in stage.path.parent.iterdir() if entry.name.startswith(".")]


@pytest.mark.parametrize("is_offered", [True, False])
def test_a_save_in_the_very_last_moment_is_merged(
    running: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_offered: bool
) -> None:
    """A save between reading and replacing is kept as a version and merged at once, sheets too."""
    late_file = tmp_path / "tard.xlsx"
    with Editing(running.path, late_file) as edited:
        log = edited.sheet(LOG)
        log.put(log.row_of(CELLAR), "Suivi par", "Paul")
        edited.book.create_sheet("Notes de Paul")["A1"] = "numéros utiles"
    late = late_file.read_bytes()
    _typed(running, ROAD, "Suivi par", "Lise")
    if not is_offered:
        _without_exchange(monkeypatch)

    def save() -> None:
        other = running.path.with_name("autre.xlsx")
        other.write_bytes(late)
        other.replace(running.path)

    _in_the_last_moment(monkeypatch, save)
    published = running.publish()
    assert published.is_written
    log = running.sheet(LOG)
    assert log.get(log.row_of(ROAD), "Suivi par") == "Lise"
    assert log.get(log.row_of(CELLAR), "Suivi par") == "Paul"
    notes = openpyxl.load_workbook(running.path)["Notes de Paul"]
    assert notes["A1"].value == "numéros utiles"
    assert late in [kept.read_bytes() for kept in versions(running.path)]
    assert _hidden(running) == []


def test_what_a_killed_swap_left_is_merged_by_the_next_publication(
    running: Stage, tmp_path: Path
) -> None:
    """A save that came out of a swap, and was not merged before a kill, is merged afterwards."""
    late = _typed(running, CELLAR, "Suivi par", "Paul", tmp_path / "tard.xlsx")
    running.clock.forward(11)
    before = running.path.read_bytes()
    running.publish()
    assert running.path.read_bytes() != before
    # What a kill right after the exchange leaves: our file in its place, theirs beside it.
    out = swapping.hidden_name(running.path, swapping.WHOLE)
    out.write_bytes(late)
    swapping.hidden_name(running.path, swapping.HALF).write_bytes(b"half")
    published = running.publish()
    assert published.edit_count == 1
    log = running.sheet(LOG)
    assert log.get(log.row_of(CELLAR), "Suivi par") == "Paul"
    assert _hidden(running) == []


def _with_fault(data: bytes) -> bytes:
    """Return a workbook that we can read and openpyxl refuses."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            part = old.read(entry.filename)
            if entry.filename.startswith("xl/worksheets/sheet"):
                part = part.replace(b"<sheetData", b'<sheetFormatPr baseColWidth="x"/><sheetData')
            new.writestr(entry, part)
    return buffer.getvalue()


def _with_doubled_rows(data: bytes) -> bytes:
    """Return the file with the last row of each sheet written twice: which one is meant?"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for item in old.infolist():
            part = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                row = part[part.rindex(b"<row ") : part.rindex(b"</row>") + len(b"</row>")]
                part = part.replace(row, row * 2)
            new.writestr(item, part)
    return buffer.getvalue()


def test_a_file_that_cannot_be_written_into_is_set_aside_after_its_values(running: Stage) -> None:
    """Where rows of ours stand twice and openpyxl refuses: set aside, its cells kept."""
    typed = _typed(running, ROAD, "Suivi par", "Lise")
    faulty = _with_fault(_with_doubled_rows(typed))
    running.path.write_bytes(faulty)
    published = running.publish()
    assert published.is_written
    (aside,) = [p for p in running.path.parent.glob("*.xlsx") if p.read_bytes() == faulty]
    assert any(aside.name in note for note in published.notes)
    log = running.sheet(LOG)
    assert log.get(log.row_of(ROAD), "Suivi par") == "Lise"
    running.clock.forward(1)
    assert not running.publish().notes


def test_what_only_openpyxl_refuses_stays_in_its_place(running: Stage) -> None:
    """A fault in a part that is not the machine's to touch is no reason to take the file away."""
    running.path.write_bytes(_with_fault(_typed(running, ROAD, "Suivi par", "Lise")))
    published = running.publish()
    assert published.is_written
    assert published.notes == ()
    assert running.observation(ROAD).people["followed_by"] == "Lise"


def test_a_half_saved_file_is_waited_for(running: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is still being saved is not renamed under its editor; the whole one is merged."""
    whole = _typed(running, ROAD, "Suivi par", "Lise")
    running.path.write_bytes(whole[: len(whole) // 2])
    settled = folder.settled

    def save_on(path: Path) -> bool:
        path.write_bytes(whole)
        return settled(path) if path.read_bytes() != whole else False

    monkeypatch.setattr(folder, "settled", save_on)
    published = running.publish()
    assert published.notes == ()
    log = running.sheet(LOG)
    assert log.get(log.row_of(ROAD), "Suivi par") == "Lise"


def test_a_file_that_stays_unreadable_is_set_aside_in_the_swap(running: Stage) -> None:
    """An old unreadable file is set aside at once, and there is a workbook in its place."""
    running.path.write_bytes(b"PK not a workbook")
    os.utime(running.path, (1, 1))
    published = running.publish()
    assert published.is_written
    assert "illisible" in published.notes[0]
    assert running.sheet(LOG).row_of(ROAD)


def test_our_own_file_is_no_version_of_people(running: Stage) -> None:
    """A revision that nobody saved is not kept among the versions that people saved."""
    running.server.set_wave(2)
    running.clock.forward(5)
    running.sweep()
    ours = running.path.read_bytes()
    running.publish()
    # What a kill before the swap leaves: the store knows a revision more than the share.
    running.path.write_bytes(ours)
    running.publish()
    assert versions(running.path) == []


def test_what_came_out_half_written_is_waited_for(
    running: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that writes in place goes on writing into the file that came out: it is read then.

    Set aside at once, its keystrokes would lie in a file that nobody looks at.
    """
    late = _typed(running, CELLAR, "Suivi par", "Paul", tmp_path / "tard.xlsx")
    out = swapping.hidden_name(running.path, swapping.WHOLE)
    out.write_bytes(late[: len(late) // 2])
    settled = folder.settled

    def write_on(path: Path) -> bool:
        if path != out or path.read_bytes() == late:
            return settled(path)
        path.write_bytes(late)
        return False

    monkeypatch.setattr(folder, "settled", write_on)
    notes = running.publish().notes + running.publish().notes
    assert notes == ()
    assert running.observation(CELLAR).people.get("followed_by") == "Paul"
    assert _hidden(running) == []
