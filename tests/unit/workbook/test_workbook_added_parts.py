"""What people took away comes back into their file, and all that they made stays as it was."""

import io
import random
import re
from dataclasses import replace

import openpyxl
import pytest
from lxml import etree

from tests.integration.workbook.test_people_parts import OWN_PARTS, others, with_people
from tests.unit.workbook import workbook_samples as samples
from tests.unit.workbook.test_workbook_package import back, is_quiet, merged, write
from tests.unit.workbook.workbook_structure import (
    MAIN,
    assert_sound,
    part_of,
    parts,
    relations,
    titles,
    without_sheet,
    zipped,
)

SMALL = samples.content(count=4)
PLAIN = write(SMALL).data
THEIRS = parts(with_people(PLAIN))
OURS = titles(parts(PLAIN))
LOG = "Main courante"
LETTERS = ["V", "W", "Y", "Z", "AA", "AB", "AC"]


def without_columns(held, letters):
    """The parts after the cells of some columns of the main log were taken away."""
    held, part = dict(held), part_of(held, LOG)
    pattern = rf'<c r="(?:{"|".join(letters)})\d+"(?:[^>]*/>|.*?</c>)'
    held[part] = re.sub(pattern.encode(), b"", held[part], flags=re.DOTALL)
    return held


def assert_theirs_stay(before, after):
    """Every part of people is byte for byte there; their own column and names too."""
    for name in OWN_PARTS:
        assert before[name] == after[name], name
    assert b'name="Totaux"' in after["xl/workbook.xml"]
    assert "Nos calculs" in titles(after)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_taken_away_comes_back_and_theirs_stays(seed):
    """Any sheets and columns of ours: the file is whole again, sound, and rests when rewritten."""
    chance = random.Random(seed)
    gone = chance.sample([title for title in OURS if title != "_vigie"], chance.randint(0, 4))
    letters, is_unmarked = chance.sample(LETTERS, chance.randint(0, 5)), seed % 2 == 1
    held = without_columns(THEIRS, letters) if letters else THEIRS
    for title in [*gone, *(["_vigie"] if is_unmarked else [])]:
        held = without_sheet(held, title)
    written = write(SMALL, previous=zipped(held), revision=8)
    after = parts(written.data)
    assert_sound(written.data)
    assert_theirs_stay(held, after)
    assert set(titles(after)) == {*OURS, "Nos calculs"}
    assert is_quiet(merged(written.data, written.cells, SMALL))
    assert back(written.data).missing_columns.get("log", ()) == ()
    once = write(SMALL, previous=written.data, revision=8).data
    twice = parts(write(SMALL, previous=once, revision=8).data)
    assert [name for name, part in parts(once).items() if twice.get(name) != part] == []
    assert_theirs_stay(held, twice)


def test_a_new_column_has_its_list_its_colours_its_width_and_its_note():
    """Status and urgency, taken away, come back to the right of everything, dressed as before."""
    held = without_columns(THEIRS, ["D", "E"])
    before = held[part_of(held, LOG)]
    data = write(SMALL, previous=zipped(held), revision=8).data
    assert_sound(data)
    sheet = openpyxl.load_workbook(io.BytesIO(data))[LOG]
    fresh = {str(sheet.cell(2, n).value): n for n in (32, 33)}
    assert set(fresh) == {"Urgence", "Statut"}
    for place in (32, 33):
        letter = sheet.cell(2, place).column_letter
        assert sheet.cell(2, place).comment is not None
        assert sheet.column_dimensions[letter].width in (12, 13)
        assert any(f"{letter}3:{letter}20000" in str(v.sqref) for v in _offers(sheet))
        assert any(f"{letter}3:{letter}20000" in str(area.sqref) for area in _colours(sheet))
    # Their own rules stand as they stood, ours behind them.
    kept = [item for item in others(before) if b"conditionalFormatting" in item[:80]]
    now = parts(data)[part_of(parts(data), LOG)]
    assert [item for item in others(now) if item in kept] == kept


def _offers(sheet):
    return sheet.data_validations.dataValidation


def _colours(sheet):
    return list(sheet.conditional_formatting)


def test_a_sheet_that_comes_back_does_not_shift_what_is_counted():
    """Printed titles and filters of other sheets, and the open tab, still mean the same sheets."""
    held = without_sheet(THEIRS, OURS[0])
    held = without_sheet(held, OURS[3])
    book = etree.fromstring(held["xl/workbook.xml"])
    view = next(book.iter(f"{MAIN}workbookView"))
    view.set("activeTab", str(titles(held).index("Nos calculs")))
    held["xl/workbook.xml"] = etree.tostring(book)
    after = parts(write(SMALL, previous=zipped(held), revision=8).data)
    root = etree.fromstring(after["xl/workbook.xml"])
    assert titles(after)[0] == OURS[0]
    shown = int(next(root.iter(f"{MAIN}workbookView")).get("activeTab"))
    assert titles(after)[shown] == "Nos calculs"
    for name in root.iter(f"{MAIN}definedName"):
        if name.get("localSheetId") is not None:
            title = titles(after)[int(name.get("localSheetId"))]
            assert title in (name.text or "").replace("''", "'"), etree.tostring(name)


@pytest.mark.parametrize("has_drawing", [False, True])
def test_our_chart_is_drawn_beside_their_drawings(has_drawing):
    """The hidden sheet and our chart are gone: it is drawn again, their picture keeps its place."""
    held = without_sheet(THEIRS, "_vigie")
    part = part_of(held, "Synthèse")
    drawing = next(t for kind, t in relations(held, part).values() if kind == "drawing")
    own = "xl/drawings/drawing90.xml"
    rels = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
    if has_drawing:
        held[drawing] = held[own]
        folder, _, name = drawing.rpartition("/")
        held[f"{folder}/_rels/{name}.rels"] = held["xl/drawings/_rels/drawing90.xml.rels"]
    else:
        held[part] = re.sub(rb"<drawing [^>]*/>", b"", held[part])
        root = etree.fromstring(held[rels])
        for item in [i for i in root if i.get("Type").endswith("/drawing")]:
            root.remove(item)
        held[rels] = etree.tostring(root)
    data = write(SMALL, previous=zipped(held), revision=8).data
    assert_sound(data)
    after = parts(data)
    fresh = next(
        t for kind, t in relations(after, part_of(after, "Synthèse")).values() if kind == "drawing"
    )
    root = etree.fromstring(after[fresh])
    kept = [etree.tostring(item) for item in etree.fromstring(held[own])] if has_drawing else []
    assert len(root) == len(kept) + 1
    assert [etree.tostring(item) for item in root][: len(kept)] == kept
    charts = [t for kind, t in relations(after, fresh).values() if kind == "chart"]
    assert any(b"_vigie" in after[chart] for chart in charts)
    rest = parts(write(SMALL, previous=data, revision=8).data)
    assert rest[fresh] == after[fresh]


def test_a_formula_filled_down_over_our_cells_goes_on_in_theirs():
    """The first cell of a shared formula is ours again; the next one bears the formula."""
    held = dict(THEIRS)
    part = part_of(held, LOG)
    sheet = held[part]
    first = '<f t="shared" ref="N3:N6" si="0">A3&amp;$A$1</f>'
    for row, text in ((3, first), *((row, '<f t="shared" si="0"/>') for row in (4, 5, 6))):
        pattern = rf'(<c r="N{row}"[^>]*?)(?: t="\w+")?(?:/>|>.*?</c>)'
        new = rf'\1 t="str">{text}<v>vu</v></c>'
        sheet, count = re.subn(pattern.encode(), new.encode(), sheet, count=1)
        assert count == 1
    held[part] = sheet
    rows = [samples.observation(n) for n in range(1, 5)]
    content = replace(SMALL, observations=rows)
    written = write(content, previous=zipped(held), revision=8)
    after = parts(written.data)[part_of(parts(written.data), LOG)]
    assert is_quiet(merged(written.data, written.cells, content))
    assert b'si="0"' not in after  # all four are the machine's: none is left
    assert_sound(written.data)


def test_the_heir_of_a_shared_formula_is_people_s_own_cell():
    """Ours gives way; theirs bears the text, moved to its place as the spreadsheet would."""
    held = dict(THEIRS)
    part = part_of(held, LOG)
    first = rb'\1><f t="shared" ref="Q4:AE4" si="3">LEN(F$4)+$A4</f><v>7</v></c>'
    sheet, count = re.subn(
        rb'(<c r="Q4"[^>]*?)(?: t="\w+")?(?:/>|>.*?</c>)', first, held[part], count=1
    )
    assert count == 1
    theirs = b'<c r="AE4"><f t="shared" si="3"/><v>5</v></c>'
    held[part] = sheet.replace(b'<c r="AE4"><f>LEN(F4)</f><v>5</v></c>', theirs)
    assert theirs in held[part]
    written = write(SMALL, previous=zipped(held), revision=8)
    after = parts(written.data)[part_of(parts(written.data), LOG)]
    assert b'<c r="AE4"><f t="shared" si="3" ref="AE4:AE4">LEN(T$4)+$A4</f><v>5</v></c>' in after
    assert is_quiet(merged(written.data, written.cells, SMALL))


def test_lists_that_went_with_the_hidden_sheet_are_offered_again():
    """Each of our lists once, leading to words that are there; people's own lists as they were."""
    held = without_sheet(THEIRS, "_vigie")
    data = write(SMALL, previous=zipped(held), revision=8).data
    assert_sound(data)
    book, fresh = (openpyxl.load_workbook(io.BytesIO(known)) for known in (data, PLAIN))
    for title in OURS:
        now, then = (known[title].data_validations.dataValidation for known in (book, fresh))
        assert sorted(str(v.sqref) for v in now) == sorted(str(v.sqref) for v in then), title
        for offer in now:
            words = book["_vigie"][offer.formula1.partition("!")[2].replace("$", "")]
            assert all(cell.value for (cell,) in words)
    again = write(SMALL, previous=data, revision=8).data
    part = part_of(parts(data), LOG)
    assert parts(again)[part].count(b"<dataValidation ") == parts(data)[part].count(
        b"<dataValidation "
    )


@pytest.mark.parametrize("kind", ["prefix", "unnumbered", "comment"])
def test_a_sheet_of_a_rare_shape_is_written_into_all_the_same(kind):
    """Prefixes, rows without numbers, comments: one meaning each, so nothing need be given up."""
    held = dict(THEIRS)
    part = part_of(held, LOG)
    content = held[part]
    if kind == "prefix":
        content = re.sub(rb"<(/?)(?=[a-z]\w*[ />])", rb"<\1s:", content)
        content = re.sub(rb"<(/?)s:(x14|xm):", rb"<\1\2:", content)
        content = content.replace(
            b'xmlns="http://schemas.openxml', b'xmlns:s="http://schemas.openxml'
        )
    elif kind == "unnumbered":
        content = re.sub(rb'<row r="\d+"', b"<row", content)
    else:
        content = content.replace(b"<sheetData>", b"<!-- par le logiciel X --><sheetData>", 1)
    held[part] = content
    written = write(SMALL, previous=zipped(held), revision=8)
    after = parts(written.data)
    assert_sound(written.data)
    assert_theirs_stay(held, after)
    assert is_quiet(merged(written.data, written.cells, SMALL))
    assert b"<f>LEN(F4)</f>" in after[part_of(after, LOG)]


def test_a_file_without_looks_gets_ours():
    """A writer that leaves the styles out: ours come with the first refresh."""
    held = dict(THEIRS)
    del held["xl/styles.xml"]
    held["[Content_Types].xml"] = re.sub(
        rb'<Override[^>]*styles\.xml"[^>]*/>', b"", held["[Content_Types].xml"]
    )
    rels = "xl/_rels/workbook.xml.rels"
    held[rels] = re.sub(rb'<Relationship [^>]*/styles"[^>]*/>', b"", held[rels])
    for name in list(held):
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            held[name] = re.sub(rb' (?:s|style|dxfId)="\d+"', b"", held[name])
    held = without_sheet(held, "Équipe")
    written = write(SMALL, previous=zipped(held), revision=8)
    assert_sound(written.data)
    assert is_quiet(merged(written.data, written.cells, SMALL))


def test_a_sheet_comes_back_into_a_file_that_counts_days_from_1904():
    """The times of a sheet that is added are counted as the file counts them."""
    held = without_sheet(THEIRS, LOG)
    held["xl/workbook.xml"] = re.sub(
        rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', held["xl/workbook.xml"]
    )
    written = write(SMALL, previous=zipped(held), revision=8)
    assert is_quiet(merged(written.data, written.cells, SMALL))
    assert_sound(written.data)
