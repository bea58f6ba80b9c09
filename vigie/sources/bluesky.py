"""Bluesky: search through the account's own server, with a session that is kept and prolonged.

Source: lexicon ``app.bsky.feed.searchPosts``; bluesky-social/atproto#3423 (search is closed to
anonymous askers, who get 403 with HTML). Called through ``vigie.sources.registry``. Must not touch
the network, nor any other connector.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Self

from pydantic import Field, StringConstraints, model_validator

from vigie.language import say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.contract import (
    Answer,
    Fault,
    Page,
    Queries,
    Request,
    Session,
    SourceContext,
    SourceGrade,
)
from vigie.sources.failure import Failure
from vigie.sources.instants import parse_instant
from vigie.sources.json_answer import NotJsonError, parse_json, payload_of, text_of
from vigie.sources.newest_first import Walk
from vigie.sources.plain_text import clean, one_line, web_address

KIND: Final = "bluesky"
POST_KIND: Final[PostKind] = "message"
SOURCE_GRADE: Final[SourceGrade] = "F"

PAGE_SIZE = 100
"""Posts a page; the most a server gives. Source: lexicon, ``limit``."""
OVERLAP = timedelta(minutes=2)
"""How far each sweep reads again behind its mark: posts are indexed a little late."""
_RANK_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
_EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})
"""A bad token is told with status 400. Source: own run of the reference server."""

Hashtag = Annotated[str, StringConstraints(pattern=r"^[^\s#/?&\"]+$", max_length=100)]
Words = Annotated[str, StringConstraints(min_length=2, max_length=300, strip_whitespace=True)]


class Params(Queries):
    """What to search Bluesky for; at least one hashtag or search.

    Attributes:
        hashtags: Without ``#``; each is searched for itself.
        searches: In Bluesky's search syntax: words, ``"exact words"``, ``from:handle``.
        language: Only posts whose author declared this language.
    """

    hashtags: list[Hashtag] = Field(default=[], max_length=100)
    searches: list[Words] = Field(default=[], max_length=100)
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.hashtags and not self.searches:
            raise ValueError(say("Name at least one hashtag or search."))
        return self

    @property
    def request_count(self) -> int:
        """Requests of one sweep at least (for the convention's budget)."""
        return len({*map(str.casefold, self.hashtags)}) + len(set(self.searches))


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return one search a hashtag and one a search, each behind its own mark."""
    asked: dict[str, str] = {}
    for words in (*(f"#{tag}" for tag in params.hashtags), *params.searches):
        # Bluesky's search takes no notice of capitals in a hashtag.
        asked.setdefault(words.casefold() if words.startswith("#") else words, words)
    return [
        _request(params, source, (chain, words), Walk.begin(cursor.get(chain, "")), since_at)
        for chain, words in asked.items()
    ]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read one page of a search and name the next, backwards in time.

    Source: lexicon ``app.bsky.feed.defs#postView``.
    """
    try:
        found = parse_json(answer.body)
    except NotJsonError:
        return _malformed(say("The server's answer is not JSON, as Bluesky's would be."))
    items = found.get("posts", found.get("feed")) if isinstance(found, dict) else None
    if not isinstance(items, list):
        return _malformed(say("The server's answer is not a list of posts."))
    posts: list[Post] = []
    faults: list[Fault] = []
    ranks: list[str] = []
    for number, item in enumerate(items, 1):
        post = _post(item, answer, source)
        if post is None:
            sentence = say("Post {number} of the page has no identity or time.", number=number)
            faults.append(Fault(sentence))
            continue
        rank = _rank(post.happened_at)
        ranks.append(rank)
        if request.since_at is None or post.happened_at >= request.since_at or request.floor:
            posts.append(post)
    walk = Walk.of(request.carry)
    token = "" if _is_low(walk, ranks, request) else text_of(found.get("cursor"))
    following, mark = _onward(walk.after(ranks), token, request, params, source)
    return Page(
        state=_state(items, posts, faults, moved=max([*ranks, ""]) > walk.mark.newest),
        posts=tuple(posts),
        faults=tuple(faults),
        next=following,
        cursor={request.chain: mark} if ranks or walk.mark.newest else {},
        seen_count=len(items),
    )


def explain(failure: Failure) -> Failure:
    """Say what a refusal of Bluesky's means. Source: XRPC errors; atproto#3423."""
    word = _error(failure.body)
    if failure.status == 401 or word in {"AuthenticationRequired", "AccountTakedown"}:
        sentence = say("Bluesky does not accept the account: check its name and its app password.")
    elif failure.status == 403 and not word:
        sentence = say(
            "Bluesky's server forbids the search (HTTP 403): it asks for an account, and for "
            "that account's own server as address."
        )
    elif failure.status == 400 and word:
        sentence = say("Bluesky refuses the request ({word}).", word=one_line(word)[:60])
    else:
        return failure
    return replace(failure, sentence=sentence)


def _onward(
    walk: Walk, token: str, request: Request, params: Params, source: SourceContext
) -> tuple[Request | None, str]:
    """The next request, if there is one, and the mark until its answer has come."""
    asked = (request.chain, request.params["q"])
    since_at = request.since_at or datetime.min.replace(tzinfo=UTC)
    if token and token != request.params.get("cursor") and walk.reached:
        following = _request(params, source, asked, walk, since_at)
        more = {**request.params, "cursor": token}
        return replace(following, params=more), walk.mark_here().text()
    gap = walk.next_phase()
    if gap is None:
        return None, walk.mark_at_end().text()
    return _request(params, source, asked, gap, since_at), walk.mark_at_end().text()


def _is_low(walk: Walk, ranks: list[str], request: Request) -> bool:
    """Whether a whole page is older than what was asked for: a server that ignores ``since``."""
    floor = _moment(walk.floor)
    limit = floor - OVERLAP if floor else request.since_at
    return limit is not None and bool(ranks) and max(ranks) < _rank(limit)


def _request(
    params: Params, source: SourceContext, asked: tuple[str, str], walk: Walk, since_at: datetime
) -> Request:
    chain, words = asked
    floor = _moment(walk.floor)
    begin = floor - OVERLAP if floor else since_at
    query = {"q": words, "sort": "latest", "limit": str(PAGE_SIZE), "since": _rank(begin)}
    top = _moment(walk.reached) if walk.phase == "gap" else None
    if top is not None:
        # ``until`` is exclusive, and two posts may share an instant.
        query["until"] = _rank(top + timedelta(seconds=1))
    if params.language:
        query["lang"] = params.language
    return Request(
        url=f"{source.address.rstrip('/')}/xrpc/app.bsky.feed.searchPosts",
        params=query,
        headers={"Accept": "application/json"},
        chain=chain,
        floor=walk.mark.newest,
        since_at=since_at,
        carry=walk.text(),
        session=_session(source),
    )


def _session(source: SourceContext) -> Session | None:
    """The account's session. Source: lexicon ``com.atproto.server.createSession``."""
    identifier, password = source.secrets.get("identifier"), source.secrets.get("password")
    if not identifier or not password:
        return None
    base = f"{source.address.rstrip('/')}/xrpc/com.atproto.server"
    return Session(
        account=f"{source.address}|{identifier}",
        open=Request(
            url=f"{base}.createSession",
            headers={"Accept": "application/json", "Content-Type": "application/json"},
            body=json.dumps({"identifier": identifier, "password": password}).encode(),
        ),
        refresh_url=f"{base}.refreshSession",
        access_field="accessJwt",
        refresh_field="refreshJwt",
        expired_errors=_EXPIRED,
    )


def _post(item: Any, answer: Answer, source: SourceContext) -> Post | None:
    """A post, or the repost of one where a list of feed items carries it."""
    if not isinstance(item, dict):
        return None
    view = item["post"] if isinstance(item.get("post"), dict) else item
    record = view.get("record")
    uri = clean(text_of(view.get("uri")))
    if not isinstance(record, dict) or not uri:
        return None
    created_at = parse_instant(record.get("createdAt"))
    indexed_at = parse_instant(view.get("indexedAt"))
    # Authors choose their time; the search sorts by the earlier of the two (``sortAt``).
    moments = [moment for moment in (created_at, indexed_at) if moment]
    if not moments:
        return None
    author, repost = view.get("author"), item.get("reason")
    posted_at, native_id, repost_of = min(moments), uri, _repeated(view, record)
    if isinstance(repost, dict) and isinstance(repost.get("by"), dict):
        author, repost_of = repost["by"], uri
        native_id = clean(text_of(repost.get("uri"))) or f"{uri}#{text_of(author.get('did'))}"
        posted_at = parse_instant(repost.get("indexedAt")) or posted_at
    handle = one_line(text_of(author.get("handle"))) if isinstance(author, dict) else ""
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=native_id,
        kind=POST_KIND,
        text=_text(view, record),
        captured_at=answer.received_at,
        payload=payload_of(item),
        url=_address(uri),
        author=handle or None,
        posted_at=posted_at,
        language=_language(record.get("langs")),
        repost_of=repost_of,
    )


def _text(view: dict[str, Any], record: dict[str, Any]) -> str:
    """Text, what the author wrote of the pictures, the linked page, the quoted words."""
    parts = [clean(text_of(record.get("text")))]
    embeds = [view.get("embed")]
    if isinstance(embeds[0], dict):
        embeds.append(embeds[0].get("media"))
    for embed in embeds:
        if isinstance(embed, dict):
            parts += _embedded(embed)
    if not parts[0]:
        parts.append(_quoted(view))
    return "\n\n".join(part for part in parts if part)


def _embedded(embed: dict[str, Any]) -> list[str]:
    images = embed.get("images")
    words = [
        one_line(text_of(image.get("alt")))
        for image in (images if isinstance(images, list) else [])
        if isinstance(image, dict)
    ]
    words.append(one_line(text_of(embed.get("alt"))))
    found = [f"[{text}]" for text in words if text]
    linked = embed.get("external")
    if isinstance(linked, dict):
        title = one_line(text_of(linked.get("title")))
        address = web_address(linked.get("uri"))
        found.append(" ".join(part for part in (title, f"({address})" if address else "") if part))
    return found


def _quote(view: dict[str, Any]) -> dict[str, Any]:
    """The quoted post's view, if this one quotes any; with media it lies one level deeper."""
    embed = view.get("embed")
    quoted = embed.get("record") if isinstance(embed, dict) else None
    if isinstance(quoted, dict) and isinstance(quoted.get("record"), dict):
        quoted = quoted["record"]
    return quoted if isinstance(quoted, dict) else {}


def _quoted(view: dict[str, Any]) -> str:
    value = _quote(view).get("value")
    return clean(text_of(value.get("text"))) if isinstance(value, dict) else ""


def _repeated(view: dict[str, Any], record: dict[str, Any]) -> str | None:
    """What a quotation without a word of its own repeats; with words it says something else."""
    if clean(text_of(record.get("text"))):
        return None
    return clean(text_of(_quote(view).get("uri"))) or None


def _address(uri: str) -> str | None:
    """The page of a post for people. Source: bsky.app's routes."""
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://") or len(parts) != 3:
        return None
    return web_address(f"https://bsky.app/profile/{parts[0]}/post/{parts[2]}")


def _language(value: Any) -> str | None:
    code = text_of(value[0])[:2].lower() if isinstance(value, list) and value else ""
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _rank(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_RANK_FORM)


def _moment(rank: str) -> datetime | None:
    return parse_instant(rank) if rank else None


def _state(items: list[Any], posts: list[Post], faults: list[Fault], *, moved: bool) -> Any:
    if not items:
        return "empty"
    if faults and not posts:
        return "malformed"
    return "ok" if moved else "unchanged"


def _error(body: bytes) -> str:
    try:
        found = parse_json(body)
    except NotJsonError:
        return ""
    return text_of(found.get("error")) if isinstance(found, dict) else ""


def _malformed(sentence: str) -> Page:
    return Page(state="malformed", faults=(Fault(sentence),))
