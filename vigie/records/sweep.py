"""What an analysed sweep changes in the store, all in one transaction.

Made by ``vigie.operations.analysis``, applied by ``vigie.store``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vigie.records.activation import JournalEntry
from vigie.records.collected import Cursor
from vigie.records.finding import Finding
from vigie.records.health import Health
from vigie.records.observation import CellValue
from vigie.records.post import Post

PostKey = tuple[str, str]
"""(source_key, native_id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """The earliest post of a known observation: what later posts are compared with.

    Attributes:
        grouping_text: The leader's text, as the gathering compares it.
        is_gatherable: False for measurements and people's rows, which nothing joins.
        article_address: Where it can be read, if it is an article: people share it with its title.
        alert_keys: Its posts that are alerts: later versions and ends name one of them.
        variants: A few other wordings of it that have joined, earliest first.
    """

    ref: str
    post_key: PostKey
    grouping_text: str
    happened_at: datetime
    repost_keys: tuple[str, ...] = ()
    is_gatherable: bool = True
    article_address: str | None = None
    alert_keys: tuple[PostKey, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The last known level of a measured subject and its open row, if it has one."""

    source_key: str
    subject: str
    level: int
    ref: str | None = None
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An observation to be created; the store gives it its ``Réf``."""

    machine: Mapping[str, CellValue]
    leader: PostKey | None
    posts: tuple[PostKey, ...] = ()
    level_of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """New machine values of a known observation and the posts that join it."""

    ref: str
    machine: Mapping[str, CellValue]
    posts: tuple[PostKey, ...] = ()
    leader: PostKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOutcome:
    """Everything one sweep changes. Committed whole or not at all.

    Attributes:
        posts: New posts and new revisions of known ones (same key, other content hash).
        quarantined: Keys of posts that a ``stop`` check holds back.
        released: Keys of held posts that are held no longer, whether or not they make a row.
        drafts: In the order in which they shall be numbered.
        levels: Levels after the sweep; a ``ref`` of None with a draft's ``level_of`` is filled in.
    """

    sweep_id: str
    committed_at: datetime
    posts: tuple[Post, ...] = ()
    quarantined: frozenset[PostKey] = frozenset()
    released: frozenset[PostKey] = frozenset()
    drafts: tuple[Draft, ...] = ()
    updates: tuple[Update, ...] = ()
    levels: tuple[Level, ...] = ()
    findings: tuple[Finding, ...] = ()
    healths: tuple[Health, ...] = ()
    cursors: Mapping[str, Cursor] = field(default_factory=dict)
    validators: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    journal: tuple[JournalEntry, ...] = ()
