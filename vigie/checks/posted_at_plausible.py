"""Check: the stated time is neither long past nor in the future.

Called through the registry. Must not change what it checks. A post without a time passes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from vigie.checks.contract import CheckParams, ExpectationSpec
from vigie.language import Catalogue

NAME = "posted_at_plausible"


class Params(CheckParams):
    """Greatest age in hours, greatest lead of the source's clock in minutes."""

    max_age_hours: int = Field(ge=1, le=87_600)
    max_future_minutes: int = Field(default=10, ge=0, le=1440)


def expectation(params: Params, now: datetime) -> ExpectationSpec:
    """Return what must hold: seconds since 1970 between two times."""
    return ExpectationSpec(
        type="expect_column_values_to_be_between",
        columns=("posted_at_seconds",),
        kwargs={
            "min_value": (now - timedelta(hours=params.max_age_hours)).timestamp(),
            "max_value": (now + timedelta(minutes=params.max_future_minutes)).timestamp(),
        },
    )


def message(value: str, params: Params, catalogue: Catalogue) -> str:
    """Return one sentence on an implausible time; ``value`` is written as UTC."""
    return catalogue.say(
        "The stated time {time} is more than {hours} h old or more than {minutes} min ahead.",
        time=value,
        hours=params.max_age_hours,
        minutes=params.max_future_minutes,
    )
