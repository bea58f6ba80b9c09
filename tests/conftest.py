"""What all tests share: no network to the outside, French messages, where recorded answers lie."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vigie.language import use_language

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT.parent / "shared" / "payloads"
"""Recorded answers that may not be copied into the project; tests use them where they are."""

pytest_plugins = ["tests.fixtures_postgres"]


class OutsideError(Exception):
    """A test tried to leave this machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True
    try:
        return ipaddress.ip_address(str(address[0]).split("%")[0]).is_loopback
    except ValueError:
        return address[0] in ("localhost", "")


@pytest.fixture(autouse=True)
def _no_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise OutsideError(f"A test tried to reach {address}.")
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not _is_local(address):
            raise OutsideError(f"A test tried to reach {address}.")
        return connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    """Messages are French, as they are for the users, whatever a test chose before."""
    use_language("fr")
    yield
    use_language("fr")


@pytest.fixture(scope="session")
def recorded() -> Path:
    """Return the folder of recorded answers, or skip aloud where it is not."""
    if not RECORDED.is_dir():
        pytest.skip(f"recorded answers are not here ({RECORDED.name})")
    return RECORDED


_WAITING = ("test_service.py", "test_exercise_flow.py")
"""They wait for beats of schedules more than they work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what waits for schedules begin first, so that all others work beside it."""
    items.sort(key=lambda item: item.path.name not in _WAITING)
