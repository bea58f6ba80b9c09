"""Draws a trainer's view: in place where the output is a terminal, as lines where it is not.

Used by ``exercise watch``, ``play`` and ``resume``. Must not know what the view says.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from vigie.language import say
from vigie.operations.live_telling import Line, Tone, news, page
from vigie.problem import Problem

if TYPE_CHECKING:
    from vigie.exercise.live import LiveView
    from vigie.operations.watching import Watch

LOOK_SECONDS = 2.0
_REST = 4.0
"""After a look that took long the eye rests so many times as long: the play needs the processor."""
_STYLES: dict[Tone, str] = {
    "title": "bold",
    "heading": "bold cyan",
    "alarm": "bold red",
    "soon": "yellow",
    "plain": "",
    "quiet": "dim",
}


def print_once(watch: Watch, console: Console | None = None) -> None:
    """Print one look, whole: nothing is cut where the output is no terminal."""
    console = console or Console(highlight=False, soft_wrap=True)
    view = watch.look()
    if console.is_terminal:
        console.print(_drawn(page(view, watch.scenario, console.height - 1), console))
        return
    for line in page(view, watch.scenario):
        console.print(Text(line.text))


def follow(watch: Watch) -> None:
    """Show the view until the exercise has ended or Ctrl-C."""
    console = Console(highlight=False)
    with contextlib.suppress(KeyboardInterrupt):
        if console.is_terminal:
            _follow_in_place(watch, console)
        else:
            _follow_in_lines(watch)


class _Eye:
    """Looks no more often than the play can bear.

    Args:
        watch: On the play.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._view: LiveView | None = None
        self._rests_until = 0.0

    def look(self) -> LiveView:
        """Return what there is to be seen, or the last view while the eye rests."""
        began = time.monotonic()
        if self._view is None or began >= self._rests_until:
            self._view = self._watch.look()
            ended = time.monotonic()
            self._rests_until = ended + _REST * (ended - began)
        return self._view


@contextlib.contextmanager
def beside(watch: Watch, console: Console | None = None) -> Iterator[Callable[[str], None]]:
    """Show the view while a block runs, where the output is a terminal.

    Yields what prints a line meanwhile: above the view, or as it comes where there is none.
    """
    console = console or Console(highlight=False)
    if not console.is_terminal:
        yield typer.echo
        return
    eye, shown = _Eye(watch), [Text(say("One moment …"))]

    def look() -> Text:
        # In a thread of its own: a store that is busy for a moment must not end the view.
        with contextlib.suppress(Problem):
            shown[0] = _drawn(page(eye.look(), watch.scenario, console.height - 2), console)
        return shown[0]

    with Live(
        console=console,
        get_renderable=look,
        refresh_per_second=1 / LOOK_SECONDS,
        vertical_overflow="crop",
    ) as live:
        # Written past the view, a line would stand in its midst and be wiped.
        yield lambda line: live.console.print(Text(line))


def _follow_in_place(watch: Watch, console: Console) -> None:
    eye = _Eye(watch)
    with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
        while True:
            view = eye.look()
            drawn = _drawn(page(view, watch.scenario, console.height - 1), console)
            live.update(drawn, refresh=True)
            if view.state == "ended":
                return
            time.sleep(LOOK_SECONDS)


def _follow_in_lines(watch: Watch) -> None:
    eye, before = _Eye(watch), None
    while True:
        view = eye.look()
        lines = page(view, watch.scenario) if before is None else news(before, view, watch.scenario)
        for line in lines:
            print(line.text, flush=True)
        if view.state == "ended":
            return
        before = view
        time.sleep(LOOK_SECONDS)


def _drawn(lines: list[Line], console: Console) -> Text:
    """Return the lines with their colours, none longer than the terminal is wide."""
    whole = Text(no_wrap=True, overflow="ellipsis")
    for at, line in enumerate(lines):
        text = Text(line.text, style=_STYLES[line.tone])
        text.truncate(console.width, overflow="ellipsis")
        whole.append_text(text)
        if at < len(lines) - 1:
            whole.append("\n")
    return whole
