"""``python -m vigie.exercise.networks``: the replay server as a process of its own.

Started by the demonstration's driver and by the kill proof, so that the server can live outside
the process tree that is killed.
"""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import datetime
from pathlib import Path

from vigie.exercise.networks.replay import REQUESTS_PER_WINDOW, ReplayServer
from vigie.problem import Problem


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m vigie.exercise.networks")
    parser.add_argument("--material", type=Path, required=True, help="folder of played material")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--port-file", type=Path, help="gets the port once it is answered")
    parser.add_argument("--wave-file", type=Path, help="keeps wave and start over restarts")
    parser.add_argument("--wave", type=int, default=1, help="the wave to begin with")
    parser.add_argument("--start", type=datetime.fromisoformat, help="start of the play, with zone")
    parser.add_argument("--requests-per-window", type=int, default=REQUESTS_PER_WINDOW)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        server = ReplayServer(
            options.material,
            port=options.port,
            started_at=options.start,
            wave=options.wave,
            wave_file=options.wave_file,
            requests_per_window=options.requests_per_window,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        server.start()
    except (Problem, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.port_file is not None:
        temporary = options.port_file.with_name(options.port_file.name + ".tmp")
        temporary.write_text(str(server.port), encoding="utf-8")
        temporary.replace(options.port_file)
    print(server.address, flush=True)
    server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
