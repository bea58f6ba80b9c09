"""Shortcuts of reading and writing: each gives what the long way gives."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.workbook import workbook_samples as samples
from tests.unit.workbook.test_workbook_package import CATEGORIES, back
from vigie.language import catalogue
from vigie.workbook.cell_values import decoder, encoder, projector
from vigie.workbook.layout import Column
from vigie.workbook.package import Known, refresh
from vigie.workbook.package.swift import swift_cells
from vigie.workbook.package.whole import NeedsWholeError
from vigie.workbook.package.xml_rows import Rows
from vigie.workbook.rendering import build_tables
from vigie.workbook.revisions import Marks
from vigie.workbook.wording import Wording

NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORDING = Wording(catalogue("fr"), samples.ZONE, {})


def _refresh(previous, content, held):
    marks = Marks(activation_id=content.activation.id, revision=8, fingerprint="f")
    return refresh(
        previous,
        build_tables(content),
        marks,
        catalogue("fr"),
        samples.ZONE,
        "real",
        categories=CATEGORIES,
        known=Known(held=held),
    )


@settings(max_examples=12, deadline=None)
@given(changed=st.sets(st.integers(0, 11)), more=st.integers(0, 3))
def test_rows_known_to_be_held_are_written_as_if_they_were_compared(changed, more):
    """A refresh that is told what the file holds writes the very bytes of one that looks."""
    first = samples.content(count=12)
    written = _refresh(None, first, None)
    rows = [
        replace(row, machine={**row.machine, "summary": f"{row.machine['summary']} bis"})
        if number in changed
        else row
        for number, row in enumerate(samples.content(count=12 + more).observations)
    ]
    after = replace(first, observations=tuple(rows))
    knowing = _refresh(written.data, after, written.cells)
    looking = _refresh(written.data, after, None)
    assert knowing.cells == looking.cells
    assert back(knowing.data).sheets == back(looking.data).sheets
    assert knowing.data == looking.data


@pytest.mark.parametrize(
    "column",
    [
        Column(code="a", owner="machine"),
        Column(code="b", owner="machine", kind="long_text"),
        Column(code="c", owner="machine", kind="integer"),
        Column(code="d", owner="machine", kind="decimal"),
        Column(code="e", owner="machine", kind="datetime"),
        Column(code="f", owner="machine", kind="choice", choices_context="status"),
    ],
    ids=lambda column: column.kind,
)
@settings(deadline=None)
@given(
    values=st.lists(
        st.one_of(
            st.text(max_size=12),
            st.integers(-(10**17), 10**17),
            st.floats(allow_nan=False),
            st.booleans(),
            st.datetimes(datetime(1940, 1, 1), datetime(2160, 1, 1)).map(  # noqa: DTZ001
                lambda one: one.replace(tzinfo=UTC)
            ),
            st.sampled_from(["confirmed", "refuted", "1", "12,5", "01/02/2026 08:00"]),
        ),
        max_size=12,
    )
)
def test_a_projected_value_is_what_writing_and_reading_give(column, values):
    """The projection of a value is its decoded encoding, whatever was projected before it."""
    project, encode, decode = (
        projector(column, WORDING),
        *(make(column, WORDING) for make in (encoder, decoder)),
    )
    for value in [*values, *values]:
        expected, found = decode(encode(value)), project(value)
        assert (found, type(found)) == (expected, type(expected))


def test_hours_around_the_change_of_clocks_are_projected_as_they_come_back():
    """The hour that exists twice in October comes back as cells can hold it."""
    column = Column(code="e", owner="machine", kind="datetime")
    project, encode, decode = (
        projector(column, WORDING),
        *(make(column, WORDING) for make in (encoder, decoder)),
    )
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    for quarter in range(4 * 48):
        moment = start + timedelta(minutes=15 * quarter, seconds=7, microseconds=9)
        assert project(moment) == decode(encode(moment))


def _cells(inside):
    part = b"<worksheet " + NAMESPACE + b"><sheetData>" + inside + b"</sheetData></worksheet>"
    values = (lambda text, _style: float(text), lambda text, _kind: text, lambda _runs: "runs")
    return swift_cells(part, ["first"], values, 1_000)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (b'<row r="2"><c r="B2"><v>1</v></c></row>', {2: {2: 1.0}}),
        (b'<row r="1"/>\n<row r="2"> <c r="B2" s="4"><v>1</v></c> </row>\n', {2: {2: 1.0}}),
        (b'<row r="2"><c r="B2"/><c r="AA12"><v>3</v></c></row>', {2: {}, 12: {27: 3.0}}),
        (
            b'<row r="5"><c r="B5"><v>1</v></c><c r="A15"><v>2</v></c></row>',
            {5: {2: 1.0}, 15: {1: 2.0}},
        ),
        (b'<row r="2"><c r="B2" t="s"><v>0</v></c></row><row r="9"/>', {2: {2: "first"}}),
        (
            b'<row r="2"><c r="B2" t="inlineStr"><is><t>&#233;t&#xE9; &amp; </t></is></c></row>',
            {2: {2: "été & "}},
        ),
    ],
)
def test_cells_are_read_wherever_they_stand(inside, expected):
    """Empty rows, spaces between, cells in another row's element and entities are read."""
    found = _cells(inside)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize(
    "inside",
    [
        b'<row r="2"><c r="B2"><v>1</v></c>x</row>',
        b'x<row r="2"><c r="B2"><v>1</v></c></row>',
        b'<row r="2"><c r="B2"><v>1</v></c></row>x',
        b'<row r="2"><c r="B2"><v>1</v><extLst/></c></row>',
        b'<row r="2"><c r="2B"><v>1</v></c></row>',
        b'<row r="2"><c r="B2" t="str"><v>a &amp b</v></c></row>',
        b'<row r="2"><c r="B2" t="str"><v>a &amp</v></c></row>',
        b'<row r="2"><c r="B2" t="str"><v>a &nbsp; b</v></c></row>',
        b'<row r="2"><c r="B2" t="str"><v><![CDATA[<c r="C2"/>]]></v></c></row>',
        b'<row r="2"><c><v>1</v></c></row>',
        b'<row r="2"><c r="B2" t="n" s="5"><v>1</v></c></row>',
    ],
)
def test_what_no_editor_writes_is_left_to_the_tree(inside):
    """One unusual byte anywhere and the swift way says that it cannot tell."""
    assert _cells(inside) is None


def _rows(inside):
    return Rows(b"<worksheet " + NAMESPACE + b"><sheetData>" + inside + b"</sheetData></worksheet>")


@pytest.mark.parametrize(
    "inside",
    [
        b'<row r="1"><c r="A1"/></row><row r="4"><c r="A4"/></row>',
        b'<row r="1"><c r="A1"/></row>\n<row r="2"/><row r="4"><c r="A4"/></row>\n',
    ],
)
def test_rows_are_kept_as_they_are_written(inside):
    """Rows that nobody touches are written as the very bytes that were read."""
    rows = _rows(inside)
    assert rows.last == 4
    kept = rows.content(b"<sheetData/>")
    assert kept == b"<sheetData>" + inside.replace(b"\n", b"") + b"</sheetData>"


@pytest.mark.parametrize(
    "inside",
    [
        b'<row r="1"><c r="A1"/></row>x<row r="4"><c r="A4"/></row>',
        b'<row r="1"><c r="A1"/></row><row r="1"><c r="A1"/></row>',
        b'<row r="1"><c s="1"/></row>',
        b'<row><c r="A1"/></row>',
        b'<row r="1"><c r="A1"/><!-- note --></row>',
    ],
)
def test_odd_rows_need_the_whole(inside):
    """Text between rows, a row twice, a nameless cell or row, a comment: refused at once."""
    with pytest.raises(NeedsWholeError):
        _rows(inside)
