"""The scripted misbehaviour of a source, as real responses. Called by ``application``."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

from starlette.responses import RedirectResponse, Response, StreamingResponse

from vigie.exercise.script import Fault

GARBAGE = b'\x00\xff\xfe{"\x80<<rss>]]\x00\xc3\x28' * 64
_CHUNK = b"x" * 65_536
_GZIP_WINDOW = 31
"""Largest window with a gzip header. Source: zlib manual, ``deflateInit2``."""


def faulty_response(fault: Fault) -> Response | None:
    """Return what a faulty source answers, None if it only hangs and then answers rightly."""
    if fault.redirect_to:
        return RedirectResponse(fault.redirect_to, status_code=302)
    if fault.garbage:
        return Response(GARBAGE, media_type="application/json")
    if fault.flood_bytes:
        return StreamingResponse(_flood(fault.flood_bytes), media_type="application/json")
    if fault.bomb_bytes:
        body = b"".join(_bomb(fault.bomb_bytes))
        return Response(body, media_type="application/json", headers={"Content-Encoding": "gzip"})
    if fault.status is not None:
        headers = {}
        if fault.retry_after_seconds is not None:
            headers["Retry-After"] = str(fault.retry_after_seconds)
        return Response(fault.body, status_code=fault.status, headers=headers)
    return None


async def _flood(size_bytes: int) -> AsyncIterator[bytes]:
    for start in range(0, size_bytes, len(_CHUNK)):
        yield _CHUNK[: size_bytes - start]


def _bomb(size_bytes: int) -> Iterator[bytes]:
    """Pack piece by piece, so that building it costs no memory; one member, as clients expect."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP_WINDOW)
    for start in range(0, size_bytes, len(_CHUNK)):
        yield packer.compress(_CHUNK[: size_bytes - start])
    yield packer.flush()
