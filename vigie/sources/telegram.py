"""Telegram: the public preview of channels (t.me/s/…), read backwards to the last known message.

A web page for people, without contract: no account, no key, about twenty messages a page.
Source: markup of t.me/s pages as recorded; docs of the embed widget. Called through
``vigie.sources.registry``. Must not touch the network, nor any other connector.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints

from vigie.language import catalogue, say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.instants import parse_instant
from vigie.sources.json_answer import payload_of
from vigie.sources.newest_first import Walk
from vigie.sources.plain_text import clean, from_html, one_line, web_address

KIND: Final = "telegram"
POST_KIND: Final[PostKind] = "message"
SOURCE_GRADE: Final[SourceGrade] = "F"

_WIDTH = 12
"""Digits of a rank: numbers of messages, padded so that they sort as text."""
_MOST_PAGES = 20
"""Pages of one channel in one sweep: some 400 messages; the rest is left to the next sweep."""
_MESSAGE = "tgme_widget_message"
_MEDIA = {
    "tgme_widget_message_photo_wrap": "photo",
    "tgme_widget_message_video_player": "video",
    "tgme_widget_message_roundvideo_player": "video",
    "tgme_widget_message_voice_player": "voice",
    "tgme_widget_message_document_wrap": "document",
    "tgme_widget_message_sticker_wrap": "sticker",
    "tgme_widget_message_location_wrap": "location",
}
"""Class of a medium to its word in the catalogue."""

Element = Any
"""An element of lxml, which is imported late."""
Channel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{3,31}$")]


class Params(Queries):
    """Which channels to read.

    Attributes:
        channels: Public names, as behind ``t.me/``, without ``@``.
    """

    channels: list[Channel] = Field(min_length=1, max_length=50)

    @property
    def request_count(self) -> int:
        """Requests of one sweep at least (for the convention's budget)."""
        return len({*map(str.casefold, self.channels)})


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return the newest page of each channel."""
    names = {channel.casefold(): channel for channel in reversed(params.channels)}
    return [
        _request(source, names[chain], Walk.begin(cursor.get(chain, "")), since_at)
        for chain in reversed(names)
    ]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read one page of a channel and name the one before it."""
    del params
    if "/s/" not in urlsplit(answer.url).path:
        return Page(
            state="refused",
            faults=(
                Fault(
                    say(
                        "The channel {channel} shows no public preview: it is private, closed, or "
                        "spelt otherwise.",
                        channel=request.chain,
                    )
                ),
            ),
        )
    tree = _tree(answer.body)
    messages = [] if tree is None else _by_class(tree, _MESSAGE)
    if not messages and (tree is None or not _is_channel(tree)):
        sentence = say("The answer is not the page of a Telegram channel.")
        return Page(state="malformed", faults=(Fault(sentence),))
    return _read_messages(messages, tree, request, answer, source)


def _read_messages(
    messages: list[Element], tree: Any, request: Request, answer: Answer, source: SourceContext
) -> Page:
    posts: list[Post] = []
    faults: list[Fault] = []
    ranks: list[str] = []
    is_past = False
    for number, message in enumerate(messages, 1):
        rank = _rank(message.get("data-post") or "")
        posted_at = _posted_at(message)
        if not rank or posted_at is None:
            sentence = say("Post {number} of the page has no identity or time.", number=number)
            faults.append(Fault(sentence))
            continue
        ranks.append(rank)
        is_old = request.since_at is not None and posted_at < request.since_at
        is_past = is_past or is_old
        # Service messages ("channel created", "photo updated") tell nothing of the world.
        if "service_message" not in _classes(message) and not (is_old and not request.floor):
            posts.append(_post(message, posted_at, answer, source))
    walk = Walk.of(request.carry).after(ranks)
    following, mark = _onward(walk, _before(tree), request, source, is_past=is_past)
    moved = walk.newest > walk.mark.newest
    return Page(
        state="malformed" if faults and not posts else "ok" if moved else _quiet(messages),
        posts=tuple(posts),
        faults=tuple(faults),
        next=following,
        cursor={request.chain: mark} if walk.newest else {},
        seen_count=len(messages),
    )


def _quiet(messages: list[Element]) -> Any:
    return "unchanged" if messages else "empty"


def _onward(
    walk: Walk, before: str, request: Request, source: SourceContext, *, is_past: bool
) -> tuple[Request | None, str]:
    """The page before this one, if it is wanted, and the mark until it has come."""
    channel = request.url.rsplit("/", 1)[1]
    since_at = request.since_at
    is_end = walk.is_through() or not before or not walk.reached or (not walk.floor and is_past)
    if not is_end and int(before) > int(walk.floor or 0):
        mark = walk.mark_here().text()
        if walk.pages >= _MOST_PAGES:
            return None, mark
        return _request(source, channel, walk, since_at, before), mark
    gap = walk.next_phase()
    if gap is None or walk.pages >= _MOST_PAGES:
        return None, walk.mark_at_end().text()
    return _request(source, channel, gap, since_at, str(int(gap.reached))), (
        walk.mark_at_end().text()
    )


def _request(
    source: SourceContext, channel: str, walk: Walk, since_at: datetime | None, before: str = ""
) -> Request:
    return Request(
        url=f"{source.address.rstrip('/')}/s/{channel}",
        params={"before": before} if before else {},
        headers={"Accept": "text/html"},
        chain=channel.casefold(),
        floor=walk.mark.newest,
        since_at=since_at,
        carry=walk.text(),
    )


def _post(message: Element, posted_at: datetime, answer: Answer, source: SourceContext) -> Post:
    native_id = clean(message.get("data-post") or "")
    forwarded = _first(message, f"{_MESSAGE}_forwarded_from_name")
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=native_id,
        kind=POST_KIND,
        text=_text(message, source.language),
        captured_at=answer.received_at,
        payload=payload_of({"post": native_id, "html": _markup(message)}),
        url=web_address(f"https://t.me/{native_id}"),
        author=native_id.split("/", 1)[0] or None,
        posted_at=posted_at,
        repost_of=_message_named(forwarded) if forwarded is not None else None,
    )


def _text(message: Element, language: str) -> str:
    """What the message says, else what it shows; never what it answers to."""
    parts = [from_html(_markup(element)) for element in _texts(message)]
    question = _first(message, f"{_MESSAGE}_poll_question")
    if question is not None:
        parts.append(from_html(_markup(question)))
        parts += [
            f"- {from_html(_markup(option))}"
            for option in _by_class(message, f"{_MESSAGE}_poll_option_text")
        ]
    name = _first(message, f"{_MESSAGE}_document_title")
    if name is not None:
        parts.append(f"[{one_line(name.text_content())}]")
    if not any(parts):
        kinds = [kind for css, kind in _MEDIA.items() if _first(message, css) is not None]
        label = catalogue(language).label
        parts = [f"[{label('medium', kind)}]" for kind in dict.fromkeys(kinds or ["other"])]
    return clean("\n".join(part for part in parts if part))


def _texts(message: Element) -> list[Element]:
    """The message's own texts: some stand within one another, and answers quote their question."""
    found = []
    for element in _by_class(message, f"{_MESSAGE}_text"):
        classes = {name for parent in element.iterancestors() for name in _classes(parent)}
        is_inner = f"{_MESSAGE}_text" in classes
        is_quoted = f"{_MESSAGE}_reply" in classes or "js-message_reply_text" in _classes(element)
        if not is_inner and not is_quoted:
            found.append(element)
    return found


def _message_named(element: Element) -> str | None:
    """The ``channel/number`` that a link leads to, as native ids are written."""
    parts = [part for part in urlsplit(element.get("href") or "").path.split("/") if part]
    return "/".join(parts) if len(parts) == 2 and parts[1].isdecimal() else None


def _posted_at(message: Element) -> datetime | None:
    """The time of the message's own date, which is the last one in it."""
    moments = [
        parse_instant(time.get("datetime"))
        for link in _by_class(message, f"{_MESSAGE}_date")
        for time in link.iter("time")
    ]
    return next((moment for moment in reversed(moments) if moment), None)


def _before(tree: Any) -> str:
    """The number before which older messages lie; empty at the beginning of the channel."""
    for link in [] if tree is None else _by_class(tree, "tme_messages_more"):
        number = (link.get("data-before") or "").strip()
        if number.isdecimal() and len(number) <= _WIDTH:
            return number
    return ""


def _rank(native_id: str) -> str:
    number = native_id.rsplit("/", 1)[-1]
    is_number = "/" in native_id and number.isascii() and number.isdecimal()
    return f"{int(number):0{_WIDTH}d}" if is_number and len(number) <= _WIDTH else ""


def _tree(body: bytes) -> Any:
    from lxml import etree, html  # noqa: PLC0415 - `vigie check` imports connectors and is quick

    text = body.decode("utf-8", "replace").replace("\x00", "")
    if "<" not in text:
        return None
    parser = html.HTMLParser(no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _is_channel(tree: Any) -> bool:
    """Whether a page without messages is a channel's all the same."""
    return any(
        name.startswith("tgme_channel_") for element in tree.iter() for name in _classes(element)
    )


def _classes(element: Any) -> list[str]:
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []


def _by_class(element: Any, name: str) -> list[Element]:
    return [item for item in element.iter() if name in _classes(item)]


def _first(element: Element, name: str) -> Element | None:
    return next(iter(_by_class(element, name)), None)


def _markup(element: Element) -> str:
    from lxml import html  # noqa: PLC0415 - see ``_tree``

    return str(html.tostring(element, encoding="unicode", with_tail=False))
