"""Mastodon: public hashtag timelines, read forward so that a burst loses nothing.

Source: https://docs.joinmastodon.org/methods/timelines/#tag and …/api/guidelines/#pagination.
Called through ``vigie.sources.registry``. Must not touch the network, nor any other connector.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import Field, StringConstraints

from vigie.language import say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.instants import parse_instant
from vigie.sources.json_answer import NotJsonError, parse_json, payload_of, text_of
from vigie.sources.plain_text import clean, from_html, one_line, web_address

KIND: Final = "mastodon"
POST_KIND: Final[PostKind] = "message"
SOURCE_GRADE: Final[SourceGrade] = "F"

PAGE_SIZE = 40
"""Statuses a page; the most a server gives. Source: API reference, ``limit``."""
OVERLAP_SECONDS = 600
"""How far each sweep reads again behind its mark. A status that arrives late from another server
gets an id made from the time it was written, so behind ids already read; edits show as well.
Source: ``lib/mastodon/snowflake.rb`` of mastodon/mastodon."""
_EPOCH_2016_MS = 1_451_606_400_000
_OPEN_TO_ALL = frozenset({"public", "unlisted"})

Hashtag = Annotated[str, StringConstraints(pattern=r"^[^\s#/?&]+$", max_length=100)]


class Params(Queries):
    """What to ask a Mastodon server for.

    Attributes:
        hashtags: Without ``#``; accents and capitals do not matter to the server.
        local_only: Only accounts of this very server.
    """

    hashtags: list[Hashtag] = Field(min_length=1, max_length=100)
    local_only: bool = False


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return one request a hashtag, from a little behind its mark, else from ``since_at``."""
    requests: dict[str, Request] = {}
    for tag in params.hashtags:
        chain = tag.casefold()
        floor = cursor.get(chain, "")
        start = _behind(floor) if floor else _id_at(since_at)
        requests.setdefault(chain, _request(params, source, tag, start, floor, since_at))
    return list(requests.values())


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read one page of a timeline and name the next one, forward in time.

    Source: Status entity, https://docs.joinmastodon.org/entities/Status/.
    """
    try:
        statuses = parse_json(answer.body)
    except NotJsonError:
        return _malformed(say("The server's answer is not JSON, as Mastodon's would be."))
    if isinstance(statuses, dict) and "error" in statuses:
        words = one_line(text_of(statuses["error"]))[:200]
        return Page(
            state="refused",
            faults=(Fault(say("The server refuses: {words}", words=words)),),
        )
    if not isinstance(statuses, list):
        return _malformed(say("The server's answer is not a list of posts."))
    return _read_statuses(statuses, request, answer, params, source)


def _read_statuses(
    statuses: list[Any], request: Request, answer: Answer, params: Params, source: SourceContext
) -> Page:
    posts: list[Post] = []
    faults: list[Fault] = []
    ids = [request.floor]
    is_first_sweep = not request.floor
    for number, status in enumerate(statuses, 1):
        if not isinstance(status, dict) or not text_of(status.get("id")):
            faults.append(Fault(say("Post {number} of the page has no identity.", number=number)))
            continue
        ids.append(text_of(status["id"]))
        if status.get("visibility", "public") not in _OPEN_TO_ALL:
            continue
        post = _post(status, answer, source)
        if post is None:
            faults.append(Fault(say("Post {number} of the page has no time.", number=number)))
        elif not (is_first_sweep and _is_older(post, request)):
            posts.append(post)
    mark = max([*ids, _reached(request)], key=_rank)
    return Page(
        state=_state(statuses, posts, faults, moved=mark != request.floor),
        posts=tuple(posts),
        faults=tuple(faults),
        next=_next(request, statuses, ids[1:], params, source),
        cursor={request.chain: mark} if len(ids) > 1 else {},
        seen_count=len(statuses),
    )


def _state(statuses: list[Any], posts: list[Post], faults: list[Fault], *, moved: bool) -> Any:
    if not statuses:
        return "empty"
    if faults and not posts:
        return "malformed"
    return "ok" if moved else "unchanged"


def _reached(request: Request) -> str:
    """The id that paging had reached before this page; empty on the first one."""
    start = request.params.get("min_id", "")
    is_first = start == _behind(request.floor) or _is_start(start, request)
    return "" if is_first else start


def _is_start(start: str, request: Request) -> bool:
    return request.since_at is not None and start == _id_at(request.since_at)


def _next(
    request: Request,
    statuses: list[Any],
    ids: list[str],
    params: Params,
    source: SourceContext,
) -> Request | None:
    start = request.params.get("min_id")
    tag = request.chain
    since_at = request.since_at
    if start is None or since_at is None:
        return None
    if ids:
        newest = max(ids, key=_rank)
        # A server that ignores min_id gives the same page for ever.
        if _rank(newest) <= _rank(start):
            return None
        return _request(params, source, tag, newest, request.floor, since_at)
    if statuses or request.floor or not _is_start(start, request):
        return None
    # An empty first page: nothing there, or a server whose ids are no snowflakes. The latest page
    # tells, and gives a mark in the server's own kind of ids.
    return _request(params, source, tag, None, request.floor, since_at)


def _request(
    params: Params,
    source: SourceContext,
    tag: str,
    start: str | None,
    floor: str,
    since_at: datetime,
) -> Request:
    query = {"limit": str(PAGE_SIZE)}
    if params.local_only:
        query["local"] = "true"
    if start is not None:
        query["min_id"] = start
    token = source.secrets.get("token")
    path = f"/api/v1/timelines/tag/{quote(tag, safe='')}"
    return Request(
        url=source.address.rstrip("/") + path,
        params=query,
        headers={"Accept": "application/json"}
        | ({"Authorization": f"Bearer {token}"} if token else {}),
        chain=tag.casefold(),
        floor=floor,
        since_at=since_at,
    )


def _post(status: dict[str, Any], answer: Answer, source: SourceContext) -> Post | None:
    posted_at = parse_instant(status.get("created_at"))
    if posted_at is None:
        return None
    account = status.get("account")
    repeated = status.get("reblog")
    native_id = clean(text_of(status.get("uri"))) or f"{source.address}#{text_of(status['id'])}"
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=native_id,
        kind=POST_KIND,
        text=_text(repeated if isinstance(repeated, dict) else status),
        captured_at=answer.received_at,
        payload=payload_of(status),
        url=web_address(status.get("url")) or web_address(status.get("uri")),
        author=one_line(text_of(account.get("acct"))) or None
        if isinstance(account, dict)
        else None,
        posted_at=posted_at,
        language=_language(status.get("language")),
        repost_of=clean(text_of(repeated.get("uri"))) or None
        if isinstance(repeated, dict)
        else None,
        edited_at=parse_instant(status.get("edited_at")),
    )


def _text(status: dict[str, Any]) -> str:
    """Content warning, text, and what the author wrote of the pictures."""
    parts = [
        one_line(text_of(status.get("spoiler_text"))),
        from_html(text_of(status.get("content"))),
    ]
    media = status.get("media_attachments")
    for item in media if isinstance(media, list) else []:
        words = one_line(text_of(item.get("description"))) if isinstance(item, dict) else ""
        if words:
            parts.append(f"[{words}]")
    return "\n\n".join(part for part in parts if part)


def _language(value: Any) -> str | None:
    code = text_of(value)[:2].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _is_older(post: Post, request: Request) -> bool:
    return request.since_at is not None and post.happened_at < request.since_at


def _rank(identity: str) -> tuple[int, str]:
    """Order of ids: numbers by value, whatever else by length, then text."""
    text = identity.lstrip("0") if identity.isdecimal() else identity
    return len(text), text


def _id_at(moment: datetime) -> str:
    """The greatest id before that moment: ``min_id`` itself is not given.

    Source: ids are milliseconds since 1970 shifted by 16 bits, ``lib/mastodon/snowflake.rb``.
    """
    return str((max(1, int(moment.timestamp() * 1000)) << 16) - 1)


def _behind(mark: str) -> str:
    """The mark less the overlap, where the server's ids carry their time."""
    if not (mark.isascii() and mark.isdecimal() and len(mark) <= 20):
        return mark
    number = int(mark)
    if number >> 16 < _EPOCH_2016_MS:
        return mark
    return str(number - (OVERLAP_SECONDS * 1000 << 16))


def _malformed(sentence: str) -> Page:
    return Page(state="malformed", faults=(Fault(sentence),))
