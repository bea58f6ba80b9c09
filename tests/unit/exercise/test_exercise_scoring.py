"""Scores against the truth: each figure from rows that can be named."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.exercise.findable import findable_facts
from vigie.exercise.scenario import Scenario
from vigie.exercise.scoring import metres_between, score
from vigie.exercise.timeline import shown_injects
from vigie.exercise.tracing import Change, TracedPost, TracedRow, inject_of
from vigie.operations.scenarios import scenario_at
from vigie.records.play import InjectChange
from vigie.settings import Settings

PLAY = Path("tests/payloads/scenarios/petite-crue.yml")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The small flood."""
    return scenario_at(PLAY, Settings())


def row(ref: str, seen: float, *injects: str, **more: object) -> TracedRow:
    """A row of the main log."""
    return TracedRow(ref=ref, seen_minute=seen, inject_ids=injects, **more)  # type: ignore[arg-type]


def test_a_fact_is_found_when_a_sweep_brought_one_of_its_injects(scenario: Scenario) -> None:
    """The delay runs from the first inject to the first row; a second row is a double."""
    rows = [row("A-1", 6, "i01"), row("A-2", 61, "i12"), row("A-3", 70, "i13", is_by_people=True)]
    found = score(scenario, shown_injects(scenario), {"toit": 4.0}, rows, 120, {})
    fact = next(one for one in found.facts if one.fact.id == "toit")
    assert fact.machine_refs == ("A-1", "A-2")
    assert fact.duplicate_refs == ("A-2",)
    assert fact.player_refs == ("A-3",)
    assert fact.delay_minutes == 2
    assert [one.fact.id for one in found.found] == ["toit"]


def test_a_row_of_background_is_false_unless_it_is_called_noise(scenario: Scenario) -> None:
    """A row that tells nothing of the event counts as false when it looks like news."""
    rows = [
        row("A-1", 1, values={"category": "water"}),
        row("A-2", 1, values={"category": "noise"}),
        row("A-3", 1, "i06", values={"category": "water"}),
        row("A-4", 1, is_by_people=True),
    ]
    found = score(scenario, shown_injects(scenario), {}, rows, 120, {})
    assert found.false_refs == ("A-1", "A-3")
    assert found.row_count == 3


def test_a_row_that_is_called_noise_finds_nothing(scenario: Scenario) -> None:
    """Noise is no false row, so it is no find either: calling all noise gains nothing."""
    noise = row("A-1", 6, "i01", values={"category": "noise"})
    later = row("A-2", 61, "i12", values={"category": "water"})
    findable = {"toit": 4.0}
    shown = shown_injects(scenario)
    assert score(scenario, shown, findable, [noise], 120, {}).found == []
    fact = score(scenario, shown, findable, [noise, later], 120, {}).found[0]
    assert fact.machine_refs == ("A-2",)
    assert fact.seen_minute == 61


def test_rumours_denials_and_ends_are_not_false(scenario: Scenario) -> None:
    """What spreads, refutes or ends a fact is the team's work, whatever its words are called."""
    rows = [row(f"A-{name}", 1, name) for name in ("i10", "i12", "i14", "i15")]
    assert score(scenario, shown_injects(scenario), {}, rows, 120, {}).false_refs == ()


def test_two_facts_in_one_row_are_named(scenario: Scenario) -> None:
    """Gathering what are two things is shown as such."""
    found = score(scenario, shown_injects(scenario), {}, [row("A-1", 1, "i01", "i02")], 120, {})
    assert found.mixed_refs == ("A-1",)


def test_steps_are_counted_from_people_alone(scenario: Scenario) -> None:
    """The machine grades when voices join: a fact is graded when a person judged it."""
    changes = [
        Change(7, "information_grade", "2", "machine"),
        Change(12, "information_grade", "2", "people"),
        Change(9, "followed_by", "Inès", "people"),
        Change(15, "transmitted_at", "", "people"),
    ]
    rows = [row("A-1", 6, "i01", changes=changes)]
    found = score(scenario, shown_injects(scenario), {"toit": 4.0}, rows, 120, {})
    fact = next(one for one in found.facts if one.fact.id == "toit")
    assert (fact.graded_minute, fact.acted_minute, fact.acknowledged_minute) == (12, 9, None)


def test_expected_reactions_are_met_late_missed_or_open(scenario: Scenario) -> None:
    """The verdict follows from the deadline on the exercise's clock."""
    urgent = Change(8.5, "urgency", "life_at_risk", "people")
    late = Change(10.0, "urgency", "life_at_risk", "people")

    def verdict(rows: list[TracedRow], minute: float) -> dict[str, str]:
        found = score(scenario, shown_injects(scenario), {}, rows, minute, {})
        return {one.inject_id: one.verdict for one in found.expectations}

    assert verdict([row("A-1", 5, "i01", changes=(urgent,))], 20)["i01"] == "met"
    assert verdict([row("A-1", 5, "i01", changes=(late,))], 20)["i01"] == "late"
    assert verdict([], 20)["i01"] == "missed"
    assert verdict([], 6)["i01"] == "open"


def test_what_no_query_asks_for_cannot_be_found(scenario: Scenario) -> None:
    """Findable follows from channel, hashtag, level and threshold, never from a mark."""
    from vigie.operations.scenarios import installed_conventions

    convention = installed_conventions(Settings())[scenario.convention]
    facts = findable_facts(shown_injects(scenario), scenario, convention)
    assert set(facts) == {fact.id for fact in scenario.facts}
    blind = scenario.model_copy(update={"watch": []})
    assert "toit" not in findable_facts(shown_injects(blind), blind, convention)
    held = shown_injects(scenario, [InjectChange("i11", "held")])
    assert "eau" not in findable_facts(held, scenario, convention)


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        (TracedPost("alertes-fr", "alertes@service.example,i05,2027-03-12T06:00:00+00:00"), "i05"),
        (TracedPost("vigicrues", "SA91/3/x", "SA91", 3), "i03"),
        (TracedPost("vigicrues", "SA91/2/x", "SA91", 2), None),
        (TracedPost("vigilance", "21/4/J/x", "21/4/J", 3), "i04"),
        (TracedPost("hauteurs", "U132401001/H/x", "U132401001/H", 2), "i07"),
        (TracedPost("routes-departement", "i08#end-20270312T063000"), "i08"),
        (TracedPost("routes-nationales", "i09-1"), "i09"),
        (TracedPost("piaille", "https://piaille.example/users/a/statuses/i01"), "i01"),
        (TracedPost("piaille", "https://piaille.example/users/a/statuses/bruit-3"), None),
        (TracedPost("piaille", "i08"), None),
    ],
)
def test_a_post_is_led_back_to_its_inject(
    scenario: Scenario, post: TracedPost, expected: str | None
) -> None:
    """Each source's own identity names the inject; background and other sources' names do not."""
    published = {("piaille", "https://piaille.example/users/a/statuses/i01"): "i01"}
    assert inject_of(post, shown_injects(scenario), published) == expected


def test_a_level_that_comes_twice_is_told_apart_by_its_time(scenario: Scenario) -> None:
    """Orange before red and orange after it are two changes."""
    shown = shown_injects(scenario)
    reach = next(one for one in shown if one.inject.id == "i03")
    again = type(reach)(reach.inject.model_copy(update={"id": "i03b"}), 90.0)
    found = [
        inject_of(TracedPost("vigicrues", "SA91/3/x", "SA91", 3, minute), [*shown, again], {})
        for minute in (11.0, 90.0)
    ]
    assert found == ["i03", "i03b"]


def test_distances_are_great_circles() -> None:
    """A degree of latitude is some 111 km."""
    assert metres_between((47.0, 5.0), (48.0, 5.0)) == pytest.approx(111_195, abs=10)


def test_a_source_that_the_convention_lost_is_a_fault_only_when_it_is_written() -> None:
    """Checked, each inject on it is named; played, it is shown to nobody and cannot be found."""
    from vigie.exercise.scenario_loading import ScenarioErrors, parse_scenario
    from vigie.exercise.scenario_rules import absent_sources
    from vigie.exercise.staging import stage
    from vigie.operations.scenarios import installed_conventions

    text = PLAY.read_text(encoding="utf-8")
    convention = installed_conventions(Settings())["cote-dor"]
    left = [source for source in convention.sources if source.id != "piaille"]
    less = convention.model_copy(update={"sources": left})
    with pytest.raises(ScenarioErrors) as caught:
        parse_scenario(text, "petite-crue", {less.id: less})
    # Two injects, the background and a breakdown.
    assert len(caught.value.faults) == 4
    played = parse_scenario(text, "petite-crue", {less.id: less}, is_played=True)
    assert absent_sources(played, less) == ["piaille"]
    assert "piaille" not in stage(played, less, 5).sources
    assert "toit" not in findable_facts(shown_injects(played), played, less)
