"""What only Excel makes, as it writes it: read right, and byte for byte there after refreshes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from tests.integration.workbook.test_people_parts import content_of, log_part, others
from tests.payloads.workbooks.excel import LAST_VALUE, OWN, excel_workbooks
from tests.unit.workbook import workbook_samples as samples
from tests.unit.workbook.test_workbook_package import back, is_quiet, merged, write
from tests.unit.workbook.workbook_structure import (
    MAIN,
    assert_sound,
    part_of,
    parts,
    titles,
    without_sheet,
    zipped,
)

SMALL = samples.content(count=6)
PUBLISHED = write(SMALL)
HELD = parts(PUBLISHED.data)
WORKBOOKS = excel_workbooks(HELD, log_part(HELD))


def of_people(book: bytes) -> list[bytes]:
    """Return what the workbook's own part says beside our name and the request to compute."""
    root = etree.fromstring(book)
    for item in list(root.iter(f"{MAIN}definedName", f"{MAIN}calcPr")):
        if item.get("name") in (None, "vigie_revision", "_xlnm._FilterDatabase"):
            item.getparent().remove(item)
    return [etree.tostring(child, method="c14n", exclusive=True) for child in root]


@pytest.mark.parametrize("name", WORKBOOKS)
def test_nothing_that_excel_made_changes_and_all_values_are_read(name: str) -> None:
    """Each kind of file: its values are those we wrote, and five refreshes leave theirs alone."""
    before, kept = WORKBOOKS[name]
    data = zipped(before)
    assert_sound(data)
    outcome = merged(data, PUBLISHED.cells, SMALL)
    if "dynamic" in name:
        assert [(edit.column, edit.value) for edit in outcome.edits] == [
            ("followed_by", LAST_VALUE)
        ]
    else:
        assert is_quiet(outcome), outcome
    content = SMALL
    for number in range(1, 6):
        content = content_of(number * 5)
        written = write(content, previous=data, revision=7 + number)
        data = written.data
    assert_sound(data)
    after = parts(data)
    assert [part for part in kept if after.get(part) != before[part]] == []
    assert set(before) - set(after) == set()
    for title in titles(before):
        part = part_of(before, title)
        assert part_of(after, title) == part
        assert others(before[part]) == others(after[part]), title
    assert of_people(before["xl/workbook.xml"]) == of_people(after["xl/workbook.xml"])
    assert len(back(data).sheets["log"]) == len(content.observations)


def test_a_formula_of_theirs_stays_one_and_its_value_is_what_is_merged() -> None:
    """``Suivi par`` filled by a formula, taken into the store, is still that formula afterwards."""
    before, _ = WORKBOOKS["dynamic array, cell metadata, rich value"]
    rows = list(SMALL.observations)
    key = merged(zipped(before), PUBLISHED.cells, SMALL).edits[0].key
    place = next(n for n, row in enumerate(rows) if row.ref == key)
    rows[place] = replace(rows[place], people={**rows[place].people, "followed_by": LAST_VALUE})
    content = replace(SMALL, observations=rows)
    written = write(content, previous=zipped(before), revision=8)
    after = parts(written.data)
    sheet = after[log_part(after)]
    assert b'<f>"Vu par "&amp;"L' in sheet
    assert b'<c r="AE4" t="str" cm="1"><f t="array" ref="AE4:AE5">_xlfn.UNIQUE(I3:I4)</f>' in sheet
    assert is_quiet(merged(written.data, written.cells, content))


def test_what_was_taken_away_comes_back_beside_what_excel_made() -> None:
    """Two of our sheets deleted from each kind of file: back again, and theirs untouched."""
    for before, kept in WORKBOOKS.values():
        held = without_sheet(without_sheet(before, "Équipe"), "_vigie")
        written = write(SMALL, previous=zipped(held), revision=8)
        assert_sound(written.data)
        after = parts(written.data)
        assert [part for part in kept if after.get(part) != before[part]] == []
        assert {*titles(HELD), *titles(before)} == set(titles(after))
        assert OWN in titles(after) or OWN not in titles(before)
        assert is_quiet(merged(written.data, written.cells, SMALL)) or LAST_VALUE in str(held)
