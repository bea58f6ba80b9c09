"""Hands what is said aloud in a play to the animators: on the screen, and as files.

Called by the conduct of a play, each second and after each sweep. Must not move the clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from vigie.exercise.inject_words import name_in, one_line, words_of
from vigie.exercise.scenario import Scenario, exercise_time
from vigie.exercise.timeline import ShownInject, shown_injects
from vigie.language import catalogue, current_language, say
from vigie.operations.inject_files import InjectDesk
from vigie.operations.playing import Conductor
from vigie.problem import Problem

_BEAT_SECONDS = 1.0
"""A call comes to the animator in its minute, however far the next sweep is."""


class Announcer:
    """Tells each spoken inject once, and keeps the files of ``injects/``.

    Args:
        conductor: Of the play; what its files say was said before is not said again.
        tell: Takes lines for the animators' screen.
    """

    def __init__(self, conductor: Conductor, tell: Callable[[str], None]) -> None:
        self._conductor = conductor
        self._tell = tell
        self._desk = InjectDesk(conductor)
        self._trouble = ""
        self._writing = asyncio.Lock()
        # A file is written when its inject was told: neither pause nor kill loses or repeats one.
        self._told = self._desk.written_ids()

    async def look(self, minute: float) -> None:
        """Tell and write what is due by a minute of exercise; a full disk stops nothing."""
        for line in news(self._conductor, minute, self._told):
            self._tell(line)
        try:
            async with self._writing:
                await asyncio.to_thread(self._desk.keep, minute)
        except Problem as problem:
            if str(problem) != self._trouble:
                self._trouble = str(problem)
                self._tell(say("The injects' files lag behind: {fault}", fault=problem))

    async def run(self) -> None:
        """Look each second, until cancelled."""
        while True:
            await self.look(self._conductor.minute())
            await asyncio.sleep(_BEAT_SECONDS)


def news(conductor: Conductor, minute: float, told: set[str]) -> list[str]:
    """Return what was said aloud since the last look: what animators hand to players.

    Args:
        conductor: Of the play, its networks open or not.
        minute: Of exercise; what is shown later is not told yet.
        told: Ids of the injects that were told; those that are told now are added.
    """
    lines = []
    for one in shown_injects(conductor.scenario, conductor.play.changes):
        if one.inject.id in told or one.minute > minute:
            continue
        told.add(one.inject.id)
        if not one.is_swept:
            lines.append(_line(one, conductor.scenario))
    return lines


def _line(one: ShownInject, scenario: Scenario) -> str:
    said = one_line(words_of(one.inject, catalogue(current_language())))
    sender, to = name_in(scenario, one.inject.sender), name_in(scenario, one.inject.to)
    return f"{exercise_time(int(one.minute))}  {sender} → {to} : {said}"
