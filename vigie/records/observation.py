"""An observation: one fact, one row, one ``Réf``; what the machine says and what people decided.

Made by ``vigie.operations.analysis``, kept by the store, shown and merged by the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

CellValue = str | int | float | datetime | None
"""What a cell can hold. Times are aware UTC; enumerations are their English codes."""

Owner = Literal["machine", "people", "either"]
"""Who owns a column: M, P or F of the domain's table (``either`` = F)."""

URGENCIES = ("life_at_risk", "high", "normal", "information")
STATUSES = ("unverified", "in_progress", "corroborated", "confirmed", "refuted", "lifted")
SOURCE_GRADES = ("A", "B", "C", "D", "E", "F")
INFORMATION_GRADES = (1, 2, 3, 4, 5, 6)
CATEGORIES = (
    "person_in_danger",
    "person_missing",
    "building_damage",
    "network_damage",
    "road_closed",
    "diversion",
    "transport",
    "water",
    "fire",
    "wind",
    "landslide",
    "pollution",
    "need_water",
    "need_shelter",
    "need_clothes",
    "need_care",
    "offer",
    "request",
    "collection",
    "rumour",
    "denial",
    "official",
    "noise",
)
"""Codes of the category tree. Source: the domain's table; conventions add and rename."""

COLUMNS: Mapping[str, Owner] = {
    "ref": "machine",
    "observed_at": "either",
    "received_at": "machine",
    "urgency": "either",
    "status": "either",
    "category": "either",
    "summary": "either",
    "original_text": "machine",
    "commune": "either",
    "place": "either",
    "lat": "either",
    "lon": "either",
    "precision_metres": "either",
    "source": "machine",
    "link": "machine",
    "author": "machine",
    "corroboration_count": "machine",
    "grouped_with": "people",
    "source_grade": "either",
    "information_grade": "either",
    "entered_by": "either",
    "evidence": "people",
    "verified_by": "people",
    "followed_by": "people",
    "requested_action": "people",
    "recipient": "people",
    "transmitted_at": "people",
    "acknowledged_at": "people",
    "comment": "people",
}
"""The 29 columns of the main log in order, with their owners. Source: the domain's table."""

GROUP_NOTE = "grouped_refs"
"""The machine's own note on a row: which rows it was last counted with. Shown and told nowhere."""

ALWAYS_MACHINE = frozenset({"ref", "received_at", "corroboration_count"})
"""The machine's even in a row that people added. Source: "Who owns a cell" of the contracts."""

PLACE_COLUMNS = ("commune", "place", "lat", "lon", "precision_metres")
"""One unit of ownership: whoever changes the commune changes the point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One row of the main log.

    Attributes:
        ref: ``CO21-0042``, never reused, never merged away.
        machine: Column code to what the machine says (absent = nothing to say).
        people: Column code to what people decided; a None is a decision to leave it empty.
        is_added_by_people: True for a row that people typed in: every column but ``ref``,
            ``received_at``, ``corroboration_count`` is theirs.
        is_withdrawn: The row is set aside ("retirée"); kept, not shown among the open ones.
    """

    ref: str
    machine: Mapping[str, CellValue] = field(default_factory=dict)
    people: Mapping[str, CellValue] = field(default_factory=dict)
    is_added_by_people: bool = False
    is_withdrawn: bool = False

    def value(self, column: str) -> CellValue:
        """Return what stands in a column: people's decision, else the machine's value."""
        if column in self.people:
            return self.people[column]
        return self.machine.get(column)

    def effective_status(self) -> str:
        """Return what we stand for: the typed status where its conditions are met.

        ``confirmed`` needs evidence and a verifier other than who entered the row, ``refuted``
        needs evidence; without them either counts as ``in_progress``. Source: the contracts.
        """
        typed = str(self.value("status") or "unverified")
        evidence, verifier = _text(self.value("evidence")), _text(self.value("verified_by"))
        if typed == "confirmed":
            is_checked = verifier and verifier != _text(self.value("entered_by"))
            return typed if evidence and is_checked else "in_progress"
        if typed == "refuted" and not evidence:
            return "in_progress"
        return typed


def _text(value: CellValue) -> str:
    return "" if value is None else str(value).strip().casefold()
