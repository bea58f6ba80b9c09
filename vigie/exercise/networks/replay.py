"""The replay server: plays a folder of material on a loopback port, in a thread.

Called by the demonstration's driver, by tests and by ``python -m vigie.exercise.networks``.
It binds loopback addresses only: an exercise can reach, and be reached by, nothing real.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import uvicorn

from vigie.exercise.material import Material, load_material
from vigie.exercise.networks.application import ReplayApplication
from vigie.exercise.networks.waves import PlayState
from vigie.exercise.script import Fault
from vigie.language import say
from vigie.problem import Problem

REQUESTS_PER_WINDOW = 3000
"""Ten times what a Mastodon server grants in five minutes: proofs sweep far more often."""
_START_SECONDS = 20.0


class _SignallingServer(uvicorn.Server):
    """Says when it listens, so that nobody has to poll."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_listening.set()


class ReplayServer:
    """A running play; use it as a context manager or call ``start`` and ``stop``.

    Args:
        material: A folder of material, or one already loaded.
        host: A loopback address.
        port: 0 takes a free one.
        started_at: Start of the play, aware; None makes the whole play end just before now.
        wave: The wave to begin with.
        wave_file: Keeps the wave and the start over restarts.
        requests_per_window: What an instance grants in five minutes.
        wave_now: Where an exercise's clock releases the waves: tells the one in force.

    Raises:
        Problem: ``host`` is no loopback address.
    """

    def __init__(
        self,
        material: Path | Material,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        started_at: datetime | None = None,
        wave: int = 1,
        wave_file: Path | None = None,
        requests_per_window: int = REQUESTS_PER_WINDOW,
        wave_now: Callable[[], int] | None = None,
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise Problem(
                host,
                say("a simulated network listens on loopback addresses only."),
                say("Use 127.0.0.1."),
            )
        loaded = material if isinstance(material, Material) else load_material(material)
        start = started_at or loaded.start_for(datetime.now(UTC))
        self.state = PlayState(loaded, start, wave_file, wave, wave_now)
        self._application = ReplayApplication(self.state, requests_per_window)
        # With its protocol named: asyncio sets TCP_NODELAY only then, and without it each answer
        # waits 40 ms for the other side's delayed acknowledgement.
        self._socket = socket.socket(
            socket.AF_INET6 if ":" in host else socket.AF_INET,
            socket.SOCK_STREAM,
            socket.IPPROTO_TCP,
        )
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self._server = _SignallingServer(
            uvicorn.Config(
                self._application.asgi(),
                log_level="critical",
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._serve, name="replay", daemon=True)

    @property
    def address(self) -> str:
        """Base address without trailing slash: the ``network`` of an exercise."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._socket.getsockname()[1])

    @property
    def material(self) -> Material:
        """What is played."""
        return self.state.material

    def start(self) -> ReplayServer:
        """Listen; returns when requests are answered.

        Raises:
            Problem: It does not come up in time.
        """
        self._thread.start()
        if not self._server.is_listening.wait(_START_SECONDS):
            raise Problem(self.address, say("the replay server does not come up."))
        return self

    def stop(self) -> None:
        """Stop answering; hanging requests are cut off."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    def set_wave(self, wave: int) -> None:
        """Release everything up to a wave; see ``PlayState.set_wave``."""
        self.state.set_wave(wave)

    def restage(self, material: Material) -> None:
        """Play other material from now on, on the same clock: an animator changed something."""
        self.state.material = material
        self._application.render()

    def set_fault(self, source_id: str, fault: Fault | None) -> None:
        """Let a source misbehave from now on, or behave again."""
        self.state.set_fault(source_id, fault)

    def wait(self) -> None:
        """Block until the server is stopped by a signal or by ``stop``."""
        self._thread.join()

    def __enter__(self) -> ReplayServer:
        return self.start()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])
