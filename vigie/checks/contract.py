"""What every check file gives: a name, parameters, an expectation as plain data, a sentence.

Called by each check and by ``suite`` and ``registry``. Must import neither Great Expectations nor
pandas: ``vigie check`` reads the parameters of all checks in a blink.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from vigie.language import Catalogue


class CheckParams(BaseModel):
    """The thresholds of a check as the convention writes them: strict, frozen, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationSpec:
    """One expectation in Great Expectations' words, without importing it.

    Attributes:
        type: Name of a built-in expectation on one column.
        kwargs: Its arguments but for the column.
        columns: The column of ``table.columns_of`` that it reads (one), as a tuple.
    """

    type: str
    columns: tuple[str, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)


class CheckFile(Protocol):
    """A module in ``vigie/checks/`` that is a check."""

    @property
    def NAME(self) -> str:  # noqa: N802 - the module's constant
        """Name of the check: the file's stem."""
        ...

    @property
    def Params(self) -> type[CheckParams]:  # noqa: N802 - the module's class
        """Its parameters."""
        ...

    def expectation(self, params: Any, now: datetime) -> ExpectationSpec:
        """Return what must hold; ``now`` is aware UTC."""
        ...

    def message(self, value: str, params: Any, catalogue: Catalogue) -> str:
        """Return one sentence that says what is wrong with a value."""
        ...
