"""A way out that an exercise was not let take: where it would have led, and why it was closed.

Made by the sources' room, the shares and ``vigie.operations.isolation``, which journals it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

BarredCause = Literal[
    "address",
    "name",
    "redirect",
    "link",
    "form",
    "real_source",
    "real_share",
    "share_redirect",
    "geocoder",
    "alarm_command",
    "proxy",
    "convention",
    "kind",
]
_MOST_CHARACTERS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """One closed way out.

    Attributes:
        address: Scheme, host and port at most: paths, queries, names and passwords may be secrets.
        cause: Which wall it met.
    """

    address: str
    cause: BarredCause


def origin_of(address: str) -> str:
    """Return the part of an address that may be shown: scheme, host, port; ``?`` if it has none.

    Args:
        address: From outside; without a scheme it is read as host and port.
    """
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "?"
    if not host:
        return "?"
    shown = host_and_port(host, port)
    return _fit(f"{parts.scheme}://{shown}" if parts.scheme else shown)


def host_and_port(host: str, port: int | None) -> str:
    """Return ``host:port`` as addresses write it; an IPv6 number stands in brackets."""
    name = f"[{host}]" if ":" in host else host
    return _fit(name if port is None else f"{name}:{port}")


def _fit(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:_MOST_CHARACTERS]
