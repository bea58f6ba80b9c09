"""Real WebDAV servers on 127.0.0.1: WsgiDAV as it is, without locks, or with Apache's habits.

Called by the tests of the WebDAV share. What WsgiDAV does not do by itself (weak tags for a second,
no LOCK at all, a redirection) is done in front of it, as measured on the servers that do it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp

USER, PASSWORD = "vost", "mot-de-passe-du-partage"
_WEAK_SECONDS = 1.0


@dataclass
class Habits:
    """How the server behaves, besides being WsgiDAV.

    Attributes:
        is_weak: For a second after a write the tag is weak, and If-Match with it is refused.
        is_always_weak: Tags never become strong.
        refused: Methods that the server does not know (405).
        frozen: Name of a file that may be read and not changed.
        moved_to: Everything is redirected there.
        before: Called once, before the next request of this method is worked on.
    """

    is_weak: bool = False
    is_always_weak: bool = False
    refused: frozenset[str] = frozenset()
    moved_to: str = ""
    frozen: str = ""
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Dav:
    """A running server."""

    folder: Path
    address: str
    habits: Habits

    def ask(self, method: str, name: str, **known: Any) -> httpx.Response:
        """Do what another user of the share does."""
        url = httpx.URL(self.address).join(name)
        with httpx.Client(auth=(USER, PASSWORD), trust_env=False) as client:
            return client.request(method, url, **known)

    def lock(self, name: str, owner: str = "Paul Martin", seconds: int = 600) -> str:
        """Take the write lock of a file as another editor; returns its token."""
        body = (
            '<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/>'
            "</D:lockscope><D:locktype><D:write/></D:locktype>"
            f"<D:owner>{owner}</D:owner></D:lockinfo>"
        )
        answer = self.ask("LOCK", name, content=body, headers={"Timeout": f"Second-{seconds}"})
        assert answer.status_code == 200, answer.text
        return answer.headers["Lock-Token"]

    def unlock(self, name: str, token: str) -> None:
        """Give a lock back."""
        assert self.ask("UNLOCK", name, headers={"Lock-Token": token}).status_code == 204


class _Front:
    """The server's habits, in front of WsgiDAV."""

    def __init__(self, app: WsgiDAVApp, habits: Habits, folder: Path) -> None:
        self.app = app
        self.habits = habits
        self.folder = folder

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        method = environ["REQUEST_METHOD"]
        self.habits.asked.append((method, environ["PATH_INFO"]))
        hook = self.habits.before.pop(method, None)
        if hook is not None:
            hook()
        if self.habits.moved_to:
            start_response("302 Found", [("Location", self.habits.moved_to)])
            return [b""]
        if method in self.habits.refused:
            start_response("405 Method Not Allowed", [("Content-Length", "0")])
            return [b""]
        name = environ["PATH_INFO"].encode("latin-1").decode("utf-8").rpartition("/")[2]
        if self.habits.frozen == name and method in ("PUT", "DELETE", "MOVE", "LOCK"):
            start_response("403 Forbidden", [("Content-Length", "0")])
            return [b""]
        if not self._is_weak_now(environ["PATH_INFO"]):
            return self.app(environ, start_response)
        if "HTTP_IF_MATCH" in environ:
            start_response("412 Precondition Failed", [("Content-Length", "0")])
            return [b""]

        def weak_start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            weak = [(k, f"W/{v}" if k.lower() == "etag" else v) for k, v in headers]
            return start_response(status, weak, *rest)

        return self.app(environ, weak_start)

    def _is_weak_now(self, path: str) -> bool:
        if self.habits.is_always_weak:
            return True
        name = path.encode("latin-1").decode("utf-8").rpartition("/")[2]
        file = self.folder / name
        if not self.habits.is_weak or not file.is_file():
            return False
        return time.time() - file.stat().st_mtime < _WEAK_SECONDS


@contextlib.contextmanager
def running_dav(folder: Path, *, has_locks: bool = True) -> Iterator[Dav]:
    """Start a WebDAV server over a folder on a free port of 127.0.0.1, stop it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    habits = Habits()
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/crise": str(folder)},
            "http_authenticator": {
                "accept_basic": True,
                "accept_digest": False,
                "default_to_digest": False,
            },
            "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
            "lock_storage": has_locks,
            "property_manager": False,
            "verbose": 0,
            "logging": {"enable": False},
            "dir_browser": {"enable": False},
        }
    )
    server = wsgi.Server(("127.0.0.1", 0), _Front(app, habits, folder), numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield Dav(folder, f"http://127.0.0.1:{server.bind_addr[1]}/crise/", habits)
    finally:
        server.stop()
        thread.join(10)
