"""How a played team reacts to a scenario's expectations: who is quick, who is late, what is missed.

Called by the rehearsal (``vigie exercise play --with-played-team``) and by ``make run``. Pure: the
seed decides, so that the same seed gives the same scores.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from vigie.exercise.scenario import Inject
from vigie.exercise.timeline import ShownInject

IN_TIME, LATE = 0.75, 0.9
"""Three reactions in four come in time, one in ten never. Ours: a team that has trained."""
_TYPED = frozenset({"row", "urgency", "graded", "confirmed", "refuted", "acknowledged"})


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a played volunteer will do about an inject, at a minute of exercise."""

    minute: float
    inject: Inject


def planned_reactions(shown: Sequence[ShownInject], seed: int) -> list[Reaction]:
    """Return the reactions of a played team, by time.

    Args:
        shown: The injects and when they are shown.
        seed: Decides who is quick, late, or never comes.
    """
    found = []
    for one in shown:
        wanted = one.inject.expect
        if wanted is None or wanted.deliverable not in _TYPED:
            continue
        # One die an inject: holding one back changes nothing about the others.
        dice = random.Random(f"{seed}/{one.inject.id}")  # noqa: S311 - repeatable, no secret
        luck = dice.random()
        if luck >= LATE:
            continue
        share = dice.uniform(0.2, 0.9) if luck < IN_TIME else dice.uniform(1.1, 1.6)
        found.append(Reaction(one.minute + share * wanted.within_minutes, one.inject))
    return sorted(found, key=lambda reaction: (reaction.minute, reaction.inject.id))
