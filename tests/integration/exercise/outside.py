"""A machine that plays "outside": it listens on 127.0.0.2 and counts who comes.

Called by the proof that an exercise is closed. It answers as feeds, indexes, geocoders and shares
would, so that a real activation that is let out does reach it and finds what it asks for.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable

HOST = "127.0.0.2"
_READ_SECONDS = 1.0
_HANG_SECONDS = 20.0


class Outside:
    """Counts connections to one port of 127.0.0.2, and to others that it is told.

    Args:
        answer: Path to (content type, body).
        others: Further (host, port) that count as outside; port 0 takes a free one.

    Attributes:
        asked: First line of each request, in order.
    """

    def __init__(
        self,
        answer: Callable[[str], tuple[str, str]],
        others: tuple[tuple[str, int], ...] = (),
    ) -> None:
        self._answer = answer
        self._sockets = [_listening(*place) for place in ((HOST, 0), *others)]
        self._came: list[tuple[object, object]] = []
        self._changed = threading.Condition()
        self._is_over = threading.Event()
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Its port on 127.0.0.2."""
        return int(self._sockets[0].getsockname()[1])

    @property
    def places(self) -> list[tuple[str, int]]:
        """Where it listens."""
        return [sock.getsockname()[:2] for sock in self._sockets]

    def count(self) -> int:
        """Return how many connections were made so far, not one that is under way left out.

        A connection of our own is made behind them all: what came before it has been counted.
        """
        for place in self.places:
            with socket.create_connection(place, timeout=_HANG_SECONDS) as ours:
                mine = (place, ours.getsockname()[:2])
                with self._changed:
                    came = self._changed.wait_for(lambda m=mine: m in self._came, _HANG_SECONDS)
                    assert came, "the listener itself does not answer"
                    self._came.remove(mine)
        with self._changed:
            return len(self._came)

    def close(self) -> None:
        """Stop listening."""
        self._is_over.set()
        self._thread.join(_HANG_SECONDS)
        for sock in self._sockets:
            sock.close()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            for sock in self._sockets:
                selector.register(sock, selectors.EVENT_READ)
            while not self._is_over.is_set():
                for key, _ in selector.select(0.05):
                    connection, peer = key.fileobj.accept()  # type: ignore[union-attr]
                    with self._changed:
                        self._came.append((connection.getsockname()[:2], peer[:2]))
                        self._changed.notify_all()
                    threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(_READ_SECONDS)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65_536)
                if not piece:
                    return
                head += piece
            line = head.split(b"\r\n", 1)[0].decode("latin-1")
            self.asked.append(line)
            kind, body = self._answer(line.split(" ")[1])
            data = body.encode()
            connection.sendall(
                f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n"
                "Connection: close\r\n\r\n".encode()
                + data
            )


def _listening(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(256)
    return sock
