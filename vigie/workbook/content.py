"""Everything that one rendering of the workbook shows, handed to the sheets.

Built by ``vigie.operations.publication`` from the store. Holds no clock: ``now`` is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from vigie.convention.model import Convention, Source
from vigie.language import catalogue
from vigie.records.activation import Activation, JournalEntry
from vigie.records.finding import Finding
from vigie.records.health import Health
from vigie.records.observation import CellValue, Observation
from vigie.records.report import ReportHead
from vigie.records.sheet import Conflict, PeopleRow
from vigie.workbook.layout import Column, Row
from vigie.workbook.wording import Wording


@dataclass(frozen=True, kw_only=True)
class Content:
    """The state of one activation at ``now``. Times are aware UTC.

    Attributes:
        observations: By number; withdrawn ones included, they are shown struck through.
        healths: Source id to its health; sources never asked are absent.
        journal: (number, entry) in order.
        people_rows: What people wrote outside the main log.
        alarms: One sentence each, the worst first.
        revision: Number of the revision that is being written.
        next_situation_at: When the cadence asks for the next point de situation.
        situation_overdue_since: A beat that passed without one.
        last_report: The newest point de situation.
        sources: Sources beside the convention's own (feeds added by ``watch``).
    """

    activation: Activation
    convention: Convention
    now: datetime
    revision: int
    observations: Sequence[Observation] = ()
    healths: Mapping[str, Health] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    journal: Sequence[tuple[int, JournalEntry]] = ()
    conflicts: Sequence[Conflict] = ()
    people_rows: Sequence[PeopleRow] = ()
    alarms: Sequence[str] = ()
    last_sweep_at: datetime | None = None
    next_situation_at: datetime | None = None
    situation_overdue_since: datetime | None = None
    last_report: ReportHead | None = None
    sources: Sequence[Source] = ()

    @cached_property
    def wording(self) -> Wording:
        """The words and the first time zone of the convention's workbook."""
        workbook = self.convention.workbook
        return Wording(
            catalogue(workbook.language), workbook.time_zones[0], self.convention.categories
        )

    @cached_property
    def all_sources(self) -> tuple[Source, ...]:
        """The convention's sources, then those added during the event."""
        known = {source.id for source in self.convention.sources}
        added = [source for source in self.sources if source.id not in known]
        return (*self.convention.sources, *added)

    @cached_property
    def _people(self) -> dict[str, dict[str, PeopleRow]]:
        rows: dict[str, dict[str, PeopleRow]] = {}
        for row in self.people_rows:
            rows.setdefault(row.sheet, {})[row.key] = row
        return rows

    def people(self, sheet: str) -> Mapping[str, PeopleRow]:
        """Return what people wrote on a sheet, by row key."""
        return self._people.get(sheet, {})

    def with_people(self, sheet: str, row: Row, columns: Sequence[Column]) -> Row:
        """Return a machine's row with people's cells laid over it."""
        written = self.people(sheet).get(row.key)
        if written is None:
            return row
        theirs = {
            column.code: written.values[column.code]
            for column in columns
            if column.owner != "machine" and column.code in written.values
        }
        return Row(
            key=row.key,
            values={**row.values, **theirs},
            links=row.links,
            style_hint=row.style_hint,
            people_columns=row.people_columns | frozenset(theirs),
        )

    def added_rows(self, sheet: str, columns: Sequence[Column]) -> list[Row]:
        """Return the rows that people added to a sheet outside the main log, in their order."""
        key_code = columns[0].code
        return [
            Row(
                key=row.key,
                values={**row.values, key_code: row.key},
                people_columns=frozenset(row.values),
                is_added_by_people=True,
            )
            for row in self.people(sheet).values()
            if row.is_added_by_people
        ]


def is_filled(value: CellValue) -> bool:
    """Tell whether a cell holds something that people can see."""
    return value is not None and (not isinstance(value, str) or bool(value.strip()))
