"""Shares with their confidence intervals. Pure; called by the scores."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

_Z95 = 1.959964
"""Two-sided 95 % of the normal distribution."""
_RESAMPLES_COUNT = 1_000
_SEED = 20261121

Unit = TypeVar("Unit")


@dataclass(frozen=True, slots=True)
class Figure:
    """One share of a score.

    Attributes:
        name: English code of what is measured; people read its label.
        value: 0 … 1; NaN where nothing was labelled.
        low: Lower end of the 95 % confidence interval.
        high: Upper end.
        hits: What was counted.
        count: Out of how many.
    """

    name: str
    value: float
    low: float
    high: float
    hits: int
    count: int


@dataclass(frozen=True, slots=True)
class Score:
    """What one capability scored, and the lines that it got wrong."""

    figures: tuple[Figure, ...]
    errors: tuple[str, ...] = ()


def share(name: str, hits: int, count: int) -> Figure:
    """Return a share of independent cases with Wilson's interval.

    Source: E. B. Wilson (1927), score interval; right also near 0 and 1.
    """
    if not count:
        return Figure(name, math.nan, math.nan, math.nan, 0, 0)
    value = hits / count
    spread = _Z95 * math.sqrt(value * (1 - value) / count + _Z95**2 / (4 * count**2))
    scale = 1 + _Z95**2 / count
    middle = value + _Z95**2 / (2 * count)
    low, high = (middle - spread) / scale, (middle + spread) / scale
    # The floating point of the ends may stray past the share itself.
    return Figure(name, value, max(0.0, min(low, value)), min(1.0, max(high, value)), hits, count)


def share_of_units(
    name: str, units: Sequence[Unit], counted: Callable[[Unit], tuple[int, int]]
) -> Figure:
    """Return a share whose cases come in bundles (the pairs of one group), bootstrapped by bundle.

    Args:
        name: Of the figure.
        units: The bundles; the same seed each time, so that a figure can be repeated.
        counted: Gives hits and count of one bundle.
    """
    parts = [counted(unit) for unit in units]
    hits, count = sum(hit for hit, _ in parts), sum(all_ for _, all_ in parts)
    if not count:
        return Figure(name, math.nan, math.nan, math.nan, 0, 0)
    chance = random.Random(_SEED)  # noqa: S311 - a repeatable draw, no secret
    values = []
    for _ in range(_RESAMPLES_COUNT):
        drawn = chance.choices(parts, k=len(parts))
        whole = sum(all_ for _, all_ in drawn)
        if whole:
            values.append(sum(hit for hit, _ in drawn) / whole)
    values.sort()
    low, high = values[int(0.025 * len(values))], values[int(0.975 * len(values)) - 1]
    return Figure(name, hits / count, low, high, hits, count)
