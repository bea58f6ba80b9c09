"""The stage log: which step of which sweep was reached when, by which process.

One JSON line per step in ``stages.jsonl`` of the activation's folder, written before the step
begins. Read by people after a crash and by the kill test; never read by the machine.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Literal

from vigie.settings import House

Stage = Literal[
    "fetch", "checks", "gathering", "before_commit", "after_commit", "workbook", "published"
]


def mark_stage(
    house: House, activation_id: str, sweep_id: str, stage: Stage, at: datetime, what: str = ""
) -> None:
    """Append one line to the activation's stage log.

    Args:
        house: World of the activation.
        activation_id: Whose sweep.
        sweep_id: Which sweep, or the publication's revision.
        stage: The step that begins now.
        at: Aware UTC.
        what: Source id or file name, where it says more.
    """
    folder = house.folder(activation_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps(
        {"at": at.isoformat(), "pid": os.getpid(), "sweep": sweep_id, "stage": stage, "what": what},
        ensure_ascii=False,
    )
    # One small append is one write: lines of several processes do not mix.
    handle = os.open(folder / "stages.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)
