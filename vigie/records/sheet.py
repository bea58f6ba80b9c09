"""What stands in the workbook, without a word about files: tables, rows, edits, revisions.

The workbook room renders and reads these; the store keeps written revisions and people's edits.
Rows are keyed: ``Réf`` on the main log, a finding's number on Contrôles, a source id on Sources,
``T-1`` … on the sheets that people fill.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vigie.records.observation import CellValue

Cells = Mapping[str, Mapping[str, Mapping[str, CellValue]]]
"""Sheet code → row key → column code → value, as it was written at one revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRevision:
    """One version of the workbook that the machine wrote, kept as the base of later merges.

    Attributes:
        fingerprint: Names the references and values (also when the file's marks are lost).
        file_hash: SHA-256 (hex) of the file's bytes: equal means that nobody has saved since.
        is_final: The last one of an activation that has ended.
    """

    number: int
    written_at: datetime
    fingerprint: str
    file_name: str
    cells: Cells
    file_hash: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A cell that people changed: against ``base``, the value that their revision showed.

    Attributes:
        value: What stands there now; None = emptied, which is a decision.
        is_typed_over: The column is the machine's: kept on Conflits, the machine's value returns.
        is_conflict: Two hands changed the cell since ``base``; ``current`` is the other value. With
            ``is_typed_over`` this one is the earlier: it goes to Conflits, the other stands.
    """

    sheet: str
    key: str
    column: str
    value: CellValue
    base: CellValue
    current: CellValue = None
    is_typed_over: bool = False
    is_conflict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRow:
    """A row that people typed without a key.

    Attributes:
        typed_over: What they typed into the machine's columns, a mistyped key too: kept on
            Conflits, never in the row.
    """

    sheet: str
    values: Mapping[str, CellValue]
    row_number: int
    typed_over: Mapping[str, CellValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRow:
    """People's cells of one row outside the main log, or a row they added there.

    Attributes:
        is_added_by_people: The whole row is theirs (roster, solidarity); else only ``values``.
    """

    sheet: str
    key: str
    values: Mapping[str, CellValue] = field(default_factory=dict)
    is_added_by_people: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One line of Conflits: both values, which one stands, what people chose."""

    id: int = 0
    at: datetime
    sheet: str
    key: str
    column: str
    standing: CellValue
    other: CellValue
    reason: str
    revision: int
    choice: str = ""
