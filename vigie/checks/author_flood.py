"""Check: one account does not drown the others.

Called through the registry. Must not change what it checks. Counts people's messages in one table
of posts; feeds and official bulletins are many by nature and pass.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from vigie.checks.contract import CheckParams, ExpectationSpec
from vigie.language import Catalogue

NAME = "author_flood"


class Params(CheckParams):
    """Most messages of one author in one sweep."""

    max_posts_per_author: int = Field(ge=1, le=100_000)


def expectation(params: Params, _now: datetime) -> ExpectationSpec:
    """Return what must hold: so many messages by one author at most."""
    return ExpectationSpec(
        type="expect_column_values_to_be_between",
        columns=("author_posts",),
        kwargs={"max_value": params.max_posts_per_author},
    )


def message(value: str, params: Params, catalogue: Catalogue) -> str:
    """Return one sentence on an account that writes too much; it is not named."""
    return catalogue.say(
        "One account wrote {count} messages in one sweep; at most {most} are expected.",
        count=value,
        most=params.max_posts_per_author,
    )
