"""Shares without a server: lock files, names of copies, the folder, the kept versions."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.convention.loader import parse_convention
from vigie.operations.conventions import convention_registry
from vigie.problem import ConventionError, WorkbookError
from vigie.workbook.shares.contract import HeldError, Seen, Wanted
from vigie.workbook.shares.folder import set_aside
from vigie.workbook.shares.keeping import KeptVersions, Version, mark_of
from vigie.workbook.shares.lock_files import lock_names, lock_owner
from vigie.workbook.shares.naming import aside_name, copy_name, copy_revision, is_copy
from vigie.workbook.shares.registry import open_share, share_kinds
from vigie.workbook.shares.shared_folder import FolderShare
from vigie.workbook.shares.webdav_listing import read_listing

NAME = "Vigie cote-dor-1 Crue de l'Ouche.xlsx"
NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


def _excel_lock(name: str) -> bytes:
    """Return the 165 bytes that Excel writes."""
    narrow = name.encode("cp1252")
    wide = name.encode("utf-16-le")
    head = bytes([len(narrow)]) + narrow.ljust(54)
    return (head + len(name).to_bytes(2, "little") + wide).ljust(165, b"\0")


def test_lock_files_bear_the_names_that_editors_give_them():
    """LibreOffice and Excel each lay a file of a known name beside the open one."""
    assert [name for _, name in lock_names("a.xlsx")] == [".~lock.a.xlsx#", "~$a.xlsx"]


@pytest.mark.parametrize(
    ("how", "data", "owner"),
    [
        (
            "libreoffice",
            b"Lise Martin,lise,poste,21.11.2026 13:05,file:///home/lise;",
            "Lise Martin",
        ),
        ("libreoffice", "Élodie\\, cellule,e,p,x,y;".encode(), "Élodie, cellule"),
        ("libreoffice", b",lise,poste,21.11.2026 13:05,file:///home/lise;", "lise"),
        ("libreoffice", b"", ""),
        ("libreoffice", b"\xff\xfe\x00", "\ufffd\ufffd"),
        ("excel", _excel_lock("Hélène Roux"), "Hélène Roux"),
        ("excel", b"\x04Paul", "Paul"),
        ("excel", b"", ""),
        ("excel", b"\xff", ""),
    ],
)
def test_lock_files_name_who_has_the_file_open(how, data, owner):
    """Whom a lock file names is read from both kinds, and a damaged one names nobody."""
    assert lock_owner(how, data) == owner


@given(st.binary(max_size=300), st.sampled_from(["libreoffice", "excel"]))
def test_any_lock_file_is_read_without_harm(data, how):
    """Whatever lies in a lock file, its owner is one short printable line."""
    owner = lock_owner(how, data)
    assert len(owner) <= 60
    assert "\n" not in owner
    assert "\x00" not in owner


@given(st.integers(min_value=1, max_value=10**8))
def test_a_copys_name_says_its_revision(number):
    """The number in the name of a machine's copy is read again, and it is a copy."""
    name = copy_name(NAME, number)
    assert copy_revision(name, NAME) == number
    assert is_copy(name, NAME)


def test_what_counts_as_a_copy():
    """``NAME*.xlsx`` is read back; the workbook, files set aside and other kinds are not."""
    stem = NAME.removesuffix(".xlsx")
    assert is_copy(f"{stem} - copie.xlsx", NAME)
    assert is_copy(f"{stem} (conflicted copy 2026-11-21 130500).XLSX", NAME)
    assert not is_copy(NAME, NAME)
    assert not is_copy(f"{stem}.ods", NAME)
    assert not is_copy(f"~${NAME}", NAME)
    for number in (1, 2):
        aside = aside_name(NAME, "illisible", "2026-11-21 130500Z", number)
        assert not is_copy(aside, NAME)
    assert copy_revision(f"{stem} - copie.xlsx", NAME) is None


def test_both_ways_of_setting_aside_give_one_kind_of_name(tmp_path):
    """What the folder sets aside is known by its name and not read back."""
    file = tmp_path / NAME
    file.write_bytes(b"x")
    assert set_aside(file, "illisible", NOW).name == aside_name(
        NAME, "illisible", "2026-11-21 130500Z"
    )


def _share(folder: Path) -> FolderShare:
    return FolderShare(folder / NAME, is_shared=True, lock_limit=timedelta(hours=12))


def _lock(folder: Path, name: str, data: bytes, at: datetime) -> None:
    (folder / name).write_bytes(data)
    os.utime(folder / name, (at.timestamp(), at.timestamp()))


def test_a_fresh_lock_holds_the_workbook_and_a_stale_one_does_not(tmp_path):
    """A lock file younger than its limit holds; an older one, left by an editor, is passed over."""
    share = _share(tmp_path)
    assert share.hold(NAME, NOW) is None
    _lock(tmp_path, f"~${NAME}", _excel_lock("Paul"), NOW - timedelta(hours=11))
    hold = share.hold(NAME, NOW)
    assert hold is not None
    assert (hold.how, hold.by, hold.since) == ("excel", "Paul", NOW - timedelta(hours=11))
    assert share.hold(NAME, NOW + timedelta(hours=2)) is None
    _lock(tmp_path, f".~lock.{NAME}#", b",lise,p,x,y;", NOW + timedelta(minutes=3))
    later = share.hold(NAME, NOW)
    assert later is not None
    assert later.by == "lise", "a share's clock before ours is no reason to doubt a lock"


def test_a_copy_is_deleted_only_as_it_was_seen(tmp_path):
    """A copy that somebody saved since it was read stays, under its name."""
    share = _share(tmp_path)
    assert share.put_beside("a.xlsx", b"un")
    assert not share.put_beside("a.xlsx", b"deux")
    seen = share.read("a.xlsx")
    (tmp_path / "a.xlsx").write_bytes(b"de Paul")
    assert not share.remove(seen)
    assert [(e.name, e.read_bytes()) for e in tmp_path.iterdir()] == [("a.xlsx", b"de Paul")]
    assert share.remove(share.read("a.xlsx"))
    assert not share.remove(seen)
    assert list(tmp_path.iterdir()) == []


_FORBIDDEN = """
import os, sys
from pathlib import Path
from vigie.workbook.shares.contract import HeldError
from vigie.language import say
from vigie.workbook.shares.shared_folder import FolderShare
say("")  # reads the catalogue while this user still may
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
share = FolderShare(Path(sys.argv[1]), is_shared=True)
seen = share.read(share.name)
try:
    share.put(b"deux", seen)
except HeldError as held:
    print(held.hold.how)
print(share.put_beside(sys.argv[2], b"deux"))
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to become another user")
def test_a_folder_that_forbids_replacing_is_held_and_lets_a_copy_be_written():
    """In a folder where one may add but not replace, the workbook stays and a copy appears."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="vigie-share-", dir="/tmp"))
    try:
        folder.chmod(0o1777)
        (folder / NAME).write_bytes(b"un")
        (folder / NAME).chmod(0o644)
        copy = copy_name(NAME, 2)
        done = subprocess.run(
            [sys.executable, "-c", _FORBIDDEN, str(folder / NAME), copy],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=60,
        )
        assert done.stdout.split() == ["refused", "True"], done.stderr
        assert (folder / NAME).read_bytes() == b"un"
        assert sorted(entry.name for entry in folder.iterdir()) == sorted([NAME, copy])
    finally:
        shutil.rmtree(folder)


def test_held_is_a_workbook_fault():
    """Who knows nothing of holds still hears a fault of the workbook."""
    assert issubclass(HeldError, WorkbookError)


_KILLED = """
import os, signal, sys
from pathlib import Path
from vigie.workbook.shares import swapping
from vigie.workbook.shares.shared_folder import FolderShare
real = getattr(swapping, sys.argv[2])
def kill(*known, **named):
    if sys.argv[3] == "after":
        real(*known, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(swapping, sys.argv[2], kill)
share = FolderShare(Path(sys.argv[1]), is_shared=True)
share.put(b"nouveau", share.read(share.name))
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["_exchange", "stage"])
def test_a_kill_around_the_rename_loses_nothing(tmp_path, step, when):
    """Killed between temporary file and rename, or after: old and new lie there whole."""
    (tmp_path / NAME).write_bytes(b"de Paul")
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / NAME), step, when],
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == -9
    share = _share(tmp_path)
    left = {share.read(name).data for name in share.leftovers()}
    whole = {share.read(NAME).data, *left}
    assert b"de Paul" in whole
    assert whole <= {b"de Paul", b"nouveau"}
    assert share.copies() == []


def _kept(folder: Path, limit: int = 3) -> KeptVersions:
    return KeptVersions(folder / NAME, folder, limit)


def _version(data: bytes, minute: int, **known) -> Version:
    values = {"revision": 4, "by": "Paul", "origin": NAME, **known}
    return Version(mark=mark_of(data), kept_at=NOW + timedelta(minutes=minute), **values)


def test_the_last_versions_are_kept_once_each_and_listed(tmp_path):
    """The same bytes are one version; beyond the limit the oldest go, but stay known."""
    kept = _kept(tmp_path)
    assert kept.listed() == []
    for minute, data in enumerate([b"un", b"deux", b"deux", b"trois", b"quatre"]):
        kept.keep(data, _version(data, minute))
    assert [version.mark for version in kept.listed()] == [
        mark_of(data) for data in (b"deux", b"trois", b"quatre")
    ]
    assert kept.is_known(b"un")
    assert not kept.is_known(b"cinq")
    assert kept.earlier(NAME, 4) == [b"quatre", b"trois", b"deux"]
    assert kept.earlier("autre.xlsx", 4) == []


def test_a_version_is_found_by_number_and_by_mark(tmp_path):
    """Both names of a version find it, anything else is refused in words."""
    kept = _kept(tmp_path)
    for minute, data in enumerate([b"un", b"deux"]):
        kept.keep(data, _version(data, minute))
    assert kept.find("1")[1] == b"un"
    assert kept.find("v2")[1] == b"deux"
    assert kept.find(mark_of(b"un")[:6])[1] == b"un"
    for strange in ("3", "", "zzzz", "../1"):
        with pytest.raises(WorkbookError):
            kept.find(strange)


def test_a_torn_line_of_the_list_hides_no_other_version(tmp_path):
    """After a power cut within a line the other versions are still listed."""
    kept = _kept(tmp_path)
    kept.keep(b"un", _version(b"un", 0))
    index = tmp_path / "versions" / "versions.jsonl"
    index.write_bytes(index.read_bytes() + b'{"mark": "abc", "kept_at": \n')
    kept.keep(b"deux", _version(b"deux", 1))
    assert len(kept.listed()) == 2
    assert index.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><multistatus xmlns="DAV:">&a;</multistatus>',
        b"<multistatus",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_listing_is_refused(body):
    """An answer that is no WebDAV listing, or declares entities, is none."""
    assert read_listing(body) is None


def test_names_of_a_listing_cannot_leave_the_folder():
    """A server that lists paths gives names only; folders and strange names are left out."""
    rows = "".join(
        f"<response><href>{href}</href><propstat><prop><getetag>x</getetag></prop></propstat>"
        "</response>"
        for href in (
            "/crise/a%20b.xlsx",
            "https://h/x/../../c.xlsx",
            "/crise/..%2Fd.xlsx",
            "/e%5Cf",
        )
    )
    found = read_listing(f'<multistatus xmlns="DAV:">{rows}</multistatus>'.encode())
    assert [entry.name for entry in found] == ["a b.xlsx", "c.xlsx", "d.xlsx"]


def test_the_registry_opens_each_kind(tmp_path):
    """Each kind of the registry opens with the keys that it needs, and asks nothing yet."""
    assert set(share_kinds()) == {"folder", "webdav"}
    wanted = Wanted(
        name=NAME, folder=tmp_path, path=str(tmp_path / "p"), address="https://n.example/c"
    )
    assert open_share("folder", wanted).place == str(tmp_path / "p" / NAME)
    assert open_share("webdav", wanted).place == f"https://n.example/c/{NAME}"
    assert open_share("folder", wanted).is_shared
    assert not open_share("folder", Wanted(name=NAME, folder=tmp_path)).is_shared


@pytest.mark.parametrize(
    ("share", "fault"),
    [
        ("{kind: webdav}", "demande address"),
        ("{kind: folder, address: https://n.example/c}", "n’a pas de address"),
        ("{kind: webdav, address: https://n.example/c, path: /x}", "n’a pas de path"),
        ("{kind: webdv, address: https://n.example/c}", "webdav"),
        ("{kind: webdav, address: https://moi:secret@n.example/c}", "mot de passe"),
    ],
)
def test_a_convention_names_a_share_rightly(share, fault):
    """A share of an unknown kind, or with keys that are not its own, is told with its cure."""
    text = (ROOT / "conventions" / "cote-dor.yml").read_text(encoding="utf-8")
    wrong = text.replace(
        "  time_zones: [Europe/Paris]\n", f"  time_zones: [Europe/Paris]\n  share: {share}\n"
    )
    assert wrong != text
    with pytest.raises(ConventionError, match=fault) as told:
        parse_convention(wrong, "cote-dor.yml", convention_registry())
    assert "secret@" not in str(told.value)


def test_a_convention_may_name_a_webdav_folder():
    """A right WebDAV share is taken as it is written."""
    text = (ROOT / "conventions" / "cote-dor.yml").read_text(encoding="utf-8")
    line = "  share: {kind: webdav, address: https://nuage.example/dav/crise/}\n"
    right = text.replace("  time_zones: [Europe/Paris]\n", f"  time_zones: [Europe/Paris]\n{line}")
    found = parse_convention(right, "cote-dor.yml", convention_registry())
    assert found.workbook.share.address == "https://nuage.example/dav/crise/"


_KILLED_BESIDE = """
import os, signal, sys
from pathlib import Path
from vigie.workbook.shares.shared_folder import FolderShare
path, when = Path(sys.argv[1]), sys.argv[2]
def die(*known, **more):
    os.kill(os.getpid(), signal.SIGKILL)
if when == "half written":
    os.fsync = die
elif when == "before the link":
    Path.hardlink_to = die
else:
    Path.unlink = die
FolderShare(path, is_shared=True).put_beside("Vigie a-1 (r7).xlsx", b"revision 7")
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize("when", ["half written", "before the link", "before the unlink"])
def test_a_kill_while_a_copy_is_written_leaves_no_litter(tmp_path: Path, when: str) -> None:
    """What is left of a copy's temporary file is found, and goes, with the workbook's own."""
    path = tmp_path / "Vigie a-1.xlsx"
    path.write_bytes(b"held")
    command = [sys.executable, "-c", _KILLED_BESIDE, str(path), when]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    assert [entry for entry in tmp_path.iterdir() if entry.name.startswith(".vigie-")]
    share = FolderShare(path, is_shared=True)
    for name in share.leftovers():
        assert share.read(name) == Seen(name=name, data=b"revision 7")
        share.drop(name)
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith(".")]
    assert path.read_bytes() == b"held"
