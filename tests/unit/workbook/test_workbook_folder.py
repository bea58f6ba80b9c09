"""The shared folder: whole files in, whole files out, nothing thrown away."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from vigie.problem import WorkbookError
from vigie.workbook.shares.folder import keep_version, read_back, replace, set_aside, versions
from vigie.workbook.shares.swapping import swap

NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)


def test_what_was_put_is_read_and_nothing_else_is_left(tmp_path):
    """A replaced file is read back whole, and no temporary file stays."""
    path = tmp_path / "partage" / "Main courante.xlsx"
    assert read_back(path) is None
    replace(path, b"un")
    path.chmod(0o664)
    replace(path, b"deux")
    assert read_back(path) == b"deux"
    assert path.stat().st_mode & 0o777 == 0o664
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


_WRITER = """
import sys
from pathlib import Path
from vigie.workbook.shares.folder import replace
for number in range(60):
    replace(Path(sys.argv[1]), bytes([number]) * 200_000)
"""


def test_a_reader_never_sees_half_a_file(tmp_path):
    """While another process replaces the file, every reading is one whole version."""
    path = tmp_path / "a.xlsx"
    replace(path, b"\0" * 200_000)
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)])
    seen = 0
    while writer.poll() is None:
        try:
            data = read_back(path)
        except WorkbookError:
            continue  # the file changed at every try: said, not half-read
        assert data is not None
        assert len(data) == 200_000
        assert len(set(data)) == 1
        seen += 1
    assert writer.returncode == 0
    assert seen


def test_a_file_set_aside_keeps_its_bytes_under_a_dated_name(tmp_path):
    """Two files set aside in the same second both stay, readable, under names of their own."""
    path = tmp_path / "a.xlsx"
    targets = []
    for data in (b"un", b"deux"):
        path.write_bytes(data)
        targets.append(set_aside(path, "illisible", NOW))
    assert [target.read_bytes() for target in targets] == [b"un", b"deux"]
    assert targets[0].name == "a (illisible 2026-11-21 130500Z).xlsx"
    assert not path.exists()


def test_versions_are_kept_once_and_the_oldest_go(tmp_path):
    """The last versions that people saved are kept in order; the same bytes are kept once."""
    path = tmp_path / "a.xlsx"
    for number in range(6):
        for _ in range(2):
            keep_version(path, b"v%d" % number, NOW + timedelta(minutes=number), limit=4)
    assert [kept.read_bytes() for kept in versions(path)] == [b"v2", b"v3", b"v4", b"v5"]


def test_a_folder_that_refuses_is_told(tmp_path):
    """A path that cannot be written raises WorkbookError and leaves nothing behind."""
    blocked = tmp_path / "fichier"
    blocked.write_bytes(b"")
    with pytest.raises(WorkbookError):
        replace(blocked / "a.xlsx", b"x")
    with pytest.raises(WorkbookError):
        set_aside(tmp_path / "absent.xlsx", "x", NOW)
    with pytest.raises(WorkbookError):
        read_back(blocked / "a.xlsx")


@pytest.mark.parametrize(("is_shared", "mode"), [(True, 0o644), (False, 0o600)])
def test_partners_can_open_a_new_file_on_a_share(tmp_path, is_shared, mode):
    """A new file on a share has the rights that the umask leaves; at home it is the owner's."""
    before = os.umask(0o022)
    try:
        path = tmp_path / "a.xlsx"
        assert swap(path, b"un", None, is_shared=is_shared).is_placed
        kept = keep_version(path, b"un", NOW, is_shared=is_shared)
    finally:
        os.umask(before)
    assert [file.stat().st_mode & 0o777 for file in (path, kept)] == [mode, mode]
    path.chmod(0o664)
    swap(path, b"deux", b"un", is_shared=is_shared)
    assert path.stat().st_mode & 0o777 == 0o664


def test_a_file_that_differs_from_what_was_seen_is_left_alone(tmp_path):
    """A swap does not replace a file that people saved since it was read."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"de Paul")
    assert not swap(path, b"nouveau", b"vu", is_shared=False).is_placed
    assert not swap(path, b"nouveau", None, is_shared=False).is_placed
    assert path.read_bytes() == b"de Paul"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
