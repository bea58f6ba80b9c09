"""JSON from outside: parsed without trusting it, and written back as a post's payload.

Called by the JSON connectors. Must not know any of them.
"""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")


class NotJsonError(ValueError):
    """The body is not JSON that can be used."""


def parse_json(body: bytes) -> Any:
    """Return the parsed body.

    Raises:
        NotJsonError: If it is not JSON, is nested beyond what can be parsed, or holds a number too
            long to be converted.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        # UnicodeDecodeError and "too many digits" are ValueErrors too.
        raise NotJsonError(str(error)[:120]) from error


def payload_of(item: Any) -> str:
    """Return an item as JSON text that any database can hold, losing nothing.

    Half surrogate pairs, which no UTF-8 can carry, stay as their escapes.
    """
    text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    if _SURROGATE.search(text):
        return json.dumps(item, separators=(",", ":"))
    return text


def text_of(value: Any) -> str:
    """Return a string as it is, a whole number as its digits, anything else as nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def level_of(value: Any) -> int | None:
    """Return a vigilance level 1 … 4 written as a number or as text, else None.

    Source: both spellings occur in one answer of DPVigilance (``"3"`` and ``3``) and between the
    two Vigicrues endpoints.
    """
    text = text_of(value)
    return int(text) if text in {"1", "2", "3", "4"} else None
