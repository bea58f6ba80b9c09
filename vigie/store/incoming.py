"""A sweep's posts on their way in: which are new, which are new versions, which row they join.

Used by ``sweeps`` within one transaction and thrown away after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from vigie.records.post import Post
from vigie.records.sweep import Draft, PostKey, SweepOutcome, Update
from vigie.store.bulk import add_rows, portions
from vigie.store.columns import key_hash
from vigie.store.tables import PostRow, RevisionRow


@dataclass(frozen=True, slots=True)
class _State:
    """A post's row as it stands or shall stand."""

    source_key: str
    native_id: str
    newest_hash: str
    revision: int
    happened_at: datetime
    is_quarantined: bool
    ref: str | None

    @property
    def order(self) -> tuple[datetime, str, str]:
        return (self.happened_at, self.source_key, self.native_id)


_STATE_COLUMNS = [getattr(PostRow, field.name) for field in fields(_State)]


class Incoming:
    """The posts of one sweep beside the known ones that it names.

    Args:
        session: The transaction.
        activation_id: Which activation, locked.
        outcome: What the analysis decided.

    Raises:
        ValueError: If a draft or update names a post that is neither known nor in the sweep.
    """

    def __init__(self, session: Session, activation_id: str, outcome: SweepOutcome) -> None:
        self._session = session
        self._activation_id = activation_id
        self._outcome = outcome
        self._hashes: dict[PostKey, str] = {}
        self._before: dict[str, _State] = {}
        self._states: dict[str, _State] = {}
        self._revisions: list[dict[str, Any]] = []
        changes: tuple[Draft | Update, ...] = (*outcome.drafts, *outcome.updates)
        joining = [key for change in changes for key in change.posts]
        joining += [change.leader for change in changes if change.leader is not None]
        arriving = [(post.source_key, post.native_id) for post in outcome.posts]
        self.load({self._hash(key) for key in (*arriving, *joining, *outcome.released)})
        for post in outcome.posts:
            self._take(post)
        self._release(outcome.released)
        missing = {key for key in joining if self._hash(key) not in self._states}
        if missing:
            raise ValueError(f"observations name {len(missing)} posts that nobody collected")

    def load(self, hashes: Collection[str]) -> None:
        """Read those rows that stand, in few queries; what is not found is not known."""
        for portion in portions([hashed for hashed in hashes if hashed not in self._states]):
            rows = self._session.execute(
                select(col(PostRow.key_hash), *_STATE_COLUMNS).where(
                    col(PostRow.activation_id) == self._activation_id,
                    col(PostRow.key_hash).in_(portion),
                )
            )
            for hashed, *values in rows:
                self._before[hashed] = self._states[hashed] = _State(*values)

    def leader(
        self, chosen: PostKey | None, posts: Iterable[PostKey], standing: str | None = None
    ) -> str | None:
        """Return the hash of a row's leading post.

        Args:
            chosen: What the analysis says; it decides.
            posts: Otherwise the earliest of these in canonical order …
            standing: … and of the leader that stands, which must have been loaded.
        """
        if chosen is not None:
            return self._hash(chosen)
        hashes = {self._hash(key) for key in posts}
        if standing is not None:
            hashes.add(standing)
        return min(hashes, key=lambda hashed: self._states[hashed].order, default=None)

    def write(self, refs: list[str]) -> None:
        """Write new posts, new versions and which row each post joins.

        Args:
            refs: The references of the drafts, in order.
        """
        for ref, draft in zip(refs, self._outcome.drafts, strict=True):
            self._join(ref, (*draft.posts, draft.leader))
        for change in self._outcome.updates:
            self._join(change.ref, (*change.posts, change.leader))
        new = [self._row(hashed) for hashed in self._states if hashed not in self._before]
        changed = [
            self._row(hashed)
            for hashed, before in self._before.items()
            if self._states[hashed] != before
        ]
        add_rows(self._session, PostRow, new)
        if changed:
            self._session.execute(update(PostRow), changed)
        add_rows(self._session, RevisionRow, self._revisions)

    def _hash(self, key: PostKey) -> str:
        if key not in self._hashes:
            self._hashes[key] = key_hash(*key)
        return self._hashes[key]

    def _take(self, post: Post) -> None:
        key = (post.source_key, post.native_id)
        hashed = self._hash(key)
        before = self._states.get(hashed)
        content_hash = post.content_hash
        if before is not None and before.newest_hash == content_hash:
            return
        state = _State(
            *key,
            newest_hash=content_hash,
            revision=1 if before is None else before.revision + 1,
            happened_at=post.happened_at,
            # A new version of what is held back stays held back until it joins a row.
            is_quarantined=key in self._outcome.quarantined
            or (before is not None and before.is_quarantined),
            ref=None if before is None else before.ref,
        )
        self._states[hashed] = state
        self._revisions.append(self._version(hashed, state, post))

    def _release(self, keys: Iterable[PostKey]) -> None:
        for key in keys:
            hashed = self._hash(key)
            if hashed in self._states:
                self._states[hashed] = replace(self._states[hashed], is_quarantined=False)

    def _join(self, ref: str, keys: Iterable[PostKey | None]) -> None:
        for key in keys:
            if key is not None:
                hashed = self._hash(key)
                # What people let in and now joins a row is no longer held back.
                is_quarantined = key in self._outcome.quarantined
                self._states[hashed] = replace(
                    self._states[hashed], ref=ref, is_quarantined=is_quarantined
                )

    def _row(self, hashed: str) -> dict[str, Any]:
        state = asdict(self._states[hashed])
        return {"activation_id": self._activation_id, "key_hash": hashed, **state}

    def _version(self, hashed: str, state: _State, post: Post) -> dict[str, Any]:
        return {
            "activation_id": self._activation_id,
            "key_hash": hashed,
            "revision": state.revision,
            "content_hash": state.newest_hash,
            "source_id": post.source_id,
            "kind": post.kind,
            "text": post.text,
            "captured_at": post.captured_at,
            "payload": post.payload,
            "url": post.url,
            "author": post.author,
            "posted_at": post.posted_at,
            "language": post.language,
            "lon": None if post.point is None else post.point.lon,
            "lat": None if post.point is None else post.point.lat,
            "area": post.area,
            "repost_of": post.repost_of,
            "subject": post.subject,
            "level": post.level,
            "edited_at": post.edited_at,
            "entered_by": post.entered_by,
            "origin": post.origin,
            "category": post.category,
            "is_ended": post.is_ended,
        }
