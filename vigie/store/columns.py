"""Column types: UTC times, text kept verbatim, typed JSON, and keys of hostile length.

Used by the tables only. Must not know any table.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from vigie.store.codec import decode, encode, escape_text, pack, restore_text, to_utc, unpack


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept and returned in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the driver is given: UTC, without its zone where SQLite would drop it.

        Raises:
            ValueError: If the time is naive.
        """
        if value is None:
            return None
        moment = to_utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Verbatim(TypeDecorator[str]):
    """Text exactly as it arrived, also where it holds NULs or lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text with what databases refuse escaped."""
        return None if value is None else escape_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it was given."""
        return None if value is None else restore_text(value)


class TypedJson(TypeDecorator[Any]):
    """A value of the codec as readable JSON text."""

    impl = Text
    cache_ok = True
    should_evaluate_none = True
    """None is a value (an emptied cell), not an absent column, also where many rows are added."""

    def process_bind_param(self, value: object, dialect: Dialect) -> str:
        """Return the value as JSON text."""
        return encode(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the value."""
        return None if value is None else decode(value)


class PackedJson(TypeDecorator[Any]):
    """A large value of the codec, compressed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> bytes:
        """Return the value as compressed JSON."""
        return pack(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Return the value."""
        return None if value is None else unpack(value)


def key_hash(*parts: str) -> str:
    """Return a key of fixed length (SHA-256, hex) for parts of any length and content.

    Native ids come from outside and may be longer than an index entry can be (PostgreSQL: a third
    of a page, 2704 bytes). Each part's length is hashed too, so that no two lists of parts meet.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()
