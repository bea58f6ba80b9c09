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


def scenario_at(path: Path, settings: Settings) -> Scenario:
    """Return the scenario of a file, proved against the installed conventions."""
    return load_scenario(path, installed_conventions(settings))


def named_scenario(name: str, settings: Settings) -> tuple[Scenario, str]:
    """Return a scenario and its text by the id of a shipped one, or by its file.

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
    return scenario_at(path, settings), path.read_text(encoding="utf-8")


def channel_counts(scenario: Scenario) -> Counter[str]:
    """Return how many injects each channel carries."""
    return Counter(inject.content.channel for inject in scenario.injects)
