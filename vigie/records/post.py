"""A post: one thing that one source said once, kept as it arrived.

Made by connectors, kept by the store, read by checks and signals. Holds no behaviour that needs
a clock, a file or the network.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PostKind = Literal["message", "article", "alert", "measurement"]


@dataclass(frozen=True, slots=True)
class Point:
    """A place that the source itself gave, WGS84 degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What arrived, verbatim where it matters.

    Attributes:
        source_key: ``kind:base address``; with ``native_id`` it identifies the post.
        source_id: The convention's id of the source.
        native_id: The source's own identity of the thing (see each connector's ``Source``).
        kind: ``message`` and ``article`` are people's words, ``alert`` an authority's,
            ``measurement`` a value that becomes a row only when its level changes.
        text: Plain text for people: HTML removed, title and body joined.
        url: Address a person can open, or None.
        author: The account or editor as the source names it; never leaves the store.
        posted_at: Aware UTC; None where the source does not say.
        captured_at: Aware UTC, when we received it.
        payload: The item as it arrived (JSON or XML text).
        language: ISO 639-1 code if the source says so.
        point: Where the source itself places it.
        area: Department or commune code (INSEE) that the source itself names.
        repost_of: ``native_id`` of the post that this one repeats, if the source says so.
        subject: For measurements and alerts: the stable thing measured, e.g. a river reach.
        level: For measurements: 1 (green) … 4 (red).
        edited_at: Aware UTC time of the version, if the source versions its things.
        entered_by: Who typed it in, where a person did (intake by hand).
        origin: Who told it to them, in their words.
        category: Code of the category tree, where the source itself says what the thing is.
        is_ended: For alerts: this version says that what it tells is over (closure lifted, alert
            cancelled, expired or gone from a list of what is in force).
    """

    source_key: str
    source_id: str
    native_id: str
    kind: PostKind
    text: str
    captured_at: datetime
    payload: str
    url: str | None = None
    author: str | None = None
    posted_at: datetime | None = None
    language: str | None = None
    point: Point | None = None
    area: str | None = None
    repost_of: str | None = None
    subject: str | None = None
    level: int | None = None
    edited_at: datetime | None = None
    entered_by: str | None = None
    origin: str | None = None
    category: str | None = None
    is_ended: bool = False

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of what people would see change: text, address, level, edit time, end."""
        parts = (self.text, self.url or "", str(self.level or ""), str(self.edited_at or ""))
        ended = ("ended",) if self.is_ended else ()
        return hashlib.sha256(
            "\x1f".join((*parts, *ended)).encode("utf-8", "surrogatepass")
        ).hexdigest()

    @property
    def happened_at(self) -> datetime:
        """Time of the post, else time of capture. Aware UTC."""
        return self.posted_at or self.captured_at
