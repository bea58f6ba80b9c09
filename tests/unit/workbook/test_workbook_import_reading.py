"""Files from outside: each broken one has its sentence, each odd but honest one is read."""

from __future__ import annotations

import io
import time
from pathlib import Path

import openpyxl
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.payloads.workbooks.broken import (
    TOO_MUCH_MEMORY,
    broken_imports,
    broken_workbooks,
    in_sheet,
    log_part,
    memory_bomb,
    part,
    rezip,
)
from tests.unit.workbook import workbook_samples as samples
from vigie.language import catalogue
from vigie.operations.guarded_reading import GuardedReader, Limits, Words
from vigie.problem import WorkbookError
from vigie.workbook.imports.loading import load
from vigie.workbook.package import parts as parts_module
from vigie.workbook.package import read, refresh
from vigie.workbook.package.parts import read_parts
from vigie.workbook.rendering import build_tables
from vigie.workbook.revisions import Marks

WORDS = Words(language="fr", time_zone=samples.ZONE, categories={})
HANG_GUARD_SECONDS = 40.0


def written(count: int = 12) -> bytes:
    """A workbook as Vigie writes it."""
    content = samples.content(count=count)
    marks = Marks(activation_id="cote-dor-1", revision=7, fingerprint="abc")
    return refresh(None, build_tables(content), marks, catalogue("fr"), samples.ZONE, "real").data


GOOD = written()
BROKEN = broken_workbooks(GOOD)
BROKEN_IMPORTS = broken_imports()


@pytest.fixture(scope="module")
def guarded():
    """One child for all files of this module: a broken file must not spoil the next."""
    reader = GuardedReader()
    yield reader
    reader.close()


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_workbook_has_its_sentence(guarded, name):
    """Read as the shared workbook or as an import, a broken file gets the same clear sentence."""
    data, sentence = BROKEN[name]
    for is_any_form in (False, True):
        began = time.monotonic()
        with pytest.raises(WorkbookError) as caught:
            guarded.read(data, WORDS, is_any_form=is_any_form)
        assert caught.value.what.startswith(sentence)
        assert caught.value.cure
        assert time.monotonic() - began < HANG_GUARD_SECONDS


@pytest.mark.parametrize("name", BROKEN_IMPORTS)
def test_each_broken_import_has_its_sentence(guarded, name):
    """An .ods or .csv that cannot be used gets one clear sentence."""
    data, sentence = BROKEN_IMPORTS[name]
    with pytest.raises(WorkbookError) as caught:
        guarded.read(data, WORDS, is_any_form=True)
    assert caught.value.what.startswith(sentence)


def test_there_are_enough_broken_files():
    """The table holds at least thirty files."""
    assert len(BROKEN) + len(BROKEN_IMPORTS) >= 45


def test_a_good_file_is_read_after_all_the_broken_ones(guarded):
    """The child gives what reading in this process gives, whatever it had to read before."""
    assert guarded.read(GOOD, WORDS) == read(GOOD, catalogue("fr"), samples.ZONE, {})


def test_a_file_that_fills_the_memory_is_stopped_at_its_limit(guarded):
    """Within every declared size, but not within 500 MB: said so, and the next file is read."""
    with pytest.raises(WorkbookError) as caught:
        guarded.read(memory_bomb(GOOD), WORDS)
    assert caught.value.what == TOO_MUCH_MEMORY
    assert guarded.read(GOOD, WORDS).marks is not None


def test_a_file_that_takes_too_long_is_stopped():
    """A child over its time is ended, the file gets its sentence, the next one is read."""
    reader = GuardedReader(Limits(seconds=1, megabytes=3000))
    slow = in_sheet(
        GOOD,
        lambda text: text.replace(
            "</sheetData>",
            '<row r="9"><c r="B9"><f>1</f><v>1</v><extLst/></c></row>' * 900_000 + "</sheetData>",
        ),
    )
    try:
        with pytest.raises(WorkbookError) as caught:
            reader.read(slow, WORDS)
        assert caught.value.what == "La lecture du fichier demande plus de 1 s."
        assert reader.read(GOOD, WORDS).marks is not None
    finally:
        reader.close()


def test_a_child_that_was_killed_is_started_again(guarded):
    """Whoever kills the child between two files loses none of them."""
    guarded.read(GOOD, WORDS)
    psutil.Process(guarded._process.pid).kill()
    assert guarded.read(GOOD, WORDS).marks is not None


def test_the_child_ends_with_its_reader():
    """A closed reader leaves no process behind."""
    reader = GuardedReader()
    reader.read(GOOD, WORDS)
    pid = reader._process.pid
    reader.close()
    assert not psutil.pid_exists(pid)


def test_the_child_knows_no_secret(monkeypatch):
    """No setting of ours is in the environment of the process that opens foreign files."""
    monkeypatch.setenv("VIGIE_SECRET_KEY", "geheim")
    reader = GuardedReader()
    try:
        reader.warm_up()
        environment = psutil.Process(reader._process.pid).environ()
    finally:
        reader.close()
    assert not [name for name in environment if name.startswith("VIGIE")]


def test_swift_and_patient_reading_agree(monkeypatch):
    """The fast way gives cell by cell what the tree of elements gives."""
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    sheet = book["Main courante"]
    sheet["A40"], sheet["B40"] = "=1+1", "a < b & c « é » 😟"
    sheet["C40"], sheet["D40"] = True, samples.NOW.replace(tzinfo=None)
    sheet["E40"], sheet["F40"], sheet["G40"] = 1e-7, -12.5, "_x0041_ et\nfin "
    buffer = io.BytesIO()
    book.save(buffer)
    for data in (GOOD, buffer.getvalue()):
        swift = read_parts(data)
        with monkeypatch.context() as patched:
            patched.setattr(parts_module, "swift_cells", lambda *_: None)
            patched.setattr(parts_module, "swift_strings", lambda *_: None)
            patient = read_parts(data)
        assert swift == patient


def test_a_revision_is_written_into_a_foreign_file_by_the_child():
    """The child writes what writing in this process writes, and gives the same base."""
    sheets = build_tables(samples.content(count=12, revision=8))
    marks = Marks(activation_id="cote-dor-1", revision=8, fingerprint="def")
    here = refresh(GOOD, sheets, marks, catalogue("fr"), samples.ZONE, "real")
    writer = GuardedReader(Limits(seconds=60, megabytes=3000))
    try:
        there = writer.refresh(GOOD, sheets, marks, WORDS, "real", {})
        assert there.cells == here.cells
        assert read_parts(there.data).sheets == read_parts(here.data).sheets
        with pytest.raises(WorkbookError):
            writer.refresh(BROKEN["fusion-géante.xlsx"][0], sheets, marks, WORDS, "real", {})
    finally:
        writer.close()


def test_odd_but_honest_files_are_read(guarded):
    """Macros, names that climb out of the folder, far cells and odd numbers harm nothing."""
    macro = rezip(GOOD, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0", "../../../tmp/owned": b"x"})
    assert guarded.read(macro, WORDS).marks is not None
    assert not Path("/tmp/owned").exists()
    odd = in_sheet(
        GOOD,
        lambda text: text.replace(
            "</sheetData>",
            '<row r="1048576"><c r="XFD1048576"><v>1e999</v></c><c r="A1048576" t="e"><v>#N/A</v>'
            "</c></row></sheetData>",
        ),
    )
    rows = guarded.read(odd, WORDS).sheets["log"]
    assert rows[-1].row_number == 1_048_576


def is_read_or_told(data):
    """Read a file in this process; any other exception than the sentence is a fault."""
    try:
        load(data, catalogue("fr"), samples.ZONE)
    except WorkbookError as error:
        return error.what.endswith(".")
    return True


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=30
    ),
    st.integers(0, len(GOOD)),
)
def test_any_damage_ends_in_a_sentence(changes, length):
    """Whatever bytes are changed and wherever it is cut: a file is read, or said to be broken."""
    damaged = bytearray(GOOD)
    for place, byte in changes:
        damaged[place] = byte
    data = bytes(damaged[: length or None])
    assert is_read_or_told(data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_inside_a_part_ends_in_a_sentence(data):
    """Parts that are whole as a zip and broken as XML are read, or said to be broken."""
    name = data.draw(
        st.sampled_from(
            [
                *(log_part(GOOD), "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"),
                *("xl/_rels/workbook.xml.rels", "_rels/.rels", "docProps/core.xml"),
            ]
        )
    )
    content = bytearray(part(GOOD, name))
    begin = data.draw(st.integers(0, len(content) - 1))
    content[begin : begin + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    broken = rezip(GOOD, {name: bytes(content)})
    assert is_read_or_told(broken)
