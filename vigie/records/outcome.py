"""What became of one fact of a scenario: which rows tell it, and when each step was reached.

Made by ``vigie.exercise.scoring``, told by ``vigie.debrief``: what both mean alike stands here.
Plain; knows no scenario and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["met", "late", "missed", "open", "judged"]
"""Of an expected reaction. ``open``: its deadline has not passed; ``judged``: words that only an
observer can judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTimes:
    """When a fact was told, seen and dealt with, in minutes of exercise; None means never.

    Attributes:
        told_minute: When its first inject was shown.
        is_findable: Whether a sweep could find it.
        machine_refs: Rows that sweeps made of it and do not call noise, first seen first.
        player_refs: Rows that players typed about it.
        seen_minute: When the first of all these rows stood in the log.
        graded_minute, acted_minute, acknowledged_minute: First such change by people: graded; an
            action asked for, passed on or taken over; acknowledged.
        confirmed_minute, refuted_minute: First time that its status said so.
        duplicate_refs: Further rows of the same fact that were left side by side.
        distance_metres: From the first row's point to the true one; None without either.
    """

    told_minute: float | None
    is_findable: bool
    machine_refs: tuple[str, ...]
    player_refs: tuple[str, ...]
    seen_minute: float | None
    graded_minute: float | None
    acted_minute: float | None
    acknowledged_minute: float | None
    confirmed_minute: float | None
    refuted_minute: float | None
    duplicate_refs: tuple[str, ...]
    distance_metres: float | None

    @property
    def delay_minutes(self) -> float | None:
        """From its first inject to its first row."""
        if self.seen_minute is None or self.told_minute is None:
            return None
        return max(0.0, self.seen_minute - self.told_minute)
