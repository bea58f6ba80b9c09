"""Scenarios of exercises: where they lie, and loading them against the installed conventions.

Called by the exercise commands. Reads files only.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from vigie.convention.loader import convention_files, load_conventions
from vigie.convention.model import Convention
from vigie.exercise.scenario import Scenario
from vigie.exercise.scenario_loading import load_scenario
from vigie.exercise.scenario_rules import absent_sources
from vigie.language import say
from vigie.operations.conventions import convention_registry
from vigie.operations.runtime import DATA
from vigie.problem import Problem
from vigie.settings import Settings

SCENARIOS = DATA / "scenarios"


def scenario_files(folder: Path = SCENARIOS) -> list[Path]:
    """Return the scenario files of a folder, by name."""
    return sorted(folder.glob("*.yml"))


def installed_conventions(settings: Settings) -> dict[str, Convention]:
    """Return the conventions of the settings' folder by id."""
    loaded = load_conventions(convention_files(settings.conventions), convention_registry())
    return {convention.id: convention for convention in loaded}


def scenario_at(path: Path, settings: Settings, *, is_played: bool = False) -> Scenario:
    """Return the scenario of a file, proved against the installed conventions."""
    return load_scenario(path, installed_conventions(settings), is_played=is_played)


def named_scenario(
    name: str, settings: Settings, *, is_played: bool = False
) -> tuple[Scenario, str]:
    """Return a scenario and its text by the id of a shipped one, or by its file.

    Args:
        name: Its id, or a path that ends in ``.yml``.
        settings: Where the conventions lie.
        is_played: Sources that its convention lost are no fault: see ``unplayed``.

    Raises:
        Problem: There is neither.
        ScenarioErrors: Anything in it is wrong.
    """
    path = Path(name) if name.endswith(".yml") else SCENARIOS / f"{name}.yml"
    if not path.is_file():
        shipped = ", ".join(file.stem for file in scenario_files())
        raise Problem(
            name,
            say("there is no such scenario."),
            say("Choose one of {names}, or give a file that ends in .yml.", names=shipped),
        )
    scenario = scenario_at(path, settings, is_played=is_played)
    return scenario, path.read_text(encoding="utf-8")


def unplayed(scenario: Scenario, settings: Settings) -> list[str]:
    """Return what is told before a play whose convention lacks sources of the scenario."""
    convention = installed_conventions(settings)[scenario.convention]
    lines = []
    for source in absent_sources(scenario, convention):
        count = sum(
            getattr(inject.content, "source", None) == source for inject in scenario.injects
        )
        lines.append(
            say(
                "The convention {convention} has no source {id}: {count} injects are shown to "
                "nobody.",
                convention=convention.id,
                id=source,
                count=count,
            )
        )
    return lines


def channel_counts(scenario: Scenario) -> Counter[str]:
    """Return how many injects each channel carries."""
    return Counter(inject.content.channel for inject in scenario.injects)
