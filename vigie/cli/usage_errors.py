"""Mistakes in typing a command, told in the reader's language with a cure.

Typer words them in English and asks nobody. Called by ``main``; must not know any verb.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Any

from typer._click import exceptions as usage

from vigie.language import say

USAGE_EXIT = 2
"""Exit code of a mistyped command. Source: the habit of Unix, kept by typer."""


def explain_usage(error: usage.UsageError) -> str:
    """Return one sentence on what was mistyped, and where the way to write it is shown.

    Source: typer 0.29 ``_click/exceptions.py`` for the kinds of mistakes and what they carry.
    """
    path = error.ctx.command_path if error.ctx else "vigie"
    return "\n".join([_sentence(error), say("How to write it: {command} --help", command=path)])


def _sentence(error: usage.UsageError) -> str:
    for kind, tell in _TELLERS:
        if isinstance(error, kind):
            return tell(error)
    return _of_other(error)


def _of_missing(error: Any) -> str:
    if getattr(error.param, "param_type_name", "") == "option":
        return say("The option {name} is missing.", name=error.param.opts[0])
    return say("What is missing: {name}.", name=_argument_name(error.param))


def _of_unknown_option(error: Any) -> str:
    near = ", ".join(error.possibilities or ())
    if near:
        return say(
            "There is no option {name}. Did you mean {near}?", name=error.option_name, near=near
        )
    return say("There is no option {name}.", name=error.option_name)


def _of_bad_value(error: Any) -> str:
    name = error.param.opts[0] if error.param is not None else error.param_hint
    quoted = re.findall(r"'([^']*)'", error.message)
    if len(quoted) > 1:
        value, *choices = quoted
        return say(
            "{name}: {value} is not among {choices}.",
            name=name,
            value=value,
            choices=", ".join(choices),
        )
    least, most = getattr(error.param, "min", None), getattr(error.param, "max", None)
    if least is not None and most is not None:
        return say(
            "{name} takes a number between {least} and {most}.", name=name, least=least, most=most
        )
    return say("The value given for {name} cannot be read.", name=name or "?")


def _of_bad_option(error: Any) -> str:
    return say("The option {name} must be followed by its value.", name=error.option_name)


def _of_other(error: usage.UsageError) -> str:
    words = error.ctx.args if error.ctx else []
    commands = getattr(error.ctx.command, "commands", None) if error.ctx else None
    if commands:
        return _of_unknown_command(error.message, commands)
    extra = " ".join([*words]) or error.message.rpartition("(")[2].rstrip(")")
    return say("Too much was written: {extra}.", extra=extra)


def _of_unknown_command(message: str, commands: Any) -> str:
    typed = message.split("'")[1] if message.count("'") >= 2 else message
    near = difflib.get_close_matches(typed, list(commands), n=1)
    if near:
        return say("There is no command {name}. Did you mean {near}?", name=typed, near=near[0])
    return say("There is no command {name}.", name=typed)


def _argument_name(param: Any) -> str:
    return str(param.metavar or param.name or "?").strip("[]{}").upper()


_TELLERS: tuple[tuple[type[usage.UsageError], Callable[[Any], str]], ...] = (
    (usage.MissingParameter, _of_missing),
    (usage.NoSuchOption, _of_unknown_option),
    (usage.BadOptionUsage, _of_bad_option),
    (usage.BadParameter, _of_bad_value),
)
