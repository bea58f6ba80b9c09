"""Trainers' verdicts beside computed scores: sums twice, the computed score untouched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.exercise.overruling import OverruleError, RuledScore, rule, subject_kind
from vigie.exercise.scoring import Score, score
from vigie.exercise.timeline import shown_injects
from vigie.exercise.tracing import TracedRow
from vigie.operations.scenarios import scenario_at
from vigie.records.overrule import VERDICTS, Overrule
from vigie.settings import Settings

SCENARIO = scenario_at(Path("tests/payloads/scenarios/petite-crue.yml"), Settings())
ROWS = [
    TracedRow(ref="A-1", seen_minute=6, inject_ids=("i01",)),
    TracedRow(ref="A-2", seen_minute=7, values={"category": "water"}),
    TracedRow(ref="A-3", seen_minute=8, inject_ids=("i10",), is_by_people=True),
]
MACHINE_REFS = frozenset({"A-1", "A-2"})
SUBJECTS = [
    ("fact", "toit"), ("fact", "ecole"), ("inject", "i01"), ("inject", "i10"), ("row", "A-1"),
    ("row", "A-2"),
]  # fmt: skip


def computed() -> Score:
    """A score of two findable facts, one found; one false row; one reaction missed, one open."""
    findable = {"toit": 4.0, "ecole": 9.0}
    return score(SCENARIO, shown_injects(SCENARIO), findable, ROWS, 60, {})


def said(kind: str, subject: str, verdict: str) -> Overrule:
    """A verdict with its reason."""
    return Overrule(
        kind=kind,  # type: ignore[arg-type]
        subject=subject,
        verdict=verdict,  # type: ignore[arg-type]
        reason="dit au téléphone",
        by="D. Rey",
        decided_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


def ruled(*verdicts: tuple[str, str, str]) -> RuledScore:
    """The score with verdicts."""
    return rule(computed(), MACHINE_REFS, [said(*one) for one in verdicts])


def test_without_verdicts_both_sums_are_the_computed_ones() -> None:
    """What nobody overrules stays as it is."""
    both = ruled()
    assert both.ruled == both.computed
    assert (both.computed.found_count, both.computed.findable_count) == (1, 2)
    assert (both.computed.false_count, both.computed.row_count) == (1, 2)
    assert both.computed.reactions == {"met": 0, "late": 0, "missed": 1, "open": 1, "judged": 0}


@pytest.mark.parametrize(
    ("verdict", "found", "findable"), [("found", 2, 2), ("missed", 1, 2), ("not_counted", 1, 1)]
)
def test_a_fact_is_counted_as_decided(verdict: str, found: int, findable: int) -> None:
    """Found and missed put it into the count, not counted takes it out."""
    both = ruled(("fact", "ecole", verdict))
    assert (both.ruled.found_count, both.ruled.findable_count) == (found, findable)
    assert both.rulings[0].computed == "missed"


def test_a_fact_that_no_sweep_could_find_can_be_counted_in() -> None:
    """The trainer's word outranks reach: a fact found by telephone counts when they say so."""
    both = ruled(("fact", "eau", "found"))
    assert both.rulings[0].computed == "not_findable"
    assert (both.ruled.found_count, both.ruled.findable_count) == (2, 3)


def test_rows_and_reactions_are_counted_as_decided() -> None:
    """A row told not false leaves the false ones; one not counted leaves both sums."""
    assert ruled(("row", "A-2", "not_false")).ruled.false_count == 0
    assert ruled(("row", "A-1", "false_row")).ruled.false_count == 2
    left_out = ruled(("row", "A-2", "not_counted")).ruled
    assert (left_out.false_count, left_out.row_count) == (0, 1)
    assert ruled(("inject", "i01", "late")).ruled.reactions["late"] == 1
    assert sum(ruled(("inject", "i01", "not_counted")).ruled.reactions.values()) == 1


def test_a_rumour_confirmed_by_mistake_can_be_left_out() -> None:
    """It no longer makes the exercise fail, and still stands as computed."""
    from vigie.exercise.tracing import Change

    confirmed = TracedRow(
        ref="A-4",
        seen_minute=41,
        inject_ids=("i10",),
        changes=(Change(42, "status", "confirmed", "people"),),
    )
    found = score(SCENARIO, shown_injects(SCENARIO), {}, [confirmed], 60, {})
    both = rule(found, {"A-4"}, [said("fact", "pont-faux", "not_counted")])
    assert both.computed.confirmed_rumours == ("pont-faux",)
    assert both.ruled.confirmed_rumours == ()
    assert both.rulings[0].computed == "wrongly_confirmed"


def test_a_verdict_on_a_row_that_went_counts_nothing() -> None:
    """Rows are set aside later: the verdict stays told and changes no sum."""
    both = ruled(("row", "A-9", "false_row"))
    assert both.rulings[0].computed == "gone"
    assert both.ruled == both.computed


@given(
    st.lists(
        st.sampled_from(SUBJECTS).flatmap(
            lambda one: st.sampled_from(VERDICTS[one[0]]).map(lambda verdict: (*one, verdict))
        ),
        unique_by=lambda one: one[:2],
    )
)
def test_the_computed_score_never_changes(verdicts: list[tuple[str, str, str]]) -> None:
    """Whatever is decided, the computed sums stay, and every sum remains possible."""
    both = ruled(*verdicts)
    assert both.computed == ruled().computed
    assert both.score == computed()
    assert both.ruled.found_count <= both.ruled.findable_count
    assert 0 <= both.ruled.false_count <= both.ruled.row_count
    assert ruled(*reversed(verdicts)).ruled == both.ruled


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [
        ("rien", "found"),
        ("toit", "met"),
        ("i01", "found"),
        ("i02", "met"),
        ("A-3", "false_row"),
        ("A-1", "missed"),
        ("pont-faux", "found"),
    ],
)
def test_what_cannot_be_said_is_refused(subject: str, verdict: str) -> None:
    """Unknown subjects, injects that expect nothing, typed rows, words of another kind."""
    with pytest.raises(OverruleError):
        subject_kind(computed(), MACHINE_REFS, subject, verdict)  # type: ignore[arg-type]
