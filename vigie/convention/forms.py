"""What a code, identifier or address of a convention must look like, told by its pattern.

Called by ``vigie.convention.telling`` through ``FORMS``; pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from pydantic import StringConstraints

from vigie.convention import model
from vigie.convention.wording import Told, spoken
from vigie.language import say


def _identifier(value: object) -> Told:
    return (
        say("{value} is no identifier.", value=spoken(value)),
        say("Write small letters without accents, digits and hyphens: cote-dor."),
    )


def _prefix(value: object) -> Told:
    return (
        say("{value} is no prefix of references.", value=spoken(value)),
        say("Write 2 to 8 capitals or digits, a capital first: CO21."),
    )


def _department(value: object) -> Told:
    return (
        say("{value} is no code of a department.", value=spoken(value)),
        say('Write two characters, or three overseas, in quotes: "01", "21", "2A", "974".'),
    )


def _commune(value: object) -> Told:
    return (
        say("{value} is no INSEE code of a commune.", value=spoken(value)),
        say('Write the five characters of the INSEE code (not the postcode) in quotes: "21231".'),
    )


def _secret(_value: object) -> Told:
    # The value is never shown: it may be the secret itself.
    return (
        say("A secret is written out, or its reference is misspelt."),
        say("Write {reference} and set that variable on the machine.", reference="${env:NAME}"),
    )


def _address(value: object) -> Told:
    return (
        say("{value} is no web address.", value=spoken(value)),
        say("Write it whole, without user name or space: https://www.example.org/feed."),
    )


def _pattern(annotation: object) -> str:
    found = [item for item in get_args(annotation) if isinstance(item, StringConstraints)]
    return str(found[0].pattern)


FORMS: Mapping[str, Callable[[object], Told]] = {
    _pattern(model.Identifier): _identifier,
    _pattern(model.Prefix): _prefix,
    _pattern(model.Department): _department,
    _pattern(model.InseeCode): _commune,
    _pattern(model.SecretReference): _secret,
    _pattern(model.HttpAddress): _address,
    _pattern(model.SourceAddress): _address,
}
