"""Tells an exercise's injects in the terminal: what was shown, what comes next, what is held.

Called by ``vigie exercise injects``. Returns lines; reads nothing but the play.
"""

from __future__ import annotations

from collections.abc import Iterator

from vigie.exercise.inject_words import held_injects, name_in, one_line, words_of
from vigie.exercise.scenario import Inject, Scenario, exercise_time
from vigie.exercise.timeline import shown_injects
from vigie.language import catalogue, current_language, say
from vigie.operations.playing import Conductor

_WIDTH = 70


def inject_lines(conductor: Conductor) -> Iterator[str]:
    """Yield one line an inject, by time; held ones last."""
    now, scenario = conductor.minute(), conductor.scenario
    yield say("{id} stands at {time}.", id=conductor.identity, time=exercise_time(int(now)))
    is_next_told = False
    for one in shown_injects(scenario, conductor.play.changes):
        mark = "✓" if one.minute <= now else " "
        if one.minute > now and not is_next_told:
            mark, is_next_told = "→", True
        yield f"{mark} {exercise_time(int(one.minute))}  {_line(one.inject, scenario)}"
    for inject in held_injects(scenario, conductor.play.changes):
        yield f"‖ {say('held back')}  {_line(inject, scenario)}"


def _line(inject: Inject, scenario: Scenario) -> str:
    words = catalogue(current_language())
    text = one_line(words_of(inject, words))
    short = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
    channel = words.label("inject_channel", inject.content.channel)
    return f"{inject.id}  {channel:<13} {name_in(scenario, inject.sender)} : {short}".rstrip(" :")
