"""Check: a post says something.

Called through the registry. Must not change what it checks.
"""

from __future__ import annotations

from datetime import datetime

from vigie.checks.contract import CheckParams, ExpectationSpec
from vigie.language import Catalogue

NAME = "text_present"


class Params(CheckParams):
    """No parameters."""


def expectation(_params: Params, _now: datetime) -> ExpectationSpec:
    """Return what must hold: the text is not blank."""
    return ExpectationSpec(type="expect_column_values_to_not_be_null", columns=("text",))


def message(_value: str, _params: Params, catalogue: Catalogue) -> str:
    """Return one sentence on a blank text."""
    return catalogue.say("The item has no text.")
