"""Rows that people merged: one fact is drawn once, on both sides."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.situation.map_samples import CONFIRMED, HEAD, WORDING, confirmed, row, rules
from vigie.records.observation import URGENCIES, Observation
from vigie.situation.map_geojson import feature_collection
from vigie.situation.map_items import restricted_items
from vigie.situation.map_page import page_data
from vigie.situation.map_public import public_items, refusals

FIRST, SECOND, THIRD = "CO21-0001", "CO21-0002", "CO21-0003"


def merged(
    ref: str, into: str, people: dict[str, Any] | None = None, **machine: Any
) -> Observation:
    """Return a row that people count with another one."""
    return row(ref, {"grouped_with": into, **(people or {})}, **machine)


def test_merged_rows_are_one_item_that_names_them() -> None:
    """The row that the others count with stands; their references are told, and can be sought."""
    rows = [merged(FIRST, SECOND), row(SECOND, summary="Le fait"), merged(THIRD, FIRST)]
    [item] = restricted_items(rows, {})
    assert (item.ref, item.summary, item.members) == (SECOND, "Le fait", (FIRST, THIRD))
    [feature] = feature_collection([item], HEAD, WORDING, is_public=False)["features"]
    assert feature["properties"]["grouped_refs"] == [FIRST, THIRD]
    [shown] = page_data([item], HEAD, WORDING, is_public=False, stale_minutes=9)["items"]
    assert shown["g"] == f"{FIRST}, {THIRD}"


def test_the_worst_urgency_and_a_known_point_are_not_lost_by_merging() -> None:
    """A call for help that was merged into a calm row still rings; a place that one knows shows."""
    rows = [
        row(FIRST, urgency="normal", lat=None, lon=None, commune=None, place=None),
        merged(SECOND, FIRST, urgency="life_at_risk", lat=47.1, lon=5.0, commune="Longvic"),
        merged(THIRD, FIRST, {"status": "lifted"}, urgency="life_at_risk"),
    ]
    [item] = restricted_items(rows, {})
    assert (item.urgency, item.point, item.commune) == ("life_at_risk", (5.0, 47.1), "Longvic")
    [item] = restricted_items([rows[0], rows[2]], {})
    assert item.urgency == "normal"


def test_an_open_row_is_not_hidden_under_one_that_is_over() -> None:
    """Lifted facts are hidden by the page's first filter; what people left open is not."""
    rows = [row(FIRST, {"status": "lifted"}), merged(SECOND, FIRST), merged(THIRD, FIRST)]
    shown = restricted_items(rows, {})
    assert [(item.ref, item.status, item.members) for item in shown] == [
        (FIRST, "lifted", ()),
        (SECOND, "unverified", (THIRD,)),
    ]


def test_a_withdrawn_row_leaves_its_place_to_the_next() -> None:
    """Where the row that others count with is withdrawn, they are still one fact."""
    rows = [
        dataclasses.replace(row(FIRST), is_withdrawn=True),
        merged(SECOND, FIRST, CONFIRMED),
        merged(THIRD, FIRST, CONFIRMED),
    ]
    [item] = restricted_items(rows, {})
    assert (item.ref, item.members) == (SECOND, (THIRD,))
    assert len(public_items(rows, rules())) == 1
    assert refusals(rows, rules()) == {FIRST: "withdrawn", THIRD: "grouped"}


def test_the_public_sees_one_of_merged_rows() -> None:
    """The row that they count with if it may be shown, else the first of them that may."""
    both = [confirmed(FIRST), merged(SECOND, FIRST, CONFIRMED)]
    assert refusals(both, rules()) == {SECOND: "grouped"}
    assert len(public_items(both, rules())) == 1
    other = [row(FIRST), merged(SECOND, FIRST, CONFIRMED), merged(THIRD, FIRST, CONFIRMED)]
    assert refusals(other, rules()) == {FIRST: "not_confirmed", THIRD: "grouped"}
    [item] = restricted_items(other, refusals(other, rules()))
    assert item.refusal == ""


def test_the_public_sees_nothing_of_what_is_over_or_a_matter_of_life() -> None:
    """A merged row cannot bring back what its people ended, nor show where somebody is in peril."""
    over = [row(FIRST, {"status": "lifted"}), merged(SECOND, FIRST, CONFIRMED)]
    assert refusals(over, rules()) == {FIRST: "over", SECOND: "over"}
    peril = [confirmed(FIRST), merged(SECOND, FIRST, CONFIRMED, urgency="life_at_risk")]
    assert set(refusals(peril, rules()).values()) == {"life_at_risk"}
    assert public_items(over, rules()) == public_items(peril, rules()) == []


def test_an_exercise_is_told_on_every_item() -> None:
    """A single item copied out of a file still says that it is played."""
    head = dataclasses.replace(HEAD, is_exercise=True)
    for items, is_public in (
        (public_items([confirmed()], rules()), True),
        (restricted_items([row()], {}), False),
    ):
        [feature] = feature_collection(items, head, WORDING, is_public=is_public)["features"]
        assert feature["properties"]["name"].startswith("EXERCICE")


ROWS = st.lists(
    st.builds(
        lambda number, into, status, urgency, is_withdrawn: dataclasses.replace(
            merged(
                f"CO21-{number:04d}",
                f"CO21-{into:04d}",
                {**CONFIRMED, "status": status},
                urgency=urgency,
            ),
            is_withdrawn=is_withdrawn,
        ),
        st.integers(1, 9),
        st.integers(1, 9),
        st.sampled_from(["confirmed", "lifted", "unverified"]),
        st.sampled_from(URGENCIES),
        st.booleans(),
    ),
    max_size=9,
    unique_by=lambda one: one.ref,
)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.randoms())
def test_every_row_is_drawn_once_in_any_order(rows: list[Observation], mixer: Any) -> None:
    """Chains, rings and withdrawn rows: nothing twice, nothing lost, the same in any order."""
    shown = restricted_items(rows, {})
    told = [ref for item in shown for ref in (item.ref, *item.members)]
    assert sorted(told) == sorted(one.ref for one in rows if not one.is_withdrawn)
    mixed = list(rows)
    mixer.shuffle(mixed)
    assert restricted_items(mixed, {}) == shown
    assert public_items(mixed, rules()) == public_items(rows, rules())
