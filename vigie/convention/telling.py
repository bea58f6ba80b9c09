"""One sentence and one cure for each kind of mistake that pydantic names.

Called by ``vigie.convention.explanation`` through ``TELLERS``; pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from vigie.convention.forms import FORMS
from vigie.convention.wording import Told, choose_among, shown, spoken
from vigie.language import say


def _missing(_value: object, _context: Mapping[str, Any], _raw: str | None) -> Told:
    return say("This key is missing."), say("Write it here; the other conventions show how.")


def _not_text(value: object, _context: Mapping[str, Any], raw: str | None) -> Told:
    if isinstance(value, (list, dict)):
        return say("Text is expected here, not a list or a group of keys."), say(
            "Write the text behind the colon."
        )
    written = shown(raw if raw is not None else value)
    return (
        say("Text is expected here, and {text} without quotes is none.", text=written),
        say('Write it in quotes: "{text}".', text=written),
    )


def _not_whole(value: object, _context: Mapping[str, Any], _raw: str | None) -> Told:
    what = say("A whole number is expected here, not {value}.", value=spoken(value))
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return what, say("Write it without quotes: {number}.", number=int(value))
    return what, say("Write digits only, without quotes or unit.")


def _not_boolean(value: object, _context: Mapping[str, Any], _raw: str | None) -> Told:
    return (
        say("Yes or no is expected here, not {value}.", value=spoken(value)),
        say("Write true or false, without quotes."),
    )


def _not_date(value: object, _context: Mapping[str, Any], _raw: str | None) -> Told:
    return (
        say("A date is expected here, not {value}.", value=spoken(value)),
        say("Write year-month-day without quotes, for example 2026-12-31."),
    )


def _not_list(value: object, _context: Mapping[str, Any], raw: str | None) -> Told:
    what = say("A list is expected here, not {value}.", value=spoken(value))
    if isinstance(value, (dict, list)):
        return what, say("Write one item a line, each behind a dash.")
    written = f'"{shown(value)}"' if isinstance(value, str) else shown(raw or value)
    return what, say("Write it in brackets: [{item}].", item=written)


def _not_mapping(value: object, _context: Mapping[str, Any], _raw: str | None) -> Told:
    return (
        say("A group of keys is expected here, not {value}.", value=spoken(value)),
        say("Write its keys on the lines below, indented by two spaces."),
    )


def _not_among(value: object, context: Mapping[str, Any], _raw: str | None) -> Told:
    expected = str(context.get("expected", ""))
    known = re.findall(r"'([^']*)'", expected) or re.findall(r"[0-9]+", expected)
    return say("{value} is not known here.", value=spoken(value)), choose_among(value, known)


def _too_small(value: object, context: Mapping[str, Any], _raw: str | None) -> Told:
    limit = context.get("ge", context.get("gt"))
    return (
        say("{value} is too small.", value=shown(value)),
        say("Write at least {limit}.", limit=limit)
        if "ge" in context
        else say("Write more than {limit}.", limit=limit),
    )


def _too_great(value: object, context: Mapping[str, Any], _raw: str | None) -> Told:
    limit = context.get("le", context.get("lt"))
    return (
        say("{value} is too great.", value=shown(value)),
        say("Write at most {limit}.", limit=limit)
        if "le" in context
        else say("Write less than {limit}.", limit=limit),
    )


def _too_few(value: object, context: Mapping[str, Any], _raw: str | None) -> Told:
    counts = {"count": context.get("actual_length"), "limit": context.get("min_length")}
    return (
        say("The list holds {count} items.", **counts),
        say("Write at least {limit}.", limit=counts["limit"]),
    )


def _too_many(value: object, context: Mapping[str, Any], _raw: str | None) -> Told:
    counts = {"count": context.get("actual_length"), "limit": context.get("max_length")}
    return (
        say("The list holds {count} items.", **counts),
        say("Write at most {limit}.", limit=counts["limit"]),
    )


def _empty_text(_value: object, _context: Mapping[str, Any], _raw: str | None) -> Told:
    return say("The text is empty."), say("Write a value, or remove the line.")


def _long_text(value: object, context: Mapping[str, Any], _raw: str | None) -> Told:
    return (
        say("The text has {count} characters.", count=len(str(value))),
        say("Write at most {limit}.", limit=context.get("max_length")),
    )


def _other_form(value: object, context: Mapping[str, Any], _raw: str | None) -> Told:
    tell = FORMS.get(str(context.get("pattern", "")))
    if tell is not None:
        return tell(value)
    return (
        say("{value} does not have the expected form.", value=spoken(value)),
        say("See the description of this key in conventions/_schema.json."),
    )


Teller = Callable[[object, Mapping[str, Any], str | None], Told]
# Source: pydantic 2 error types (docs.pydantic.dev/latest/errors/validation_errors).
TELLERS: Mapping[str, Teller] = {
    "missing": _missing,
    "string_type": _not_text,
    "int_type": _not_whole,
    "int_from_float": _not_whole,
    "int_parsing": _not_whole,
    "float_type": _not_whole,
    "bool_type": _not_boolean,
    "date_type": _not_date,
    "list_type": _not_list,
    "tuple_type": _not_list,
    "set_type": _not_list,
    "frozen_set_type": _not_list,
    "mapping_type": _not_mapping,
    "dict_type": _not_mapping,
    "model_type": _not_mapping,
    "model_attributes_type": _not_mapping,
    "literal_error": _not_among,
    "enum": _not_among,
    "greater_than": _too_small,
    "greater_than_equal": _too_small,
    "less_than": _too_great,
    "less_than_equal": _too_great,
    "too_short": _too_few,
    "too_long": _too_many,
    "string_too_short": _empty_text,
    "string_too_long": _long_text,
    "string_pattern_mismatch": _other_form,
}
