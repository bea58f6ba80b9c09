"""Writing into a file part by part: rows, looks, links and the chain of formulas."""

import io
import re
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from tests.unit.workbook import workbook_samples as samples
from tests.unit.workbook.test_workbook_package import back, is_quiet, merged, opened, saved, write
from vigie.workbook.package.whole import MAIN, NeedsWholeError, Package
from vigie.workbook.package.xml_book import is_plain
from vigie.workbook.package.xml_rows import Rows
from vigie.workbook.package.xml_styles import Styles

SMALL = samples.content(count=4)
SHEET = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="2" spans="1:2"><c r="B2"><v>1</v></c></row>'
    f'<row r="5"  ht="9"><c r="A5"/></row></sheetData></worksheet>'
).encode()


def parts(data):
    """The bytes of each part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(held):
    """A file of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_untouched_rows_keep_their_very_bytes():
    """A cell put into one row leaves the other row's bytes, odd spaces included."""
    rows = Rows(SHEET)
    rows.make(2, 1, "A2")
    rows.make(4, 3, "C4")
    written = rows.content(b"<sheetData/>")
    assert b'<row r="5"  ht="9"><c r="A5"/></row>' in written
    assert re.findall(rb'<c r="(\w+)"', written) == [b"A2", b"B2", b"C4", b"A5"]
    assert b"xmlns" not in written


@pytest.mark.parametrize(
    "odd",
    [
        SHEET.replace(b"<row r", b"<!-- <row> --><row r", 1),
        SHEET.replace(b' r="5"', b""),
        SHEET.replace(b' r="5"', b' r="2"'),
        SHEET.replace(b"<row", b"<x:row"),
        b"<?xml version='1.0' encoding='ISO-8859-1'?>" + SHEET,
    ],
)
def test_a_sheet_of_rare_shape_is_left_alone(odd):
    """Comments, unnumbered or doubled rows, prefixes, other encodings: nothing is guessed."""
    with pytest.raises(NeedsWholeError):
        Rows(odd)


def test_a_look_is_appended_once_and_renumbers_nothing():
    """The same look twice, also in the next refresh, is one; people's looks keep their numbers."""
    theirs, scratch = Workbook(), Workbook()
    theirs.active["A1"].font = Font(name="Arial", size=17)
    cell = scratch.active["A1"]
    cell.font, cell.number_format = Font(name="Calibri", size=9, bold=True), "dd/mm/yyyy hh:mm"
    data, numbers = saved(theirs), []
    for _ in range(3):
        package = Package(data)
        numbers.append(Styles(package, "xl/styles.xml", scratch).index(cell._style))
        data = package.data()
    assert len(set(numbers)) == 1
    after = opened(data)
    assert after.active["A1"].font.size == 17
    assert len(after._cell_styles) == numbers[0] + 1


def test_links_do_not_pile_up():
    """Ten refreshes later the sheets have the relations that they had."""
    data = write(SMALL).data
    before = {n: c.count(b"<Relationship ") for n, c in parts(data).items() if "_rels/sheet" in n}
    for revision in range(8, 18):
        data = write(SMALL, previous=data, revision=revision).data
    after = {n: c.count(b"<Relationship ") for n, c in parts(data).items() if "_rels/sheet" in n}
    assert before == after


def test_the_chain_of_formulas_goes_with_a_formula_of_it():
    """A formula over a machine's cell is replaced and the chain, now wrong, is taken away."""
    written = write(SMALL)
    held = parts(written.data)
    log = next(n for n, c in held.items() if "worksheets/sheet" in n and b'ref="A2:AC' in c)
    held[log] = re.sub(
        rb'(<c r="A4"[^>]*?) t="\w+">.*?</c>', rb"\1><f>1+1</f><v>2</v></c>", held[log]
    )
    held["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="A4" i="3"/></calcChain>'.encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    chain = f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>'
    relations = "xl/_rels/workbook.xml.rels"
    held[relations] = held[relations].replace(b"</Relationships>", chain.encode())
    after = write(SMALL, previous=zipped(held), claims={"log": {4: "CO21-0002"}})
    assert "xl/calcChain.xml" not in parts(after.data)
    assert b"calcChain" not in parts(after.data)[relations]
    assert is_quiet(merged(after.data, after.cells, SMALL))
    assert len(back(after.data).sheets["log"]) == 4


def test_only_a_file_without_peoples_drawings_counts_as_plain():
    """Our own file may be rewritten whole; with a part that nobody knows it may not."""
    data = write(SMALL).data
    assert is_plain(data)
    assert not is_plain(zipped(parts(data) | {"xl/threadedComments/threadedComment1.xml": b"<a/>"}))
