"""Scoring an exercise: ten thousand rows against a thousand injects, by the real functions.

A generated scenario: posts, gauges and reaches that sweeps find, calls that players type. Measured
is all that is done once rows and journal were read: each post is led back to its inject, each typed
row to what was said aloud, and the whole is scored. Reading the store is ``commit``'s figure.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from tests.bench.figures import Figure
from vigie.exercise.scenario import CastMember, Expectation, Fact, Inject, Scenario, Truth
from vigie.exercise.scenario import exercise_time as told_time
from vigie.exercise.scoring import Score, score
from vigie.exercise.spoken import SpokenWords
from vigie.exercise.timeline import ShownInject, shown_injects
from vigie.exercise.tracing import Change, TracedPost, TracedRow, Tracer

TARGET_SECONDS = 2.0
_MINUTES = 360
_SOURCES = ("mastodon-a", "mastodon-b", "bluesky", "presse")
_WORDS = tuple(
    f"{first}{second}"
    for first in ("inond", "coup", "ferm", "isol", "effondr", "bless", "bloqu", "evacu", "secour")
    for second in ("ation", "ure", "ées", "ement", "euse", "antes", "able", "oirs", "istes", "ives")
)
_FIELDS = ("urgency", "information_grade", "status", "acknowledged_at", "commune", "verified_by")


def measure(*, is_quick: bool) -> list[Figure]:
    """Return the seconds of a whole scoring, and of its parts."""
    row_count, inject_count = (1_000, 100) if is_quick else (10_000, 1_000)
    dice = random.Random(21)
    scenario = _scenario(inject_count, dice)
    shown = shown_injects(scenario)
    load = _Load(scenario, shown, row_count, dice)
    runs = [load.measured() for _ in range(2 if is_quick else 5)]
    last = runs[-1]
    found = last["score"]
    assert isinstance(found, Score)
    note = (
        f"{load.post_count} posts, {load.typed_count} typed rows, {len(scenario.facts)} facts; "
        f"{len(found.found)} of {len(found.findable)} found, {len(found.false_refs)} false"
    )
    return [
        Figure(
            f"{row_count} rows scored against {inject_count} injects",
            tuple(float(run["all"]) for run in runs),
            target=TARGET_SECONDS,
            note=note,
        ),
        Figure("  posts led back to injects (machine)", tuple(float(r["posts"]) for r in runs)),
        Figure("  typed rows led back by their words", tuple(float(r["typed"]) for r in runs)),
        Figure("  facts, delays, reactions (both)", tuple(float(r["facts"]) for r in runs)),
    ]


def _scenario(count: int, dice: random.Random) -> Scenario:
    facts = [
        Fact(
            id=f"fait-{number}",
            is_true=number % 10 != 0,
            summary=" ".join(dice.choices(_WORDS, k=9)) + f" numéro{number}",
            lat=47.0 + dice.random(),
            lon=5.0 + dice.random(),
            category="person_in_danger",
        )
        for number in range(max(10, count // 3))
    ]
    injects = [_inject(number, dice.choice(facts), dice) for number in range(count)]
    return Scenario(
        schema_version=1,
        id="mesure",
        title="Mesure",
        convention="cote-dor",
        event="Mesure",
        summary="Mesure",
        objectives=["Mesurer"],
        starts="05:30",
        duration=told_time(_MINUTES),
        cast=[CastMember(id="temoin", name="Témoin", kind="person")],
        facts=facts,
        injects=injects,
    )


def _inject(number: int, fact: Fact, dice: random.Random) -> Inject:
    text = " ".join(dice.choices(_WORDS, k=14)) + " " + fact.summary
    contents: tuple[Callable[[], dict[str, object]], ...] = (
        lambda: {"channel": "post", "source": dice.choice(_SOURCES), "text": text},
        lambda: {"channel": "post", "source": dice.choice(_SOURCES), "text": text},
        lambda: {
            "channel": "reach",
            "source": "vigicrues",
            "reach": f"SA{number}",
            "name": "Ouche",
            "level": 3,
        },
        lambda: {"channel": "gauge", "source": "hubeau", "station": f"U{number}", "metres": 2.5},
        lambda: {"channel": "call", "text": text},
    )
    return Inject.model_validate(
        {
            "id": f"i{number:04}",
            "at": told_time(dice.randrange(_MINUTES)),
            "sender": "temoin",
            "content": contents[number % len(contents)](),
            "truth": Truth(kind="true" if fact.is_true else "rumour", fact=fact.id),
            "expect": Expectation(
                reaction="Traiter",
                within_minutes=20,
                deliverable=dice.choice(["row", "graded", "acknowledged", "refuted"]),
            ),
        }
    )


class _Load:
    """Rows as a store would give them: posts behind them, words typed, changes of cells."""

    def __init__(
        self, scenario: Scenario, shown: list[ShownInject], row_count: int, dice: random.Random
    ) -> None:
        self.scenario, self.shown = scenario, shown
        self.findable = {one.id: 0.0 for one in scenario.facts if one.is_true}
        self.published = {
            (one.inject.content.source, f"https://m.example/{one.inject.id}"): one.inject.id
            for one in shown
            if one.inject.content.channel == "post"
        }
        self.rows = [self._row(number, dice) for number in range(row_count)]
        self.post_count = sum(len(posts) for posts, _, _ in self.rows)
        self.typed_count = sum(bool(words) for _, words, _ in self.rows)

    def measured(self) -> dict[str, object]:
        """Score once; return the processor seconds of each part, and the score."""
        began = time.process_time()
        tracer = Tracer(self.shown, self.published)
        names = [[tracer.inject_of(post) for post in posts] for posts, _, _ in self.rows]
        traced = time.process_time()
        spoken = SpokenWords(self.scenario, self.shown)
        typed = [spoken.injects_of(words) if words else () for _, words, _ in self.rows]
        led = time.process_time()
        rows = [
            TracedRow(
                ref=f"EX-{number:05}",
                seen_minute=float(number % _MINUTES),
                inject_ids=said or tuple(dict.fromkeys(name for name in own if name)),
                is_by_people=bool(words),
                lat=47.3,
                lon=5.0,
                changes=changes,
            )
            for number, (own, said, (_, words, changes)) in enumerate(
                zip(names, typed, self.rows, strict=True)
            )
        ]
        found = score(self.scenario, self.shown, self.findable, rows, float(_MINUTES), {})
        ended = time.process_time()
        return {
            "all": ended - began,
            "posts": traced - began,
            "typed": led - traced,
            "facts": ended - led,
            "score": found,
        }

    def _row(self, number: int, dice: random.Random) -> tuple[list[TracedPost], str, list[Change]]:
        changes = [
            Change(
                float(dice.randrange(_MINUTES)),
                dice.choice(_FIELDS),
                dice.choice(["high", "confirmed", "refuted", "2"]),
                "people" if dice.random() < 0.5 else "machine",
            )
            for _ in range(6)
        ]
        if number % 5 == 0:
            fact = dice.choice(self.scenario.facts)
            return [], f"{fact.summary} {dice.choice(_WORDS)}", changes
        posts = [self._post(dice) for _ in range(dice.choice([1, 1, 2, 4]))]
        return posts, "", changes

    def _post(self, dice: random.Random) -> TracedPost:
        one = dice.choice(self.shown)
        content = one.inject.content
        if content.channel == "post":
            return TracedPost(content.source, f"https://m.example/{one.inject.id}")
        if content.channel == "reach":
            return TracedPost("vigicrues", "b/1", content.reach, content.level, one.minute)
        if content.channel == "gauge":
            return TracedPost("hubeau", "b/2", f"{content.station}/H", None, one.minute)
        return TracedPost("mastodon-a", f"https://m.example/bruit/{dice.random()}")
