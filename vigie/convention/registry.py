"""What a convention may name besides its own model: kinds of sources, checks, lexicons.

Filled by the operations and the command line from the rooms; given to the loader, which imports
no connector and no check.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Registry:
    """The installed parts.

    Attributes:
        sources: Kind of source to the model of its ``queries``.
        checks: Name of check to the model of its ``params``.
        lexicons: Names of the lexicons.
    """

    sources: Mapping[str, type[BaseModel]]
    checks: Mapping[str, type[BaseModel]]
    lexicons: Collection[str]
