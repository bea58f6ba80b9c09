"""What a written workbook carries and what a returned one holds.

Made by ``package``, read by ``merging`` and ``vigie.operations.publication``. Plain records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from vigie.records.observation import CellValue
from vigie.records.sheet import Cells
from vigie.workbook.canonical import canonical

Form = Literal["xlsx", "ods", "csv"]
"""Kinds of files that are read; an .xlsm is read as an .xlsx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Whose file this is: written on the very hidden sheet and in a defined name."""

    activation_id: str
    revision: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """A written workbook.

    Attributes:
        data: The .xlsx file.
        cells: What was written, as reading it back would give it: the base of later merges.
        is_rewritten: All of people's file was written anew, because it could not be written into
            part by part; to be told in the journal.
    """

    data: bytes
    cells: Cells
    is_rewritten: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """One row that is not empty, as people left it.

    Attributes:
        row_number: 1 is the first row of the sheet.
        key: Text of the key column, trimmed; empty if there is none.
        values: Every column found in the file to its value. A column that is absent here is not
            known (its header is gone, or its formula was never computed) and counts as untouched.
    """

    row_number: int
    key: str
    values: Mapping[str, CellValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """A returned workbook.

    Attributes:
        marks: None if neither the hidden sheet nor the defined name survived.
        sheets: Sheet code to its rows, top to bottom; sheets that are gone are absent.
        missing_columns: Sheet code to the columns whose header was not found.
        modified_at: When an editor says that it saved the file (aware UTC), if it says so.
        modified_by: The name that the editor gives; empty if none.
        form: What kind of file it is; a ``csv`` holds one sheet, as the screen showed it.
    """

    marks: Marks | None
    sheets: Mapping[str, tuple[ReadRow, ...]]
    missing_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modified_at: datetime | None = None
    modified_by: str = ""
    form: Form = "xlsx"


def fingerprint(cells: Cells) -> str:
    """Return 16 hexadecimal digits that name these references and values, in any order."""
    digest = hashlib.sha256()
    for sheet in sorted(cells):
        for key in sorted(cells[sheet]):
            row = cells[sheet][key]
            line = [sheet, key] + [
                f"{code}={canonical(row[code])!r}"
                for code in sorted(row)
                if canonical(row[code]) is not None
            ]
            digest.update("\x1f".join(line).encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()[:16]
