"""The refresh proof: ``python -m tests.refresh_proof [--count 100]``.

Refreshes files with everything that people, Excel and LibreOffice make, each a hundred times, with
rows that change and rows that are added, and compares them part by part. Pages printed by
LibreOffice before and after are compared by their pixels. Prints a table, PASS or FAIL, and RAN or
NOT RUN for LibreOffice; the exit code is 1 if anything failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from lxml import etree

from tests.integration.workbook.test_people_parts import (
    OWN_PARTS,
    content_of,
    log_part,
    with_people,
)
from tests.integration.workbook_editors.office import Office, why_not
from tests.integration.workbook_editors.pages import PDFTOPPM, picture, pixels
from tests.payloads.workbooks.excel import excel_workbooks
from tests.unit.workbook import workbook_samples as samples
from tests.unit.workbook.test_workbook_package import back, is_quiet, merged, write
from tests.unit.workbook.workbook_structure import (
    assert_sound,
    part_of,
    parts,
    relations,
    titles,
    without_sheet,
    zipped,
)

OURS = {"sheetData", "dimension", "hyperlinks", "headerFooter", "autoFilter"}
"""Elements of our own sheets of which Vigie writes something."""
OWN = "Notes de Léa"


def main() -> int:
    """Run the proof; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    count = parser.parse_args().count
    published = write(samples.content(count=6)).data
    held = parts(published)
    log = log_part(held)
    theirs = with_people(published)
    files = {"people's sheet, drawings, notes": (theirs, tuple(OWN_PARTS))}
    gone = zipped(without_sheet(without_sheet(parts(theirs), "Équipe"), "_vigie"))
    files["the same, two of our sheets deleted"] = (gone, tuple(OWN_PARTS))
    for name, (made, kept) in excel_workbooks(held, log).items():
        files[f"Excel: {name}"] = (zipped(made), kept)
    faults = 0
    for name, (data, kept) in files.items():
        faults += told(name, count, differences(data, refreshed(data, count), kept))
    faults += libreoffice(published, count)
    print("PASS" if faults == 0 else "FAIL")
    return 1 if faults else 0


def refreshed(data: bytes, count: int) -> bytes:
    """Refresh a file so many times; each revision must read back as written, without an edit."""
    for number in range(1, count + 1):
        content = content_of(number)
        written = write(content, previous=data, revision=7 + number)
        data = written.data
    assert is_quiet(merged(data, written.cells, content)), "reads back otherwise than written"
    assert len(back(data).sheets["log"]) == len(content.observations)
    return data


def differences(before: bytes, after: bytes, kept: tuple[str, ...]) -> list[str]:
    """Return which parts of people differ, and which elements of our sheets that are not ours."""
    assert_sound(after)
    old, new = parts(before), parts(after)
    found = [name for name in kept if old[name] != new.get(name)]
    for title in titles(old):
        part = part_of(old, title)
        if _others(old[part]) != _others(new[part_of(new, title)]):
            found.append(f"{title}: elements that are people's")
    return found


def told(name: str, count: int, found: list[str]) -> int:
    """Print one line; return the number of differences."""
    print(f"{'PASS' if not found else 'FAIL'}  {name}: {count} refreshes, {len(found)} differences")
    for line in found:
        print(f"      {line}")
    return len(found)


def libreoffice(published: bytes, count: int) -> int:
    """Let LibreOffice work in the file, refresh what it saved, compare parts and pages."""
    if why_not() or PDFTOPPM is None:
        print(why_not() or "NOT RUN: pages (pdftoppm is not installed)")
        return 0
    with tempfile.TemporaryDirectory() as name, Office(Path(name)) as office:
        folder = Path(name)
        start, saved, end = folder / "start.xlsx", folder / "saved.xlsx", folder / "end.xlsx"
        start.write_bytes(published)
        office.act(
            {"do": "open", "path": str(start)},
            {"do": "draw", "sheet": OWN, "picture": str(picture(folder / "image.png"))},
            {"do": "save", "path": str(saved), "form": "xlsx"},
            {"do": "close"},
        )
        data = saved.read_bytes()
        end.write_bytes(refreshed(data, count))
        found = differences(data, end.read_bytes(), _led_to(parts(data), part_of(parts(data), OWN)))
        for path in (saved, end):
            office.act(
                {"do": "open", "path": str(path)},
                {"do": "print", "sheet": OWN, "path": str(path.with_suffix(".pdf"))},
                {"do": "close"},
            )
        if pixels(saved.with_suffix(".pdf")) != pixels(end.with_suffix(".pdf")):
            found.append("the printed page of people's sheet")
    print("RAN: LibreOffice")
    return told("LibreOffice: sheet, chart, picture, text box, printed page", count, found)


def _led_to(held: dict[str, bytes], part: str) -> tuple[str, ...]:
    found = [part]
    for name in found:
        found += [t for _, t in relations(held, name).values() if t in held and t not in found]
    return tuple(found)


def _others(sheet: bytes) -> list[bytes]:
    return [
        etree.tostring(child, method="c14n", exclusive=True)
        for child in etree.fromstring(sheet)
        if etree.QName(child).localname not in OURS
    ]


if __name__ == "__main__":
    sys.exit(main())
