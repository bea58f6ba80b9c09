"""Merging: nothing typed is lost, nothing untouched is called an edit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.workbook import workbook_samples as samples
from vigie.records.observation import COLUMNS, Observation
from vigie.workbook.cell_text import clean
from vigie.workbook.merging import Merge, merge
from vigie.workbook.rendering import build_tables, cells_of, current_of
from vigie.workbook.revisions import ReadBack, ReadRow

CONTENT = samples.content(count=12)
SHEETS = build_tables(CONTENT)
CURRENT = current_of(SHEETS, CONTENT.wording)
# What a cell of a file can hold: reading has removed control characters before merging sees it.
TYPED = st.text(min_size=1, max_size=30).map(
    lambda text: clean(f"~{text}", CONTENT.wording.catalogue).strip()
)


def returned(sheets=None, edits=None, order=None):
    """The written workbook as it would come back, with some log cells changed."""
    cells = cells_of(sheets or SHEETS, CONTENT.wording)
    read = {}
    for sheet, rows in cells.items():
        columns = [column.code for column in CURRENT.columns.get(sheet, ())]
        read[sheet] = tuple(
            ReadRow(
                row_number=number,
                key=key,
                values={**dict.fromkeys(columns), **row, **(edits or {}).get((sheet, key), {})},
            )
            for number, (key, row) in enumerate(rows.items(), start=3)
        )
    if order is not None:
        read["log"] = tuple(read["log"][index] for index in order)
    return ReadBack(marks=None, sheets=read)


def log_rows(read, rows):
    """The same workbook with other rows on the log."""
    return replace(read, sheets={**read.sheets, "log": tuple(rows)})


def test_what_was_not_touched_gives_nothing():
    """An unedited workbook merges to nothing at all."""
    assert merge(returned(), CURRENT.cells, CURRENT) == Merge()


@settings(max_examples=60, deadline=None)
@given(
    edits=st.dictionaries(
        st.tuples(st.just("log"), st.sampled_from([row.ref for row in CONTENT.observations])),
        st.dictionaries(st.sampled_from([*COLUMNS][1:]), TYPED, min_size=1, max_size=4),
        max_size=5,
    ),
    order=st.permutations(range(12)),
)
def test_every_typed_value_is_found_wherever_rows_are(edits, order):
    """Whatever is typed into whatever cell of sorted rows is in the edits, and nothing else is."""
    outcome = merge(returned(edits=edits, order=order), CURRENT.cells, CURRENT)
    found = {(edit.sheet, edit.key, edit.column): edit.value for edit in outcome.edits}
    expected = {
        (sheet, key, column): value
        for (sheet, key), row in edits.items()
        for column, value in row.items()
    }
    assert found == expected
    assert not outcome.added
    assert all(edit.is_typed_over == (COLUMNS[edit.column] == "machine") for edit in outcome.edits)


@settings(max_examples=30, deadline=None)
@given(value=TYPED, column=st.sampled_from(["comment", "summary", "evidence", "urgency"]))
def test_an_edit_that_the_store_has_taken_is_not_found_again(value, column):
    """Merging the same file twice changes nothing the second time."""
    read = returned(edits={("log", "CO21-0002"): {column: value}})
    first = merge(read, CURRENT.cells, CURRENT)
    assert [edit.value for edit in first.edits] == [value]
    rows = [
        replace(row, people={column: value}) if row.ref == "CO21-0002" else row
        for row in CONTENT.observations
    ]
    after = current_of(build_tables(replace(CONTENT, observations=rows)), CONTENT.wording)
    second = merge(read, CURRENT.cells, after)
    assert not [edit for edit in second.edits if edit.sheet == "log"]


def test_the_machines_own_change_is_no_edit_and_no_conflict():
    """A cell that equals its base is untouched although the machine changed it since."""
    rows = [
        replace(row, machine={**row.machine, "urgency": "high", "corroboration_count": 9})
        for row in CONTENT.observations
    ]
    after = current_of(build_tables(replace(CONTENT, observations=rows)), CONTENT.wording)
    assert not merge(returned(), CURRENT.cells, after).edits
    edited = returned(edits={("log", "CO21-0001"): {"urgency": "information"}})
    (edit,) = [e for e in merge(edited, CURRENT.cells, after).edits if e.sheet == "log"]
    assert not edit.is_conflict
    assert edit.current == "high"


def test_two_hands_in_one_cell_are_a_conflict():
    """A cell that another person changed since the base is a conflict, both values named."""
    rows = [replace(row, people={"status": "confirmed"}) for row in CONTENT.observations]
    after = current_of(build_tables(replace(CONTENT, observations=rows)), CONTENT.wording)
    edited = returned(edits={("log", "CO21-0001"): {"status": "refuted"}})
    (edit,) = [e for e in merge(edited, CURRENT.cells, after).edits if e.sheet == "log"]
    assert edit.is_conflict
    assert (edit.value, edit.current) == ("refuted", "confirmed")


def test_an_emptied_cell_is_a_decision():
    """Emptying a cell is an edit to None."""
    outcome = merge(
        returned(edits={("log", "CO21-0001"): {"urgency": None}}), CURRENT.cells, CURRENT
    )
    assert [(edit.column, edit.value) for edit in outcome.edits] == [("urgency", None)]


def test_a_column_that_is_not_known_is_untouched():
    """A column whose header is gone or whose formula was never computed gives no edit."""
    read = returned()
    rows = [
        replace(row, values={c: v for c, v in row.values.items() if c != "summary"})
        for row in read.sheets["log"]
    ]
    assert not merge(log_rows(read, rows), CURRENT.cells, CURRENT).edits


def test_a_moved_commune_asks_for_its_point_anew():
    """A commune changed alone is reported for location, its place becomes people's with it."""
    outcome = merge(
        returned(edits={("log", "CO21-0001"): {"commune": "Longvic"}}), CURRENT.cells, CURRENT
    )
    assert outcome.moved_places == ("CO21-0001",)
    assert {edit.column for edit in outcome.companions} == {"place"}


def test_a_moved_point_takes_the_whole_place_with_it():
    """Coordinates typed by a person make the five columns people's and ask for no location."""
    edits = {("log", "CO21-0001"): {"commune": "Longvic", "lat": 47.3, "lon": 5.06}}
    outcome = merge(returned(edits=edits), CURRENT.cells, CURRENT)
    assert not outcome.moved_places
    assert {edit.column for edit in outcome.companions} == {"place", "precision_metres"}


def test_rows_without_a_key_are_added_with_all_they_hold():
    """A typed row is added with its values; a mistyped key is kept beside them."""
    read = returned()
    new = ReadRow(row_number=90, key="", values={"ref": None, "summary": "Pont fermé", "lat": 47.1})
    odd = ReadRow(row_number=91, key="CO21-99999", values={"ref": "x", "summary": "Autre"})
    outcome = merge(log_rows(read, [*read.sheets["log"], new, odd]), CURRENT.cells, CURRENT)
    assert [(row.row_number, dict(row.values)) for row in outcome.added] == [
        (90, {"summary": "Pont fermé", "lat": 47.1}),
        (91, {"summary": "Autre"}),
    ]
    assert [dict(row.typed_over) for row in outcome.added] == [{}, {"ref": "CO21-99999"}]


def test_a_pasted_copy_counts_once_unless_it_says_more():
    """The first of two rows with one key keeps it; a copy that differs becomes a row of its own."""
    read = returned()
    rows = list(read.sheets["log"])
    copy = replace(rows[0], row_number=80)
    other = replace(rows[0], row_number=81, values={**rows[0].values, "comment": "à moi"})
    outcome = merge(log_rows(read, [*rows, copy, other]), CURRENT.cells, CURRENT)
    assert [row.row_number for row in outcome.added] == [81]
    assert outcome.added[0].values["comment"] == "à moi"
    assert not outcome.edits


def test_a_row_that_lost_its_key_is_recognised():
    """A deleted or mistyped reference is found again by the machine's cells of the row."""
    read = returned()
    rows = list(read.sheets["log"])
    rows[4] = replace(rows[4], key="", values={**rows[4].values, "ref": None, "comment": "vu"})
    outcome = merge(log_rows(read, rows), CURRENT.cells, CURRENT)
    assert outcome.recovered == {"log": {rows[4].row_number: "CO21-0005"}}
    assert [(edit.key, edit.value) for edit in outcome.edits] == [("CO21-0005", "vu")]
    assert not outcome.added
    assert not outcome.missing_keys


@pytest.mark.parametrize(("gone", "is_mass"), [(6, True), (0, False)])
def test_missing_rows_are_reported_and_never_deleted(gone, is_mass):
    """Rows that are gone are named; many of them are a question."""
    read = returned()
    outcome = merge(log_rows(read, read.sheets["log"][gone:]), CURRENT.cells, CURRENT)
    assert len(outcome.missing_keys.get("log", ())) == gone
    assert ("log" in outcome.mass_deletions) is is_mass
    assert not outcome.edits


def test_a_remark_under_the_table_stays_a_remark():
    """Text alone in the key column is people's note, not an observation."""
    read = returned()
    note = ReadRow(row_number=99, key="Relève à 18 h", values={"ref": "Relève à 18 h"})
    outcome = merge(log_rows(read, [*read.sheets["log"], note]), CURRENT.cells, CURRENT)
    assert [item.text for item in outcome.notes] == ["Relève à 18 h"]
    assert not outcome.added


def test_rows_added_by_people_belong_to_them():
    """In a row that people added, only reference, arrival and corroboration are the machine's."""
    rows = [replace(row, is_added_by_people=row.ref == "CO21-0001") for row in CONTENT.observations]
    current = current_of(build_tables(replace(CONTENT, observations=rows)), CONTENT.wording)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    edits = {("log", "CO21-0001"): {"source": "voisin", "received_at": now}}
    outcome = merge(returned(edits=edits), CURRENT.cells, current)
    assert {edit.column: edit.is_typed_over for edit in outcome.edits} == {
        "source": False,
        "received_at": True,
    }


def test_typing_on_a_sheet_of_the_machine_is_kept():
    """What is typed over Synthèse is an edit that was typed over, so that it reaches Conflits."""
    read = returned()
    rows = [*read.sheets["summary"], ReadRow(row_number=50, key="R50", values={"C": "à relire"})]
    outcome = merge(
        replace(read, sheets={**read.sheets, "summary": tuple(rows)}), CURRENT.cells, CURRENT
    )
    assert [(e.key, e.column, e.value, e.is_typed_over) for e in outcome.edits] == [
        ("R50", "C", "à relire", True)
    ]


def _people_row(values):
    """The store after a row that people added was taken in as CO21-0099."""
    row = Observation(ref="CO21-0099", people=values, is_added_by_people=True)
    rows = [*CONTENT.observations, row]
    return current_of(build_tables(replace(CONTENT, observations=rows)), CONTENT.wording)


def _with_row(values):
    """The file of before, in which the row still bears no key."""
    read = returned()
    new = ReadRow(row_number=70, key="", values={"ref": None, **values})
    return log_rows(read, [*read.sheets["log"], new])


HIKERS = {"summary": "Deux randonneurs non rentrés, secteur de Lantenay", "urgency": "high"}


@pytest.mark.parametrize(
    "again",
    [
        HIKERS,
        {**HIKERS, "comment": "rappelés à 18 h"},
        {**HIKERS, "urgency": "normal"},
        {**HIKERS, "summary": "Trois randonneurs non rentrés, secteur de Lantenay"},
    ],
)
def test_an_open_editor_that_saves_its_row_again_makes_no_second_one(again):
    """A row whose key the file is too old to show is that row, moved, completed or corrected."""
    outcome = merge(_with_row(again), CURRENT.cells, _people_row(HIKERS))
    assert not outcome.added
    assert outcome.recovered == {"log": {70: "CO21-0099"}}
    assert {e.column: e.value for e in outcome.edits if e.sheet == "log"} == {
        code: value for code, value in again.items() if HIKERS.get(code) != value
    }


@pytest.mark.parametrize(
    "other",
    [
        {"summary": "Deux randonneurs non rentrés, secteur de Flavigny", "urgency": "high"},
        {**HIKERS, "entered_by": "Paul"},
        {"urgency": "high"},
    ],
)
def test_another_fact_stays_another_row(other):
    """A row about another place, by another hand or that says too little is a row of its own."""
    known = {**HIKERS, "entered_by": "Lise"} if "entered_by" in other else HIKERS
    outcome = merge(_with_row(other), CURRENT.cells, _people_row(known))
    assert [dict(row.values) for row in outcome.added] == [other]
    assert not outcome.recovered


def test_what_a_person_typed_holds_although_the_machine_came_to_it_too():
    """A value typed into an F cell is the person's, also if the machine has it by now."""
    rows = [
        replace(row, machine={**row.machine, "urgency": "high"}) for row in CONTENT.observations
    ]
    now = current_of(build_tables(replace(CONTENT, observations=rows)), CONTENT.wording)
    base = {"log": {key: {**row, "urgency": "normal"} for key, row in CURRENT.cells["log"].items()}}
    edited = returned(edits={("log", "CO21-0001"): {"urgency": "high"}})
    outcome = merge(edited, {**CURRENT.cells, **base}, now)
    mine = [e for e in outcome.edits if e.key == "CO21-0001"]
    assert [(e.column, e.value, e.is_conflict) for e in mine] == [("urgency", "high", False)]
    decided = [
        replace(row, people={"urgency": "high"}) if row.ref == "CO21-0001" else row for row in rows
    ]
    after = current_of(build_tables(replace(CONTENT, observations=decided)), CONTENT.wording)
    again = merge(edited, {**CURRENT.cells, **base}, after)
    assert not [e for e in again.edits if e.key == "CO21-0001"]


def test_the_machines_cells_of_an_added_row_are_not_peoples():
    """What people type into Reçu à or Recoupements of their row is kept beside it, not in it."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    outcome = merge(_with_row({**HIKERS, "received_at": now}), CURRENT.cells, CURRENT)
    assert [(dict(r.values), dict(r.typed_over)) for r in outcome.added] == [
        (HIKERS, {"received_at": now})
    ]


def test_of_two_places_one_stands_whole():
    """Where another hand has changed a row's place, the file's place is told whole."""
    rows = [
        replace(row, people={"commune": "Genlis", "lat": 47.2, "lon": 5.2})
        for row in CONTENT.observations
    ]
    after = current_of(build_tables(replace(CONTENT, observations=rows)), CONTENT.wording)
    edited = returned(edits={("log", "CO21-0001"): {"place": "rue du Port"}})
    outcome = merge(edited, CURRENT.cells, after)
    told = {edit.column: edit for edit in outcome.edits if edit.key == "CO21-0001"}
    base = CURRENT.cells["log"]["CO21-0001"]
    assert {code: told[code].value for code in ("commune", "lat", "lon")} == {
        code: base.get(code) for code in ("commune", "lat", "lon")
    }
    assert told["place"].is_conflict
    assert told["commune"].is_conflict
    assert not told["lat"].is_conflict


def test_a_point_that_another_hand_typed_is_named_when_a_commune_replaces_it():
    """Of a typed point that a commune moves away what was typed is told."""
    rows = [replace(row, people={"lat": 47.2, "lon": 5.2}) for row in CONTENT.observations]
    after = current_of(build_tables(replace(CONTENT, observations=rows)), CONTENT.wording)
    edited = returned(edits={("log", "CO21-0001"): {"commune": "Longvic"}})
    outcome = merge(edited, CURRENT.cells, after)
    assert outcome.moved_places == ("CO21-0001",)
    assert outcome.typed_points == {"CO21-0001": {"lat": 47.2, "lon": 5.2}}


def test_a_lost_reference_is_found_although_a_machine_cell_was_typed_over():
    """A row without its key is told by a machine's cell that no other row has."""
    read = returned(edits={("log", "CO21-0003"): {"author": "ma voisine", "comment": "vu"}})
    rows = [
        replace(row, key="", values={**row.values, "ref": None}) if row.key == "CO21-0003" else row
        for row in read.sheets["log"]
    ]
    outcome = merge(log_rows(read, rows), CURRENT.cells, CURRENT)
    assert outcome.added == ()
    assert outcome.missing_keys == {}
    assert {(edit.key, edit.column) for edit in outcome.edits} == {
        ("CO21-0003", "author"),
        ("CO21-0003", "comment"),
    }


def test_a_reference_mistyped_into_another_rows_is_found_again():
    """Of rows with one reference the one with a third row's machine cells is that third row."""
    read = returned(edits={("log", "CO21-0001"): {"comment": "vu"}})
    rows = [
        replace(row, key="CO21-0004", values={**row.values, "ref": "CO21-0004"})
        if row.key == "CO21-0001"
        else row
        for row in read.sheets["log"]
    ]
    outcome = merge(log_rows(read, rows), CURRENT.cells, CURRENT)
    assert outcome.recovered == {"log": {rows[0].row_number: "CO21-0001"}}
    assert [(edit.key, edit.value) for edit in outcome.edits] == [("CO21-0001", "vu")]
    assert (outcome.added, outcome.missing_keys) == ((), {})
