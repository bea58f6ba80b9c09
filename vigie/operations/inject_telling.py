"""Tells an exercise's injects in the terminal: what was shown, what comes next, what is held.

Called by ``vigie exercise injects``. Returns lines; reads nothing but the play.
"""

from __future__ import annotations

from collections.abc import Iterator

from vigie.exercise.scenario import Inject, exercise_time
from vigie.exercise.timeline import shown_injects
from vigie.language import say
from vigie.operations.playing import Conductor

_WIDTH = 70


def inject_lines(conductor: Conductor) -> Iterator[str]:
    """Yield one line an inject, by time; held ones last."""
    now = conductor.minute()
    yield say("{id} stands at {time}.", id=conductor.identity, time=exercise_time(int(now)))
    shown = shown_injects(conductor.scenario, conductor.play.changes)
    is_next_told = False
    for one in shown:
        mark = "✓" if one.minute <= now else " "
        if one.minute > now and not is_next_told:
            mark, is_next_told = "→", True
        yield f"{mark} {exercise_time(int(one.minute))}  {_line(one.inject)}"
    there = {one.inject.id for one in shown}
    for inject in conductor.scenario.injects:
        if inject.id not in there:
            yield f"‖ {say('held back')}  {_line(inject)}"


def _line(inject: Inject) -> str:
    content = inject.content
    text = str(getattr(content, "text", "") or getattr(content, "name", ""))
    short = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
    return f"{inject.id}  {content.channel:<9} {inject.sender} : {short}".rstrip(" :")
