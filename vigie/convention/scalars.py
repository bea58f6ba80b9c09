"""What an unquoted value of a convention means: stricter than YAML, so that no reader guesses.

``01`` is 1 to one YAML reader and text to another, ``12:30`` can be 750, ``no`` can be false; those
codes and hours are this trade's daily content. Whatever has two meanings is refused with the advice
to quote it. Called by ``vigie.convention.reading`` alone; pure.

Source: YAML 1.1 types (yaml.org/type), YAML 1.2 core schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from vigie.language import say

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "false": False}
_BOOLEAN_WORDS = frozenset({"yes", "no", "on", "off", "true", "false"})


@dataclass(frozen=True, slots=True)
class Doubtful:
    """An unquoted value with more than one meaning.

    Attributes:
        what: Why it is refused.
        cure: How to write it.
    """

    what: str
    cure: str


Plain = str | int | float | bool | date | None


def read_plain(text: str) -> Plain | Doubtful:
    """Return what an unquoted value means, or why it is refused."""
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        return _read_date(text)
    return _doubt(text) or text


def _read_date(text: str) -> date | Doubtful:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return Doubtful(
            say("{text} is not a day of the calendar.", text=text),
            say("Write year-month-day, for example 2026-12-31."),
        )


def _doubt(text: str) -> Doubtful | None:
    if text.casefold() in _BOOLEAN_WORDS:
        return _boolean_word(text)
    for pattern, tell in _DOUBTS:
        if pattern.fullmatch(text):
            return tell(text)
    return None


def _boolean_word(text: str) -> Doubtful:
    return Doubtful(
        say("{text} without quotes can mean true or false.", text=text),
        say('Write true or false, or, if it is a word, in quotes: "{text}".', text=text),
    )


def _leading_zero(text: str) -> Doubtful:
    return Doubtful(
        say("{text} without quotes loses its leading zero or changes its value.", text=text),
        say('Write it in quotes: "{text}".', text=text),
    )


def _clock_time(text: str) -> Doubtful:
    return Doubtful(
        say("{text} without quotes is read as a number of seconds or minutes.", text=text),
        say('Write it in quotes: "{text}".', text=text),
    )


def _odd_number(text: str) -> Doubtful:
    return Doubtful(
        say("{text} without quotes is a number to some readers and text to others.", text=text),
        say('Write a number with digits only, or, if it is text, in quotes: "{text}".', text=text),
    )


def _time_stamp(text: str) -> Doubtful:
    return Doubtful(
        say("{text} is a date with a time; only dates have a place here.", text=text),
        say("Write year-month-day, for example 2026-12-31."),
    )


# Each pattern is a form for which YAML 1.1 and 1.2 readers differ.
_DOUBTS: tuple[tuple[re.Pattern[str], Callable[[str], Doubtful]], ...] = (
    (re.compile(r"[-+]?0[0-9_]+(\.[0-9]*)?"), _leading_zero),
    (re.compile(r"[-+]?[0-9][0-9_]*(:[0-9]{1,2})+(\.[0-9]*)?"), _clock_time),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)"), _time_stamp),
    (re.compile(r"[-+]?0[xob][0-9A-Fa-f_]+"), _odd_number),
    (re.compile(r"[-+]?[0-9][0-9_]*"), _odd_number),
    (re.compile(r"[-+]?([0-9][0-9_]*)?\.?[0-9_]+[eE][-+]?[0-9]+"), _odd_number),
    (re.compile(r"[-+]?([0-9][0-9_]*\.|\.[0-9][0-9_]*|[0-9][0-9_]*\.[0-9_]+)"), _odd_number),
    (re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)"), _odd_number),
)
