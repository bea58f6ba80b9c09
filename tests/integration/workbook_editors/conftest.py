"""The stage of the use cases, and one LibreOffice for the tests that need it."""

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
from tests.integration.workbook_editors.office import Office, why_not


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """LibreOffice, started once."""
    if why_not():
        pytest.skip(why_not())
    home: Path = tmp_path_factory.mktemp("libreoffice")
    with Office(home) as running:
        yield running
