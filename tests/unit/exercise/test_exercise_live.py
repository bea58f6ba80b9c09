"""The trainer's view: what comes, what was found, what is late, which networks are down."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vigie.convention.model import Convention
from vigie.exercise.findable import findable_facts
from vigie.exercise.live import Heard, LiveView, Seen, live_view
from vigie.exercise.scenario import Expectation, Scenario
from vigie.exercise.scoring import score
from vigie.exercise.timeline import shown_injects
from vigie.exercise.tracing import TracedRow
from vigie.operations.live_telling import news, page
from vigie.operations.scenarios import SCENARIOS, installed_conventions, scenario_at
from vigie.records.play import ExerciseClock, InjectChange
from vigie.settings import Settings

START = datetime(2027, 3, 12, 5, 0, tzinfo=UTC)
ROWS = (TracedRow(ref="EX-CO21-0001", seen_minute=6, inject_ids=("i01",)),)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The small flood."""
    return scenario_at(Path("tests/payloads/scenarios/petite-crue.yml"), Settings())


@functools.cache
def conventions() -> dict[str, Convention]:
    """The shipped conventions, read once."""
    return installed_conventions(Settings())


def seen(scenario: Scenario, minute: float, **changes: object) -> Seen:
    """What is known at a minute at which every source answered the minute before."""
    convention = conventions()[scenario.convention]
    moves = changes.pop("moves", ())
    rows = changes.pop("rows", ROWS)
    shown = shown_injects(scenario, moves)  # type: ignore[arg-type]
    told = [one for one in shown if one.minute <= minute]
    findable = findable_facts(shown, scenario, convention)
    heard = {
        source.id: Heard(state="ok", answered_minute=minute - 1) for source in convention.sources
    }
    return Seen(
        **{
            "identity": "ex-cote-dor-1",
            "scenario": scenario,
            "convention": convention,
            "state": "running",
            "minute": minute,
            "now": START + timedelta(minutes=minute),
            "speed": 1.0,
            "shown": shown,
            "held": (),
            "score": score(scenario, told, findable, rows, minute, {}),  # type: ignore[arg-type]
            "rows": rows,
            "heard": heard,
            **changes,
        }  # type: ignore[arg-type]
    )


def lines(view: LiveView, scenario: Scenario) -> list[str]:
    """The page as text."""
    return [line.text for line in page(view, scenario)]


def test_it_tells_what_comes_and_what_was_detected(scenario: Scenario) -> None:
    """Next injects with minutes to go, rows with their fact and delay, hours of both clocks."""
    view = live_view(seen(scenario, 30))
    assert [one.inject.id for one in view.coming[:2]] == ["i07", "i08"]
    assert [(one.ref, one.fact.fact.id, one.delay_minutes) for one in view.detected] == [
        ("EX-CO21-0001", "toit", 2)
    ]
    told = "\n".join(lines(view, scenario))
    assert "EN COURS · T+00:30 sur T+02:00 · heure légale 06:30" in told
    assert "dans   1 min  T+00:31  i07  hauteur d’eau" in told
    assert "+2 min  toit" in told


def test_a_second_row_of_a_fact_is_told_as_a_double(scenario: Scenario) -> None:
    """Its delay says nothing of how quick the sweeps were."""
    again = TracedRow(ref="EX-CO21-0002", seen_minute=61, inject_ids=("i12",))
    view = live_view(seen(scenario, 62, rows=(*ROWS, again)))
    assert [(one.ref, one.is_double) for one in view.detected] == [
        ("EX-CO21-0002", True),
        ("EX-CO21-0001", False),
    ]
    assert any("EX-CO21-0002   doublon  toit" in line for line in lines(view, scenario))


def test_a_row_that_is_called_noise_detects_nothing(scenario: Scenario) -> None:
    """Its fact stands among those that could have been found."""
    lost = TracedRow(
        ref="EX-CO21-0002", seen_minute=10, inject_ids=("i02",), values={"category": "noise"}
    )
    view = live_view(seen(scenario, 30, rows=(*ROWS, lost)))
    assert [one.ref for one in view.detected] == ["EX-CO21-0001"]
    assert "ecole" in {one.fact.fact.id for one in view.undetected}


def test_what_sweeps_could_have_found_is_named_once_their_source_answered(
    scenario: Scenario,
) -> None:
    """A fact told after the last answer, or on a source that is down, is nobody's fault yet."""
    view = live_view(seen(scenario, 30))
    assert [one.fact.fact.id for one in view.undetected] == [
        "ecole", "ouche-orange", "vigilance", "cap",
    ]  # fmt: skip
    assert [one.since_minute for one in view.undetected] == [9, 11, 12, 20]
    deaf = {"mastodon-social": Heard(state="unreachable", answered_minute=8.0)}
    told = seen(scenario, 30)
    view = live_view(replace(told, heard={**told.heard, **deaf}))
    assert "ecole" not in {one.fact.fact.id for one in view.undetected}


def test_deadlines_are_soon_then_overdue_and_go_when_met_or_judged(scenario: Scenario) -> None:
    """Exercise minutes decide; what the direction judged no longer asks for anything."""
    assert [one.score.inject_id for one in live_view(seen(scenario, 5)).soon] == ["i01"]
    late = live_view(seen(scenario, 12))
    assert [(one.score.inject_id, one.minutes_left) for one in late.overdue] == [("i01", -3)]
    assert any("EN RETARD de   3 min  i01" in line for line in lines(late, scenario))
    assert live_view(seen(scenario, 12, judged={"i01"})).overdue == ()


def test_messages_and_what_observers_judge_have_deadlines_too(scenario: Scenario) -> None:
    """Nothing in the log can tell that they came: they are told as to be judged."""
    wanted = Expectation(reaction="Message de prudence", within_minutes=10, deliverable="message")
    injects = [
        one.model_copy(update={"expect": wanted}) if one.id == "i02" else one
        for one in scenario.injects
    ]
    with_message = scenario.model_copy(update={"injects": injects})
    soon = live_view(seen(with_message, 16))
    assert [(one.score.inject_id, one.is_judged) for one in soon.soon] == [("i02", True)]
    past = live_view(seen(with_message, 21))
    assert any("à juger depuis   2 min  i02" in line for line in lines(past, with_message))


def test_a_pause_moves_every_deadline(scenario: Scenario) -> None:
    """However long the clock stood, the view is that of its minute; afterwards it goes on there."""
    wall = datetime(2026, 11, 21, tzinfo=UTC)
    clock = ExerciseClock(START, wall, anchor_minute=8.0, is_running=True).paused(wall)
    later = wall + timedelta(hours=9)
    assert live_view(seen(scenario, clock.minute(later))).overdue == ()
    going = clock.running(later)
    minute = going.minute(later + timedelta(seconds=4))
    assert live_view(seen(scenario, minute)).overdue == ()
    assert [one.score.due_minute for one in live_view(seen(scenario, minute)).soon] == [9]


def test_a_deadline_counts_from_when_the_inject_was_really_shown(scenario: Scenario) -> None:
    """Fired by hand later, it is due later; held back, it is not due at all."""
    fired = seen(scenario, 20, moves=[InjectChange("i01", "fired", 18.0)], rows=())
    assert [one.score.due_minute for one in live_view(fired).soon] == [23]
    held = seen(scenario, 20, moves=[InjectChange("i01", "held")], rows=())
    assert live_view(held).soon == live_view(held).overdue == ()


def test_broken_networks_are_told_as_planned_or_not(scenario: Scenario) -> None:
    """A planned breakdown says until when; one that nobody planned is an alarm."""
    told = seen(scenario, 52)
    bad = {"vigicrues": Heard(state="malformed", answered_minute=40.0)}
    view = live_view(replace(told, heard={**told.heard, **bad}))
    by_id = {one.source_id: one for one in view.broken}
    assert by_id["piaille"].until_minute == 58
    assert by_id["vigicrues"].until_minute is None
    tones = {line.text: line.tone for line in page(view, scenario, 60) if "prévu" in line.text}
    assert sorted(tones.values()) == ["alarm", "soon"]


def test_news_is_told_once(scenario: Scenario) -> None:
    """Between two looks: new injects, rows, delays, breakdowns, a change of state; else nothing."""
    before = live_view(seen(scenario, 39, rows=()))
    after = live_view(seen(scenario, 51, state="paused"))
    told = [line.text for line in news(before, after, scenario)]
    assert told[0].startswith("EN PAUSE · T+00:51")
    assert any("i10" in line for line in told)
    assert any("EX-CO21-0001" in line for line in told)
    assert any("piaille" in line for line in told)
    assert list(news(after, after, scenario)) == []


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yml")), ids=lambda path: path.stem)
def test_the_page_fits_its_terminal(path: Path) -> None:
    """Whatever happens at once, every section keeps a line and the page its height."""
    scenario = scenario_at(path, Settings())
    for minute in (0, scenario.duration_minutes / 2, scenario.duration_minutes):
        view = live_view(seen(scenario, minute, rows=()))
        for height in (12, 20, 29, 60):
            drawn = page(view, scenario, height)
            assert len(drawn) <= height
            assert sum(line.tone == "heading" for line in drawn) == 5
            assert not any("\n" in line.text for line in drawn)


def test_what_is_soon_due_keeps_its_place_beside_what_is_late(scenario: Scenario) -> None:
    """Ten missed reactions do not hide the one that can still be met."""
    wanted = Expectation(reaction="Ligne", within_minutes=1)
    soon = Expectation(reaction="Encore possible", within_minutes=40)
    injects = [
        one.model_copy(update={"expect": soon if one.id == "i10" else wanted})
        for one in scenario.injects
    ]
    busy = scenario.model_copy(update={"injects": injects})
    view = live_view(seen(busy, 66, rows=()))
    assert len(view.overdue) > 8
    assert any("Encore possible" in line for line in lines(view, busy))
