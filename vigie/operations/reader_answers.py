"""What the reading child answers, made again into our own types. Called by ``guarded_reading``.

The child opened a hostile file: whatever it sends is built from plain values and times only.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from typing import Any

from vigie.language import say
from vigie.problem import WorkbookError
from vigie.records.table import Formula, RawBook, RawSheet
from vigie.workbook.revisions import Marks, ReadBack, ReadRow

_PLAIN = {("datetime", name) for name in ("datetime", "timezone", "timedelta", "date", "time")}


def plain_answer(frame: bytes) -> tuple[Any, ...]:
    """Return an answer of plain values.

    Raises:
        WorkbookError: The child names anything else.
    """
    answer: tuple[Any, ...] = _PlainUnpickler(io.BytesIO(frame)).load()
    return answer


def rebuilt(told: Any) -> ReadBack:
    """Return a read workbook."""
    marks, sheets, missing, modified_at, modified_by, form = told
    return ReadBack(
        marks=marks
        and Marks(activation_id=marks[0], revision=int(marks[1]), fingerprint=str(marks[2])),
        sheets={
            sheet: tuple(
                ReadRow(row_number=number, key=key, values=dict(zip(codes, values, strict=True)))
                for number, key, codes, values in rows
            )
            for sheet, rows in sheets.items()
        },
        missing_columns=missing,
        modified_at=modified_at,
        modified_by=modified_by,
        form=form,
    )


def rebuilt_book(sheets: Any, marks: Mapping[str, str]) -> RawBook:
    """Return plain tables; a formula comes without its text, told apart from values."""
    return RawBook(
        sheets=tuple(
            RawSheet(
                title=str(title),
                rows=tuple(
                    (number, tuple(Formula("=") if one == (None,) else one for one in cells))
                    for number, cells in rows
                ),
                merged=tuple(merged),
            )
            for title, rows, merged in sheets
        ),
        marks=marks,
    )


class _PlainUnpickler(pickle.Unpickler):
    """Builds plain values and times; anything else that a broken child could send is refused."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of plain values by its name.

        Raises:
            WorkbookError: The child names anything else.
        """
        if (module, name) not in _PLAIN:
            raise WorkbookError(
                say("workbook"), say("The process that was reading the file broke down on it.")
            )
        return super().find_class(module, name)
