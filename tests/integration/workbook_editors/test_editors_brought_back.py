"""What was taken away and put back part by part is a workbook that LibreOffice opens whole."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl

from tests.integration.workbook_editors.office import Office
from tests.unit.workbook.test_workbook_added_parts import (
    LOG,
    OURS,
    SMALL,
    THEIRS,
    without_columns,
)
from tests.unit.workbook.test_workbook_package import back, is_quiet, merged, write
from tests.unit.workbook.workbook_structure import assert_sound, without_sheet, zipped


def test_libreoffice_opens_what_was_brought_back(office: Office, tmp_path: Path) -> None:
    """Sheets, columns with notes and lists, and the chart are there; its own file is no edit."""
    held = without_columns(THEIRS, ["D", "E", "Y", "Z"])
    for title in ("Synthèse", "Équipe", "_vigie"):
        held = without_sheet(held, title)
    written = write(SMALL, previous=zipped(held), revision=8)
    assert_sound(written.data)
    path, saved = tmp_path / "rendu.xlsx", tmp_path / "enregistre.xlsx"
    path.write_bytes(written.data)
    _, sheets, log, summary, _, _ = office.act(
        {"do": "open", "path": str(path)},
        {"do": "sheets"},
        {"do": "seen", "sheet": LOG},
        {"do": "seen", "sheet": "Synthèse"},
        {"do": "save", "path": str(saved), "form": "xlsx"},
        {"do": "close"},
    )
    assert set(sheets) == {*OURS, "Nos calculs"}
    assert sheets[0] == OURS[0]
    headers = openpyxl.load_workbook(io.BytesIO(written.data))[LOG][2]
    noted = {note.partition("\n")[0] for note in log["notes"]}
    expected = {cell.comment.text.partition("\n")[0] for cell in headers if cell.comment}
    assert expected <= noted
    assert summary["shapes"] == 1
    theirs = saved.read_bytes()
    assert back(theirs).marks == back(written.data).marks
    assert is_quiet(merged(theirs, written.cells, SMALL))
