"""New rows an hour, as Synthèse shows them: a line of bars and a chart.

Called by ``sheets.summary``. Pure: the present comes with the content.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from vigie.records.observation import Observation
from vigie.workbook.content import Content
from vigie.workbook.layout import BlockChart

TREND_HOURS = 24
CHART_LINES = 11
"""Empty lines that the chart covers."""
_BARS = "▁▂▃▄▅▆▇█"
_PARTS = (("life_at_risk", "C00000"), ("high", "F4B183"), ("", "8EA9DB"))
"""Urgency and colour of the chart's parts from below; the last one is all the rest."""


def known_since(row: Observation, content: Content) -> datetime:
    """Return since when a row is known: received, else observed, else now."""
    for code in ("received_at", "observed_at"):
        moment = row.value(code)
        if isinstance(moment, datetime):
            return moment
    return content.now


def trend_text(content: Content) -> str:
    """Return the trend as a line of bars: text survives every editor, a chart does not."""
    hours = [0] * TREND_HOURS
    for index, _ in _hours(content):
        hours[index] += 1
    highest = max(hours) or 1
    bars = "".join(_BARS[round(number / highest * (len(_BARS) - 1))] for number in hours)
    return content.wording.catalogue.say(
        "{bars}  per hour over {hours} h; last hour {last}, highest {highest}",
        bars=bars,
        hours=TREND_HOURS,
        last=hours[-1],
        highest=max(hours),
    )


def trend_chart(content: Content, heading: str, line: int) -> BlockChart:
    """Return the trend as a chart: new rows an hour, those that press apart.

    Args:
        content: What the workbook shows.
        heading: Of the block in which it stands.
        line: First line that it covers, from 1.
    """
    wording = content.wording
    counts: dict[str, list[int]] = {code: [0] * TREND_HOURS for code, _ in _PARTS}
    for index, row in _hours(content):
        code = str(row.value("urgency") or "")
        counts[code if code in counts else ""][index] += 1
    ends = (content.now - timedelta(hours=ago) for ago in reversed(range(TREND_HOURS)))
    return BlockChart(
        heading=heading,
        line=line,
        line_count=CHART_LINES,
        categories=tuple(f"{end.astimezone(wording.zone):%H:%M}" for end in ends),
        series=tuple(
            (
                wording.label("urgency", code) if code else wording.catalogue.say("all others"),
                colour,
                tuple(counts[code]),
            )
            for code, colour in _PARTS
        ),
    )


def _hours(content: Content) -> Iterator[tuple[int, Observation]]:
    """Yield each row of the last hours with the index of its hour, the oldest being 0."""
    for row in content.observations:
        age = content.now - known_since(row, content)
        index = TREND_HOURS - 1 - int(age / timedelta(hours=1))
        if 0 <= index < TREND_HOURS and age >= timedelta(0) and not row.is_withdrawn:
            yield index, row
