"""What one source gave in one sweep, before anything was decided about it.

Made by ``vigie.sources.collection``, staged by the store, read by the analysis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vigie.records.barred import Barred
from vigie.records.health import SourceState
from vigie.records.post import Post

Cursor = Mapping[str, str]
"""Where a connector goes on: chain name (a hashtag, an address) to the connector's own mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """One source's share of a sweep. Times are aware UTC.

    Attributes:
        sweep_id: Names the sweep; staging the same sweep and source again replaces it.
        seen_count: Items in the answers, kept or not.
        posts: What could be read, oldest first.
        faults: One sentence for each item or answer that could not be read.
        cursor: The cursor after this collection; moves in the same transaction as the posts.
        validators: URL to (ETag, Last-Modified) for the next conditional request.
        detail: The fault of ``state`` in plain words, without secrets; empty if none.
        retry_at: Not to be asked again before.
        barred: Where it was not let go; journalled at once, never staged.
    """

    sweep_id: str
    source_id: str
    source_key: str
    started_at: datetime
    finished_at: datetime
    state: SourceState
    seen_count: int = 0
    posts: tuple[Post, ...] = ()
    faults: tuple[str, ...] = ()
    cursor: Cursor = field(default_factory=dict)
    validators: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    detail: str = ""
    retry_at: datetime | None = None
    barred: tuple[Barred, ...] = ()
