"""Posts as they arrived, and what later posts are compared with. A part of ``repository.Store``.

Posts are written by ``sweeps`` only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, and_, func, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from vigie.records.post import Point, Post, PostKind
from vigie.records.sweep import Leader, Level, PostKey
from vigie.store.bulk import portions
from vigie.store.columns import key_hash
from vigie.store.connection import Connected, lock_activation
from vigie.store.tables import LevelRow, ObservationRow, PostRow, RevisionRow

_NEWEST = and_(
    col(RevisionRow.activation_id) == col(PostRow.activation_id),
    col(RevisionRow.key_hash) == col(PostRow.key_hash),
    col(RevisionRow.revision) == col(PostRow.revision),
)

_MOST_VARIANTS = 4


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an activation holds: posts, their versions, posts held back, observations."""

    posts: int
    revisions: int
    quarantined: int
    observations: int


class Posts(Connected):
    """What arrived, its newest version each."""

    def known_posts(self, activation_id: str, keys: Collection[PostKey]) -> dict[PostKey, str]:
        """Return key to content hash of the newest version, for those keys that are known."""
        hashes = {key_hash(*key): key for key in keys}
        known: dict[PostKey, str] = {}
        with self._reading() as session:
            for portion in portions(hashes):
                rows = session.exec(
                    select(PostRow.key_hash, PostRow.newest_hash).where(
                        PostRow.activation_id == activation_id,
                        col(PostRow.key_hash).in_(portion),
                    )
                )
                known.update((hashes[hashed], newest) for hashed, newest in rows)
        return known

    def refs_of(self, activation_id: str, keys: Collection[PostKey]) -> dict[PostKey, str]:
        """Return key to the ref of the row that the post has joined, for those that have one."""
        hashes = {key_hash(*key): key for key in keys}
        refs: dict[PostKey, str] = {}
        with self._reading() as session:
            for portion in portions(hashes):
                rows = session.exec(
                    select(PostRow.key_hash, PostRow.ref).where(
                        PostRow.activation_id == activation_id,
                        col(PostRow.key_hash).in_(portion),
                        col(PostRow.ref).is_not(None),
                    )
                )
                refs.update((hashes[hashed], ref) for hashed, ref in rows if ref is not None)
        return refs

    def leaders(self, activation_id: str) -> list[Leader]:
        """Return the leading post of every observation that has posts, by number.

        ``repost_keys`` are the native ids of all its posts and of what they repeat: whatever
        repeats one of these tells the same.
        """
        query = (
            select(ObservationRow.ref, PostRow, RevisionRow)
            .join(
                PostRow,
                and_(
                    col(PostRow.activation_id) == col(ObservationRow.activation_id),
                    col(PostRow.key_hash) == col(ObservationRow.leader_hash),
                ),
            )
            .join(RevisionRow, _NEWEST)
            .where(ObservationRow.activation_id == activation_id)
            .order_by(col(ObservationRow.number))
        )
        with self._reading() as session:
            repeated = _repost_keys(session, activation_id)
            alerts = _alert_keys(session, activation_id)
            variants = _variants(session, activation_id)
            return [
                Leader(
                    ref=ref,
                    post_key=(post.source_key, post.native_id),
                    grouping_text=version.text,
                    happened_at=post.happened_at,
                    repost_keys=tuple(sorted(repeated[ref])),
                    is_gatherable=version.kind != "measurement",
                    article_address=version.url if version.kind == "article" else None,
                    alert_keys=tuple(alerts.get(ref, ())),
                    variants=tuple(variants.get(ref, ())),
                )
                for ref, post, version in session.exec(query)
            ]

    def levels(self, activation_id: str) -> dict[tuple[str, str], Level]:
        """Return (source key, subject) to the last known level."""
        query = select(LevelRow).where(LevelRow.activation_id == activation_id)
        with self._reading() as session:
            return {
                (row.source_key, row.subject): Level(
                    source_key=row.source_key,
                    subject=row.subject,
                    level=row.level,
                    ref=row.ref,
                    happened_at=row.happened_at,
                )
                for row in session.exec(query)
            }

    def posts_of(
        self, activation_id: str, refs: Collection[str] | None = None
    ) -> dict[str, list[Post]]:
        """Return ref to its posts (newest version of each), earliest first.

        Args:
            activation_id: Which activation.
            refs: Only these; None = all. A ref without posts is absent from the answer.
        """
        query = _post_query(activation_id).where(col(PostRow.ref).is_not(None))
        gathered: dict[str, list[Post]] = defaultdict(list)
        with self._reading() as session:
            for one in _in_portions(query, PostRow.ref, refs):
                for row in session.execute(one).mappings():
                    gathered[row["ref"]].append(_post(row))
        for posts in gathered.values():
            posts.sort(key=canonical_order)
        return dict(gathered)

    def quarantined_posts(
        self, activation_id: str, keys: Collection[PostKey] | None = None
    ) -> list[Post]:
        """Return the posts that are held back (only those of ``keys`` if given), earliest first."""
        query = _post_query(activation_id).where(col(PostRow.is_quarantined))
        hashes = None if keys is None else [key_hash(*key) for key in keys]
        with self._reading() as session:
            posts = [
                _post(row)
                for one in _in_portions(query, PostRow.key_hash, hashes)
                for row in session.execute(one).mappings()
            ]
        return sorted(posts, key=canonical_order)

    def release_quarantine(self, activation_id: str, keys: Collection[PostKey]) -> None:
        """Let posts in: they are no longer held back. What becomes of them is the next sweep's.

        Raises:
            UnknownActivationError: If there is no such activation.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            for portion in portions([key_hash(*key) for key in keys]):
                session.execute(
                    update(PostRow)
                    .where(
                        col(PostRow.activation_id) == activation_id,
                        col(PostRow.key_hash).in_(portion),
                    )
                    .values(is_quarantined=False)
                )

    def counts(self, activation_id: str) -> Counts:
        """Return how much the activation holds."""
        with self._reading() as session:
            return Counts(
                posts=_count(session, PostRow, activation_id),
                revisions=_count(session, RevisionRow, activation_id),
                quarantined=_count(session, PostRow, activation_id, PostRow.is_quarantined),
                observations=_count(session, ObservationRow, activation_id),
            )


def canonical_order(post: Post) -> tuple[Any, ...]:
    """Return what posts are sorted by, whatever the order of their arrival."""
    return (post.happened_at, post.source_key, post.native_id)


def _post_query(activation_id: str) -> Select[Any]:
    revision = cast(Any, RevisionRow).__table__.columns
    post = cast(Any, PostRow).__table__.columns
    query: Select[Any] = (
        select_columns(*revision, post.source_key, post.native_id, post.ref)
        .select_from(PostRow)
        .join(RevisionRow, _NEWEST)
        .where(col(PostRow.activation_id) == activation_id)
    )
    return query


def _in_portions(
    query: Select[Any], column: object, values: Collection[str] | None
) -> Iterator[Select[Any]]:
    if values is None:
        yield query
        return
    for portion in portions(values):
        yield query.where(col(cast(Any, column)).in_(portion))


def _post(row: Any) -> Post:
    has_point = row["lon"] is not None and row["lat"] is not None
    return Post(
        source_key=row["source_key"],
        source_id=row["source_id"],
        native_id=row["native_id"],
        kind=cast(PostKind, row["kind"]),
        text=row["text"],
        captured_at=row["captured_at"],
        payload=row["payload"],
        url=row["url"],
        author=row["author"],
        posted_at=row["posted_at"],
        language=row["language"],
        point=Point(row["lon"], row["lat"]) if has_point else None,
        area=row["area"],
        repost_of=row["repost_of"],
        subject=row["subject"],
        level=row["level"],
        edited_at=row["edited_at"],
        entered_by=row["entered_by"],
        origin=row["origin"],
        category=row["category"],
        is_ended=row["is_ended"],
    )


def _repost_keys(session: Session, activation_id: str) -> defaultdict[str, set[str]]:
    query = (
        select(PostRow.ref, PostRow.native_id, RevisionRow.repost_of)
        .join(RevisionRow, _NEWEST)
        .where(PostRow.activation_id == activation_id, col(PostRow.ref).is_not(None))
    )
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for ref, native_id, repost_of in session.exec(query):
        keys[ref or ""] |= {native_id, repost_of} if repost_of else {native_id}
    return keys


def _alert_keys(session: Session, activation_id: str) -> dict[str, list[PostKey]]:
    query = (
        select(PostRow.ref, PostRow.source_key, PostRow.native_id)
        .join(RevisionRow, _NEWEST)
        .where(
            PostRow.activation_id == activation_id,
            col(PostRow.ref).is_not(None),
            RevisionRow.kind == "alert",
        )
        .order_by(PostRow.key_hash)
    )
    keys: dict[str, list[PostKey]] = {}
    for ref, source_key, native_id in session.exec(query):
        keys.setdefault(ref or "", []).append((source_key, native_id))
    return keys


def _variants(session: Session, activation_id: str) -> dict[str, list[str]]:
    """Return ref to a few other wordings that have joined it, earliest first; no reposts."""
    query = (
        select(PostRow.ref, RevisionRow.text)
        .join(
            ObservationRow,
            and_(
                col(ObservationRow.activation_id) == col(PostRow.activation_id),
                col(ObservationRow.ref) == col(PostRow.ref),
                col(ObservationRow.leader_hash) != col(PostRow.key_hash),
            ),
        )
        .join(RevisionRow, _NEWEST)
        .where(
            PostRow.activation_id == activation_id,
            RevisionRow.kind != "measurement",
            RevisionRow.text != "",
        )
        .order_by(col(PostRow.happened_at), PostRow.key_hash)
    )
    found: dict[str, list[str]] = {}
    for ref, text in session.exec(query):
        known = found.setdefault(ref or "", [])
        if len(known) < _MOST_VARIANTS and text not in known:
            known.append(text)
    return found


def _count(
    session: Session, table: type[SQLModel], activation_id: str, condition: object = None
) -> int:
    query = select(func.count()).select_from(table)
    query = query.where(cast(Any, table).activation_id == activation_id)
    if condition is not None:
        query = query.where(cast(Any, condition))
    return int(session.exec(query).one())
