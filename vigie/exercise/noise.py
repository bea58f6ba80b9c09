"""Background posts of a scenario: drawn from its templates with a seed.

Called by ``vigie.exercise.staging``. Pure: the same scenario and seed give the same posts.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from vigie.exercise.scenario import Scenario

_WORDS = ("matin", "voisin", "quartier")


@dataclass(frozen=True, slots=True)
class NoisePost:
    """One background post; ``source`` is the convention's id, ``minute`` of exercise."""

    id: str
    minute: int
    source: str
    author: str
    text: str


def background(scenario: Scenario, tags: Sequence[str], seed: int) -> list[NoisePost]:
    """Return the background posts of a whole scenario, by time.

    Args:
        scenario: Whose templates, sources and rate.
        tags: Watched hashtags, for ``{tag}``: without one no sweep would find the post.
        seed: Chooses times, templates, writers and words.
    """
    noise = scenario.noise
    if noise is None or not noise.per_hour:
        return []
    # Only repeatability is asked of it, no secrecy.
    dice = random.Random(f"{scenario.id}/{seed}")  # noqa: S311
    posts: list[NoisePost] = []
    minute = dice.expovariate(noise.per_hour / 60)
    while minute < scenario.duration_minutes:
        number = len(posts) + 1
        posts.append(
            NoisePost(
                id=f"bruit-{number}",
                minute=int(minute),
                source=dice.choice(noise.sources),
                author=f"riverain{dice.randrange(100, 1000)}",
                text=_filled(dice.choice(noise.templates), scenario, tags, int(minute), dice),
            )
        )
        minute += dice.expovariate(noise.per_hour / 60)
    return posts


def _filled(
    template: str, scenario: Scenario, tags: Sequence[str], minute: int, dice: random.Random
) -> str:
    noise = scenario.noise
    places = noise.places if noise else []
    words = noise.words if noise else []
    hours, minutes = map(int, scenario.starts.split(":"))
    clock = (hours * 60 + minutes + minute) % 1440
    tag = dice.choice(list(tags)) if tags else ""
    filled = (
        template.replace("{place}", dice.choice(places or [""]))
        .replace("{word}", dice.choice(words or list(_WORDS)))
        .replace("{hour}", f"{clock // 60} h {clock % 60:02d}")
    )
    if "{tag}" in filled:
        return filled.replace("{tag}", f"#{tag}")
    return f"{filled} #{tag}" if tag else filled
