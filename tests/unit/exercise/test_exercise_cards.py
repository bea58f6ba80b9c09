"""Injects as texts: players read what is said, animators what is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.exercise.inject_cards import BANNER, CARD_NAME, Desk, animator_cards, player_texts
from vigie.exercise.inject_words import held_injects, one_line, safe_text
from vigie.exercise.scenario import Scenario
from vigie.language import catalogue
from vigie.operations.inject_files import write_texts
from vigie.operations.scenarios import SCENARIOS, scenario_at
from vigie.problem import Problem
from vigie.records.play import InjectChange
from vigie.settings import Settings

DESK = Desk(
    words=catalogue("fr"),
    zone=ZoneInfo("Europe/Paris"),
    started_at=datetime(2027, 3, 12, 5, 0, tzinfo=UTC),
    places={"toit": "Plombières-lès-Dijon, rue du Moulin"},
)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The small flood: one call among fifteen injects."""
    return scenario_at(Path("tests/payloads/scenarios/petite-crue.yml"), Settings())


def test_players_get_only_what_is_said_to_them(scenario: Scenario) -> None:
    """A call is a text; posts, truth, place and expectation stay with the animators."""
    texts = player_texts(scenario, (), DESK)
    assert list(texts) == ["T+01-05 i13 appel.txt"]
    text = texts["T+01-05 i13 appel.txt"]
    assert text.startswith(BANNER)
    for part in ("CODIS 21", "veille", "T+01:05", "12/03/2027 07:05 (Europe/Paris)", "appel"):
        assert part in text
    assert "hélitreuillées" in text
    assert "Plombières" not in text
    assert "Vérité" not in text


def test_what_is_not_shown_yet_is_no_text_for_players(scenario: Scenario) -> None:
    """A text lies there from its minute on, not before."""
    assert player_texts(scenario, (), replace(DESK, minute=64.9)) == {}
    assert len(player_texts(scenario, (), replace(DESK, minute=65))) == 1


def test_the_place_is_told_to_players_who_hear_it(scenario: Scenario) -> None:
    """Where the words name the commune it stands in the head, else it is theirs to find."""
    call = next(one for one in scenario.injects if one.id == "i13")
    content = call.content.model_copy(update={"text": "Toujours à Plombières-lès-Dijon."})
    told = call.model_copy(update={"content": content})
    change = InjectChange("i13", text=told.model_dump_json())
    (text,) = player_texts(scenario, [change], DESK).values()
    assert "Lieu             : Plombières-lès-Dijon\n" in text
    assert "rue du Moulin" not in text


def test_animators_have_a_card_for_every_inject(scenario: Scenario) -> None:
    """Truth, place, expectation with its deadline and what was played stand on it."""
    cards = animator_cards(scenario, (), replace(DESK, minute=30))
    assert len(cards) == len(scenario.injects)
    card = cards["T+00-04 i01 message.txt"]
    assert "à ne pas remettre aux joueurs" in card
    assert "i01 · jouée" in card
    assert "rue du Moulin" in card
    assert "Ligne urgente (veille, avant T+00:09 ; urgence notée)" in card
    assert "i10 · prévue" in cards["T+00-40 i10 message.txt"]


def test_held_fired_and_edited_injects_move_their_cards(scenario: Scenario) -> None:
    """Held ones are marked in name and text; a fired one lies at its own minute."""
    edited = next(one for one in scenario.injects if one.id == "i15")
    text = edited.model_copy(update={"at": "T+01:40"}).model_dump_json()
    changes = [
        InjectChange("i13", "held"),
        InjectChange("i14", "fired", 20.0),
        InjectChange("i15", "planned", None, text),
    ]
    cards = animator_cards(scenario, changes, DESK)
    assert "i13 · RETENU" in cards["T+01-05 i13 appel RETENU.txt"]
    assert "T+00-20 i14 message.txt" in cards
    assert "T+01-40 i15 route.txt" in cards
    assert len(cards) == len(scenario.injects)
    assert player_texts(scenario, changes, DESK) == {}
    assert [one.id for one in held_injects(scenario, changes)] == ["i13"]


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yml")), ids=lambda path: path.stem)
def test_cards_of_every_scenario_sort_by_exercise_time(path: Path) -> None:
    """Names are ours, sort as the exercise goes, and no line is wider than a page."""
    scenario = scenario_at(path, Settings())
    cards = animator_cards(scenario, (), DESK)
    assert len(cards) == len(scenario.injects)
    assert all(CARD_NAME.match(name) for name in cards)
    times = [name.split(" ")[0] for name in sorted(cards)]
    assert times == sorted(times)
    assert max(len(line) for text in cards.values() for line in text.split("\n")) <= 80


@given(st.text(max_size=200))
def test_no_text_can_command_a_terminal(text: str) -> None:
    """Control characters and turned writing are gone; one line stays one line."""
    safe = safe_text(text)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in safe.replace("\n", ""))
    assert not set(safe) & set("\u202e\u2066\u200f")
    assert safe_text(safe) == safe
    assert "\n" not in one_line(text)


def test_files_are_written_once_and_follow_what_changes(tmp_path: Path) -> None:
    """The same texts write nothing; a changed one replaces; a moved one goes; others' stay."""
    folder = tmp_path / "injects"
    name, moved = "T+00-10 i01 appel.txt", "T+00-20 i01 appel.txt"
    notes = folder / "T+00-10 i09 appel.txt"
    assert write_texts(folder, {name: f"{BANNER}\na"}) == 1
    stamp = (folder / name).stat().st_mtime_ns
    notes.write_text("mes notes")
    (folder / "lisez-moi.txt").write_text("à moi")
    assert write_texts(folder, {name: f"{BANNER}\na"}) == 0
    assert (folder / name).stat().st_mtime_ns == stamp
    assert write_texts(folder, {name: f"{BANNER}\nb"}) == 1
    assert write_texts(folder, {moved: f"{BANNER}\nb"}) == 2
    assert sorted(path.name for path in folder.iterdir()) == [notes.name, moved, "lisez-moi.txt"]
    assert (folder / moved).stat().st_mode & 0o777 == 0o600
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem):
        write_texts(tmp_path / "file" / "injects", {name: "x"})
