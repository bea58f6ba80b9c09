"""Delays, silences, hours, counts: each figure by a table."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.debrief.debrief_samples import WORDS, at, change, known, row
from vigie.debrief.charts import delays_chart, rows_chart
from vigie.debrief.facts import fact_lines
from vigie.debrief.figures import (
    buckets,
    counted,
    delay_lines,
    report_gaps,
    source_lines,
    team_lines,
)
from vigie.debrief.observed import Figures, observed
from vigie.debrief.retex import compose
from vigie.records.activation import JournalEntry
from vigie.records.report import ReportHead
from vigie.records.sheet import PeopleRow

REF = "CO21-0001"


@pytest.mark.parametrize(
    ("entries", "cells", "expected"),
    [
        pytest.param([], {}, (None, None, None), id="nothing was ever done"),
        pytest.param([change(7, REF, "information_grade", "2")], {}, (7, None, None), id="graded"),
        pytest.param(
            [change(3, REF, "status", "corroborated", actor="vigie")],
            {},
            (None, None, None),
            id="the machine's own grade is none",
        ),
        pytest.param(
            [change(12, REF, "requested_action", "appeler")],
            {"requested_action": "appeler"},
            (None, 12, None),
            id="asked for",
        ),
        pytest.param(
            [
                change(30, REF, "transmitted_at", at(20).isoformat()),
                change(31, REF, "acknowledged_at", at(25).isoformat()),
            ],
            {"transmitted_at": at(20), "acknowledged_at": at(25)},
            (None, 20, 25),
            id="the time typed outranks the time of typing",
        ),
        pytest.param(
            [change(31, REF, "acknowledged_at", "oui, par téléphone")],
            {"acknowledged_at": "oui, par téléphone"},
            (None, None, 31),
            id="words count from when they were typed",
        ),
        pytest.param(
            [change(9, REF, "acknowledged_at", "oui")],
            {"acknowledged_at": None},
            (None, None, None),
            id="emptied again",
        ),
        pytest.param(
            [],
            {"transmitted_at": at(-5)},
            (None, 0, None),
            id="telephoned before the row stood there",
        ),
    ],
)
def test_delays_of_a_row(entries, cells, expected) -> None:
    """Each delay counts from the first view, by the time that people gave or by their typing."""
    (line,) = fact_lines(known(*entries, observations=[row(people=cells)]))
    found = (line.grade_minutes, line.action_minutes, line.acknowledgement_minutes)
    assert found == expected


def test_a_row_tells_its_life() -> None:
    """The statuses through which it went, as typed; what we stand for; where it came from."""
    entries = [
        change(5, REF, "status", "in_progress", before="unverified"),
        change(9, REF, "status", "confirmed", before="in_progress"),
    ]
    given_row = row(people={"status": "confirmed"}, urgency="high")
    sources = [SimpleNamespace(id="piaille", name="Mastodon (piaille.fr)")]
    (line,) = fact_lines(
        known(
            *entries,
            observations=[given_row],
            post_sources={REF: ("piaille", "piaille", "autre")},
            sources=sources,
        )
    )
    assert line.statuses == ("unverified", "in_progress", "confirmed")
    assert line.status == "in_progress"
    assert line.lacks_proof
    assert line.sources == ("Mastodon (piaille.fr)", "autre")
    assert line.post_count == 3


def test_delays_by_urgency() -> None:
    """Median and longest by urgency, all together first; rows set aside do not count."""
    entries = [
        change(minute, f"CO21-000{number}", "information_grade", "2")
        for number, minute in ((1, 4), (2, 10), (3, 40), (4, 1000))
    ]
    rows = [
        row("CO21-0001", urgency="high"),
        row("CO21-0002", urgency="high"),
        row("CO21-0003"),
        row("CO21-0004", is_withdrawn=True),
    ]
    lines = {
        line.urgency: line for line in delay_lines(fact_lines(known(*entries, observations=rows)))
    }
    assert lines["all"].row_count == 3
    assert (lines["all"].grade.count, lines["all"].grade.median_minutes) == (3, 10)
    assert lines["high"].grade.median_minutes == 7
    assert lines["high"].grade.longest_minutes == 10
    assert lines["life_at_risk"].grade.median_minutes is None
    assert counted(fact_lines(known(observations=rows)), "urgency") == {"high": 2, "normal": 1}


def state(minute: float, after: str, source: str = "piaille") -> JournalEntry:
    """Return a source's change of state."""
    return change(minute, source, "state", after, action="source_state", actor="vigie")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([state(0, "ok"), state(5, "empty")], (0, 0, 0), id="never failed"),
        pytest.param(
            [state(0, "ok"), state(10, "unreachable"), state(25, "ok")], (1, 15, 15), id="once"
        ),
        pytest.param(
            [state(10, "unreachable"), state(12, "refused"), state(20, "unchanged"),
             state(30, "malformed"), state(90, "ok")],
            (2, 70, 60),
            id="one failure into another is one break",
        ),
        pytest.param([state(100, "unreachable")], (1, 20, 20), id="to the end"),
        pytest.param([state(10, "unreachable", "autre")], (0, 0, 0), id="another source"),
    ],
)  # fmt: skip
def test_silences_of_a_source(entries, expected) -> None:
    """Breaks, their sum and the longest, in minutes, until the activation's end."""
    sources = [SimpleNamespace(id="piaille", name="Piaille")]
    (line,) = source_lines(known(*entries, sources=sources))
    assert (line.break_count, line.broken_minutes, line.longest_break_minutes) == expected


def member(**values) -> PeopleRow:
    """Return a line of the roster."""
    return PeopleRow(sheet="team", key="T-1", values=values, is_added_by_people=True)


@pytest.mark.parametrize(
    ("values", "hours", "is_open"),
    [
        ({"name": "A", "checked_in_at": at(0), "checked_out_at": at(90)}, 1.5, False),
        ({"name": "A", "checked_in_at": at(30)}, 1.5, True),
        ({"name": "A", "checked_in_at": at(0), "hours": 3}, 3.0, False),
        ({"name": "A", "checked_in_at": at(90), "checked_out_at": at(0)}, 0.0, False),
        ({"name": "A", "checked_in_at": "vers 8 h"}, None, False),
        ({"name": "A"}, None, False),
    ],
)
def test_hours_of_the_roster(values, hours, is_open) -> None:
    """Typed hours outrank times; who never left counts until the end."""
    (line,) = team_lines([member(**values)], at(120))
    assert (line.hours, line.is_open) == (hours, is_open)


@given(
    st.lists(st.floats(min_value=0, max_value=50_000), max_size=40),
    st.floats(min_value=0, max_value=50_000),
)
def test_every_row_stands_in_one_stretch(seen: list[float], length: float) -> None:
    """Whatever the times: at most 24 stretches, every row in one of them."""
    rows = [row(f"CO21-{number:04d}", minute) for number, minute in enumerate(seen, start=1)]
    found = buckets(fact_lines(known(observations=rows)), at(0), at(length))
    assert len(found) <= 25
    assert sum(one.count for one in found) == len(seen)
    chart = rows_chart(found, WORDS)
    assert bool(chart and chart.desc) == bool(seen)


def test_gaps_between_reports() -> None:
    """From the opening to the first, between them, from the last to the end."""
    heads = [
        ReportHead(number=n, issued_at=at(m), issued_by="vigie", file_stem="x")
        for n, m in ((1, 60), (2, 75))
    ]
    assert report_gaps(known(reports=heads)) == (60, 15, 45)
    assert report_gaps(known()) == (120,)


def test_no_delay_no_chart() -> None:
    """A chart of nothing is not drawn; with one delay it names urgency, step and minutes."""
    assert delays_chart(delay_lines(fact_lines(known(observations=[row()]))), WORDS) is None
    entry = change(7, REF, "information_grade", "2")
    chart = delays_chart(delay_lines(fact_lines(known(entry, observations=[row()]))), WORDS)
    assert chart is not None
    assert "normale · cotation : 7 min" in chart.desc


def said(given_known) -> list[str]:
    """Return what the figures say."""
    facts = fact_lines(given_known)
    figures = Figures(
        known=given_known,
        facts=facts,
        delays=delay_lines(facts),
        sources=source_lines(given_known),
        team=team_lines(given_known.people_rows, given_known.until),
    )
    return [f"{one.kind}:{one.theme}:{' '.join(one.refs)}" for one in observed(figures, WORDS)]


@pytest.mark.parametrize(
    ("acknowledged", "expected"),
    [
        (None, "weak_point:transmission:CO21-0001"),
        (at(5), "strength:transmission:CO21-0001"),
        (at(40), "weak_point:transmission:CO21-0001"),
    ],
)
def test_a_life_at_risk_is_judged_by_its_acknowledgement(acknowledged, expected) -> None:
    """Never or late is a weak point, soon a strength; the row is named."""
    cells = {"acknowledged_at": acknowledged} if acknowledged else {}
    found = said(known(observations=[row(urgency="life_at_risk", people=cells)]))
    assert [one for one in found if ":transmission:" in one] == [expected]


def test_a_row_stands_there_since_it_was_made() -> None:
    """A post that was revised later is received anew: delays count from the row's creation."""
    made = change(4, "CO21-0001", "", "", action="create", actor="vigie")
    heard = change(40, "CO21-0001", "acknowledged_at", "12 h")
    rows = [row(seen=28, people={"acknowledged_at": "vers midi"})]
    (line,) = fact_lines(known(made, heard, observations=rows))
    assert (line.seen_at, line.acknowledgement_minutes) == (at(4), 36)


def test_every_row_behind_a_sentence_is_named() -> None:
    """A weak point rests on all its rows; how many of them are printed is the page's."""
    rows = [row(f"CO21-{number:04}", urgency="high") for number in range(30)]
    found = compose(known(observations=rows), number=1, by="vigie", words=WORDS).observed
    assert 30 in [len(one.refs) for one in found if one.theme == "verification"]
