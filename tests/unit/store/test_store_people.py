"""What people typed: edits, added rows, conflicts, revisions of the workbook."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.store.store_samples import (
    NOW,
    make_activation,
    make_entry,
    make_outcome,
    make_post,
)
from vigie.problem import BusyError, UnknownActivationError
from vigie.records.sheet import AddedRow, Conflict, Edit, WrittenRevision
from vigie.records.sweep import Update
from vigie.store.repository import Store


@pytest.fixture
def name(store: Store) -> str:
    """Id of an activation with one row, CO21-0001."""
    made = store.create_activation(make_activation(), make_entry()).id
    store.commit_sweep(made, "CO21", make_outcome("s1", [make_post(1)]))
    return made


def _apply(store: Store, name: str, **given: object) -> list[str]:
    values: dict[str, object] = {"edits": (), "added": (), "conflicts": (), "journal": ()}
    return store.apply_edits(name, "CO21", **{**values, **given}, now=NOW)  # type: ignore[arg-type]


def _edit(column: str, value: object, **changes: object) -> Edit:
    given = {"sheet": "log", "key": "CO21-0001", "base": None, **changes}
    return Edit(column=column, value=value, **given)  # type: ignore[arg-type]


def test_people_outrank_the_machine(store: Store, name: str) -> None:
    """People's cells stand beside the machine's, emptied ones too, and survive later sweeps."""
    edits = [_edit("urgency", "high"), _edit("summary", None), _edit("transmitted_at", NOW)]
    _apply(store, name, edits=edits, journal=[make_entry("edit")])
    change = Update(ref="CO21-0001", machine={"urgency": "normal"})
    store.commit_sweep(name, "CO21", make_outcome("s2", updates=(change,)))
    row = store.observation(name, "CO21-0001")
    assert (row.value("urgency"), row.value("summary"), row.value("transmitted_at")) == (
        "high",
        None,
        NOW,
    )
    assert row.machine["urgency"] == "normal"
    assert "edit" in [entry.action for _, entry in store.journal(name)]


def test_typing_over_a_machine_column_changes_nothing(store: Store, name: str) -> None:
    """What was typed over a machine column is a conflict, not a value."""
    conflict = Conflict(
        at=NOW, sheet="log", key="CO21-0001", column="source", standing="a", other=NOW,
        reason="typed_over", revision=3,
    )  # fmt: skip
    _apply(store, name, edits=[_edit("source", "x", is_typed_over=True)], conflicts=[conflict])
    assert store.observation(name, "CO21-0001").people == {}
    (kept,) = store.conflicts(name)
    assert (kept.standing, kept.other, kept.id) == ("a", NOW, 1)


def test_added_rows_are_taken_in_once(store: Store, name: str) -> None:
    """A row gets its key, keeps its token's key for ever, and is journalled under its key."""
    rows = [
        (AddedRow(sheet="log", values={"summary": "Vu", "entered_by": "Léa"}, row_number=7), "t1"),
        (AddedRow(sheet="team", values={"name": "Léa"}, row_number=2), "t2"),
        (AddedRow(sheet="team", values={"name": "Ali"}, row_number=3), "t3"),
    ]
    keys = _apply(store, name, added=rows)
    assert keys == ["CO21-0002", "T-1", "T-2"]
    assert _apply(store, name, added=list(reversed(rows))) == keys[::-1]
    row = store.observation(name, "CO21-0002")
    assert row.is_added_by_people
    assert row.machine == {"received_at": NOW}
    assert row.people == {"summary": "Vu", "entered_by": "Léa"}
    assert [item.key for item in store.people_rows(name)] == ["T-1", "T-2"]
    created = [entry for _, entry in store.journal(name) if entry.subject == "CO21-0002"]
    assert [(entry.action, entry.actor) for entry in created] == [("create", "Léa")]
    assert [row.ref for row in store.observations(name)] == ["CO21-0001", "CO21-0002"]


def test_other_sheets_keep_what_people_write(store: Store, name: str) -> None:
    """Cells outside the log are kept by sheet and key; a key that people typed is not given."""
    edits = [
        _edit("note", "a", sheet="sources", key="vigicrues"),
        _edit("note", "b", sheet="sources", key="vigicrues"),
        _edit("link", "c", sheet="sources", key="vigicrues"),
        _edit("name", "d", sheet="team", key="T-1"),
    ]
    _apply(store, name, edits=edits)
    row = AddedRow(sheet="team", values={}, row_number=1)
    assert _apply(store, name, added=[(row, "t")]) == ["T-2"]
    found = {(item.sheet, item.key): dict(item.values) for item in store.people_rows(name)}
    assert found["sources", "vigicrues"] == {"note": "b", "link": "c"}
    assert found["team", "T-1"] == {"name": "d"}


def test_an_edit_of_nothing_is_refused_whole(store: Store, name: str) -> None:
    """An edit of a row that does not exist is refused, and the others with it."""
    edits = [_edit("urgency", "high"), _edit("urgency", "high", key="CO21-0099")]
    with pytest.raises(UnknownActivationError, match="CO21-0099"):
        _apply(store, name, edits=edits)
    assert store.observation(name, "CO21-0001").people == {}


def test_revisions_come_back_and_stay(store: Store, name: str) -> None:
    """A written revision comes back, times and file hash included, and is never replaced."""
    assert store.last_revision_number(name) == 0
    assert store.last_revision(name) is None
    cells = {"log": {"CO21-0001": {"observed_at": NOW, "lat": 47.3, "comment": None}}}
    first = WrittenRevision(
        number=1, written_at=NOW, fingerprint="f1", file_name="a.xlsx", cells=cells
    )
    second = WrittenRevision(
        number=2,
        written_at=NOW + timedelta(minutes=2),
        fingerprint="f2",
        file_name="b",
        cells={},
        file_hash="5e88",
        is_final=True,
    )
    for revision in (first, second, second):
        store.save_revision(name, revision)
    assert store.revision(name, 1) == first
    assert store.last_revision(name) == second
    assert store.last_revision_number(name) == 2
    assert store.revision(name, 3) is None
    other = WrittenRevision(number=2, written_at=NOW, fingerprint="g", file_name="b", cells={})
    with pytest.raises(BusyError):
        store.save_revision(name, other)
