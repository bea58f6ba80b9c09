"""The fixed words of help and usage errors, in the reader's language.

Typer writes its headings in English and asks nobody. Called once by ``main``, before any help is
made. Must not change anything but words.
"""

from __future__ import annotations

from typing import Any

import typer.core
import typer.main

from vigie.language import say


def translate_help() -> None:
    """Have the command line's own words said in the chosen language.

    Source: typer 0.29 ``core.py``: headings go through the module's ``_``; the words of ``--help``
    and ``Usage:`` are parameters of the help option and of ``format_usage``.
    """
    words = {
        "Arguments": say("Arguments"),
        "Options": say("Options"),
        "Commands": say("Commands"),
        "required": say("required"),
        "default: {default}": say("default: {default}", default="{default}"),
    }
    core: Any = typer.core
    core._ = lambda text: words.get(text, text)
    for command in (core.TyperCommand, core.TyperGroup):
        command.format_usage = _format_usage
        command.get_help_option = _with_french_help(command.get_help_option)


def _format_usage(self: Any, context: Any, formatter: Any) -> None:
    pieces = " ".join(self.collect_usage_pieces(context))
    formatter.write_usage(context.command_path, pieces, prefix=f"{say('Usage')} : ")


def _with_french_help(original: Any) -> Any:
    def get_help_option(self: Any, context: Any) -> Any:
        option = original(self, context)
        if option is not None:
            option.help = say("Show this help and end.")
        return option

    return get_help_option
