"""The .xlsx file: written, worked in with openpyxl as an editor would, read back."""

import io
import re
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from tests.unit.workbook import workbook_samples as samples
from vigie.language import catalogue
from vigie.problem import WorkbookError
from vigie.records.observation import COLUMNS
from vigie.workbook.merging import merge
from vigie.workbook.package import Known, read, refresh
from vigie.workbook.rendering import build_tables, cells_of, current_of
from vigie.workbook.revisions import Marks, fingerprint

CONTENT = samples.content()
CATEGORIES = CONTENT.convention.categories
FIRST, LAST = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - cells are naive
NAUGHTY = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+33 6 12 34 56 78",
    "-12,5",
    "@SUM(A1)",
    "\t=cmd",
    "\r=cmd",
    "＝１＋１",
    "_x0041_ et _x000D_",
    "a\r\nb\rc",
    "0612345678",
    "TRUE",
    "#N/A",
    "e\u0301te\u0301",
    "\x00\x07bip\ud800",
    "😟" * 17_000,
    "é" * 40_000,
    "<b>&amp;</b>",
    " espace ",
    "'apostrophe",
]


def write(content=CONTENT, previous=None, claims=None, kind="real", revision=7):
    """Write one revision of a content."""
    sheets = build_tables(content)
    marks = Marks(
        activation_id=content.activation.id,
        revision=revision,
        fingerprint=fingerprint(cells_of(sheets, content.wording)),
    )
    return refresh(
        previous,
        sheets,
        marks,
        catalogue("fr"),
        samples.ZONE,
        kind,
        categories=CATEGORIES,
        known=Known(claims=claims or {}),
    )


def back(data):
    """Read a file back."""
    return read(data, catalogue("fr"), samples.ZONE, CATEGORIES)


def merged(data, base, content=CONTENT):
    """Merge a file against what was written and the content of now."""
    return merge(back(data), base, current_of(build_tables(content), content.wording))


def opened(data):
    """Open a file as an editor does; save with ``saved``."""
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(workbook):
    """The bytes of an open workbook."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def column_of(sheet, title):
    """The number of the column under a title (as it begins), and the header's row."""
    for row in sheet.iter_rows(min_row=1, max_row=6):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith(title):
                return cell.column
    raise AssertionError(title)


def row_of(sheet, key):
    """The row of a reference."""
    return next(cell.row for cell in sheet["A"] if cell.value == key)


def with_value(data, formula, value):
    """The same file with a formula's last value filled in, as an editor saves it."""
    buffer = io.BytesIO()
    pattern = (
        rb'<c r="(\w+)"([^>]*?)(?: t="\w+")?><f>' + re.escape(formula) + rb"</f><v ?/?>(?:</v>)?"
    )
    result = rb'<c r="\1"\2 t="str"><f>' + formula + rb"</f><v>" + value + rb"</v>"
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(pattern, result, source.read(name)))
    return buffer.getvalue()


def is_quiet(outcome):
    """Whether a merge found nothing."""
    return not (outcome.edits or outcome.added or outcome.missing_keys or outcome.notes)


def test_written_and_unedited_gives_no_edit():
    """A fresh file, a refreshed one and one refreshed with other values merge to nothing."""
    first = write()
    assert is_quiet(merged(first.data, first.cells))
    second = write(previous=first.data)
    assert is_quiet(merged(second.data, second.cells))
    later = replace(CONTENT, observations=[*CONTENT.observations, samples.observation(31)])
    third = write(later, previous=second.data, revision=8)
    assert is_quiet(merged(third.data, third.cells, later))
    assert len(back(third.data).sheets["log"]) == 31


def test_marks_survive_the_loss_of_either_carrier():
    """The hidden sheet or the defined name alone still tells whose revision this is."""
    data = write().data
    expected = back(data).marks
    assert (expected.activation_id, expected.revision) == ("cote-dor-1", 7)
    workbook = opened(data)
    assert workbook["_vigie"].sheet_state == "veryHidden"
    del workbook["_vigie"]
    assert back(saved(workbook)).marks == expected
    workbook = opened(data)
    del workbook.defined_names["vigie_revision"]
    assert back(saved(workbook)).marks == expected
    del workbook["_vigie"]
    assert back(saved(workbook)).marks is None


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_text_from_outside_stays_text(text):
    """No text becomes a formula or changes on its way through the file, twice over."""
    content = samples.content(count=1)
    row = samples.observation(1, summary=text, original_text=text, place=text, source=text)
    content = replace(content, observations=[row])
    written = write(content)
    for _ in range(2):
        assert is_quiet(merged(written.data, written.cells, content))
        sheet = opened(written.data)["Main courante"]
        for title in ("Résumé", "Texte d'origine", "Lieu", "Source"):
            cell = sheet.cell(row=3, column=column_of(sheet, title))
            assert cell.data_type in ("s", "inlineStr")
            assert len(str(cell.value).encode("utf-16-le")) // 2 <= 32_767
        written = write(content, previous=written.data)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(st.text(max_size=40), min_size=1, max_size=6),
    column=st.sampled_from(
        [code for code in COLUMNS if code not in ("ref", "corroboration_count")]
    ),
)
def test_any_text_in_any_column_makes_the_round_trip(texts, column):
    """Arbitrary text in any column gives no edit after writing and reading."""
    observations = [
        samples.observation(number, **{column: text}) for number, text in enumerate(texts, 1)
    ]
    content = replace(
        samples.content(count=0), observations=observations, journal=[], people_rows=[]
    )
    written = write(content)
    assert is_quiet(merged(written.data, written.cells, content))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    moment=st.datetimes(FIRST, LAST),
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
)
def test_any_time_and_place_makes_the_round_trip(moment, latitude, longitude):
    """Times (the doubled hour of October included) and coordinates give no edit."""
    row = samples.observation(
        1, observed_at=moment.replace(tzinfo=UTC), lat=latitude, lon=longitude
    )
    content = replace(samples.content(count=0), observations=[row])
    written = write(content)
    assert is_quiet(merged(written.data, written.cells, content))


def test_what_people_type_is_read_as_they_mean_it():
    """French words, dates, decimal commas and other spellings come back as codes and values."""
    written = write()
    workbook = opened(written.data)
    sheet = workbook["Main courante"]
    row = row_of(sheet, "CO21-0003")
    typed = {
        "Urgence": "Haute ",
        "Statut": "CONFIRME",
        "Catégorie": "cave inondée",
        "Observé à": "21/11/2026 14h05",
        "Accusé à": datetime(2026, 11, 21, 14, 20),  # noqa: DTZ001 - cells are naive
        "Lat": "47,3215",
        "Vérifié par": "Léa",
        "Commentaire": 42,
        "Recoupements": 77,
    }
    for title, value in typed.items():
        sheet.cell(row=row, column=column_of(sheet, title)).value = value
    sheet.cell(row=row, column=column_of(sheet, "Résumé")).value = None
    edits = {edit.column: edit for edit in merged(saved(workbook), written.cells).edits}
    assert {code: edit.value for code, edit in edits.items()} == {
        "urgency": "high",
        "status": "confirmed",
        "category": "flooded_cellar",
        "observed_at": datetime(2026, 11, 21, 13, 5, tzinfo=UTC),
        "acknowledged_at": datetime(2026, 11, 21, 13, 20, tzinfo=UTC),
        "lat": 47.3215,
        "verified_by": "Léa",
        "comment": "42",
        "corroboration_count": 77,
        "summary": None,
    }
    assert [code for code, edit in edits.items() if edit.is_typed_over] == ["corroboration_count"]


def test_people_may_rearrange_everything():
    """Rows sorted, columns moved, rows inserted above, titles shouted: still no edit."""
    written = write()
    workbook = opened(written.data)
    sheet = workbook["Main courante"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=32)]
    titles, body = rows[0], sorted(rows[1:], key=lambda row: str(row[6]))
    for r, row in enumerate([titles, *body], start=5):
        for c, value in enumerate(reversed(row), start=1):
            sheet.cell(row=r, column=c).value = value.upper() if r == 5 and c % 2 else value
    for number in (1, 2, 3, 4):
        for column in range(1, 30):
            sheet.cell(row=number, column=column).value = None
    # Dates carry their format with them when an editor moves them.
    for cell in [cell for row in sheet.iter_rows(min_row=6) for cell in row]:
        if isinstance(cell.value, datetime):
            cell.number_format = "dd/mm/yyyy hh:mm"
    data = saved(workbook)
    assert is_quiet(merged(data, written.cells))
    again = write(previous=data)
    assert is_quiet(merged(again.data, again.cells))
    assert len(back(again.data).sheets["log"]) == 30


def test_what_people_made_stays_after_a_refresh():
    """Own sheets, columns, comments, widths, formulas and filters are there after ten refreshes."""
    workbook = opened(write().data)
    sheet = workbook["Main courante"]
    row = row_of(sheet, "CO21-0004")
    sheet["AE2"] = "Ma colonne"
    sheet.cell(row=row, column=31).value = "=LEN(G4)"
    comment = column_of(sheet, "Commentaire")
    sheet.cell(row=row, column=comment).value = '="à "&"revoir"'
    sheet["G5"].comment = Comment("appelé deux fois", "Léa")
    sheet.column_dimensions["G"].width = 77
    sheet.column_dimensions["K"].hidden = True
    own = workbook.create_sheet("Nos calculs")
    own["A1"], own["B1"] = "=1+2", "mairie"
    data = saved(workbook)
    for number in range(10):
        observations = [
            replace(o, machine={**o.machine, "corroboration_count": number})
            for o in CONTENT.observations
        ]
        data = write(replace(CONTENT, observations=observations), previous=data).data
    after = opened(data)
    sheet = after["Main courante"]
    assert after["Nos calculs"]["A1"].value == "=1+2"
    assert sheet["AE2"].value == "Ma colonne"
    assert sheet.cell(row=row, column=31).value == "=LEN(G4)"
    assert sheet.cell(row=row, column=comment).value == '="à "&"revoir"'
    assert sheet["G5"].comment.text == "appelé deux fois"
    assert sheet.column_dimensions["G"].width == 77
    assert sheet.column_dimensions["K"].hidden
    assert sheet.cell(row=row, column=column_of(sheet, "Recoupements")).value == 9
    assert len(sheet.data_validations.dataValidation) == 5
    assert after.sheetnames.count("_vigie") == 1


def test_a_formula_that_nobody_computed_is_not_an_emptied_cell():
    """A formula without a last value counts as untouched; with one, its value is the edit."""
    written = write()
    workbook = opened(written.data)
    sheet = workbook["Main courante"]
    column = column_of(sheet, "Résumé")
    sheet.cell(row=3, column=column).value = '="a"&"b"'
    data = saved(workbook)
    assert is_quiet(merged(data, written.cells))
    computed = with_value(data, b'"a"&amp;"b"', b"ab")
    outcome = merged(computed, written.cells)
    assert [(edit.column, edit.value) for edit in outcome.edits] == [("summary", "ab")]


def test_an_added_row_gets_its_key_where_people_typed_it():
    """A claimed row receives its reference in place; it is not written a second time."""
    written = write()
    workbook = opened(written.data)
    sheet = workbook["Main courante"]
    sheet.cell(row=35, column=column_of(sheet, "Résumé")).value = "Pont fermé, vu sur place"
    sheet.cell(row=35, column=column_of(sheet, "Urgence")).value = "haute"
    data = saved(workbook)
    (added,) = merged(data, written.cells).added
    assert dict(added.values) == {"summary": "Pont fermé, vu sur place", "urgency": "high"}
    row = replace(
        samples.observation(31), machine={}, people=dict(added.values), is_added_by_people=True
    )
    content = replace(CONTENT, observations=[*CONTENT.observations, row])
    after = write(content, previous=data, claims={"log": {added.row_number: "CO21-0031"}})
    assert opened(after.data)["Main courante"]["A35"].value == "CO21-0031"
    assert is_quiet(merged(after.data, after.cells, content))
    assert len(back(after.data).sheets["log"]) == 31


def test_links_are_cell_links_and_only_to_the_web():
    """Addresses become cell hyperlinks; other schemes stay text; no HYPERLINK() anywhere."""
    rows = [samples.observation(1), samples.observation(2, link="javascript:alert(1)")]
    data = write(replace(CONTENT, observations=rows)).data
    sheet = opened(data)["Main courante"]
    column = column_of(sheet, "Lien")
    assert sheet.cell(row=3, column=column).hyperlink.target.startswith("https://mastodon")
    assert sheet.cell(row=4, column=column).hyperlink is None
    assert sheet.cell(row=4, column=column).value == "javascript:alert(1)"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"HYPERLINK(" in archive.read(name) for name in archive.namelist())


def test_the_life_at_risk_leads_the_summary_and_links_to_its_row():
    """The open life-at-risk item leads Synthèse with its minutes and a jump to the log."""
    sheet = opened(write().data)["Synthèse"]
    assert sheet["A3"].value is None or "Vies" not in str(sheet["A3"].value)
    row = row_of(sheet, "CO21-0003")
    assert row <= 8
    assert sheet.cell(row=row, column=2).value == 40
    assert sheet.cell(row=row, column=1).hyperlink.location == "'Main courante'!A5"


def test_an_exercise_says_so_on_every_sheet_and_page():
    """Every visible sheet of an exercise bears EXERCICE at the top and in the page header."""
    content = samples.content("exercise")
    workbook = opened(write(content, kind="exercise").data)
    for sheet in workbook.worksheets:
        if sheet.sheet_state == "visible":
            assert "EXERCICE" in str(sheet["A1"].value), sheet.title
            assert "EXERCICE" in sheet.oddHeader.center.text
            assert "révision 7" in sheet.oddFooter.left.text
    real = opened(write().data)
    assert not any("EXERCICE" in str(sheet["A1"].value) for sheet in real.worksheets)


def test_the_log_is_made_to_be_worked_in():
    """Frozen header, filter over all rows, lists that warn only, dates, no protection."""
    sheet = opened(write().data)["Main courante"]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:AC32"
    assert {rule.errorStyle for rule in sheet.data_validations.dataValidation} == {"warning"}
    assert not sheet.protection.sheet
    assert sheet["B2"].value == "Observé à (Europe/Paris)"
    assert sheet["B2"].comment is not None
    assert isinstance(sheet["B3"].value, datetime)
    assert sheet["B3"].number_format == "dd/mm/yyyy hh:mm"
    assert sheet["B3"].value.replace(second=0) == (
        (samples.NOW - timedelta(minutes=18) + timedelta(hours=1) - timedelta(seconds=12)).replace(
            tzinfo=None, second=0
        )
    ) - timedelta(minutes=3)
    assert sheet.print_title_rows == "$1:$2"


def bombs():
    """Broken and hostile files with the words that their sentence holds."""
    good = write(samples.content(count=3)).data
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(401):
                part.write(b"\0" * 1_000_000)
    entity = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(entity, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/workbook.xml":
                part = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + part
            target.writestr(name, part)
    other = openpyxl.Workbook()
    other.active["A1"] = "autre chose"
    headless = opened(good)
    for column in range(1, 30):
        headless["Main courante"].cell(row=2, column=column).value = None
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    return {
        "empty": (b"", "vide"),
        "text": (b"Date;Heure\n", "pas un classeur"),
        "old xls": (ole, "pas un classeur"),
        "password": (ole + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
        "truncated": (good[: len(good) // 2], "tronqué"),
        "flipped": (good[:3000] + bytes(200) + good[3200:], "tronqué"),
        "large": (b"PK" + b"\0" * 61_000_000, "60 Mo"),
        "bomb": (bomb.getvalue(), "400 Mo"),
        "entities": (entity.getvalue(), "déclarations XML"),
        "other": (saved(other), "Aucune des feuilles"),
        "headless": (saved(headless), "en-tête"),
    }


@pytest.mark.parametrize(
    "name",
    [
        "empty",
        "text",
        "old xls",
        "password",
        "truncated",
        "flipped",
        "large",
        "bomb",
        "entities",
        "other",
        "headless",
    ],
)
def test_an_unusable_file_is_refused_in_one_french_sentence(name):
    """Broken and hostile files raise WorkbookError at once, with a sentence and a cure."""
    data, words = bombs()[name]
    started = time.monotonic()
    with pytest.raises(WorkbookError) as caught:
        back(data)
    assert words in caught.value.what
    assert caught.value.cure
    assert time.monotonic() - started < 30  # A bomb that goes off takes far longer.
