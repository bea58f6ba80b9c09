"""Check: the address of a post is one that a person can open.

Called through the registry. Must not change what it checks. A post without an address passes.
"""

from __future__ import annotations

from datetime import datetime

from vigie.checks.contract import CheckParams, ExpectationSpec
from vigie.language import Catalogue

NAME = "address_well_formed"

_ADDRESS = r"^https?://(?:[^\s/@:?#\\]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:[/?#][^\s\\<>\"]*)?\Z"
"""Only http(s), no user information (it hides where a link leads). Source: RFC 3986, narrowed."""


class Params(CheckParams):
    """No parameters."""


def expectation(_params: Params, _now: datetime) -> ExpectationSpec:
    """Return what must hold: an http or https address without a user name."""
    return ExpectationSpec(
        type="expect_column_values_to_match_regex", columns=("url",), kwargs={"regex": _ADDRESS}
    )


def message(value: str, _params: Params, catalogue: Catalogue) -> str:
    """Return one sentence on an address that must not be opened."""
    return catalogue.say("The address “{address}” is not a web address.", address=value)
