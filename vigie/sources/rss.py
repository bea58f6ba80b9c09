"""RSS 0.9 to 2.0, RDF and Atom: articles of the press, prefectures, services.

Source: feedparser's reference; https://www.rssboard.org/rss-specification; RFC 4287.
Called through ``vigie.sources.registry``. Must not touch the network: feedparser gets bytes only.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from vigie.language import say
from vigie.records.collected import Cursor
from vigie.records.post import Point, Post, PostKind
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.plain_text import from_html, one_line, web_address
from vigie.sources.xml_answer import ForbiddenXmlError, XmlText, read_xml

KIND: Final = "rss"
POST_KIND: Final[PostKind] = "article"
SOURCE_GRADE: Final[SourceGrade] = "C"

_MOST_ITEMS = 1000
_ITEM = re.compile(r"<((?:\w{1,20}:)?(?:item|entry))(?=[\s>])")
_WEB_PAGE = re.compile(
    r"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL
)


class Params(Queries):
    """A feed's address says everything: there is nothing to choose."""


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return the one request there is, conditional: most answers are "nothing new"."""
    del params, cursor, since_at
    accept = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"
    return [Request(url=source.address, headers={"Accept": accept}, is_conditional=True)]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read a feed; of a broken one, keep the items that can be read."""
    del request, params
    if _WEB_PAGE.match(answer.body[:1000].decode("latin-1")):
        return _faulty("malformed", say("The address answers a web page instead of a feed."))
    try:
        xml = read_xml(answer.body, answer.headers.get("content-type", ""))
    except ForbiddenXmlError:
        return _faulty(
            "refused", say("The feed declares a DTD or entities: it was not read, for safety.")
        )
    feed = _parse(xml.text, answer.url)
    entries = feed.entries[:_MOST_ITEMS]
    if not feed.get("version") and not entries:
        return _faulty("malformed", say("The answer is neither RSS nor Atom."))
    posts, faults = _read_entries(entries, xml.text, len(feed.entries), answer, source)
    damage = _damage(xml)
    faults = ([Fault(damage)] if damage else []) + faults
    return Page(
        state="malformed" if damage or (faults and not posts) else "ok" if posts else "empty",
        posts=tuple(posts),
        faults=tuple(faults),
        seen_count=len(feed.entries),
    )


def _parse(text: str, url: str) -> Any:
    import feedparser  # noqa: PLC0415 - `vigie check` imports connectors and must be quick

    return feedparser.parse(
        text.encode("utf-8", "replace"),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
    )


def _damage(xml: XmlText) -> str:
    if not xml.is_well_formed:
        return say("The feed is not well-formed XML; what could be read of it was kept.")
    if not xml.is_decoded:
        return say("The feed holds bytes that are not text in its encoding; the rest was kept.")
    return ""


def _read_entries(
    entries: list[Any], text: str, whole_count: int, answer: Answer, source: SourceContext
) -> tuple[list[Post], list[Fault]]:
    pieces = _pieces(text)
    # Where the pieces are not one to one with the entries, which is whose is a guess.
    verbatim = pieces if len(pieces) == whole_count else []
    names = Counter(str(entry.get("id", "")) for entry in entries)
    posts: list[Post] = []
    faults: list[Fault] = []
    for number, entry in enumerate(entries):
        payload = verbatim[number] if verbatim else _as_json(entry)
        is_named = names[str(entry.get("id", ""))] == 1
        post = _post(entry, payload, is_named, answer, source)
        if post is None:
            sentence = say("Item {number} of the feed is empty.", number=number + 1)
            faults.append(Fault(sentence))
        else:
            posts.append(post)
    left = whole_count - len(entries)
    if left > 0:
        faults.append(Fault(say("{count} items beyond the first thousand were left.", count=left)))
    return posts, faults


def _pieces(text: str) -> list[str]:
    """Each item as it stands in the text, in one pass over it; none from the first unclosed on."""
    pieces: list[str] = []
    end = 0
    for match in _ITEM.finditer(text):
        if match.start() < end:
            continue
        closing = f"</{match[1]}>"
        found = text.find(closing, match.end())
        if found < 0:
            break
        end = found + len(closing)
        pieces.append(text[match.start() : end])
    return pieces


def _post(
    entry: Mapping[str, Any], payload: str, is_named: bool, answer: Answer, source: SourceContext
) -> Post | None:
    title = one_line(from_html(str(entry.get("title", ""))))
    body = from_html(_body(entry))
    text = "\n\n".join(part for part in (title, body if body != title else "") if part)
    link = web_address(entry.get("link"))
    if not text and link is None:
        return None
    posted_at = _moment(entry.get("published_parsed")) or _moment(entry.get("updated_parsed"))
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=_native_id(entry, link, text, is_named),
        kind=POST_KIND,
        text=text or str(link),
        captured_at=answer.received_at,
        payload=_storable(payload),
        url=link,
        author=one_line(str(entry.get("author", ""))) or None,
        posted_at=posted_at,
        language=_language(entry),
        point=_point(entry),
        # Not `updated`: many feeds write the present there, and each sweep would be a revision.
    )


def _storable(payload: str) -> str:
    """Return the item's text as any database can hold it: no NUL, no half surrogate."""
    return payload.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _body(entry: Mapping[str, Any]) -> str:
    """The summary where there is one, else the first whole text."""
    summary = str(entry.get("summary", "") or "")
    if summary:
        return summary
    contents = entry.get("content") or []
    return str(contents[0].get("value", "")) if contents else ""


def _native_id(entry: Mapping[str, Any], link: str | None, text: str, is_named: bool) -> str:
    """``id``, else link, else a hash; an id that several items of one feed share names nothing."""
    identity = one_line(str(entry.get("id", "") or ""))[:1000]
    if identity and is_named:
        return identity
    return link or "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _moment(parsed: Any) -> datetime | None:
    """Aware UTC of a parsed time; feedparser's are UTC already."""
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _language(entry: Mapping[str, Any]) -> str | None:
    detail = entry.get("title_detail") or {}
    code = str(detail.get("language") or "")[:2].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _point(entry: Mapping[str, Any]) -> Point | None:
    """GeoRSS point or W3C Basic Geo. Source: feedparser gives ``where`` as (lon, lat)."""
    where = entry.get("where") or {}
    if where.get("type") == "Point":
        pair: tuple[Any, ...] = tuple(where.get("coordinates", ()))[:2]
    else:
        pair = (entry.get("geo_long"), entry.get("geo_lat"))
    try:
        lon, lat = (float(value) for value in pair)
    except (TypeError, ValueError):
        return None
    if not (math.isfinite(lon) and math.isfinite(lat)) or abs(lon) > 180 or abs(lat) > 90:
        return None
    return Point(lon, lat)


def _as_json(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, default=str)


def _faulty(state: Any, sentence: str) -> Page:
    return Page(state=state, faults=(Fault(sentence),))
