"""A play's scores in the debrief: told as figures, sheets and remarks, with the rows behind."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.debrief.debrief_samples import WORDS, change, known, row
from vigie.debrief.aliases import without_names
from vigie.debrief.known import FactOutcome, Reaction, Ruling, Scores, Sums
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
    acted_minute=12,
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


def ruled() -> Scores:
    """Return the same scores with three verdicts of the direction."""
    sums = Sums(
        findable_count=2, found_count=1, row_count=12, false_count=1, met=0, late=1, missed=0,
        open=0, judged=0,
    )  # fmt: skip
    said = {"by": "Diane Rey", "reason": "Dit au téléphone à Diane Rey"}
    rulings = (
        Ruling(kind="fact", subject="toit", computed="missed", verdict="found", **said),
        Ruling(kind="inject", subject="i07", computed="late", verdict="met", **said),
        Ruling(
            kind="row", subject="EX-CO21-0009", computed="false_row", verdict="not_false", **said
        ),
    )
    better = replace(sums, found_count=2, false_count=0, met=1, late=0)
    return replace(SCORES, rulings=rulings, sums=sums, ruled_sums=better)


def made(scores: Scores = SCORES):
    """Return the debrief of a played exercise, without names."""
    rows = [row("EX-CO21-0001", urgency="life_at_risk", commune="Longvic")]
    entries = [
        change(9, "EX-CO21-0001", "", "", action="create", actor="vigie"),
        change(3, "petite-crue", "", "T+00:00", action="play_start", actor="vigie"),
        change(12, "EX-CO21-0001", "summary", "autre"),
        change(50, "A-1", "level", "3", action="debrief_edit"),
    ]
    given = known(*entries, kind="exercise", scores=scores, observations=rows)
    given = without_names(given, WORDS.catalogue)
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
    assert found["Réactions attendues"].rows[0][5:7] == ("en retard", "EX-CO21-0001")


def test_verdicts_of_the_direction_stand_beside_the_computed_ones() -> None:
    """Both are shown, with the reason; sums with and without; names only where they may stand."""
    sheets = {table.title: table for table in tables(made(ruled()), WORDS)}
    fact = dict(zip(_titles(sheets["Scores"]), sheets["Scores"].rows[1], strict=True))
    assert (fact["Calculé"], fact["Décidé par la direction"]) == ("manqué", "trouvé")
    assert fact["Motif de la décision"] == "Dit au téléphone à volontaire 2"
    late = dict(
        zip(
            _titles(sheets["Réactions attendues"]), *sheets["Réactions attendues"].rows, strict=True
        )
    )
    assert (late["Verdict"], late["Décidé par la direction"]) == ("en retard", "tenue")
    notes = " ".join(sheets["Scores"].notes)
    assert "1 trouvés sur 2" in notes
    assert "faits trouvés 2 sur 2" in notes
    row = dict(zip(_titles(sheets["Scores"]), sheets["Scores"].rows[-1], strict=True))
    assert row["Code"] == "EX-CO21-0009"
    assert (row["Calculé"], row["Décidé par la direction"]) == ("fausse", "pas fausse")
    data = plain_data(made(ruled()))["scores"]
    assert [one["verdict"] for one in data["rulings"]] == ["found", "met", "not_false"]
    assert (data["sums"]["found_count"], data["ruled_sums"]["found_count"]) == (1, 2)
    assert "Rey" not in str(data)
    told = {(one.kind, one.theme): one for one in made(ruled()).observed}
    assert "2 trouvés sur 2" in told["strength", "detection"].text
    assert ("weak_point", "conduct") not in told


def _titles(table) -> list[str]:
    return [column.title for column in table.columns]


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


def test_sheets_without_rows_say_so() -> None:
    """An empty table tells that nothing was there; columns of verdicts stand only where one is."""
    sheets = {table.title: table for table in tables(made(), WORDS)}
    for title in ("Équipe", "Messages", "Conflits", "Contrôles"):
        assert not sheets[title].rows
        assert sheets[title].notes
    assert "Décidé par la direction" not in _titles(sheets["Scores"])
    assert all(len(one) == len(sheets["Scores"].columns) for one in sheets["Scores"].rows)
    assert sheets["Délais"].chart is None
