"""What has come together of one source in one sweep. Pure.

Filled by ``collection.py`` page by page; turned into a ``Collected`` at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from vigie.language import say
from vigie.records.barred import Barred
from vigie.records.collected import Collected, Cursor
from vigie.records.health import SourceState
from vigie.records.post import Post
from vigie.sources.contract import Answer, Page, Request, SourceContext
from vigie.sources.failure import Failure

_WORST_FIRST: tuple[SourceState, ...] = (
    "unreachable",
    "refused",
    "malformed",
    "ok",
    "unchanged",
    "empty",
)
_MOST_FAULTS = 50


class Gathered:
    """Pages, failures and marks of one source in one sweep.

    Args:
        sweep_id: Names the sweep.
        context: Of the source.
        started_at: Aware UTC.
        cursor: Marks before the sweep.
        validators: URL to (ETag, Last-Modified) before the sweep.
    """

    def __init__(
        self,
        sweep_id: str,
        context: SourceContext,
        started_at: datetime,
        cursor: Cursor,
        validators: Mapping[str, tuple[str, str]],
    ) -> None:
        self._sweep_id = sweep_id
        self._context = context
        self._started_at = started_at
        self._cursor = dict(cursor)
        self._validators = dict(validators)
        self._posts: dict[str, Post] = {}
        self._faults: list[str] = []
        self._states: list[SourceState] = []
        self._details: list[str] = []
        self._seen_count = 0
        self._retry_at: datetime | None = None
        self._barred: dict[Barred, None] = {}

    def validators_for(self, request: Request) -> tuple[str, str]:
        """Return (ETag, Last-Modified) to send with a request; empty texts if none."""
        return self._validators.get(request.url, ("", "")) if request.is_conditional else ("", "")

    def took(self, request: Request, answer: Answer, page: Page) -> None:
        """Take in a page and move its marks."""
        for post in page.posts:
            self._keep(post)
        self._seen_count += page.seen_count
        self._states.append(page.state)
        self._cursor.update(page.cursor)
        self._take_faults(page)
        self._barred |= dict.fromkeys(page.barred)
        if answer.retry_at is not None:
            self._wait_until(answer.retry_at)
        if request.is_conditional and answer.status != 304:
            self._remember(request, answer, page)

    def failed(self, failure: Failure) -> None:
        """Take in that a request gave nothing."""
        if not (failure.is_own_budget and self._states):
            # Our own restraint says nothing of a source that has just answered.
            self._states.append(failure.state)
        self._tell(failure.sentence)
        if failure.barred is not None:
            self._barred[failure.barred] = None
        if failure.retry_at is not None:
            self._wait_until(failure.retry_at)

    def stopped(self, reason: str, retry_at: datetime | None = None) -> None:
        """Take in that we stopped before the end of a chain, for no fault of the source."""
        self._tell(reason)
        if retry_at is not None:
            self._wait_until(retry_at)

    def refused(self, sentence: str, now: datetime) -> Collected:
        """Return the share of a source that could not be asked at all."""
        self._states.append("refused")
        self._tell(sentence)
        return self.collected(now)

    def collected(self, now: datetime) -> Collected:
        """Return everything, posts oldest first."""
        posts = sorted(self._posts.values(), key=lambda post: (post.happened_at, post.native_id))
        return Collected(
            sweep_id=self._sweep_id,
            source_id=self._context.id,
            source_key=self._context.key,
            started_at=self._started_at,
            finished_at=now,
            state=self._state(),
            seen_count=self._seen_count,
            posts=tuple(posts),
            faults=tuple(self._faults),
            cursor=self._cursor,
            validators=self._validators,
            detail=" ".join(self._details),
            retry_at=self._retry_at,
            barred=tuple(self._barred),
        )

    def _state(self) -> SourceState:
        """The worst of what failed, else the best of what came."""
        present = set(self._states)
        return next((state for state in _WORST_FIRST if state in present), "empty")

    def _keep(self, post: Post) -> None:
        """One post may come by several chains: the latest version of it stays."""
        known = self._posts.get(post.native_id)
        if known is None or _version(post) > _version(known):
            self._posts[post.native_id] = post

    def _take_faults(self, page: Page) -> None:
        sentences = [fault.sentence for fault in page.faults]
        self._faults += sentences[: max(0, _MOST_FAULTS - len(self._faults))]
        if not sentences:
            return
        if len(sentences) == 1:
            self._tell(sentences[0])
        else:
            self._tell(
                say(
                    "{count} things could not be read; the first: {first}",
                    count=len(sentences),
                    first=sentences[0],
                )
            )

    def _remember(self, request: Request, answer: Answer, page: Page) -> None:
        """Keep the validators of a sound answer only: a broken one must show again next time."""
        is_sound = page.state in {"ok", "empty", "unchanged"} and not page.faults
        if is_sound and any(answer.validators):
            self._validators[request.url] = answer.validators
        else:
            self._validators.pop(request.url, None)

    def _tell(self, sentence: str) -> None:
        if sentence not in self._details:
            self._details.append(sentence)

    def _wait_until(self, moment: datetime) -> None:
        self._retry_at = max(moment, self._retry_at or moment)


def _version(post: Post) -> tuple[bool, datetime]:
    return post.edited_at is not None, post.edited_at or post.happened_at
