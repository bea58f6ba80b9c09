"""A body taken in piece by piece, with its size limit on what arrives and on what it unpacks to.

Called by the transport. httpx would unpack a whole piece before anybody can look: 64 kB of gzip
may be 64 MB. Here at most one byte beyond the limit is ever unpacked. Pure.
"""

from __future__ import annotations

import zlib

ACCEPT_ENCODING = "gzip, deflate"
"""What this file can unpack within bounds; nothing else is asked for."""
_GZIP = zlib.MAX_WBITS | 16
_MOST_MEMBERS = 100
"""More gzip members than any honest server sends: each costs time, not bytes."""
_SKIPPED = frozenset({"", "identity"})


class TooLargeError(Exception):
    """The body goes beyond the limit.

    Args:
        is_unpacked: Small as received, too large unpacked: what a bomb looks like.
    """

    def __init__(self, *, is_unpacked: bool = False) -> None:
        super().__init__()
        self.is_unpacked = is_unpacked


class BrokenEncodingError(Exception):
    """The body is not packed as its header says, stops short, or was not asked for so."""


class BoundedBody:
    """Collects one body.

    Args:
        encoding: The ``Content-Encoding`` header.
        limit_bytes: Most bytes, both as received and unpacked.

    Raises:
        BrokenEncodingError: If the encoding was not asked for.
    """

    def __init__(self, encoding: str, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._received = 0
        self._body = bytearray()
        name = encoding.strip().lower()
        if name not in _SKIPPED | {"gzip", "x-gzip", "deflate"}:
            raise BrokenEncodingError(name[:40])
        self._is_packed = name not in _SKIPPED
        self._is_deflate = name == "deflate"
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS if self._is_deflate else _GZIP)
        self._is_first = True
        self._members = 1

    def add(self, piece: bytes) -> None:
        """Take in the next piece.

        Raises:
            TooLargeError: If the limit is passed, before or after unpacking.
            BrokenEncodingError: If it cannot be unpacked.
        """
        self._received += len(piece)
        if self._received > self._limit:
            raise TooLargeError
        if self._is_packed and piece:
            self._unpack(piece)
        else:
            self._body += piece

    def whole(self) -> bytes:
        """Return the body.

        Raises:
            BrokenEncodingError: If the packed data stops short.
        """
        if self._is_packed and not self._is_first and not self._unpacker.eof:
            raise BrokenEncodingError("truncated")
        return bytes(self._body)

    def _unpack(self, piece: bytes) -> None:
        while piece:
            if self._unpacker.eof:
                # gzip members may follow one another (RFC 1952 §2.2).
                if self._is_deflate:
                    return
                self._members += 1
                if self._members > _MOST_MEMBERS:
                    raise BrokenEncodingError("members")
                self._unpacker = zlib.decompressobj(_GZIP)
            room = self._limit - len(self._body) + 1
            self._body += self._decompress(piece, room)
            if len(self._body) > self._limit:
                raise TooLargeError(is_unpacked=True)
            piece = self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def _decompress(self, piece: bytes, room: int) -> bytes:
        try:
            result = self._unpacker.decompress(piece, room)
        except zlib.error as error:
            if not (self._is_deflate and self._is_first):
                raise BrokenEncodingError(str(error)) from error
            # Some servers send raw deflate without its zlib header.
            self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
            self._is_first = False
            return self._decompress(piece, room)
        self._is_first = False
        return result
