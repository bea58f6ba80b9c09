"""Synthèse: the three things that matter now on the first screen. Written by the machine.

Order: open life-at-risk items, alarms, counters; then trend and sources.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from textwrap import shorten

from vigie.records.health import GOOD_STATES
from vigie.records.observation import STATUSES, URGENCIES, Observation
from vigie.records.report import ReportHead
from vigie.workbook.cell_values import local_text
from vigie.workbook.content import Content, is_filled
from vigie.workbook.layout import BlockCell, BlockChart, BlockStyle, FileLink, RowLink
from vigie.workbook.trend import CHART_LINES, known_since, trend_chart, trend_text

CODE = "summary"
WIDTHS = (29.0, 15.0, 41.0, 18.0, 16.0, 20.0, 16.0, 12.0)

_LISTED_COUNT = 8
"""Life-at-risk items and alarms listed: what fits on the first screen of a laptop."""
_TOP_COUNT = 8
_NAME_LIMIT = 34
"""Characters of a source's name that fit before its state; sheet Sources has it whole."""
_OVER = ("lifted", "refuted")

Line = tuple[BlockCell, ...]


def blocks(content: Content) -> list[Line]:
    """Return the lines of the sheet, what matters now first."""
    say = content.wording.catalogue.say
    banner: list[Line] = []
    if content.activation.kind == "exercise":
        banner = [_full(say("EXERCISE · EXERCISE · EXERCISE"), "banner")]
    return [
        *banner,
        (BlockCell(value=content.activation.event, style="title"),),
        (BlockCell(value=_state_of_play(content), style="note"),),
        *_reports(content),
        (),
        *_lives(content),
        (),
        *_alarms(content),
        (),
        *_counters(content),
        (),
        *_trend(content),
        (),
        *_sources(content),
    ]


def open_lives(content: Content) -> list[Observation]:
    """Return the life-at-risk items that are not over, not acknowledged first, oldest first."""
    lives = [
        row
        for row in content.observations
        if row.value("urgency") == "life_at_risk"
        and row.effective_status() not in _OVER
        and not row.is_withdrawn
    ]
    return sorted(
        lives, key=lambda row: (is_filled(row.value("acknowledged_at")), known_since(row, content))
    )


def _state_of_play(content: Content) -> str:
    say = content.wording.catalogue.say
    unknown = say("not yet")
    situation, sweep = content.next_situation_at, content.last_sweep_at
    return say(
        "{id} · revision {revision} · written {now} ({zone}) · last sweep {sweep} · next situation "
        "report {situation}",
        id=content.activation.id,
        revision=content.revision,
        now=local_text(content.now, content.wording),
        zone=content.wording.time_zone,
        sweep=local_text(sweep, content.wording) if sweep else unknown,
        situation=local_text(situation, content.wording) if situation else unknown,
    )


def _reports(content: Content) -> list[Line]:
    """Last and next point de situation; one that is overdue is said aloud."""
    wording = content.wording
    say = wording.catalogue.say
    last, late = content.last_report, content.situation_overdue_since
    line: list[BlockCell] = [_label(say("Situation report"))]
    if last is None:
        line.append(BlockCell(value=say("none yet")))
    else:
        line += [
            BlockCell(
                value=say("no. {number}", number=last.number),
                link=FileLink(name=f"{last.file_stem}.html"),
            ),
            BlockCell(value=_issued(last, content)),
        ]
    lines = [tuple(line)]
    if late is not None:
        text = say(
            "The situation report of {time} is overdue: vigie report {id} --by NAME",
            time=local_text(late, wording),
            id=content.activation.id,
        )
        lines.append(_full(text, "alarm"))
    return lines


def _issued(last: ReportHead, content: Content) -> str:
    say = content.wording.catalogue.say
    at = local_text(last.issued_at, content.wording)
    if last.issued_by == "vigie":
        return say("issued {time} at the cadence", time=at)
    return say("issued {time} by {name}", time=at, name=last.issued_by)


def _lives(content: Content) -> list[Line]:
    say = content.wording.catalogue.say
    lives = open_lives(content)
    waiting = sum(not is_filled(row.value("acknowledged_at")) for row in lives)
    title = say(
        "1. Lives at risk: {waiting} without acknowledgement, {open} open",
        waiting=waiting,
        open=len(lives),
    )
    lines = [_heading(title)]
    if not lives:
        return [*lines, (BlockCell(value=say("None open."), style="good"),)]
    column = content.wording.column_name
    heads = [
        column("log", "ref"),
        say("Minutes open"),
        *(column("log", code) for code in ("summary", "commune", "status", "followed_by")),
        say("Acknowledged"),
    ]
    lines.append(tuple(BlockCell(value=head, style="label") for head in heads))
    lines += [_life(row, content) for row in lives[:_LISTED_COUNT]]
    if len(lives) > _LISTED_COUNT:
        more = say("… and {count} more in the log", count=len(lives) - _LISTED_COUNT)
        lines.append(_full(more, "vital"))
    return lines


def _life(row: Observation, content: Content) -> Line:
    wording = content.wording
    acknowledged = row.value("acknowledged_at")
    style: BlockStyle = "text" if is_filled(acknowledged) else "vital"
    minutes = int((content.now - known_since(row, content)) / timedelta(minutes=1))
    when = acknowledged
    shown = local_text(when, wording) if isinstance(when, datetime) else str(when or "")
    return (
        BlockCell(value=row.ref, style="alarm", link=RowLink(sheet="log", key=row.ref)),
        BlockCell(value=max(minutes, 0), style=style),
        BlockCell(value=str(row.value("summary") or row.value("original_text") or "")[:300]),
        BlockCell(value=str(row.value("commune") or "")),
        BlockCell(value=_status(row, content)),
        BlockCell(value=str(row.value("followed_by") or "")),
        BlockCell(value=shown or wording.catalogue.say("no"), style=style),
    )


def _status(row: Observation, content: Content) -> str:
    """Return the typed status, and what it counts as where that is another."""
    wording = content.wording
    typed, counted = str(row.value("status") or ""), row.effective_status()
    shown = wording.label("status", typed)
    if not typed or typed == counted:
        return shown
    return wording.catalogue.say(
        "{typed} (counts as {counted})", typed=shown, counted=wording.label("status", counted)
    )


def _alarms(content: Content) -> list[Line]:
    say = content.wording.catalogue.say
    lines = [_heading(say("2. Alarms: {count}", count=len(content.alarms)))]
    if not content.alarms:
        return [*lines, (BlockCell(value=say("No alarm."), style="good"),)]
    lines += [_full(f"⚠ {alarm}", "alarm") for alarm in content.alarms[:_LISTED_COUNT]]
    if len(content.alarms) > _LISTED_COUNT:
        more = say("… and {count} more", count=len(content.alarms) - _LISTED_COUNT)
        lines.append(_full(f"⚠ {more}", "alarm"))
    return lines


def _counters(content: Content) -> list[Line]:
    wording = content.wording
    say = wording.catalogue.say
    shown = [row for row in content.observations if not row.is_withdrawn]
    unknown = say("not stated")

    def count(code: str) -> Counter[str]:
        return Counter(str(row.value(code) or "") for row in shown)

    urgency = count("urgency")
    status = Counter(row.effective_status() for row in shown)
    tables = [
        [(wording.label("urgency", code), urgency[code]) for code in URGENCIES],
        [(wording.label("status", code), status[code]) for code in STATUSES],
        [
            (wording.label("category", code) if code else unknown, number)
            for code, number in _ranked(count("category"))
        ],
        [(name or unknown, number) for name, number in _ranked(count("commune"))],
    ]
    heads = [wording.column_name("log", c) for c in ("urgency", "status", "category", "commune")]
    title = say("3. Observations: {count}", count=len(shown))
    lines = [_heading(title)]
    lines.append(tuple(cell for head in heads for cell in (_label(head), _label(say("number of")))))
    for index in range(max(len(table) for table in tables)):
        cells: list[BlockCell] = []
        for table in tables:
            name, number = table[index] if index < len(table) else ("", "")
            cells += [BlockCell(value=name), BlockCell(value=number, style="number")]
        lines.append(tuple(cells))
    return lines


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_TOP_COUNT]


def chart(content: Content, lines: Sequence[Line]) -> BlockChart:
    """Return the trend chart for its place among the sheet's lines."""
    heading = content.wording.catalogue.say("Trend of new observations")
    place = next(number for number, line in enumerate(lines) if line and line[0].value == heading)
    return trend_chart(content, heading, place + 3)


def _trend(content: Content) -> list[Line]:
    """A line of bars, which survives every editor; below it the chart over empty lines."""
    title = _heading(content.wording.catalogue.say("Trend of new observations"))
    return [title, (BlockCell(value=trend_text(content)),), *[()] * CHART_LINES]


def _sources(content: Content) -> list[Line]:
    wording = content.wording
    say = wording.catalogue.say
    heads = [
        say("Source"),
        wording.column_name("sources", "state"),
        wording.column_name("sources", "detail"),
        say("Last answer"),
        wording.column_name("sources", "seen_count"),
        wording.column_name("sources", "kept_count"),
    ]
    lines = [_heading(say("Sources")), tuple(_label(head) for head in heads)]
    for source in content.all_sources:
        health = content.healths.get(source.id)
        state = health.state if health else "never_asked"
        style: BlockStyle = "good" if health and health.state in GOOD_STATES else "alarm"
        answered = health.last_answer_at if health else None
        lines.append(
            (
                BlockCell(
                    value=shorten(source.name, _NAME_LIMIT, placeholder="…"),
                    link=RowLink(sheet="sources", key=source.id),
                ),
                BlockCell(value=wording.label("source_state", state), style=style),
                BlockCell(value=health.detail if health else ""),
                BlockCell(value=local_text(answered, wording) if answered else "—"),
                BlockCell(value=health.seen_count if health else 0, style="number"),
                BlockCell(value=health.kept_count if health else 0, style="number"),
            )
        )
    return lines


def _label(text: str) -> BlockCell:
    return BlockCell(value=text, style="label")


def _heading(text: str) -> Line:
    return _full(text, "heading")


def _full(text: str, style: BlockStyle) -> Line:
    """Return a line in one colour over the whole width."""
    return (BlockCell(value=text, style=style),) + (BlockCell(style=style),) * (len(WIDTHS) - 1)
