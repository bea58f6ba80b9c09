"""The comparison finds every kind of difference, and none where all is as written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vigie.exercise.comparison import compare
from vigie.exercise.expectation import parse_expected
from vigie.records.observation import Observation
from vigie.records.post import Post

START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
EXPECTED = parse_expected(
    "post,source,wave,group,kind,commune,urgency,category,life_at_risk\n"
    "a1,m,1,cave,original,21355,normal,water,no\n"
    "a2,m,2,cave,repeat,,,,\n"
    "a3,m,2,cave-80,look-alike,21355,normal,water,no\n"
    "a4,m,2,bruit,noise,,information,noise,no\n"
    "R1=2,v,1,jaune,measurement,,information,water,no\n"
    "R1=2,v,3,retour,measurement,,information,water,no\n"
)
NATIVE = {("m", f"a{i}"): f"uri:{i}" for i in range(1, 5)}
NAMES = {"21355": "Longvic"}


def post(number: int, source: str = "m", **more) -> Post:
    """Return a post written ``number`` minutes after the start."""
    return Post(
        source_key=f"k:{source}",
        source_id=source,
        native_id=more.pop("native_id", f"uri:{number}"),
        kind=more.pop("kind", "message"),
        text="…",
        payload="",
        captured_at=START + timedelta(minutes=number),
        **more,
    )


def level(minute: int) -> Post:
    """Return a measurement of level 2."""
    return post(minute, "v", native_id=f"R1/{minute}", kind="measurement", subject="R1", level=2)


def row(ref: str, urgency="normal", category="water", commune: str | None = "Longvic"):
    """Return a row with machine values."""
    return Observation(
        ref=ref, machine={"urgency": urgency, "category": category, "commune": commune}
    )


def good():
    """Return posts and rows that are exactly as the table says."""
    posts = {
        "C-1": [post(1), post(2)],
        "C-2": [post(3)],
        "C-3": [post(4)],
        "C-4": [level(1)],
        "C-5": [level(30)],
    }
    rows = {
        "C-1": row("C-1"),
        "C-2": row("C-2"),
        "C-3": row("C-3", "information", "noise", None),
        "C-4": row("C-4", "information", "water", "Anywhere"),
        "C-5": row("C-5", "information"),
    }
    return posts, rows


def run(posts, rows):
    """Compare with the table."""
    return compare(
        EXPECTED,
        native_ids=NATIVE,
        posts_of=posts,
        observations=list(rows.values()),
        commune_names=NAMES,
    )


def test_no_difference_where_all_is_as_written():
    """Counts are told and no difference; the commune may be shown as a name or as a code."""
    posts, rows = good()
    rows["C-2"] = row("C-2", commune="21355")
    found = run(posts, rows)
    assert found.differences == ()
    assert (found.post_count, found.repeat_count, found.repeats_gathered_count) == (4, 1, 1)
    assert (found.noise_marked_count, found.look_alikes_apart_count) == (1, 1)
    assert (found.measurement_count, found.observation_count, found.source_count) == (2, 5, 2)


def test_returning_level_meets_its_own_row():
    """The same level coming back is matched in order of time, whatever the numbers of the rows."""
    posts, rows = good()
    posts["C-4"], posts["C-5"] = posts["C-5"], posts["C-4"]
    assert run(posts, rows).differences == ()


def test_rows_that_people_added_are_no_difference():
    """A row typed by people is not unexpected."""
    posts, rows = good()
    rows["C-9"] = Observation(ref="C-9", is_added_by_people=True)
    assert run(posts, rows).differences == ()


def split(posts, rows):
    """Give the repeat a row of its own."""
    posts["C-1"], posts["C-8"], rows["C-8"] = [post(1)], [post(2)], row("C-8")


def merged(posts, rows):
    """Put the look-alike into the row that it resembles."""
    posts["C-1"] = [*posts["C-1"], *posts.pop("C-2")]
    del rows["C-2"]


def missing(posts, rows):
    """Lose the noise."""
    del posts["C-3"], rows["C-3"]


def unexpected(posts, rows):
    """Add a row of the machine without a known post."""
    posts["C-8"], rows["C-8"] = [post(99)], row("C-8")


def commune(posts, rows):
    """Show the wrong commune."""
    rows["C-1"] = row("C-1", commune="Dijon")


def urgency(posts, rows):
    """Show the wrong urgency."""
    rows["C-1"] = row("C-1", urgency="high")


def category(posts, rows):
    """Show the wrong category."""
    rows["C-1"] = row("C-1", category="fire")


@pytest.mark.parametrize("spoil", [split, merged, missing, unexpected, commune, urgency, category])
def test_each_kind_of_difference_is_named(spoil):
    """One spoilt thing gives exactly that kind of difference, as a French sentence."""
    posts, rows = good()
    spoil(posts, rows)
    found = run(posts, rows).differences
    assert {d.kind for d in found} == {spoil.__name__}
    assert all(" : " in d.sentence() for d in found)


def test_an_end_must_lift_its_row():
    """An end is found by the alert that it ends, and told where the row is not lifted."""
    table = parse_expected(
        "post,source,wave,group,kind,commune,urgency,category,life_at_risk\n"
        "E1,r,1,route,official,21355,normal,water,no\n"
        "E1,r,2,route,end,,,,\n"
    )
    posts = {"C-1": [post(1, "r", native_id="E1", kind="alert")]}
    for status, faults in (("lifted", []), ("unverified", ["status"])):
        machine = {**row("C-1").machine, "status": status}
        found = compare(
            table,
            native_ids={},
            posts_of=posts,
            observations=[Observation(ref="C-1", machine=machine)],
            commune_names=NAMES,
        )
        assert [one.kind for one in found.differences] == faults
        assert (found.post_count, found.end_count) == (1, 1)
        assert found.ends_lifted_count == (status == "lifted")
        assert all("attendu" in one.sentence() for one in found.differences)
