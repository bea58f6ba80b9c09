"""The stage of the use cases, and real WebDAV servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.operations.conftest import (  # noqa: F401 - fixtures
    gazetteer,
    make_stage,
    network,
    running_play,
)
from tests.integration.workbook.dav import Dav, running_dav


@pytest.fixture
def dav(tmp_path: Path) -> Iterator[Dav]:
    """A WebDAV server with locks."""
    with running_dav(tmp_path / "nuage") as server:
        yield server


@pytest.fixture
def lockless(tmp_path: Path) -> Iterator[Dav]:
    """A WebDAV server that knows no LOCK."""
    with running_dav(tmp_path / "nuage", has_locks=False) as server:
        yield server
