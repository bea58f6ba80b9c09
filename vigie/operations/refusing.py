"""Remembers that a share refused a revision without saying who holds the workbook.

Called by ``publication``: such a share is asked again when there is something new to write, not at
every pass; otherwise each pass would lay another copy beside the workbook.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.records.sheet import WrittenRevision

_FILE = "refused.txt"


def note_refusal(runtime: Runtime, activation: Activation, number: int) -> None:
    """Note the revision that had to be written beside the workbook."""
    _file(runtime, activation.id).write_text(str(number), encoding="ascii")


def was_refused(runtime: Runtime, activation_id: str, last: WrittenRevision) -> bool:
    """Tell whether the last revision is one that the share refused."""
    with contextlib.suppress(OSError, ValueError):
        return int(_file(runtime, activation_id).read_text(encoding="ascii")) == last.number
    return False


def _file(runtime: Runtime, activation_id: str) -> Path:
    return runtime.house.restricted(activation_id) / _FILE
