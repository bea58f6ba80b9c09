"""A debrief: what people wrote into its sheets, and each numbered run of it.

Made by ``vigie.operations.debriefing``, kept by the store, shown by ``vigie.debrief``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

EntryKind = Literal["hot", "cold", "action"]
"""Debriefing at once, debriefing later, action. Source: DDSC, RETEX guide (2006)."""
EntryValue = str | int | None
REMARK_COLUMNS = ("theme", "strength", "weak_point", "level", "proposal", "by")
ACTION_COLUMNS = ("action", "owner", "due", "state")
LEVELS = (1, 2, 3)
"""By gravity and novelty. Source: DDSC, RETEX guide (2006)."""
ACTION_STATES = ("open", "done", "dropped")
KEY_LETTERS: Mapping[EntryKind, str] = {"hot": "C", "cold": "F", "action": "A"}
"""``C-1`` à chaud, ``F-1`` à froid, ``A-1`` action."""


def columns_of(kind: EntryKind) -> tuple[str, ...]:
    """Return the columns that people fill in on a sheet."""
    return ACTION_COLUMNS if kind == "action" else REMARK_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class DebriefEntry:
    """One line that people wrote.

    Attributes:
        activation_id: In whose debrief it arose; an action is carried on by later ones.
        key: ``C-1``; unique in its activation, never used again.
        values: Column to what stands there; ``level`` is a number, ``due`` an ISO 8601 date,
            ``state`` a code, everything else text.
    """

    activation_id: str
    kind: EntryKind
    key: str
    values: Mapping[str, EntryValue] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """``cote-dor-1/A-1``."""
        return f"{self.activation_id}/{self.key}"

    @property
    def is_open(self) -> bool:
        """Whether it is an action that nobody has ended."""
        return self.kind == "action" and self.values.get("state") not in ("done", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class DebriefHead:
    """What lists of runs show.

    Attributes:
        number: From 1 on, per activation.
        issued_at: Aware UTC.
        file_stem: Name of its files without their ending.
    """

    number: int
    issued_at: datetime
    issued_by: str
    file_stem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DebriefRun(DebriefHead):
    """One run, frozen.

    Attributes:
        data: Everything it says, as plain JSON values; times are ISO 8601, UTC.
    """

    data: Mapping[str, Any]
