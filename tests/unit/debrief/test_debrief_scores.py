"""A play's scores in the debrief: told as figures, sheets and remarks, with the rows behind."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.debrief.debrief_samples import WORDS, change, known, row
from vigie.debrief.known import FactOutcome, Reaction, Scores
from vigie.debrief.retex import compose, plain_data
from vigie.debrief.sheets import tables

FOUND = FactOutcome(
    id="pont",
    summary="Le pont est fermé",
    is_true=True,
    is_findable=True,
    urgency="high",
    told_minute=4,
    seen_minute=9.5,
    graded_minute=None,
    acknowledged_minute=20,
    confirmed_minute=None,
    refuted_minute=None,
    machine_refs=("EX-CO21-0001", "EX-CO21-0004"),
    player_refs=(),
    duplicate_refs=("EX-CO21-0004",),
    distance_metres=812.4,
)
MISSED = replace(FOUND, id="toit", seen_minute=None, machine_refs=(), duplicate_refs=())
RUMOUR = replace(FOUND, id="mort", is_true=False, is_findable=False, confirmed_minute=31)
LATE = Reaction(
    inject_id="i07",
    reaction="Appeler le CODIS",
    of="liaison",
    due_minute=15,
    met_minute=22,
    verdict="late",
    refs=("EX-CO21-0001",),
)
SCORES = Scores(
    minute=120,
    facts=(FOUND, MISSED, RUMOUR),
    reactions=(LATE,),
    row_count=12,
    false_refs=("EX-CO21-0009",),
    mixed_refs=(),
)


def made():
    """Return the debrief of a played exercise."""
    rows = [row("EX-CO21-0001", urgency="life_at_risk", commune="Longvic")]
    entries = [
        change(9, "EX-CO21-0001", "", "", action="create", actor="vigie"),
        change(3, "petite-crue", "", "T+00:00", action="play_start", actor="vigie"),
        change(12, "EX-CO21-0001", "summary", "autre"),
        change(50, "A-1", "level", "3", action="debrief_edit"),
    ]
    given = known(*entries, kind="exercise", scores=SCORES, observations=rows)
    return compose(given, number=1, by="vigie", words=WORDS)


def test_scores_have_their_sheets() -> None:
    """One line a fact, one a reaction; times as exercise times, distances in metres."""
    found = {table.title: table for table in tables(made(), WORDS)}
    first = found["Scores"].rows[0]
    assert first[:3] == ("pont", "Le pont est fermé", "oui")
    assert "T+00:04" in first
    assert 5.5 in first
    assert 812 in first
    assert "EX-CO21-0001, EX-CO21-0004" in first
    assert "1 trouvés sur 2" in " ".join(found["Scores"].notes)
    assert found["Réactions attendues"].rows[0][-2:] == ("en retard", "EX-CO21-0001")


def test_what_was_missed_is_a_weak_point() -> None:
    """Missed facts, rumours confirmed and late reactions are named with their ids."""
    told = {(one.kind, one.theme): one.refs for one in made().observed}
    assert told["weak_point", "detection"] == ("toit",)
    assert told["weak_point", "conduct"] == ("i07",)
    assert ("mort",) in [one.refs for one in made().observed]


def test_without_a_play_there_is_no_score() -> None:
    """A real activation has neither sheet."""
    retex = compose(known(), number=1, by="x", words=WORDS)
    titles = [table.title for table in tables(retex, WORDS)]
    assert "Scores" not in titles
    assert "Débriefing à chaud" in titles


def test_the_timeline_is_by_time_and_says_what_matters() -> None:
    """Steps of the activation and of life at risk are key; the debrief's own lines are left out."""
    steps = made().timeline
    assert [round(step.elapsed_minutes) for step in steps] == [3, 9, 12]
    assert [step.is_key for step in steps] == [True, True, False]
    assert steps[1].after == "vitale · Longvic"
    assert WORDS.elapsed(-5) == "T-00:05"


def test_the_data_are_plain() -> None:
    """Only JSON values, times as ISO 8601 in UTC."""
    data = plain_data(made())
    assert data["form"] == "vigie-debrief/1"
    assert data["issued_at"] == "2026-11-20T08:30:00+00:00"
    assert data["scores"]["facts"][0]["machine_refs"] == ["EX-CO21-0001", "EX-CO21-0004"]
