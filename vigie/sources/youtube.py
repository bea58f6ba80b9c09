"""YouTube: search by the Data API within its 100 calls a day, and channels' feeds without key.

Source: YouTube Data API v3, ``search.list`` (a bucket of its own: 100 calls a day, every page
counts, reset at midnight Pacific); feeds ``/feeds/videos.xml?channel_id=``. Called through
``vigie.sources.registry``. Must not touch the network, nor any other connector.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, model_validator

from vigie.language import say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.failure import Failure
from vigie.sources.instants import parse_instant
from vigie.sources.json_answer import NotJsonError, parse_json, payload_of, text_of
from vigie.sources.plain_text import clean, from_html, one_line
from vigie.sources.xml_answer import ForbiddenXmlError, read_xml

KIND: Final = "youtube"
POST_KIND: Final[PostKind] = "message"
SOURCE_GRADE: Final[SourceGrade] = "F"

SEARCHES_A_DAY = 100
"""Calls of ``search.list`` that one key has a day. Source: API's quota page."""
PAGE_SIZE = 50
"""Videos a page; the most a server gives. Source: ``maxResults``."""
MOST_PAGES = 2
"""Pages of one search in one sweep: a hundred videos; each page costs a call of the day."""
OVERLAP = timedelta(hours=3)
"""How far a search reaches behind its mark: videos are found only some time after publication."""
_API_HOST = "www.googleapis.com"
_FEED_BASE = "https://www.youtube.com"
_PACIFIC = ZoneInfo("America/Los_Angeles")
_ATOM = "{http://www.w3.org/2005/Atom}"
_YT = "{http://www.youtube.com/xml/schemas/2015}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_BAD_KEY = frozenset({"keyInvalid", "keyExpired", "badRequest", "API_KEY_INVALID"})
_CLOSED = frozenset({"accessNotConfigured", "ipRefererBlocked", "forbidden"})
"""Reasons of refusals. Source: API's list of global errors."""

Words = Annotated[str, StringConstraints(min_length=2, max_length=200, strip_whitespace=True)]
ChannelId = Annotated[str, StringConstraints(pattern=r"^UC[A-Za-z0-9_-]{22}$")]


class Params(Queries):
    """What to look for; at least one search or channel.

    Attributes:
        searches: Words of a search; each sweep of each costs a call of the day's hundred.
        channels: Ids of channels (``UC…``), read by their feeds, without key or limit.
        region: Only videos that can be seen in this country.
    """

    searches: list[Words] = Field(default=[], max_length=10)
    channels: list[ChannelId] = Field(default=[], max_length=50)
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "FR"

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.searches and not self.channels:
            raise ValueError(say("Name at least one search or channel."))
        return self

    @property
    def request_count(self) -> int:
        """Requests of one sweep at least (for the convention's budget)."""
        return len(set(self.searches)) + len(set(self.channels))

    @property
    def allowance(self) -> tuple[int, int]:
        """Calls of one sweep that the day's allowance pays, and that allowance."""
        return len(set(self.searches)), SEARCHES_A_DAY


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return one request a search and one a channel."""
    searches = [
        _search(words, params, source, cursor.get(f"search:{words}", ""), since_at)
        for words in dict.fromkeys(params.searches)
    ]
    host = urlsplit(source.address).hostname
    # In an exercise everything is answered by the simulated network.
    base = _FEED_BASE if host == _API_HOST else source.address.rstrip("/")
    feeds = [
        Request(
            url=f"{base}/feeds/videos.xml",
            params={"channel_id": channel},
            chain=f"channel:{channel}",
            floor=cursor.get(f"channel:{channel}", ""),
            since_at=since_at,
        )
        for channel in dict.fromkeys(params.channels)
    ]
    return [*searches, *feeds]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read one page of a search, or one feed."""
    if request.chain.startswith("channel:"):
        return _read_feed(request, answer, source)
    try:
        found = parse_json(answer.body)
    except NotJsonError:
        return _malformed(say("The server's answer is not JSON, as YouTube's would be."))
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        return _malformed(say("The server's answer is not a list of videos."))
    videos = [_video(item, answer, source) for item in items]
    page = _page(request, videos)
    token = text_of(found.get("nextPageToken"))
    pages, _, best = request.carry.partition("|")
    count = int(pages or 1)
    mark = max(best, page.cursor.get(request.chain, ""))
    is_known = token == request.params.get("pageToken")
    if not token or is_known or count >= MOST_PAGES or not items:
        return replace(page, cursor={request.chain: mark} if mark else {})
    more = {**request.params, "pageToken": token}
    # The mark moves once the last page has come: it comes newest first.
    return replace(page, next=replace(request, params=more, carry=f"{count + 1}|{mark}"), cursor={})


def explain(failure: Failure) -> Failure:
    """Say what a refusal of YouTube's means. Source: API's list of global errors."""
    reasons = _reasons(failure.body)
    if reasons & _USED_UP:
        return replace(
            failure,
            sentence=say(
                "YouTube's allowance of this day is used up; it begins anew at midnight "
                "Pacific time."
            ),
            retry_at=_pacific_midnight(failure.answered_at),
            is_host_wide=True,
        )
    if reasons & {"rateLimitExceeded", "userRateLimitExceeded"}:
        return replace(failure, sentence=say("YouTube finds that we ask too often."))
    if failure.status in {400, 403} and reasons & _BAD_KEY:
        sentence = say("YouTube does not accept the key: check it in Google's console.")
        return replace(failure, sentence=sentence, is_host_wide=True)
    if reasons & _CLOSED:
        sentence = say("The key is not opened for the YouTube Data API, or not for this machine.")
        return replace(failure, sentence=sentence, is_host_wide=True)
    return failure


def _search(
    words: str, params: Params, source: SourceContext, floor: str, since_at: datetime
) -> Request:
    mark = parse_instant(floor)
    begin = max(mark - OVERLAP, since_at) if mark else since_at
    key = source.secrets.get("key")
    return Request(
        url=f"{source.address.rstrip('/')}/youtube/v3/search",
        params={
            "part": "snippet",
            "type": "video",
            "order": "date",
            "q": words,
            "publishedAfter": begin.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "regionCode": params.region,
            "maxResults": str(PAGE_SIZE),
        },
        # In a header, not in the address: addresses are shown and kept.
        headers={"Accept": "application/json"} | ({"X-Goog-Api-Key": key} if key else {}),
        chain=f"search:{words}",
        floor=floor,
        since_at=since_at,
    )


def _page(request: Request, videos: list[Post | None]) -> Page:
    posts = [video for video in videos if video is not None]
    faults = [
        Fault(say("Post {number} of the page has no identity or time.", number=number))
        for number, video in enumerate(videos, 1)
        if video is None
    ]
    since_at = request.since_at
    wanted = [p for p in posts if request.floor or since_at is None or p.happened_at >= since_at]
    marks = [post.happened_at.isoformat() for post in posts]
    mark = max([request.floor, *marks])
    state: Any = "ok" if mark > request.floor else "unchanged"
    if not videos:
        state = "empty"
    elif faults and not posts:
        state = "malformed"
    return Page(
        state=state,
        posts=tuple(wanted),
        faults=tuple(faults),
        cursor={request.chain: mark} if mark else {},
        seen_count=len(videos),
    )


def _video(item: Any, answer: Answer, source: SourceContext) -> Post | None:
    """A video of a search. Source: ``youtube#searchResult``."""
    snippet = item.get("snippet") if isinstance(item, dict) else None
    identity = item.get("id") if isinstance(item, dict) else None
    if not isinstance(snippet, dict) or not isinstance(identity, dict):
        return None
    # Titles come with their signs escaped as in HTML.
    words = (from_html(text_of(snippet.get(name))) for name in ("title", "description"))
    return _made(
        source,
        answer,
        video=clean(text_of(identity.get("videoId"))),
        text="\n\n".join(part for part in words if part),
        author=one_line(text_of(snippet.get("channelTitle"))),
        posted_at=parse_instant(snippet.get("publishedAt")),
        payload=payload_of(item),
    )


def _read_feed(request: Request, answer: Answer, source: SourceContext) -> Page:
    try:
        text = read_xml(answer.body, answer.headers.get("content-type", ""))
    except ForbiddenXmlError:
        return _malformed(say("The feed declares a document type or entities: it was not read."))
    try:
        root = ElementTree.fromstring(text.text)  # noqa: S314 - read_xml refuses every declaration
    except (ElementTree.ParseError, ValueError):
        return _malformed(say("The server's answer is not a channel's feed."))
    if root.tag != f"{_ATOM}feed":
        return _malformed(say("The server's answer is not a channel's feed."))
    entries = root.findall(f"{_ATOM}entry")
    return _page(request, [_entry(entry, answer, source) for entry in entries])


def _entry(entry: ElementTree.Element, answer: Answer, source: SourceContext) -> Post | None:
    """A video of a feed."""
    words = (
        clean(entry.findtext(path) or "")
        for path in (f"{_ATOM}title", f"{_MEDIA}group/{_MEDIA}description")
    )
    return _made(
        source,
        answer,
        video=clean(entry.findtext(f"{_YT}videoId") or ""),
        text="\n\n".join(part for part in words if part),
        author=one_line(entry.findtext(f"{_ATOM}author/{_ATOM}name") or ""),
        posted_at=parse_instant(entry.findtext(f"{_ATOM}published")),
        payload=ElementTree.tostring(entry, encoding="unicode"),
    )


def _made(
    source: SourceContext,
    answer: Answer,
    *,
    video: str,
    text: str,
    author: str,
    posted_at: datetime | None,
    payload: str,
) -> Post | None:
    """The post of a video: the same one by search and by feed."""
    if not video or posted_at is None or len(video) > 100:
        return None
    is_id = video.isascii() and video.replace("-", "").replace("_", "").isalnum()
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=f"yt:video:{video}",
        kind=POST_KIND,
        text=text,
        captured_at=answer.received_at,
        payload=payload,
        url=f"https://www.youtube.com/watch?v={video}" if is_id else None,
        author=author or None,
        posted_at=posted_at,
    )


def _reasons(body: bytes) -> set[str]:
    try:
        found = parse_json(body)
    except NotJsonError:
        return set()
    error = found.get("error") if isinstance(found, dict) else None
    reasons: set[str] = set()
    for part in ("errors", "details"):
        items = error.get(part) if isinstance(error, dict) else None
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                reasons.add(text_of(item.get("reason")))
    return reasons - {""}


def _pacific_midnight(now: datetime | None) -> datetime | None:
    """When the day's allowance begins anew."""
    if now is None:
        return None
    day = now.astimezone(_PACIFIC).date() + timedelta(days=1)
    return datetime.combine(day, time(0, 1), _PACIFIC).astimezone(UTC)


def _malformed(sentence: str) -> Page:
    return Page(state="malformed", faults=(Fault(sentence),))
