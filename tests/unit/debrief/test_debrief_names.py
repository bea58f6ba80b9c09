"""Volunteers without names: everywhere, and nothing else is touched."""

from __future__ import annotations

import json

import pytest

from tests.unit.debrief.debrief_samples import WORDS, at, change, known, row
from vigie.debrief.aliases import aliases_of, without_names
from vigie.debrief.retex import compose, plain_data
from vigie.debrief.sheets import tables
from vigie.records.debrief import DebriefEntry
from vigie.records.sheet import Conflict, PeopleRow

ROSTER = [
    PeopleRow(
        sheet="team",
        key="T-1",
        values={
            "name": "Rose Vidal",
            "role": "verifier",
            "telephone": "06 12 34 56 78",
            "checked_in_at": at(0),
            "handover_note": "Voir avec Anne Martin pour Longvic",
        },
        is_added_by_people=True,
    )
]


def full():
    """Return an activation in which names stand everywhere."""
    return known(
        change(1, "CO21-0001", "verified_by", "Rose Vidal"),
        change(2, "CO21-0001", "comment", "vu avec Anne, puis ROSE VIDAL", actor="Rose Vidal"),
        people_rows=ROSTER,
        observations=[
            row(people={"verified_by": "Rose Vidal", "comment": "Martin confirme",
                        "place": "Saint-Martin"})
        ],
        conflicts=[
            Conflict(
                at=at(3), sheet="log", key="CO21-0001", column="verified_by", standing="Rose Vidal",
                other="Anne Martin", reason="two_hands", revision=1,
            )
        ],
        entries=[
            DebriefEntry(
                activation_id="cote-dor-1", kind="action", key="A-1",
                values={"action": "Former les relais", "owner": "Anne Martin"},
            )
        ],
    )  # fmt: skip


def test_no_name_is_left_anywhere() -> None:
    """Neither in the data nor in a table stands a volunteer's name or telephone."""
    retex = compose(without_names(full(), WORDS.catalogue), number=1, by="vigie", words=WORDS)
    told = json.dumps(plain_data(retex), ensure_ascii=False)
    told += repr(tables(retex, WORDS))
    for name in ("Rose", "Vidal", "ROSE", "Anne", "Durand", "06 12"):
        assert name not in told
    assert "volontaire 2 (vérification)" in told
    assert "Saint-Martin" in told


def test_with_leave_names_stand() -> None:
    """Where the convention allows it everything stands as typed."""
    told = json.dumps(plain_data(compose(full(), number=1, by="vigie", words=WORDS)))
    assert "Rose Vidal" in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anne Martin a appelé", "volontaire 1 a appelé"),
        ("ANNE MARTIN", "volontaire 1"),
        ("vu par Martin", "vu par volontaire 1"),
        ("Saint-Martin-du-Mont", "Saint-Martin-du-Mont"),
        ("une rose à la fenêtre", "une rose à la fenêtre"),
        ("Roseraie", "Roseraie"),
        ("", ""),
    ],
)
def test_a_name_is_a_word_of_its_own(text: str, expected: str) -> None:
    """A part of a longer word, or the same letters in lower case, is no name."""
    assert aliases_of(full(), WORDS.catalogue).mask(text) == expected


def test_numbers_stay_from_run_to_run() -> None:
    """Who came first keeps number 1 when others come."""
    later = known(
        change(1, "CO21-0001", "status", "confirmed"),
        change(2, "CO21-0001", "status", "lifted", actor="Zoé Petit"),
    )
    first = known(change(1, "CO21-0001", "status", "confirmed"))
    names = [aliases_of(one, WORDS.catalogue).of("Anne Martin") for one in (first, later)]
    assert names == ["volontaire 1", "volontaire 1"]
