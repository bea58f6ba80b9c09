"""The shipped scenarios over real HTTP against their truth, and what scores rest on.

The networks, the collectors, the checks, the store and the scores are the real ones. Only the pace
is the test's: sweeps fall every ten minutes of exercise and nothing is published, for the scores
read the store.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from vigie.convention.model import Convention
from vigie.exercise.findable import findable_facts
from vigie.exercise.overruling import rule
from vigie.exercise.scenario import Scenario
from vigie.exercise.scoring import FactScore
from vigie.exercise.staging import watched_tags
from vigie.exercise.timeline import shown_injects
from vigie.operations.playing import Casting, Conductor, open_play
from vigie.operations.ruling_telling import score_data
from vigie.operations.runtime import Runtime
from vigie.operations.scenarios import installed_conventions, named_scenario, unplayed
from vigie.operations.scoring import Scored, score_play
from vigie.records.observation import URGENCIES
from vigie.records.play import Play
from vigie.records.post import Post
from vigie.settings import Settings, house_of
from vigie.signals.hashtags import tag_keys
from vigie.signals.lexicons import load_lexicons
from vigie.signals.triage import triage
from vigie.store.repository import Store

SCENARIOS = ("crue-ouche", "accident-ferroviaire", "ouragan-outre-mer")
SMALL = "tests/payloads/scenarios/petite-crue.yml"
CONVENTIONS = Path("conventions")
DAY = date(2027, 3, 12)
STEP_MINUTES = 10
FALSE_SHARE = 0.10
"""Of all rows of sweeps. Source: what the exercises must show, line 2."""
_LEAST_URGENCY = {1: "information", 2: "normal", 3: "high", 4: "high"}
"""Of an alert, by its level."""


@dataclass(frozen=True)
class Played:
    """A scenario that was played to a minute, with its scores.

    Attributes:
        texts: ``Réf`` to the words of the row, its category and urgency.
        told: ``Réf`` to the posts behind it, earliest first.
    """

    scenario: Scenario
    convention: Convention
    scored: Scored
    texts: Mapping[str, str]
    told: Mapping[str, list[Post]]

    @property
    def facts(self) -> dict[str, FactScore]:
        """Fact id to what became of it."""
        return {one.fact.id: one for one in self.scored.score.facts}

    def data(self) -> str:
        """Return the scores as they are exported."""
        refs = {row.ref for row in self.scored.rows if not row.is_by_people}
        return json.dumps(score_data(rule(self.scored.score, refs, [])), sort_keys=True)


@contextmanager
def _house(home: Path, conventions: Path) -> Iterator[Runtime]:
    house = house_of(Settings(home=home, conventions=conventions), "exercise")
    with Store.open(house.database_url) as store:
        yield Runtime(house, store)


async def _walk(conductor: Conductor, until_minute: int) -> None:
    for minute in range(0, until_minute + 1, STEP_MINUTES):

        def there(play: Play, minute: int = minute) -> Play:
            clock = play.clock.jumped(conductor.wall.wall_clock(), float(minute))
            return replace(play, state="running", clock=clock)

        conductor.move(there)
        await conductor.sweep()


def play(
    home: Path,
    name: str,
    *,
    until_minute: int | None = None,
    seed: int | None = None,
    conventions: Path = CONVENTIONS,
) -> Played:
    """Play a scenario in a house of its own; its port is its own, too."""
    with _house(home, conventions) as runtime:
        settings = runtime.house.settings
        scenario, text = named_scenario(name, settings, is_played=True)
        conductor = open_play(runtime, scenario, text, Casting(by="D. Rey", seed=seed, day=DAY))
        conductor.open_networks()
        try:
            asyncio.run(_walk(conductor, until_minute or scenario.duration_minutes))
        finally:
            conductor.close_networks()
        rows = runtime.store.observations(conductor.identity)
        return Played(
            scenario=scenario,
            convention=installed_conventions(settings)[scenario.convention],
            scored=score_play(runtime, conductor.identity),
            texts={
                row.ref: f"{row.value('category')}, {row.value('urgency')}: "
                f"{row.value('original_text')}"
                for row in rows
            },
            told=runtime.store.posts_of(conductor.identity),
        )


# --- The three scenarios -----------------------------------------------------------------------


@pytest.fixture(scope="module", params=SCENARIOS)
def shipped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """One shipped scenario, played to its end."""
    return play(tmp_path_factory.mktemp(request.param), request.param)


def test_every_findable_true_fact_is_found(shipped: Played) -> None:
    """What sweeps can find stands in the log, in a row that is not called noise."""
    score = shipped.scored.score
    missed = {one.fact.id: one.fact.summary for one in score.findable if one not in score.found}
    assert missed == {}


def test_the_flood_is_told_on_many_channels(shipped: Played) -> None:
    """At least 25 true facts on at least 6 channels can be found in the flood, 15 elsewhere."""
    score, scenario = shipped.scored.score, shipped.scenario
    found = {one.fact.id for one in score.found}
    rows = {ref for one in score.found for ref in one.machine_refs}
    injects = {name for row in shipped.scored.rows if row.ref in rows for name in row.inject_ids}
    channels = {
        inject.content.channel
        for inject in scenario.injects
        if inject.id in injects and inject.truth.fact in found
    }
    least_facts, least_channels = (25, 6) if scenario.id == "crue-ouche" else (15, 3)
    assert len(found) >= least_facts
    assert len(channels) >= least_channels, channels


def test_few_rows_are_false(shipped: Played) -> None:
    """Background, jokes and small talk are called noise; what is not is named here."""
    score = shipped.scored.score
    false = [shipped.texts[ref] for ref in score.false_refs]
    assert score.false_share <= FALSE_SHARE, "\n".join(false)


def test_few_jokes_ring_for_life(shipped: Played) -> None:
    """Background that rings as life at risk costs most: one row in fifty at the most."""
    score = shipped.scored.score
    urgency = {row.ref: row.values.get("urgency") for row in shipped.scored.rows}
    ringing = [ref for ref in score.false_refs if urgency[ref] == "life_at_risk"]
    assert len(ringing) <= score.row_count / 50, [shipped.texts[ref] for ref in ringing]


def test_no_rumour_is_confirmed_and_no_fact_is_mixed(shipped: Played) -> None:
    """The machine confirms nothing, and gathers no two facts into one row."""
    score = shipped.scored.score
    assert [one.fact.id for one in score.facts if one.confirmed_minute is not None] == []
    assert score.mixed_refs == ()


# --- What scores rest on, on the short scenario ------------------------------------------------

UNTIL = 60
"""Minute by which the short scenario has told everything but what ends it."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The short scenario as it is."""
    return play(tmp_path_factory.mktemp("as_it_is"), SMALL, until_minute=UNTIL)


def _convention_folder(folder: Path, convention_id: str, before: str, after: str) -> Path:
    """Return a folder of the conventions, one of them with a text replaced."""
    shutil.copytree(CONVENTIONS, folder)
    path = folder / f"{convention_id}.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


def _injects_seen(one: Played) -> set[str]:
    return {name for row in one.scored.rows for name in row.inject_ids}


def test_the_same_seed_gives_the_same_scores(small: Played, tmp_path: Path) -> None:
    """Played again elsewhere, every figure and every reference is the same, to the byte."""
    assert play(tmp_path, SMALL, until_minute=UNTIL).data() == small.data()


def test_another_seed_changes_the_noise_and_only_the_noise(small: Played, tmp_path: Path) -> None:
    """The facts, their minutes and the injects that were seen are the same; the noise is not."""
    other = play(tmp_path, SMALL, until_minute=UNTIL, seed=small.scenario.seed + 1)

    def noise(one: Played) -> list[str]:
        return sorted(one.texts[row.ref] for row in one.scored.rows if not row.inject_ids)

    def told(one: Played) -> dict[str, tuple[object, ...]]:
        return {
            name: (fact.told_minute, fact.seen_minute, fact.urgent_minute, fact.distance_metres)
            for name, fact in one.facts.items()
        }

    assert noise(other) != noise(small)
    assert told(other) == told(small)
    assert _injects_seen(other) == _injects_seen(small)
    assert other.scored.score.expectations[0].verdict == small.scored.score.expectations[0].verdict


@pytest.mark.parametrize("source_id", ["piaille"])
def test_a_removed_source_lowers_the_facts_that_rest_on_it_alone(
    small: Played, tmp_path: Path, source_id: str
) -> None:
    """What other sources tell too is found all the same; the play says what nobody is shown."""
    text = (CONVENTIONS / f"{small.convention.id}.yml").read_text(encoding="utf-8")
    block = _source_block(text, source_id)
    folder = _convention_folder(tmp_path / "conventions", small.convention.id, block, "")
    less = play(tmp_path / "home", SMALL, until_minute=UNTIL, conventions=folder)
    shown = shown_injects(small.scenario)
    before = set(findable_facts(shown, small.scenario, small.convention))
    after = set(findable_facts(shown, small.scenario, less.convention))
    lost = {one for one in small.facts if small.facts[one].is_found_by_sweeps} - {
        one for one in less.facts if less.facts[one].is_found_by_sweeps
    }
    assert before - after
    assert lost == before - after
    assert unplayed(small.scenario, Settings(conventions=folder)) != []
    kept = [one for one in small.facts if one not in lost]
    assert [less.facts[one].seen_minute for one in kept] == [
        small.facts[one].seen_minute for one in kept
    ]


def test_an_emptied_lexicon_lowers_what_rests_on_it(small: Played, tmp_path: Path) -> None:
    """Found and urgent is exactly what the remaining words say, fact by fact, and nothing else."""
    line = next(
        line
        for line in (CONVENTIONS / f"{small.convention.id}.yml").read_text("utf-8").splitlines()
        if line.startswith("lexicons:")
    )
    folder = _convention_folder(
        tmp_path / "conventions", small.convention.id, line, "lexicons: [storm]"
    )
    less = play(tmp_path / "home", SMALL, until_minute=UNTIL, conventions=folder)
    before, after = (
        _worded(small, list(names))
        for names in (small.convention.lexicons, less.convention.lexicons)
    )
    changed = {one for one in before if before[one] != after[one]}
    assert changed

    def outcome(one: Played) -> dict[str, tuple[object, ...]]:
        rows = {row.ref: row for row in one.scored.rows}
        return {
            name: (
                fact.is_found_by_sweeps,
                *(rows[ref].values.get("urgency") for ref in fact.machine_refs[:1]),
            )
            for name, fact in one.facts.items()
        }

    full, emptied = outcome(small), outcome(less)
    assert {one for one in full if full[one] != emptied[one]} == changed
    lower = {
        one
        for one in changed
        if not emptied[one][0]
        or URGENCIES.index(str(emptied[one][1])) > URGENCIES.index(str(full[one][1]))
    }
    assert lower == changed


def _source_block(text: str, source_id: str) -> str:
    """Return the lines of one source in a convention's text."""
    lines = text.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.rstrip() == f"  - id: {source_id}")
    end = next(
        i
        for i, line in enumerate(lines)
        if i > start and (line.startswith("  - id: ") or (line.strip() and line[0] != " "))
    )
    return "".join(lines[start:end])


def _worded(one: Played, lexicon_names: list[str]) -> dict[str, tuple[bool, str]]:
    """Return fact to whether words make a row of it that is no noise, and how urgent.

    Of each fact the first row counts. Levels have no words; an alert is as urgent as its service
    says at least.
    """
    lexicons = load_lexicons(lexicon_names)
    ignored = tag_keys(watched_tags(one.scenario, one.convention))
    found = {}
    for name, fact in one.facts.items():
        posts = [post for ref in fact.machine_refs[:1] for post in one.told[ref]]
        if not posts or any(post.kind == "measurement" for post in posts):
            continue
        said = [
            triage(post.text, lexicons, is_exercise=True, ignored_tags=ignored) for post in posts
        ]
        urgencies = [item.urgency for item in said]
        urgencies += [_LEAST_URGENCY[post.level or 1] for post in posts if post.kind == "alert"]
        is_found = any(item.category != "noise" for item in said) or bool(posts[0].category)
        found[name] = (is_found, min(urgencies, key=URGENCIES.index))
    return found
