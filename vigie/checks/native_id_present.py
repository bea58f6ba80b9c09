"""Check: a post has an identity, or it would be collected again and again.

Called through the registry. Must not change what it checks.
"""

from __future__ import annotations

from datetime import datetime

from vigie.checks.contract import CheckParams, ExpectationSpec
from vigie.language import Catalogue

NAME = "native_id_present"


class Params(CheckParams):
    """No parameters."""


def expectation(_params: Params, _now: datetime) -> ExpectationSpec:
    """Return what must hold: the source's own identity is not blank."""
    return ExpectationSpec(type="expect_column_values_to_not_be_null", columns=("native_id",))


def message(_value: str, _params: Params, catalogue: Catalogue) -> str:
    """Return one sentence on a missing identity."""
    return catalogue.say("The source gives the item no identity.")
