"""The WebDAV share against real servers: nothing that somebody saved is ever overwritten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.workbook.dav import PASSWORD, USER, Dav
from vigie.problem import WorkbookError
from vigie.workbook.shares.contract import Access, HeldError
from vigie.workbook.shares.webdav import WebdavShare

NAME = "Vigie cote-dor-1 Crue à l'Ouche.xlsx"
NOW = datetime.now(UTC)


def _share(dav: Dav, **known: object) -> WebdavShare:
    access = {"address": dav.address, "user": USER, "password": PASSWORD, **known}
    return WebdavShare(dav.address, NAME, Access(**access))


def _names(dav: Dav) -> list[str]:
    return sorted(entry.name for entry in dav.folder.iterdir())


def test_a_workbook_is_put_read_and_replaced(dav: Dav) -> None:
    """What is put is read back whole; the old file comes out, and nothing else is left."""
    share = _share(dav)
    assert share.read(NAME) is None
    assert share.put(b"un", None).is_placed
    seen = share.read(NAME)
    assert seen is not None
    assert seen.data == b"un"
    placed = share.put(b"deux", seen)
    assert placed.is_placed
    assert placed.came_out is not None
    assert share.leftovers() == [placed.came_out]
    out = share.read(placed.came_out)
    assert out is not None
    assert out.data == b"un"
    share.drop(placed.came_out)
    assert _names(dav) == [NAME]
    assert (dav.folder / NAME).read_bytes() == b"deux"
    assert dav.ask("PUT", NAME, content=b"libre").status_code == 204, "our lock was given back"


@pytest.mark.parametrize("method", ["LOCK", "COPY", "PUT"])
def test_a_save_at_the_worst_moment_stays(dav: Dav, method: str) -> None:
    """Somebody saves before the lock, after it or before the upload: the save is not replaced."""
    share = _share(dav)
    share.put(b"un", None)
    seen = share.read(NAME)
    # Past the server's locks, as a synchronised folder or a local disk writes.
    dav.habits.before[method] = lambda: (dav.folder / NAME).write_bytes(b"de Paul, tard") and None
    assert not share.put(b"deux", seen).is_placed
    assert (dav.folder / NAME).read_bytes() == b"de Paul, tard"
    assert _names(dav) == [NAME]


def test_a_new_file_does_not_replace_one_that_came_meanwhile(dav: Dav) -> None:
    """Where no file was seen, one that somebody put there is not replaced."""
    share = _share(dav)
    (dav.folder / NAME).write_bytes(b"de Paul")
    assert not share.put(b"un", None).is_placed
    assert not share.put_beside(NAME, b"un")
    assert (dav.folder / NAME).read_bytes() == b"de Paul"


@pytest.mark.parametrize("method", ["MOVE", "PUT"])
def test_without_locks_and_strong_tags_the_old_file_comes_out(lockless: Dav, method: str) -> None:
    """A server with neither: the file is moved out first, so that a late save is still there."""
    share = _share(lockless)
    share.put(b"un", None)
    lockless.habits.is_always_weak = True
    seen = share.read(NAME)
    assert seen is not None
    assert not seen.tag
    lockless.habits.before[method] = lambda: (
        (lockless.folder / NAME).write_bytes(b"de Paul, tard") and None
    )
    placed = share.put(b"deux", seen)
    assert placed.came_out is not None
    out = share.read(placed.came_out)
    assert out is not None
    standing = (lockless.folder / NAME).read_bytes()
    if method == "MOVE":
        assert (placed.is_placed, out.data, standing) == (True, b"de Paul, tard", b"deux")
    else:
        assert (placed.is_placed, out.data, standing) == (False, b"un", b"de Paul, tard")


def test_without_locks_a_strong_tag_is_enough(lockless: Dav) -> None:
    """A server without LOCK but with strong tags replaces exactly what was seen."""
    share = _share(lockless)
    share.put(b"un", None)
    stale = share.read(NAME)
    assert share.put(b"deux", stale).is_placed
    assert not share.put(b"trois", stale).is_placed
    assert (lockless.folder / NAME).read_bytes() == b"deux"


@pytest.mark.parametrize("server", ["dav", "lockless"])
def test_a_weak_tag_is_waited_for(server: str, request: pytest.FixtureRequest) -> None:
    """Apache's habit: a weak tag for a second after a write is no reason to give up."""
    found: Dav = request.getfixturevalue(server)
    share = _share(found)
    found.habits.is_weak = True
    share.put(b"un", None)
    seen = share.read(NAME)
    assert seen is not None
    assert not seen.tag
    assert share.put(b"deux", seen).is_placed
    assert (found.folder / NAME).read_bytes() == b"deux"


def test_another_editors_lock_is_respected(dav: Dav) -> None:
    """A locked workbook is not replaced, the error names who has it; free again, it is."""
    share = _share(dav)
    share.put(b"un", None)
    seen = share.read(NAME)
    token = dav.lock(NAME)
    hold = share.hold(NAME, NOW)
    assert hold is not None
    assert (hold.how, hold.by) == ("webdav", "Paul Martin")
    with pytest.raises(HeldError) as held:
        share.put(b"deux", seen)
    assert held.value.hold.by == "Paul Martin"
    assert share.put_beside("Vigie cote-dor-1 Crue à l'Ouche (r2).xlsx", b"deux")
    assert not share.remove(seen)
    dav.unlock(NAME, token)
    assert share.hold(NAME, NOW) is None
    assert share.put(b"deux", share.read(NAME)).is_placed


def test_a_lock_taken_in_between_is_respected(dav: Dav) -> None:
    """Who locks the workbook just before the upload keeps it; no copy of ours stays behind."""
    share = _share(dav)
    share.put(b"un", None)
    seen = share.read(NAME)
    dav.habits.refused = frozenset({"LOCK"})  # our client believes that there are no locks

    def lock() -> None:
        dav.habits.refused = frozenset()
        dav.lock(NAME)

    dav.habits.before["COPY"] = lock
    with pytest.raises(HeldError):
        share.put(b"deux", seen)
    assert (dav.folder / NAME).read_bytes() == b"un"
    assert _names(dav) == [NAME]


def test_a_lock_that_our_killed_process_left_is_given_back(dav: Dav) -> None:
    """Under the workbook's turn a lock of ours is a dead process's: the next one goes on."""
    share = _share(dav)
    share.put(b"un", None)
    dav.lock(NAME, owner=share._owner)
    assert share.hold(NAME, NOW) is None
    assert share.put(b"deux", share.read(NAME)).is_placed
    assert (dav.folder / NAME).read_bytes() == b"deux"


def test_lock_files_of_editors_count_until_they_are_stale(dav: Dav) -> None:
    """LibreOffice's lock file on a server holds the workbook, an old one does not."""
    share = _share(dav, lock_limit=timedelta(hours=1))
    share.put(b"un", None)
    dav.ask("PUT", f".~lock.{NAME}%23".replace(" ", "%20"), content=b",lise,poste,12:00,file:///;")
    hold = share.hold(NAME, datetime.now(UTC))
    assert hold is not None
    assert (hold.how, hold.by) == ("libreoffice", "lise")
    assert share.hold(NAME, datetime.now(UTC) + timedelta(hours=2)) is None


def test_copies_are_listed_and_files_are_set_aside(dav: Dav) -> None:
    """``NAME*.xlsx`` are copies; what is set aside is renamed, dated and no copy any more."""
    share = _share(dav)
    stem = NAME.removesuffix(".xlsx")
    for name in (NAME, f"{stem} (r4).xlsx", f"{stem} - Lise.xlsx", "autre.xlsx", f"{stem}.ods"):
        (dav.folder / name).write_bytes(b"x")
    assert share.copies() == [f"{stem} (r4).xlsx", f"{stem} - Lise.xlsx"]
    first = share.set_aside(f"{stem} - Lise.xlsx", "illisible", NOW)
    second = share.set_aside(f"{stem} (r4).xlsx", "illisible", NOW)
    assert first != second
    assert share.copies() == []
    assert (dav.folder / second).read_bytes() == b"x"


def test_a_file_that_goes_is_deleted_only_as_it_was_seen(dav: Dav) -> None:
    """A copy that somebody saved since is not deleted."""
    share = _share(dav)
    share.put_beside("a.xlsx", b"un")
    seen = share.read("a.xlsx")
    assert seen is not None
    dav.ask("PUT", "a.xlsx", content=b"de Paul")
    assert not share.remove(seen)
    now = share.read("a.xlsx")
    assert now is not None
    assert share.remove(now)
    assert _names(dav) == []


def test_a_redirection_is_refused_in_words(dav: Dav) -> None:
    """The password is not carried to where a server points."""
    dav.habits.moved_to = "https://ailleurs.example/"
    with pytest.raises(WorkbookError, match="renvoie vers une autre adresse"):
        _share(dav).read(NAME)


def test_credentials_stay_with_their_address(dav: Dav) -> None:
    """User and password go to the address of the settings only, never in clear, never shown."""
    with pytest.raises(WorkbookError, match="nom d’utilisateur") as refused:
        _share(dav, password="faux").read(NAME)
    assert "faux" not in str(refused.value)
    elsewhere = f"{dav.address}autre/"
    with pytest.raises(WorkbookError, match="nom d’utilisateur"):
        _share(dav, address=elsewhere).read(NAME)
    with pytest.raises(WorkbookError, match="en clair"):
        WebdavShare(
            "http://nuage.example/crise/",
            NAME,
            Access(address="http://nuage.example/", user=USER, password=PASSWORD),
        )
    assert PASSWORD not in repr(Access(user=USER, password=PASSWORD))


def test_a_server_that_is_gone_is_told(dav: Dav) -> None:
    """No connection, no answer that is WebDAV: one sentence, no traceback."""
    share = WebdavShare("http://127.0.0.1:9/", NAME, Access(timeout_seconds=2))
    with pytest.raises(WorkbookError, match="ne répond pas"):
        share.read(NAME)
    dav.habits.refused = frozenset({"PROPFIND"})
    with pytest.raises(WorkbookError, match="répond 405"):
        _share(dav).copies()


def test_what_a_kill_before_the_upload_left_is_found(dav: Dav) -> None:
    """Killed after the copy and within the upload: the old file lies whole beside, to be read."""
    share = _share(dav)
    share.put(b"un, entier", None)
    seen = share.read(NAME)
    placed = share.put(b"deux", seen)
    (dav.folder / NAME).write_bytes(b"de")  # what a torn upload leaves on a simple server
    assert share.leftovers() == [placed.came_out]
    out = share.read(share.leftovers()[0])
    assert out is not None
    assert out.data == b"un, entier"
