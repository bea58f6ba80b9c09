"""What a convention may name besides its own model: kinds of sources, checks, lexicons.

Filled by the operations and the command line from the rooms; given to the loader, which imports
no connector and no check.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareKeys:
    """What the mapping of a share says besides its kind.

    Attributes:
        needs: Keys that must be there.
        allows: Keys that may be there; all of ``needs`` among them.
    """

    needs: Collection[str] = ()
    allows: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """The installed parts.

    Attributes:
        sources: Kind of source to the model of its ``queries``.
        checks: Name of check to the model of its ``params``.
        lexicons: Names of the lexicons.
        shares: Kind of share to the keys of its mapping.
    """

    sources: Mapping[str, type[BaseModel]]
    checks: Mapping[str, type[BaseModel]]
    lexicons: Collection[str]
    shares: Mapping[str, ShareKeys] = field(
        default_factory=lambda: {"folder": ShareKeys(allows=("path",))}
    )
