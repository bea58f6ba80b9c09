"""Whatever can open a connection is known by name: no later channel slips past the walls."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ABLE = {
    "aiohttp",
    "asyncssh",
    "ftplib",
    "http.client",
    "httpcore",
    "httpx",
    "imaplib",
    "multiprocessing",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "webbrowser",
    "websockets",
    "xmlrpc",
}
"""Modules that can reach another machine, or start what can."""
KNOWN = {
    # The walls themselves.
    "vigie/sources/transport.py": {"httpx", "ssl"},
    "vigie/sources/transport_addresses.py": {"httpcore", "socket"},
    "vigie/sources/transport_connection.py": {"httpcore", "httpx", "ssl"},
    "vigie/sources/transport_imap.py": {"imaplib", "socket", "ssl"},
    "vigie/sources/transport_mail.py": {"imaplib", "ssl"},
    "vigie/workbook/shares/webdav_connection.py": {"httpx"},
    # Listens on loopback.
    "vigie/exercise/networks/replay.py": {"socket"},
    # The machine's own name.
    "vigie/operations/leases.py": {"socket"},
    "vigie/operations/runtime.py": {"socket"},
    # The operator's bell, not in exercises; the reader of foreign files; our own commands.
    "vigie/operations/alarms.py": {"subprocess"},
    "vigie/operations/guarded_reading.py": {"subprocess"},
    "vigie/operations/recorded_day.py": {"subprocess", "urllib.request"},
    "vigie/operations/typed_commands.py": {"subprocess"},
}


def _able(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found |= {able for able in ABLE for name in names if f"{name}.".startswith(f"{able}.")}
    return found


def test_only_known_files_can_open_connections() -> None:
    """A file of vigie that imports what reaches out is one that was looked at for exercises."""
    for path in sorted((ROOT / "vigie").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        assert _able(path) <= KNOWN.get(name, set()), (
            f"{name} can open connections: send them through vigie.sources.transport, or show "
            "here why an exercise cannot leave by it"
        )
