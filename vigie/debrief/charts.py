"""Geometry of the printed report's charts: rectangles and labels in user units. Pure.

The template draws them as inline SVG, each with title, description and the table beside.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from vigie.debrief.figures import Bucket, DelayLine, SourceLine
from vigie.debrief.wording import Words

WIDTH = 640
_NAME_WIDTH = 190
_BAR_HEIGHT = 13
_GAP = 4
_COLUMN_HEIGHT = 110
_WIDEST_COLUMN = 60.0
_TOP = 14
_MOST_NAMES = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One rectangle and the words at it; ``kind`` is a class of the style sheet."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    value: str
    value_x: float
    value_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A word on an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of ``WIDTH`` by ``height`` units.

    Attributes:
        desc: What a person who cannot see it must know.
        is_upright: Bars stand on an axis at the bottom; else they lie along one at the left.
        legend: (kind, words).
    """

    id: str
    title: str
    desc: str
    height: float
    bars: tuple[Bar, ...]
    names: tuple[Name, ...]
    is_upright: bool = False
    legend: tuple[tuple[str, str], ...] = ()
    width: int = WIDTH
    axis: float = _NAME_WIDTH


def rows_chart(given: Sequence[Bucket], words: Words) -> Chart | None:
    """Return the rows over time, the urgent ones apart; None where there was never one."""
    most = max((one.count for one in given), default=0)
    if not most:
        return None
    step = WIDTH / len(given)
    wide = min(max(1.0, step - 4), _WIDEST_COLUMN)
    bars, names = [], []
    every = math.ceil(len(given) / 12)
    is_long = bool(given) and given[-1].starts_at - given[0].starts_at >= timedelta(hours=24)
    for at, one in enumerate(given):
        for kind, count in (("all", one.count), ("urgent", one.urgent_count)):
            if count:
                high = _COLUMN_HEIGHT * count / most
                top = _TOP + _COLUMN_HEIGHT - high
                left = (at + 0.5) * step - wide / 2
                bars.append(
                    _bar(left, top, wide, high, kind)
                    if kind == "urgent"
                    else _bar(left, top, wide, high, kind, str(count), (at + 0.5) * step, top - 3)
                )
        if at % every == 0:
            local = one.starts_at.astimezone(words.zone)
            text = f"{local:%d/%m %Hh}" if is_long else f"{local:%H:%M}"
            names.append(Name(x=_r((at + 0.5) * step), y=_TOP + _COLUMN_HEIGHT + 12, text=text))
    total, peak = sum(one.count for one in given), max(given, key=lambda one: one.count)
    return Chart(
        id="rows",
        title=words.say("Rows over time"),
        desc=words.say(
            "{total} rows in all; the most at {time}: {count}.",
            total=total,
            time=words.moment(peak.starts_at),
            count=peak.count,
        ),
        height=_TOP + _COLUMN_HEIGHT + 18,
        bars=tuple(bars),
        names=tuple(names),
        is_upright=True,
        axis=_TOP + _COLUMN_HEIGHT,
        legend=(("all", words.say("all rows")), ("urgent", words.say("of which vital or high"))),
    )


def delays_chart(given: Sequence[DelayLine], words: Words) -> Chart | None:
    """Return the median delays by urgency and step; None where nothing was ever done."""
    stages = ("grade", "action", "acknowledgement")
    shown = [
        (line, stage, getattr(line, stage).median_minutes)
        for line in given
        for stage in stages
        if getattr(line, stage).median_minutes is not None
    ]
    if not shown:
        return None
    rows = [
        (f"{_group(line.urgency, words)} · {words.label('debrief_stage', stage)}", stage, value)
        for line, stage, value in shown
    ]
    return _lying(
        "delays",
        words.say("Median delay since a row was first seen"),
        [(name, kind, value, words.minutes(value)) for name, kind, value in rows],
        tuple(
            (stage, words.label("debrief_stage", stage))
            for stage in stages
            if any(drawn == stage for _, drawn, _ in shown)
        ),
    )


def sources_chart(given: Sequence[SourceLine], words: Words) -> Chart | None:
    """Return the rows that each source gave; None where none gave any."""
    rows = sorted((line for line in given if line.row_count), key=lambda one: -one.row_count)
    if not rows:
        return None
    return _lying(
        "sources",
        words.say("Rows by source"),
        [(line.name, "all", float(line.row_count), str(line.row_count)) for line in rows[:15]],
    )


def _lying(
    chart_id: str,
    title: str,
    rows: Sequence[tuple[str, str, float, str]],
    legend: tuple[tuple[str, str], ...] = (),
) -> Chart:
    most = max(value for _, _, value, _ in rows) or 1.0
    room = WIDTH - _NAME_WIDTH - 70
    bars, names = [], []
    for at, (name, kind, value, told) in enumerate(rows):
        top = at * (_BAR_HEIGHT + _GAP) + _GAP
        long = max(1.5, room * value / most)
        base = top + _BAR_HEIGHT - 3
        bars.append(
            _bar(_NAME_WIDTH, top, long, _BAR_HEIGHT, kind, told, _NAME_WIDTH + long + 5, base)
        )
        short = name if len(name) <= _MOST_NAMES else f"{name[: _MOST_NAMES - 1]}…"
        names.append(Name(x=_NAME_WIDTH - 6, y=base, text=short))
    return Chart(
        id=chart_id,
        title=title,
        desc=" ; ".join(f"{name} : {told}" for name, _, _, told in rows),
        height=len(rows) * (_BAR_HEIGHT + _GAP) + _GAP,
        bars=tuple(bars),
        names=tuple(names),
        legend=legend,
    )


def _bar(
    x: float, y: float, width: float, height: float, kind: str,
    value: str = "", value_x: float = 0.0, value_y: float = 0.0,
) -> Bar:  # fmt: skip
    return Bar(
        x=_r(x),
        y=_r(y),
        width=_r(width),
        height=_r(height),
        kind=kind,
        value=value,
        value_x=_r(value_x),
        value_y=_r(value_y),
    )


def _r(value: float) -> float:
    return round(value, 1)


def _group(urgency: str, words: Words) -> str:
    return words.say("all rows") if urgency == "all" else words.label("urgency", urgency)
