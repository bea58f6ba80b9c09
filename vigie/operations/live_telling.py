"""Tells a trainer's look at an exercise: as a page of lines, and as news since the look before.

Called by ``vigie exercise watch`` and the conduct in a terminal. Pure: returns lines with their
tone; who draws them chooses colours and cuts them to the width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from vigie.exercise.inject_words import name_in, one_line, words_of
from vigie.exercise.live import Broken, Deadline, Detected, LiveView, Undetected
from vigie.exercise.scenario import Scenario, exercise_time
from vigie.exercise.timeline import ShownInject
from vigie.language import catalogue, current_language, say

Tone = Literal["title", "heading", "alarm", "soon", "plain", "quiet"]
FULL_HEIGHT = 29
"""Lines of a page in which every section has its usual room."""
_HEAD_LINES = 2
_DUE = 3
"""Where the section of deadlines stands."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the view and how it is meant."""

    text: str
    tone: Tone = "plain"


@dataclass(slots=True)
class _Section:
    """A heading, its lines, and how many of them it would like to show."""

    title: str
    lines: Sequence[Line]
    room: int

    @property
    def shown_count(self) -> int:
        return min(self.room, len(self.lines))


def page(view: LiveView, scenario: Scenario, height: int = FULL_HEIGHT) -> list[Line]:
    """Return the whole view; the most pressing first in each section.

    Args:
        view: One look.
        scenario: For the names of its cast.
        height: Lines that there is room for; sections give way to each other.
    """
    found = sum(one.is_found_by_sweeps for one in view.score.findable)
    coming = say("Next injects ({count})", count=len(view.coming))
    if view.held:
        coming += " · " + say("held back: {ids}", ids=", ".join(one.id for one in view.held))
    sections = [
        _Section(coming, [_coming(one, view, scenario) for one in view.coming[:40]], 5),
        _Section(
            say("Detected: {found} of {count} facts", found=found, count=len(view.score.findable)),
            [_detected(one) for one in view.detected[:40]],
            5,
        ),
        _Section(
            say("Findable, not found yet ({count})", count=len(view.undetected)),
            [_undetected(one, view) for one in view.undetected],
            4,
        ),
        _Section(
            say(
                "Expected reactions: {overdue} overdue, {soon} soon due",
                overdue=len(view.overdue),
                soon=len(view.soon),
            ),
            [*map(_overdue, view.overdue), *map(_soon, view.soon)],
            5,
        ),
        _Section(
            say("Networks out of order ({count})", count=len(view.broken)),
            [_broken(one) for one in view.broken],
            2,
        ),
    ]
    _fit(sections, height - _HEAD_LINES - len(sections))
    sections[_DUE].lines = _nearest(view, sections[_DUE].shown_count)
    lines = list(_head(view))
    for one in sections:
        lines.append(Line(one.title, "heading"))
        lines += one.lines[: one.shown_count]
    return lines


def news(before: LiveView, after: LiveView, scenario: Scenario) -> Iterator[Line]:
    """Yield what happened between two looks, oldest first in each kind.

    Args:
        before: The look before.
        after: This look.
        scenario: For the names of its cast.
    """
    if (before.state, before.speed) != (after.state, after.speed):
        yield Line(_standing(after), "title")
    known = {one.inject.id for one in before.shown}
    for one in after.shown:
        if one.inject.id not in known:
            yield Line(f"{exercise_time(int(one.minute))}  {_told(one, scenario)}")
    rows = {(one.ref, one.fact.fact.id) for one in before.detected}
    for row in reversed(after.detected):
        if (row.ref, row.fact.fact.id) not in rows:
            yield _detected(row)
    late = {one.score.inject_id for one in before.overdue}
    for due in reversed(after.overdue):
        if due.score.inject_id not in late:
            yield _overdue(due)
    broken = {one.source_id for one in before.broken}
    for network in after.broken:
        if network.source_id not in broken:
            yield _broken(network)


def _fit(sections: Sequence[_Section], lines: int) -> None:
    """Share the room: sections with more to say take what others leave, then all give way."""
    spare = lines - sum(one.shown_count for one in sections)
    while spare > 0 and any(one.room < len(one.lines) for one in sections):
        for one in sections:
            if spare > 0 and one.room < len(one.lines):
                one.room += 1
                spare -= 1
    while spare < 0:
        widest = max(sections, key=lambda one: one.shown_count)
        if widest.shown_count <= 1:
            return
        widest.room = widest.shown_count - 1
        spare += 1


def _nearest(view: LiveView, room: int) -> list[Line]:
    """Return what is overdue, then what is soon due: it keeps half of the room."""
    soon_count = min(len(view.soon), max(room - len(view.overdue), room // 2))
    return [
        *map(_overdue, view.overdue[: room - soon_count]),
        *map(_soon, view.soon[:soon_count]),
    ]


def _head(view: LiveView) -> Iterator[Line]:
    title = say("EXERCISE {id} · {title}", id=view.identity, title=one_line(view.title))
    if view.state == "left":
        title += " · " + say("to go on: vigie exercise resume {id}", id=view.identity)
    yield Line(title, "title")
    yield Line(_standing(view), "alarm" if view.state == "left" else "title")


def _standing(view: LiveView) -> str:
    states = {
        "ready": say("READY"),
        "running": say("RUNNING"),
        "left": say("NOBODY CONDUCTS IT"),
        "paused": say("PAUSED"),
        "ended": say("ENDED"),
    }
    return say(
        "{state} · {time} of {end} · legal time {legal} · speed {speed} · {sweeps} sweeps",
        state=states[view.state],
        time=exercise_time(int(view.minute)),
        end=exercise_time(view.duration_minutes),
        legal=f"{view.now.astimezone(view.zone):%H:%M}",
        speed=f"{view.speed:g}",
        sweeps=view.sweep_count,
    )


def _coming(one: ShownInject, view: LiveView, scenario: Scenario) -> Line:
    left = max(0, math.ceil(one.minute - view.minute))
    when = say("in {minutes} min", minutes=f"{left:>3}")
    return Line(f" {when}  {exercise_time(int(one.minute))}  {_told(one, scenario)}")


def _told(one: ShownInject, scenario: Scenario) -> str:
    inject, words = one.inject, catalogue(current_language())
    channel = words.label("inject_channel", inject.content.channel)
    whom = f" → {name_in(scenario, inject.to)}" if not one.is_swept else ""
    said = one_line(words_of(inject, words))
    return f"{inject.id}  {channel} · {name_in(scenario, inject.sender)}{whom} : {said}"


def _detected(one: Detected) -> Line:
    delay = "" if one.delay_minutes is None else f"+{one.delay_minutes:.0f} min"
    if one.is_double:
        delay = say("double")
    hand = say(" (typed)") if one.is_by_people else ""
    rumour = "" if one.fact.fact.is_true else f" [{say('rumour')}]"
    text = f" {exercise_time(int(one.minute))}  {one.ref}{hand}  {delay:>8}  {one.fact.fact.id}"
    told = f"{text}{rumour} : {one_line(one.fact.fact.summary)}"
    return Line(told, "quiet" if one.is_double else "plain")


def _undetected(one: Undetected, view: LiveView) -> Line:
    since = say("for {minutes} min", minutes=f"{view.minute - one.since_minute:>3.0f}")
    hand = say(" (typed by the team)") if one.fact.player_refs else ""
    is_life = one.fact.fact.urgency == "life_at_risk"
    text = f" {since}  {one.fact.fact.id}{hand} : {one_line(one.fact.fact.summary)}"
    return Line(text, "alarm" if is_life else "plain")


def _overdue(one: Deadline) -> Line:
    minutes = f"{-one.minutes_left:>3.0f}"
    if one.is_judged:
        return Line(f" {say('to be judged, {minutes} min', minutes=minutes)}  {_due(one)}", "quiet")
    return Line(f" {say('OVERDUE by {minutes} min', minutes=minutes)}  {_due(one)}", "alarm")


def _soon(one: Deadline) -> Line:
    left = say("within {minutes} min", minutes=f"{one.minutes_left:>3.0f}")
    return Line(f" {left}  {_due(one)}", "soon")


def _due(one: Deadline) -> str:
    wanted = one.score.expectation
    kind = catalogue(current_language()).label("deliverable", wanted.deliverable)
    return f"{one.score.inject_id}  {one_line(wanted.of)} : {one_line(wanted.reaction)} ({kind})"


def _broken(one: Broken) -> Line:
    parts = []
    if one.until_minute is not None:
        parts.append(say("as planned until {time}", time=exercise_time(int(one.until_minute))))
    else:
        parts.append(say("NOT planned"))
    if one.state is not None:
        word = catalogue(current_language()).label("source_state", one.state)
        parts.append(say("seen by sweeps: {state}", state=word))
    else:
        parts.append(say("not yet noticed by sweeps"))
    tone: Tone = "soon" if one.until_minute is not None else "alarm"
    return Line(f" {one.source_id} ({one_line(one.name)}) : {' · '.join(parts)}", tone)
