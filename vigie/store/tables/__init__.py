"""The tables, one file a topic. Imported whole by the migrations, by topic elsewhere in the store.

Domain types are the plain records; these classes never leave the store. A ``table=True`` class does
not validate what it is given: the column types do.
"""

from vigie.store.tables.activations import ActivationRow, CounterRow, JournalRow
from vigie.store.tables.addresses import AddressRow
from vigie.store.tables.collection import HealthRow, SourceMarkRow, StagedRow, SweepRow
from vigie.store.tables.coordination import BudgetRow, LeaseRow, SharedAnswerRow, SpendingRow
from vigie.store.tables.debriefs import DebriefEntryRow, DebriefRow
from vigie.store.tables.maps import MapRow
from vigie.store.tables.observations import (
    AddedRowRow,
    ConflictRow,
    FindingRow,
    LevelRow,
    ObservationRow,
    PeopleRowRow,
    WorkbookRevisionRow,
)
from vigie.store.tables.overrules import OverruleRow
from vigie.store.tables.plays import CommissionRow, InjectChangeRow, PlayRow, PlayTurnRow
from vigie.store.tables.posts import PostRow, RevisionRow
from vigie.store.tables.reports import ReportRow

__all__ = [
    "ActivationRow",
    "AddedRowRow",
    "AddressRow",
    "BudgetRow",
    "CommissionRow",
    "ConflictRow",
    "CounterRow",
    "DebriefEntryRow",
    "DebriefRow",
    "FindingRow",
    "HealthRow",
    "InjectChangeRow",
    "JournalRow",
    "LeaseRow",
    "LevelRow",
    "MapRow",
    "ObservationRow",
    "OverruleRow",
    "PeopleRowRow",
    "PlayRow",
    "PlayTurnRow",
    "PostRow",
    "ReportRow",
    "RevisionRow",
    "SharedAnswerRow",
    "SourceMarkRow",
    "SpendingRow",
    "StagedRow",
    "SweepRow",
    "WorkbookRevisionRow",
]
