"""How a debrief says times, delays and codes. Pure: catalogue and zone are arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from vigie.language import Catalogue

_HOUR_MINUTES = 60
_DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one debrief.

    Args:
        catalogue: Its language.
        zone: Of the times that people see.
        categories: Category code to the convention's own name.
    """

    catalogue: Catalogue
    zone: ZoneInfo
    categories: Mapping[str, str] = field(default_factory=dict)

    def say(self, sentence: str, /, **values: object) -> str:
        """Return a sentence in the debrief's language."""
        return self.catalogue.say(sentence, **values)

    def label(self, context: str, code: str) -> str:
        """Return the word for a code; the convention's names of categories come first."""
        if context == "category" and code in self.categories:
            return self.categories[code]
        return self.catalogue.label(context, code)

    def moment(self, at: datetime | None) -> str:
        """Return a time as ``21/11/2026 14:05``; empty for None."""
        return "" if at is None else f"{at.astimezone(self.zone):%d/%m/%Y %H:%M}"

    def clock(self, at: datetime) -> str:
        """Return the hour alone, ``14:05``."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def minutes(self, value: float | None) -> str:
        """Return a delay as ``7 min``, ``1 h 05``, ``2 j 03 h``; a dash for None."""
        if value is None:
            return "–"
        whole = round(value)
        if whole < _HOUR_MINUTES:
            return f"{whole} min"
        if whole < _DAY_MINUTES:
            return f"{whole // _HOUR_MINUTES} h {whole % _HOUR_MINUTES:02d}"
        return f"{whole // _DAY_MINUTES} j {whole % _DAY_MINUTES // _HOUR_MINUTES:02d} h"

    def elapsed(self, value: float) -> str:
        """Return minutes since the opening as ``T+01:05``."""
        whole = int(abs(value))
        return f"T{'-' if value < 0 else '+'}{whole // 60:02d}:{whole % 60:02d}"
