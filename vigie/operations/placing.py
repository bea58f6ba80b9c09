"""Where an activation's files lie."""

from __future__ import annotations

import re
from pathlib import Path

from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_EVENT_CHARACTERS = 60


def workbook_path(runtime: Runtime, activation: Activation) -> Path:
    """Return the path of an activation's workbook: on its share, else in its restricted folder.

    An exercise never writes to the convention's real share, only to ``exercise.share``.
    """
    convention = runtime.convention_of(activation)
    if activation.kind == "exercise":
        share = convention.exercise.share
    else:
        share = convention.workbook.share
    folder = runtime.house.restricted(activation.id)
    if share is not None and share.path is not None:
        folder = Path(share.path)
    event = _UNSAFE.sub(" ", activation.event).strip(" .")[:_EVENT_CHARACTERS].strip()
    banner = "EXERCICE " if activation.kind == "exercise" else ""
    return folder / f"{banner}Vigie {activation.id} {event}.xlsx"
