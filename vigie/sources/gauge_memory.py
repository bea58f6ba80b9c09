"""What is remembered of each gauge from sweep to sweep: its latest values and their levels. Pure.

Called by the connector of water levels; written as its chain's mark. Must not know the connector.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vigie.sources.instants import parse_instant

MEMORY_MINUTES = 30
"""Values as old as this, seen from the newest, are known again when they are read again."""
_MOST_VALUES = 60
_MOST_LAG_HOURS = 3


@dataclass(frozen=True, slots=True)
class _Value:
    at: datetime
    value: float
    level: int


@dataclass(slots=True)
class GaugeMemory:
    """Subject to its latest values, oldest first."""

    _gauges: dict[str, list[_Value]] = field(default_factory=dict)

    @classmethod
    def read(cls, mark: str) -> GaugeMemory:
        """Return what a mark holds; nothing where it is empty or damaged."""
        try:
            plain: Any = json.loads(mark) if mark else {}
            gauges = {
                str(subject): [
                    _Value(moment, float(value), int(level))
                    for at, value, level in values
                    if (moment := parse_instant(at)) is not None
                ]
                for subject, values in plain.items()
            }
        except (ValueError, TypeError, AttributeError):
            return cls()
        return cls({subject: values for subject, values in gauges.items() if values})

    def write(self) -> str:
        """Return the mark."""
        plain = {
            subject: [[one.at.isoformat(), one.value, one.level] for one in values]
            for subject, values in self._gauges.items()
        }
        return json.dumps(plain, sort_keys=True, separators=(",", ":"))

    def start_at(self, subjects: Sequence[str], since_at: datetime) -> datetime:
        """Return from when values are to be asked for. Aware UTC.

        Gauges that report by the hour lag behind the others: reading starts where the slowest is,
        at most three hours behind the quickest, with an overlap for what is corrected.

        Args:
            subjects: The gauges that are asked.
            since_at: How far back a first sweep reaches. Aware UTC.
        """
        heard = [self.heard_at(subject) for subject in subjects]
        newest_at = max((at for at in heard if at is not None), default=None)
        if newest_at is None:
            return since_at
        reach_at = newest_at - timedelta(hours=_MOST_LAG_HOURS)
        slowest_at = min(at if at is not None else reach_at for at in heard)
        return max(slowest_at, reach_at) - timedelta(minutes=MEMORY_MINUTES)

    def heard_at(self, subject: str) -> datetime | None:
        """Return the time of a gauge's newest value. Aware UTC."""
        values = self._gauges.get(subject)
        return values[-1].at if values else None

    def judge(
        self,
        subject: str,
        observed_at: datetime,
        value: float,
        thresholds: Sequence[float],
        margin_percent: float,
    ) -> int | None:
        """Return the level of a value and remember it; None where it was read already.

        Args:
            subject: The gauge.
            observed_at: Aware UTC.
            value: In the unit of the thresholds.
            thresholds: Rising; from the first on the level is 2.
            margin_percent: The level falls only once the value is this far below its threshold.
        """
        values = self._gauges.get(subject, [])
        if values and observed_at < values[-1].at - timedelta(minutes=MEMORY_MINUTES):
            return None
        known = next((one for one in values if one.at == observed_at), None)
        if known is not None and known.value == value:
            return None
        before = next((one for one in reversed(values) if one.at < observed_at), None)
        level = 1 + sum(value >= threshold for threshold in thresholds)
        if before is not None and level < before.level:
            loose = [edge - abs(edge) * margin_percent / 100 for edge in thresholds]
            level = min(before.level, 1 + sum(value >= edge for edge in loose))
        kept = [one for one in values if one.at != observed_at]
        kept.append(_Value(observed_at, value, level))
        kept.sort(key=lambda one: one.at)
        oldest_at = kept[-1].at - timedelta(minutes=MEMORY_MINUTES)
        self._gauges[subject] = [one for one in kept if one.at >= oldest_at][-_MOST_VALUES:]
        return level
