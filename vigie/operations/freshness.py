"""Whether a workbook still says what is so: then it is left alone, people have it open.

Called by ``publication`` and ``syncing``. Pure.
"""

from __future__ import annotations

from datetime import timedelta

from vigie.records.sheet import Cells, WrittenRevision
from vigie.workbook.content import Content
from vigie.workbook.revisions import fingerprint

_CLOCK_SHEETS = ("readme", "summary", "sources")
_FULL_AGE = timedelta(minutes=10)
"""Clocks and counters may be that old."""
_URGENT_AGE = timedelta(minutes=1)
"""With an alarm open, its minutes are counted in front of people."""


def is_fresh(last: WrittenRevision | None, cells: Cells, content: Content) -> bool:
    """Tell whether the last revision still says what is so.

    Args:
        last: None if none was ever written.
        cells: What a revision written now would say.
        content: From which they were made.
    """
    if last is None or _told(last.cells) != _told(cells):
        return False
    age = content.now - last.written_at
    return age < (_URGENT_AGE if content.alarms else _FULL_AGE)


def _told(cells: Cells) -> str:
    """Fingerprint what people act on; clocks and counters alone are no reason to rewrite."""
    return fingerprint({code: rows for code, rows in cells.items() if code not in _CLOCK_SHEETS})
