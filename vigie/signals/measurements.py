"""When a measured level becomes a row: on a change of level at or above the threshold.

Called by the analysis of a sweep. Pure. Must not write the rows: it names the posts they come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vigie.records.post import Post
from vigie.records.sweep import Level

Subject = tuple[str, str]
"""(source_key, subject): the thing measured."""


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A change of level that becomes a row.

    Attributes:
        post: The bulletin that tells it.
        lifted_by: The later bulletin of the same sweep that ends it; None while it is open. Only
            an open row's draft carries ``level_of``.
    """

    post: Post
    lifted_by: Post | None = None


@dataclass(frozen=True, slots=True)
class LevelChanges:
    """What the measurements of a sweep change.

    Attributes:
        rows: New rows, oldest first.
        lifted: ``Réf`` of each known open row that ended, with the bulletin that ends it.
        levels: Levels after the sweep of every subject that was heard; ``ref`` is None where the
            open row is among ``rows`` or where there is none.
        unreadable: Measurements without a subject or a level.
    """

    rows: tuple[LevelRow, ...]
    lifted: Mapping[str, Post]
    levels: tuple[Level, ...]
    unreadable: tuple[Post, ...]


def read_levels(
    posts: Sequence[Post], known: Mapping[Subject, Level], threshold: int
) -> LevelChanges:
    """Return the rows, liftings and levels that measurements make.

    The order of ``posts`` does not matter: bulletins are read oldest first, and one that is older
    than what is known changes nothing.

    Args:
        posts: Posts of kind ``measurement``; others are ignored.
        known: Levels before the sweep.
        threshold: Level (1 green … 4 red) from which a change is a row.
    """
    measured = [post for post in posts if post.kind == "measurement"]
    unreadable = tuple(p for p in measured if p.subject is None or p.level is None)
    runs: dict[Subject, list[Post]] = {}
    for post in sorted(measured, key=_age):
        if post.subject is not None and post.level is not None:
            runs.setdefault((post.source_key, post.subject), []).append(post)
    rows: list[LevelRow] = []
    lifted: dict[str, Post] = {}
    levels: list[Level] = []
    for subject in sorted(runs):
        run = _Run(subject, known.get(subject), threshold)
        for post in runs[subject]:
            run.hear(post)
        rows += run.rows
        lifted.update(run.lifted)
        levels.append(run.level())
    rows.sort(key=lambda row: _age(row.post))
    return LevelChanges(tuple(rows), lifted, tuple(levels), unreadable)


def _age(post: Post) -> tuple[datetime, datetime, str, str]:
    return (post.happened_at, post.edited_at or post.captured_at, post.source_key, post.native_id)


class _Run:
    """The bulletins of one subject, heard oldest first."""

    def __init__(self, subject: Subject, known: Level | None, threshold: int) -> None:
        self.rows: list[LevelRow] = []
        self.lifted: dict[str, Post] = {}
        self._subject = subject
        self._threshold = threshold
        self._value = known.level if known else None
        self._at = known.happened_at if known else None
        self._ref = known.ref if known else None
        self._is_open_here = False

    def hear(self, post: Post) -> None:
        """Take in one bulletin."""
        if post.level is None or (self._at is not None and post.happened_at < self._at):
            return
        self._at = post.happened_at
        if post.level == self._value:
            return
        self._value = post.level
        self._end_open_row(post)
        if post.level >= self._threshold:
            self.rows.append(LevelRow(post))
            self._is_open_here = True

    def level(self) -> Level:
        """Return the level after the last bulletin."""
        assert self._value is not None
        assert self._at is not None
        return Level(
            source_key=self._subject[0],
            subject=self._subject[1],
            level=self._value,
            ref=self._ref,
            happened_at=self._at,
        )

    def _end_open_row(self, post: Post) -> None:
        if self._is_open_here:
            self.rows[-1] = LevelRow(self.rows[-1].post, lifted_by=post)
            self._is_open_here = False
        if self._ref is not None:
            self.lifted[self._ref] = post
            self._ref = None
