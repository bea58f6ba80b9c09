"""Check: a post is not longer than people can read.

Called through the registry. Must not change what it checks.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from vigie.checks.contract import CheckParams, ExpectationSpec
from vigie.language import Catalogue

NAME = "text_length"


class Params(CheckParams):
    """Longest text, in characters."""

    max_characters: int = Field(ge=1, le=1_000_000)


def expectation(params: Params, _now: datetime) -> ExpectationSpec:
    """Return what must hold: so many characters at most."""
    return ExpectationSpec(
        type="expect_column_values_to_be_between",
        columns=("text_characters",),
        kwargs={"max_value": params.max_characters},
    )


def message(value: str, params: Params, catalogue: Catalogue) -> str:
    """Return one sentence on a text that is too long."""
    return catalogue.say(
        "The text has {count} characters; at most {most} are expected.",
        count=value,
        most=params.max_characters,
    )
