"""An observation: one fact, one row, one ``Réf``; what the machine says and what people decided.

Made by ``vigie.operations.analysis``, kept by the store, shown and merged by the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from vigie.records.evidence import evidence_in, is_other_person, names_in

CellValue = str | int | float | datetime | None
"""What a cell can hold. Times are aware UTC; enumerations are their English codes."""

Owner = Literal["machine", "people", "either"]
"""Who owns a column: M, P or F of the domain's table (``either`` = F)."""

StatusGap = Literal["evidence", "verifier", "other", "entered_by", "link"]
"""What a typed status lacks: a second source, a verifier, one who is another person than who
entered the row, who that was, a link."""

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

_INDEPENDENT_SOURCES = 2

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

    @property
    def has_official_source(self) -> bool:
        """Whether an authority itself said it: graded A by the machine, and nobody graded it down.

        An A that a person typed is a judgement of a source, not an authority's own word.
        """
        return self.machine.get("source_grade") == "A" and self.value("source_grade") == "A"

    def status_gaps(self) -> tuple[StatusGap, ...]:
        """Return what the typed status lacks to count, in the order in which it is told.

        ``confirmed`` needs an official source or two independent ones (the row's own and one that
        ``Preuves`` points to, or two that the machine counted), and a named verifier who is none
        of those who entered the row. ``refuted`` needs a link or another row in ``Preuves``: a
        row's own source does not refute itself. Source: the domain's "Grading", the contracts'
        "Who owns a cell".
        """
        typed = self.value("status")
        if typed not in ("confirmed", "refuted"):
            return ()
        evidence = evidence_in(
            _text(self.value("evidence")), own_link=_text(self.value("link")), own_ref=self.ref
        )
        if typed == "refuted":
            return () if evidence.has_address else ("link",)
        gaps: list[StatusGap] = []
        voices = self.machine.get("corroboration_count")
        is_corroborated = isinstance(voices, int) and voices >= _INDEPENDENT_SOURCES
        if not (evidence.is_any or self.has_official_source or is_corroborated):
            gaps.append("evidence")
        return (*gaps, *self._verifier_gaps())

    def _verifier_gaps(self) -> tuple[StatusGap, ...]:
        verifiers = names_in(_text(self.value("verified_by")))
        if not verifiers:
            return ("verifier",)
        # Emptied, it still was the machine that entered the row.
        entered = _text(self.value("entered_by")) or _text(self.machine.get("entered_by"))
        if not entered:
            return ("entered_by",)
        enterers = names_in(entered)
        return () if any(is_other_person(name, enterers) for name in verifiers) else ("other",)

    def effective_status(self) -> str:
        """Return what we stand for: the typed status where its conditions are met.

        Where ``status_gaps`` says that something lacks, it counts as ``in_progress``.
        """
        return "in_progress" if self.status_gaps() else str(self.value("status") or "unverified")


def _text(value: CellValue) -> str:
    return "" if value is None else str(value).strip()
