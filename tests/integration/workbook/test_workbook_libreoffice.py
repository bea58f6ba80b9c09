"""A real editor between writing and reading: LibreOffice opens the workbook and saves it again."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.workbook import workbook_samples as samples
from vigie.language import catalogue
from vigie.workbook.merging import Merge, merge
from vigie.workbook.package import read, refresh
from vigie.workbook.rendering import build_tables, current_of
from vigie.workbook.revisions import Marks, fingerprint

SOFFICE = shutil.which("soffice")


def resave(data: bytes, folder: Path, kind: str) -> bytes:
    """Let LibreOffice open a workbook and save it as .xlsx again (or as .pdf)."""
    source, home = folder / "classeur.xlsx", folder / "home"
    home.mkdir(exist_ok=True)
    source.write_bytes(data)
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(folder / "saved"),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    return (folder / "saved" / f"classeur.{kind.partition(':')[0]}").read_bytes()


@pytest.mark.skipif(SOFFICE is None, reason="NOT RUN: LibreOffice (soffice) is not installed")
def test_libreoffice_saves_it_again_without_a_false_edit(tmp_path):
    """Re-saved by LibreOffice, twice, the file has its marks and gives no edit."""
    rows = [samples.observation(n, summary=text) for n, text in enumerate(NAUGHTY, start=1)]
    content = samples.content(observations=[*samples.content().observations[len(rows) :], *rows])
    sheets, wording = build_tables(content), content.wording
    current = current_of(sheets, wording)
    marks = Marks(activation_id="cote-dor-1", revision=7, fingerprint=fingerprint(current.cells))
    words = (catalogue("fr"), samples.ZONE)
    categories = content.convention.categories
    previous = None
    for _ in range(2):
        written = refresh(previous, sheets, marks, *words, "real", categories=categories)
        previous = resave(written.data, tmp_path, "xlsx")
        returned = read(previous, *words, categories)
        assert returned.marks == marks
        outcome = merge(returned, written.cells, current)
        assert [(e.key, e.column, e.value, e.base) for e in outcome.edits] == []
        assert outcome == Merge()
        assert not returned.missing_columns


NAUGHTY = [
    "=1+1",
    "+33 6 12 34 56 78",
    "-12,5",
    "@SUM(A1)",
    "＝１＋１",
    "_x0041_ et _x000D_",
    "ligne 1\nligne 2",
    "0612345678",
    "21/11/2026",
    "VRAI",
    "<b>&amp;</b> « été »",
    "'apostrophe",
    "é" * 2_000,
]
