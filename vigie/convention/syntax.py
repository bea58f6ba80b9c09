"""Tells YAML's own complaints in plain words. Called by ``vigie.convention.reading``; pure."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from vigie.convention.document import WHOLE_FILE, Breach
from vigie.language import say


def explain_syntax(error: yaml.YAMLError, line_at: Callable[[int], int]) -> Breach:
    """Return what is wrong with the form of a file, on the line where the mistake was made.

    Args:
        error: What PyYAML raised.
        line_at: Character position to line, from 1.
    """
    if isinstance(error, yaml.reader.ReaderError):
        return Breach(
            WHOLE_FILE,
            say("A character that cannot be printed stands here."),
            say("Delete it and type the text again."),
            line_at(error.position),
        )
    if not isinstance(error, yaml.MarkedYAMLError):
        what, cure = _unknown()
        return Breach(WHOLE_FILE, what, cure, 1)
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark
    for fragment, is_in_context, tell in _TOLD:
        if fragment in (context if is_in_context else problem):
            # What was opened and not closed was opened where the context begins.
            mark = (error.context_mark or mark) if tell in _OPENED else mark
            what, cure = tell()
            break
    else:
        what, cure = _unknown()
    return Breach(WHOLE_FILE, what, cure, line_at(mark.index) if mark else 1)


def _unknown() -> tuple[str, str]:
    return (
        say("This line cannot be read."),
        say("Compare indentation, colons and quotes with the lines around it."),
    )


def _open_quote() -> tuple[str, str]:
    return (
        say("The quotes opened here are never closed."),
        say("Close them at the end of the text."),
    )


def _open_bracket() -> tuple[str, str]:
    return (
        say("The bracket or brace opened here is not closed, or a comma is missing in it."),
        say("Write [a, b]; text that contains commas or brackets belongs in quotes."),
    )


def _missing_colon() -> tuple[str, str]:
    return (
        say("This line has no colon after its key."),
        say("Write key, colon, space, value."),
    )


def _second_colon() -> tuple[str, str]:
    return (
        say("A colon stands where none can be."),
        say("Put text that contains a colon in quotes, and check the indentation."),
    )


def _odd_character() -> tuple[str, str]:
    return (
        say("The value starts with a character that YAML keeps for itself."),
        say("Put the text in quotes."),
    )


def _escape() -> tuple[str, str]:
    return (
        say("A backslash in double quotes has a meaning of its own."),
        say("Use single quotes, or write two backslashes."),
    )


def _indentation() -> tuple[str, str]:
    return (
        say("The indentation of this line fits no line above it."),
        say("Align it with its neighbours, two spaces for each level."),
    )


_OPENED = frozenset({_open_quote, _open_bracket, _missing_colon})
# Source: the messages of PyYAML 6 (scanner.py, parser.py); (fragment, in the context?, telling).
_TOLD: tuple[tuple[str, bool, Callable[[], tuple[str, str]]], ...] = (
    ("unknown escape character", False, _escape),
    ("hexadecimal numbers, but found", False, _escape),
    ("while scanning a quoted scalar", True, _open_quote),
    ("while scanning a simple key", True, _missing_colon),
    ("while parsing a flow", True, _open_bracket),
    ("mapping values are not allowed here", False, _second_colon),
    ("that cannot start any token", False, _odd_character),
    ("while scanning an alias", True, _odd_character),
    ("while scanning an anchor", True, _odd_character),
    ("while scanning a block scalar", True, _odd_character),
    ("while scanning a directive", True, _odd_character),
    ("sequence entries are not allowed here", False, _indentation),
    ("mapping keys are not allowed here", False, _odd_character),
    ("while parsing a block", True, _indentation),
    ("expected '<document start>'", False, _indentation),
)
