"""What a validation check found: made by ``checks``, kept by ``store``, shown on Contrôles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Severity = Literal["stop", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule broken by one item.

    Attributes:
        id: Stable number given by the store; 0 before.
        check: Name of the check (its file).
        severity: ``stop`` put the item into quarantine, ``warn`` only marks it.
        post: (source_key, native_id) of the item, or None for a finding about a row or an answer.
        ref: The row it stands for, if it has one.
        value: The offending value, shortened, as text.
        message: One sentence in the convention's language.
        found_at: Aware UTC.
        decision: What people typed in ``Décision``: ``let_in``, ``keep_out`` or free text.
    """

    check: str
    severity: Severity
    message: str
    found_at: datetime
    id: int = 0
    post: tuple[str, str] | None = None
    ref: str | None = None
    value: str = ""
    decision: str = ""
    decided_by: str = ""
