"""Never in the way: held workbooks, copies beside them, versions, restoring; folder and WebDAV."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.integration.operations.stage import CELLAR, ROAD, Sheet, Stage, played_convention
from tests.integration.workbook.dav import PASSWORD, USER, Dav
from vigie.operations.placing import kept_versions, workbook_share
from vigie.operations.restoring import listed_versions, restore
from vigie.problem import WorkbookError

LOG = "Main courante"


class _Place:
    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.folder = folder
        stage.open()
        stage.sweep()
        stage.publish()
        self.name = workbook_share(stage.runtime, stage.store.activation(stage.id)).name

    @property
    def file(self) -> Path:
        return self.folder / self.name

    def names(self) -> list[str]:
        """Everything in the folder, hidden files too, without the house's own."""
        return sorted(
            e.name for e in self.folder.iterdir() if e.suffix in (".xlsx", ".swap", ".tmp")
        )

    def names_with_hidden(self) -> list[str]:
        """Everything in the folder."""
        return sorted(entry.name for entry in self.folder.iterdir() if entry.is_file())

    def copies(self) -> list[Path]:
        return [self.folder / name for name in self.names() if name != self.name]

    def sweep_news(self) -> None:
        """Let the world have something new."""
        self.stage.server.set_wave(2)
        self.stage.clock.forward(5)
        self.stage.sweep()


class FolderPlace(_Place):
    """A shared folder; people have the file open in LibreOffice."""

    def hold(self) -> Callable[[], None]:
        lock = self.folder / f".~lock.{self.name}#"
        lock.write_text("Paul Martin,paul,poste,20.11.2026 12:00,file:///home/paul;")
        now = self.stage.clock().timestamp()
        os.utime(lock, (now, now))
        return lock.unlink


class DavPlace(_Place):
    """A WebDAV folder; people hold the file by a lock of the server."""

    def __init__(self, stage: Stage, dav: Dav) -> None:
        self.dav = dav
        super().__init__(stage, dav.folder)

    def hold(self) -> Callable[[], None]:
        token = self.dav.lock(self.name.replace(" ", "%20"))
        return lambda: self.dav.unlock(self.name.replace(" ", "%20"), token)


def _convention(home: Path, share: str) -> None:
    folder = home / "conventions"
    folder.mkdir(parents=True)
    text = played_convention()
    told = text.replace("exercise:\n", f"exercise:\n  share: {share}\n")
    assert told != text
    (folder / "cote-dor.yml").write_text(told, encoding="utf-8")


@pytest.fixture(params=["folder", "webdav"])
def place(
    request: pytest.FixtureRequest, make_stage: Callable[..., Stage], tmp_path: Path, dav: Dav
) -> Any:
    """An activation on a share of each kind, swept and published once."""
    if request.param == "folder":
        shared = tmp_path / "partage"
        shared.mkdir()
        _convention(tmp_path / "stage", f"{{kind: folder, path: '{shared}'}}")
        return FolderPlace(make_stage(), shared)
    _convention(tmp_path / "stage", f"{{kind: webdav, address: '{dav.address}'}}")
    settings = {
        "webdav_address": dav.address,
        "webdav_user": USER,
        "webdav_password": PASSWORD,
    }
    return DavPlace(make_stage(**settings), dav)


def _type(file: Path, row: str, column: str, value: str, save_as: Path | None = None) -> bytes:
    """Type into one cell of a file of the share's folder and save it."""
    book = openpyxl.load_workbook(file)
    log = Sheet(book[LOG])
    log.put(log.row_of(row), column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    (save_as or file).write_bytes(buffer.getvalue())
    return buffer.getvalue()


def _cell(file: Path, row: str, column: str) -> Any:
    log = Sheet(openpyxl.load_workbook(file)[LOG])
    return log.get(log.row_of(row), column)


def _conflicts(stage: Stage) -> list[Any]:
    return list(stage.store.conflicts(stage.id))


def test_a_free_workbook_is_merged_and_replaced(place: Any) -> None:
    """Typed cells come in, the next revision lies in place, and nothing else is left."""
    _type(place.file, ROAD, "Suivi par", "Lise")
    published = place.stage.publish()
    assert published.edit_count == 1
    assert published.is_written
    assert place.stage.observation(ROAD).value("followed_by") == "Lise"
    assert _cell(place.file, ROAD, "Suivi par") == "Lise"
    assert place.names() == [place.name]
    assert not place.stage.publish().is_written


def test_a_held_workbook_is_read_and_a_current_copy_lies_beside_it(place: Any) -> None:
    """While somebody has the file open it stays; what is new lies beside, once, and goes after."""
    free = place.hold()
    held = place.file.read_bytes()
    place.sweep_news()
    published = place.stage.publish()
    assert published.is_written
    copy = place.folder / f"{Path(place.name).stem} (r{published.revision}).xlsx"
    assert place.names() == sorted([copy.name, place.name])
    assert place.file.read_bytes() == held
    assert any(copy.name in note and "Paul Martin" in note for note in published.notes)
    assert published.place.endswith(copy.name)
    count = len(Sheet(openpyxl.load_workbook(copy)[LOG]).rows())
    assert count > len(Sheet(openpyxl.load_workbook(place.file)[LOG]).rows())
    assert not place.stage.publish().is_written, "nothing is new: no further copy"
    place.stage.clock.forward(11)
    again = place.stage.publish()
    assert place.names() == sorted(
        [f"{Path(place.name).stem} (r{again.revision}).xlsx", place.name]
    ), "one current copy, the older one is gone"
    free()
    place.stage.publish()
    assert place.names() == [place.name]
    assert len(Sheet(openpyxl.load_workbook(place.file)[LOG]).rows()) == count


def test_people_write_in_the_workbook_and_in_its_copy(place: Any) -> None:
    """Both are read back against their own base; what one said first is no conflict later."""
    free = place.hold()
    place.sweep_news()
    first = place.stage.publish()
    (copy,) = place.copies()
    # Past the lock, as its holder saves.
    _type(place.file, ROAD, "Suivi par", "Lise")
    _type(copy, CELLAR, "Suivi par", "Paul")
    both = place.stage.publish()
    assert both.edit_count == 2
    assert place.stage.observation(ROAD).value("followed_by") == "Lise"
    assert place.stage.observation(CELLAR).value("followed_by") == "Paul"
    (current,) = place.copies()
    assert current.name != copy.name
    assert both.revision > first.revision
    # In the current copy somebody corrects what Lise typed, having seen it; Lise's file stays so.
    _type(current, ROAD, "Suivi par", "Lise puis Marc")
    place.stage.publish()
    _type(place.file, CELLAR, "Commentaire", "vu sur place")
    place.stage.publish()
    free()
    place.stage.publish()
    assert place.stage.observation(ROAD).value("followed_by") == "Lise puis Marc"
    assert _cell(place.file, ROAD, "Suivi par") == "Lise puis Marc"
    assert _cell(place.file, CELLAR, "Suivi par") == "Paul"
    assert _conflicts(place.stage) == []
    for _ in range(2):
        assert not place.stage.publish().is_written


def test_a_row_added_in_a_held_workbook_is_one_row(place: Any) -> None:
    """A row typed while the file is held gets one key, however often the file is read."""
    free = place.hold()
    book = openpyxl.load_workbook(place.file)
    log = Sheet(book[LOG])
    log.put(log.first_empty(), "Résumé", "Arbre tombé devant l'école de Genlis")
    book.save(place.file)
    for _ in range(3):
        place.stage.publish()
        place.stage.clock.forward(11)
    free()
    place.stage.publish()
    rows = [
        r
        for r in Sheet(openpyxl.load_workbook(place.file)[LOG]).rows()
        if "Arbre tombé" in str(r["Résumé"])
    ]
    assert len(rows) == 1
    assert rows[0]["Réf"]


def test_peoples_own_copy_is_read_once_and_stays(place: Any) -> None:
    """A copy under a name of their own is merged against its base, and is never deleted."""
    mine = place.folder / f"{Path(place.name).stem} - Lise.xlsx"
    _type(place.file, ROAD, "Suivi par", "Lise", save_as=mine)
    assert place.stage.publish().edit_count == 1
    _type(place.file, ROAD, "Suivi par", "Marc")
    place.stage.publish()
    for _ in range(2):
        assert not place.stage.publish().is_written
    assert place.stage.observation(ROAD).value("followed_by") == "Marc"
    assert _conflicts(place.stage) == []
    assert mine.is_file()


def test_a_strange_copy_is_set_aside(place: Any) -> None:
    """A file that bears our name and cannot be read is renamed, told, and read no more."""
    strange = place.folder / f"{Path(place.name).stem} bis.xlsx"
    strange.write_bytes(b"PK not a workbook")
    os.utime(strange, (1, 1))
    published = place.stage.publish()
    assert any("bis.xlsx" in str(note) or "illisible" in str(note) for note in published.notes)
    assert not strange.exists()
    assert sum("illisible" in name for name in place.names()) == 1
    assert not [note for note in place.stage.publish().notes if "illisible" in note]


def test_files_too_large_to_be_read_are_set_aside(place: Any) -> None:
    """A giant in the place of the workbook or of a copy is moved away unread; work goes on."""
    stem = Path(place.name).stem
    for name in (place.name, f"{stem} - film.xlsx"):
        with (place.folder / name).open("wb") as giant:
            giant.truncate(90_000_000)
    published = place.stage.publish()
    assert published.is_written
    assert sum("80 Mo" in note for note in published.notes) == 2
    assert sum("illisible" in name for name in place.names()) == 2
    assert _cell(place.file, ROAD, "Suivi par") is None


def test_a_lock_beside_no_workbook_holds_nothing(place: Any) -> None:
    """Where the workbook was deleted and its lock file is left, the workbook is made anew."""
    lock = place.folder / f".~lock.{place.name}#"
    lock.write_text("Paul,paul,poste,x,y;")
    place.file.unlink()
    assert place.stage.publish().is_written
    assert place.file.is_file()
    assert place.names() == [place.name]


def test_a_stale_lock_file_is_passed_over(place: Any) -> None:
    """A lock file older than its limit does not keep the workbook from being refreshed."""
    lock = place.folder / f"~${place.name}"
    lock.write_bytes(b"\x04Paul")
    old = place.stage.clock().timestamp() - 13 * 3600
    os.utime(lock, (old, old))
    place.sweep_news()
    assert place.stage.publish().is_written
    assert place.names() == sorted([place.name, lock.name])


def test_versions_are_listed_and_one_is_brought_back_and_undone(place: Any) -> None:
    """A version is brought back by a merge with the name of who decided; so is its undoing."""
    stage = place.stage
    _type(place.file, ROAD, "Suivi par", "Lise")
    stage.publish()
    _type(place.file, ROAD, "Suivi par", "Marc")
    _type(place.file, CELLAR, "Commentaire", "pompe en route")
    stage.publish()
    book = openpyxl.load_workbook(place.file)
    log = Sheet(book[LOG])
    log.put(log.first_empty(), "Résumé", "Poteau couché à Longvic")
    book.save(place.file)
    versions = listed_versions(stage.runtime, stage.id)
    assert [version.origin for version in versions] == [place.name] * 2
    done = restore(stage.runtime, stage.id, "1", "Anne")
    assert done.edit_count == 2
    assert stage.observation(ROAD).value("followed_by") == "Lise"
    assert _cell(place.file, ROAD, "Suivi par") == "Lise"
    assert _cell(place.file, CELLAR, "Commentaire") is None
    assert "Poteau couché" in str(
        [r["Résumé"] for r in Sheet(openpyxl.load_workbook(place.file)[LOG]).rows()]
    ), "what was saved just before the restore is not lost"
    entries = [entry for _, entry in stage.store.journal(stage.id)]
    assert [e.actor for e in entries if e.action == "restore"] == ["Anne"]
    assert not restore(stage.runtime, stage.id, "1", "Anne").edit_count
    undone = restore(stage.runtime, stage.id, done.undo, "Anne")
    assert undone.edit_count == 2
    assert _cell(place.file, ROAD, "Suivi par") == "Marc"
    assert _cell(place.file, CELLAR, "Commentaire") == "pompe en route"
    assert _conflicts(stage) == []
    for wrong in ("99", "zz"):
        with pytest.raises(WorkbookError, match="version"):
            restore(stage.runtime, stage.id, wrong, "Anne")
    with pytest.raises(WorkbookError, match="--by"):
        restore(stage.runtime, stage.id, "1", " ")


def test_no_password_lies_in_the_house(place: Any) -> None:
    """Neither workbook, versions, journal nor any other file of the house holds the password."""
    _type(place.file, ROAD, "Suivi par", "Lise")
    place.stage.publish()
    for file in place.stage.settings.home.rglob("*"):
        if file.is_file():
            assert PASSWORD.encode() not in file.read_bytes(), file
    assert kept_versions(place.stage.runtime, place.stage.store.activation(place.stage.id)).listed()


def test_a_share_that_refuses_gets_a_copy_and_is_asked_again(place: Any) -> None:
    """Without any lock, a server that forbids replacing is told; free again, it is refreshed."""
    if not isinstance(place, DavPlace):
        pytest.skip("a folder that forbids replacing needs another user: see the unit test")
    held = place.file.read_bytes()
    place.dav.habits.frozen = place.name
    place.sweep_news()
    published = place.stage.publish()
    assert published.is_written
    assert any("ne laisse pas remplacer" in note for note in published.notes)
    assert place.file.read_bytes() == held
    assert len(place.copies()) == 1
    assert not place.stage.publish().is_written, "no copy at every pass"
    assert len(place.copies()) == 1
    place.dav.habits.frozen = ""
    place.stage.clock.forward(11)
    assert place.stage.publish().is_written
    assert place.names() == [place.name]


def test_a_publication_killed_around_the_upload_loses_nothing(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped between the hidden file and the place of the workbook: the next one goes on."""

    class Killed(BaseException):
        """Stands for the kill: nothing of ours runs any more."""

    typed = _type(place.file, ROAD, "Suivi par", "Lise")
    share = type(workbook_share(place.stage.runtime, place.stage.store.activation(place.stage.id)))
    put = share.put

    def torn(self: Any, data: bytes, seen: Any) -> Any:
        placed = put(self, data, seen)
        # The old file lies beside, and half of the new one in its place.
        place.file.write_bytes(data[: len(data) // 2])
        os.utime(place.file, (1, 1))
        raise Killed(placed)

    monkeypatch.setattr(share, "put", torn)
    with pytest.raises(Killed):
        place.stage.publish()
    assert typed in [(place.folder / name).read_bytes() for name in place.names_with_hidden()]
    monkeypatch.undo()
    _no_lease(place.stage)
    published = place.stage.publish()
    assert published.is_written
    assert _cell(place.file, ROAD, "Suivi par") == "Lise"
    assert place.stage.observation(ROAD).value("followed_by") == "Lise"
    assert _conflicts(place.stage) == []
    assert not [name for name in place.names_with_hidden() if name.startswith(".")]


def _no_lease(stage: Stage) -> None:
    """What the next start does for a dead holder."""
    stage.store.release_leases_of({lease.holder for lease in stage.store.leases()})


_OFFICE = shutil.which("soffice")


@pytest.mark.skipif(_OFFICE is None, reason="LibreOffice is not here")
def test_a_workbook_open_in_libreoffice_is_held(
    make_stage: Callable[..., Stage], tmp_path: Path
) -> None:
    """A real LibreOffice that has the file open lays the lock file by which it is seen."""
    shared = tmp_path / "partage"
    shared.mkdir()
    _convention(tmp_path / "stage", f"{{kind: folder, path: '{shared}'}}")
    place = FolderPlace(make_stage(), shared)
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    office = subprocess.Popen(
        [str(_OFFICE), profile, "--headless", "--norestore", "--calc", str(place.file)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    share = workbook_share(place.stage.runtime, place.stage.store.activation(place.stage.id))
    try:
        deadline = time.monotonic() + 90
        while share.hold(place.name, datetime.now(UTC)) is None:
            assert time.monotonic() < deadline, "LibreOffice laid no lock file"
            time.sleep(0.2)
        hold = share.hold(place.name, datetime.now(UTC))
        assert hold is not None
        assert hold.how == "libreoffice"
    finally:
        os.killpg(office.pid, signal.SIGKILL)
        office.wait(30)
