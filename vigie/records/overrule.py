"""A trainer's verdict that stands beside a computed one, with its reason.

Kept by the store; made by ``vigie.operations.overruling``; counted by
``vigie.exercise.overruling``. It never replaces what was computed: both are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SubjectKind = Literal["fact", "inject", "row"]
RuledVerdict = Literal["found", "missed", "met", "late", "false_row", "not_false", "not_counted"]
VERDICTS: Mapping[SubjectKind, tuple[RuledVerdict, ...]] = {
    "fact": ("found", "missed", "not_counted"),
    "inject": ("met", "late", "missed", "not_counted"),
    "row": ("false_row", "not_false", "not_counted"),
}
"""What can be said of a fact of the scenario, of an expected reaction, of a row of the sweeps."""
OVERRULE_ACTIONS = frozenset({"overrule", "overrule_withdrawn"})
"""How the journal names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrule:
    """One verdict of a trainer; a later one on the same subject takes its place.

    Attributes:
        subject: Id of a fact or of an inject, or a row's reference.
        by: Name of who decided.
        decided_at: By the wall's clock: it may be days after the exercise. Aware UTC.
    """

    kind: SubjectKind
    subject: str
    verdict: RuledVerdict
    reason: str
    by: str
    decided_at: datetime
