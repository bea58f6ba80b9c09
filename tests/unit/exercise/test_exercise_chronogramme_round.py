"""Out to a workbook and back, out to a file and back: nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.unit.exercise.chronogramme_samples import (
    SHIPPED,
    SMALL,
    book_of,
    conventions,
    scenarios,
    small,
)
from vigie.exercise.chronogramme import read_chronogramme, scenario_tables
from vigie.exercise.scenario_loading import load_scenario, parse_scenario
from vigie.exercise.scenario_writing import kept_of, lost_comment_count, scenario_text

FILES = [*SHIPPED, SMALL]
RELAXED = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_scenario_comes_back_whole(path):
    """Each shipped scenario is the same after export and import, without a note or a base."""
    scenario = load_scenario(path, conventions())
    read = read_chronogramme(book_of(scenario), None, conventions())
    assert read.scenario == scenario
    assert read.notes == ()
    assert scenario_tables(read.scenario) == scenario_tables(scenario)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_that_is_written_again_is_the_same_to_the_byte(path):
    """What says the same stays as it was written, comments and all."""
    text, scenario = path.read_text(encoding="utf-8"), load_scenario(path, conventions())
    assert scenario_text(scenario, kept_of(text, scenario)) == text
    bare = scenario_text(scenario)
    assert parse_scenario(bare, str(path), conventions()) == scenario
    assert scenario_text(scenario) == bare


@RELAXED
@given(scenario=scenarios())
def test_a_generated_scenario_comes_back_from_a_workbook(scenario):
    """Hard texts, every channel, breakdowns and noise: the workbook holds all of it."""
    assert read_chronogramme(book_of(scenario), None, conventions()).scenario == scenario


@RELAXED
@given(scenario=scenarios())
def test_a_generated_scenario_comes_back_from_its_file(scenario):
    """The text is read by the strict loader and says the same, also when written again over it."""
    text = scenario_text(scenario)
    assert parse_scenario(text, "essai.yml", conventions()) == scenario
    assert scenario_text(scenario, kept_of(text, scenario)) == text


def test_a_changed_inject_changes_its_line_alone():
    """The comparison of two versions shows what was changed and nothing else."""
    text, before = SMALL.read_text(encoding="utf-8"), small()
    changed = before.injects[3].model_copy(update={"note": "dit deux fois"})
    after = before.model_copy(
        update={"injects": [*before.injects[:3], changed, *before.injects[4:]]}
    )
    lines = set(scenario_text(after, kept_of(text, before)).splitlines()) ^ set(text.splitlines())
    assert len(lines) == 2
    assert all("i04" in line for line in lines)


def test_comments_stay_with_their_items_and_lost_ones_are_counted():
    """A comment goes where its item goes; with a removed item it goes, and is told."""
    before = small()
    text = SMALL.read_text(encoding="utf-8").replace(
        "  - {id: i04,", "  # le tournant\n  - {id: i04,"
    )
    kept = kept_of(text, before)
    turned = before.model_copy(update={"injects": before.injects[::-1]})
    written = scenario_text(turned, kept).splitlines()
    assert written[written.index("  # le tournant") + 1].startswith("  - {id: i04,")
    without = before.model_copy(
        update={"injects": [one for one in before.injects if one.id != "i04"]}
    )
    assert lost_comment_count(kept, without) == 1
    assert lost_comment_count(kept, turned) == 0
