"""Check: a post is in a language that the team reads.

Called through the registry. Must not change what it checks. Where the source names no language
the post passes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from vigie.checks.contract import CheckParams, ExpectationSpec
from vigie.language import Catalogue

NAME = "language_expected"

_Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Params(CheckParams):
    """Languages, ISO 639 codes in lower case."""

    languages: list[_Language] = Field(min_length=1)


def expectation(params: Params, _now: datetime) -> ExpectationSpec:
    """Return what must hold: one of the languages."""
    return ExpectationSpec(
        type="expect_column_values_to_be_in_set",
        columns=("language",),
        kwargs={"value_set": list(params.languages)},
    )


def message(value: str, params: Params, catalogue: Catalogue) -> str:
    """Return one sentence on an unexpected language."""
    return catalogue.say(
        "The language is “{language}”; expected: {languages}.",
        language=value,
        languages=", ".join(params.languages),
    )
