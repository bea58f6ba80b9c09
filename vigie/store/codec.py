"""Values to JSON text and back without loss: times, tuples, odd characters.

Called by the store's column types and by staging. Pure: no table, no clock, no file.

Two things that plain JSON or a database would lose are kept:

- times and tuples, as ``{"$at": "…"}`` and ``{"$tuple": […]}`` (keys that begin with ``$`` get a
  second one);
- NUL characters and lone surrogates, which PostgreSQL (and SQLite's driver) refuse in text. They
  are written as an escape character and four hexadecimal digits; so is the escape itself.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

ESCAPE = "\x1a"
"""SUBSTITUTE, the character that stands for one that cannot be written. Source: ECMA-48 / ASCII."""

_UNWRITABLE = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9a-f]{4})")
_TIME = "$at"
_TUPLE = "$tuple"


def escape_text(text: str) -> str:
    """Return the text in a form that every database takes; most texts come back unchanged."""
    if _UNWRITABLE.search(text) is None:
        return text
    return _UNWRITABLE.sub(lambda match: f"{ESCAPE}{ord(match[0]):04x}", text)


def restore_text(text: str) -> str:
    """Return the text that ``escape_text`` was given."""
    if ESCAPE not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def to_utc(moment: datetime) -> datetime:
    """Return an aware time in UTC.

    Raises:
        ValueError: If the time is naive: nobody could say later which hour it meant.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a naive datetime cannot be stored; give it a time zone")
    return moment.astimezone(UTC)


def encode(value: object) -> str:
    """Return a value as JSON text in plain ASCII.

    Args:
        value: None, bool, int, float, str, aware datetime, or lists, tuples and mappings
            (with text keys) of these.

    Raises:
        TypeError: If a value or a key is of another type.
        ValueError: If a time is naive.
    """
    return json.dumps(_plain(value), separators=(",", ":"))


def decode(text: str) -> Any:
    """Return the value that ``encode`` was given; times come back in UTC, mappings as dicts.

    Raises:
        ValueError: If the text is not JSON.
    """
    return _typed(json.loads(text))


def pack(value: object) -> bytes:
    """Return ``encode`` compressed; for what is large and only read whole.

    Raises:
        TypeError: If a value or a key is of a type that ``encode`` does not know.
        ValueError: If a time is naive.
    """
    return zlib.compress(encode(value).encode("ascii"), level=3)


def unpack(data: bytes) -> Any:
    """Return the value that ``pack`` was given.

    Raises:
        ValueError: If the bytes are not JSON inside.
        zlib.error: If the bytes are not compressed data.
    """
    return decode(zlib.decompress(data).decode("ascii"))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return escape_text(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        return {_TIME: to_utc(value).isoformat()}
    if isinstance(value, Mapping):
        return {_plain_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, tuple):
        return {_TUPLE: [_plain(item) for item in value]}
    raise TypeError(f"the store cannot keep a {type(value).__name__} in JSON")


def _plain_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of a stored mapping must be text, not {type(key).__name__}")
    return escape_text(f"${key}" if key.startswith("$") else key)


def _typed(value: Any) -> Any:
    if isinstance(value, str):
        return restore_text(value)
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        if _TIME in value:
            return datetime.fromisoformat(value[_TIME])
        if _TUPLE in value:
            return tuple(_typed(item) for item in value[_TUPLE])
        return {_typed_key(key): _typed(item) for key, item in value.items()}
    return value


def _typed_key(key: str) -> str:
    return restore_text(key[1:] if key.startswith("$") else key)
