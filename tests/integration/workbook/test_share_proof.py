"""Some seconds of the four-process proof; the whole: ``python -m tests.share_proof``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.share_proof.driver import Wanted, prove

_LEAST = Wanted(seconds=4.0, edits=1, kills=1, between=0)
"""Few, so that a busy machine does not fail: what is counted there is the long run's matter."""


@pytest.mark.skipif(os.name != "posix", reason="kill -9, and people's agreement by flock")
def test_four_processes_and_kills_lose_no_keystroke(tmp_path: Path) -> None:
    """Three people and a killed syncing process on one folder: every keystroke is accounted for."""
    told: list[str] = []
    faults = prove(tmp_path / "partage commun", 7, _LEAST, told.append)
    assert faults == [], "\n".join(told)
