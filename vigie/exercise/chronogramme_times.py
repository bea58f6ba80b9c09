"""Times as people write them in chronogrammes, as minutes after the start of an exercise.

Called by ``chronogramme_reading``. Pure. What can mean two things is decided by the column as a
whole (``06:40`` may be the clock or the time since the start, ``H+10`` ten hours or ten minutes);
where that does not decide it, it is asked, never guessed.

Source: usage in French exercise and operations orders: H+n counts from the hour H, J-n are days
before the day J, T+hh:mm from the start (« chronogramme », Guide méthodologique exercices).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from vigie.convention.wording import shown
from vigie.language import say
from vigie.records.table import RawCell

DAY_MINUTES = 1440
_SPREADSHEET_ZERO = date(1899, 12, 30)
"""Source: ECMA-376 part 1, 18.17.4.1: day 0 of the 1900 date system."""
_FIRST_YEAR = 1950
"""Earlier dates are durations that a spreadsheet shows as dates."""
_HOUR_MINUTE = re.compile(r"^([th]?)([+-]?)(\d{1,3})[:h](\d{2})?(?::\d{2})?$")
_COUNTED = re.compile(r"^([th]?)([+-]?)(\d{1,4})(h|heures?|mn|min|minutes?|m|')?$")
_DAY = re.compile(r"^j([+-]\d{1,4})?(?:a?(\d{1,2})[:h](\d{2})?)?$")
_DATED = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})a?(\d{1,2})[:h](\d{2})?(?::\d{2})?$")
_SPACES = re.compile(r"\s+")

Form = Literal["exact", "hours", "clock", "dated", "day_clock", "days"]


@dataclass(frozen=True, slots=True)
class Moment:
    """What one cell says before the column decides.

    Attributes:
        form: ``exact``: minutes after the start. ``hours``: the bare number of ``H+n``. ``clock``:
            minutes since midnight, or since the start. ``dated``, ``day_clock``: minutes since the
            midnight of a first day. ``days``: whole days before or after.
    """

    form: Form
    value: int


def moment_of(cell: RawCell, *, is_minutes: bool = False) -> Moment | None:
    """Return what a cell says, or None if it is no time.

    Args:
        cell: As it was read.
        is_minutes: The title says that the column counts minutes.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, datetime):
        return _dated(cell)
    if isinstance(cell, time):
        return Moment("clock", cell.hour * 60 + cell.minute + (cell.second >= 30))
    if isinstance(cell, timedelta):
        return Moment("clock", round(cell.total_seconds() / 60))
    if isinstance(cell, (int, float)):
        return _number(cell, is_minutes=is_minutes)
    return _written(cell, is_minutes=is_minutes) if isinstance(cell, str) else None


def _dated(cell: datetime) -> Moment:
    minutes = cell.hour * 60 + cell.minute + (cell.second >= 30)
    if cell.year >= _FIRST_YEAR:
        return Moment("dated", cell.toordinal() * DAY_MINUTES + minutes)
    days = max((cell.date() - _SPREADSHEET_ZERO).days, 0)
    return Moment("clock", days * DAY_MINUTES + minutes)


def _number(cell: int | float, *, is_minutes: bool) -> Moment | None:
    if is_minutes:
        return Moment("exact", round(cell)) if float(cell).is_integer() else None
    if 0 <= cell < 1:
        return Moment("clock", round(cell * DAY_MINUTES))
    return None


def _written(text: str, *, is_minutes: bool) -> Moment | None:
    bare = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(mark for mark in bare if not unicodedata.combining(mark))
    bare = _SPACES.sub(
        "", bare.replace("\u2212", "-").replace("\u2013", "-").replace("\u2019", "'")
    )
    if bare in ("t", "h"):
        return Moment("exact", 0)
    return _hour_minute(bare) or _counted(bare, is_minutes=is_minutes) or _on_day(bare)


def _hour_minute(bare: str) -> Moment | None:
    found = _HOUR_MINUTE.match(bare)
    if found is None:
        return None
    anchor, sign, hours, rest = found.groups()
    minutes = int(rest or 0)
    if minutes > 59 or (anchor and not sign):
        return None
    value = int(hours) * 60 + minutes
    if anchor or sign:
        return Moment("exact", -value if sign == "-" else value)
    return Moment("clock", value)


def _counted(bare: str, *, is_minutes: bool) -> Moment | None:
    found = _COUNTED.match(bare)
    if found is None:
        return None
    anchor, sign, digits, unit = found.groups()
    value = -int(digits) if sign == "-" else int(digits)
    if unit is None and anchor == "h" and value:
        return Moment("hours", value)
    if unit is None and not anchor and not is_minutes:
        return None  # a bare number: hours, minutes or a clock without its colon
    return Moment("exact", value * 60 if (unit or "").startswith("h") else value)


def _on_day(bare: str) -> Moment | None:
    found = _DAY.match(bare)
    if found is not None:
        day, hours, rest = int(found[1] or 0), found[2], int(found[3] or 0)
        if hours is None:
            return Moment("days", day)
        return Moment("day_clock", day * DAY_MINUTES + int(hours) * 60 + rest)
    found = _DATED.match(bare)
    if found is None:
        return None
    year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    try:
        told = datetime(year, int(found[2]), int(found[1]), int(found[4]), int(found[5] or 0))  # noqa: DTZ001 - the exercise's own clock
    except ValueError:
        return None
    return _dated(told)


@dataclass(frozen=True, slots=True)
class Clock:
    """How the times of one sheet are meant.

    Attributes:
        start: Local time of the start, minutes since midnight.
        is_clock: Bare ``06:40`` is the hour of the clock, not the time since the start.
        hours: What bare ``H+n`` count: hours, minutes, each by itself, or nobody can know.
        first_midnight: Of the first dated day.
        limit: Minutes that the exercise lasts.
    """

    start: int
    limit: int
    is_clock: bool
    hours: Literal["hours", "minutes", "each", "unknown"]
    first_midnight: int

    def minute(self, moment: Moment) -> int | None:
        """Return minutes after the start; None where a moment has no single meaning."""
        if moment.form == "exact":
            return moment.value
        if moment.form == "clock":
            return self.on_clock(moment.value) if self.is_clock else moment.value
        if moment.form == "dated":
            return moment.value - self.first_midnight - self.start
        if moment.form == "day_clock":
            return moment.value - self.start
        if moment.form == "days":
            return moment.value * DAY_MINUTES
        return self._hours(moment.value)

    def on_clock(self, clock: int) -> int:
        """Return the minutes after the start of an hour of the clock, minutes since midnight."""
        minute = clock - self.start
        # An exercise may go on past midnight.
        return minute + DAY_MINUTES if minute < 0 and minute + DAY_MINUTES <= self.limit else minute

    def _hours(self, value: int) -> int | None:
        fits = abs(value) * 60 <= self.limit
        if self.hours == "unknown":
            return None if fits else value
        if self.hours == "each":
            return value * 60 if fits else value
        return value * 60 if self.hours == "hours" else value


def clock_of(moments: Sequence[Moment], start: int, limit: int) -> Clock:
    """Return how the times of one column are meant, in the order of its rows.

    Args:
        moments: Those that are times.
        start: Local time of the start, minutes since midnight.
        limit: Minutes that the exercise lasts.
    """
    midnights = [m.value - m.value % DAY_MINUTES for m in moments if m.form == "dated"]
    first = min(midnights, default=0)
    bare = [m.value for m in moments if m.form == "clock"]
    start_of_day = Clock(start, limit, True, "hours", first)
    fits_clock = all(0 <= start_of_day.on_clock(value) <= limit for value in bare)
    is_clock = fits_clock or not all(0 <= value <= limit for value in bare)
    for hours in _readings([m.value for m in moments if m.form == "hours"], limit):
        clock = Clock(start, limit, is_clock, hours, first)
        if hours in ("hours", "minutes", "unknown"):
            return clock
        as_minutes = Clock(start, limit, is_clock, "minutes", first)
        in_order = [one for one in (clock, as_minutes) if _is_in_order(one, moments)]
        if len(in_order) == 1:
            return in_order[0]
    return Clock(start, limit, is_clock, "unknown", first)


def _readings(
    values: Sequence[int], limit: int
) -> Iterable[Literal["hours", "minutes", "each", "unknown"]]:
    fitting = sum(abs(value) * 60 <= limit for value in values)
    if fitting == len(values):
        return ("hours",)
    return ("minutes",) if fitting == 0 else ("each", "unknown")


def _is_in_order(clock: Clock, moments: Sequence[Moment]) -> bool:
    minutes = [clock.minute(m) for m in moments if m.form != "days"]
    known = [minute for minute in minutes if minute is not None]
    return known == sorted(known)


def time_fault(cell: RawCell, moment: Moment | None) -> tuple[str, str]:
    """Return what is wrong with a cell that gives no time, and its cure."""
    if moment is not None:
        what = say("“{text}” may be hours or minutes.", text=shown(cell))
        return what, say(
            "Write H+{n}:00 for hours, or T+{n} min for minutes.", n=f"{abs(moment.value):02d}"
        )
    what = say("“{text}” is no time of an exercise.", text=shown(cell))
    return what, say(
        "Write T+01:05 (an hour and five minutes after the start), H+1, or the clock: 06:35."
    )
