"""CAP 1.2 (and 1.1): alerts of authorities, one a file or listed by an Atom or RSS index.

Source: OASIS, Common Alerting Protocol 1.2. Called through ``vigie.sources.registry``. Must not
touch the network, nor any other connector.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal
from urllib.parse import urljoin, urlsplit

from pydantic import Field, StringConstraints

from vigie.language import say
from vigie.records.barred import Barred, origin_of
from vigie.records.collected import Cursor
from vigie.records.post import Point, Post, PostKind
from vigie.sources.box import Box, is_in, middle_of
from vigie.sources.cap_memory import CapMemory
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.ends import end_posts, is_over
from vigie.sources.instants import parse_instant
from vigie.sources.plain_text import clean, one_line, web_address
from vigie.sources.xml_answer import ForbiddenXmlError, XmlText, read_xml
from vigie.sources.xml_tree import (
    as_text,
    child,
    children,
    descendants,
    is_web_page,
    name_of,
    text_at,
    tree_of,
)

KIND: Final = "cap"
POST_KIND: Final[PostKind] = "alert"
SOURCE_GRADE: Final[SourceGrade] = "A"

if TYPE_CHECKING:
    from lxml import etree

_CHAIN = "alerts"
_LEVELS = {"extreme": 4, "severe": 3, "moderate": 2, "minor": 1, "unknown": 1}
"""Severity to level. Source: CAP 1.2, 3.2.2, ``severity``."""
_PLAYED = frozenset({"exercise", "test", "system", "draft"})
"""``status`` of what is no alert. Source: CAP 1.2, 3.2.1."""
_ENDS = frozenset({"cancel"})
_NO_ALERTS = frozenset({"ack", "error"})
_MOST_FILES = 30
_MOST_BARRED = 20

Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{3,100}$")]
Severity = Literal["minor", "moderate", "severe", "extreme"]


class Params(Queries):
    """Which alerts to keep.

    Attributes:
        hosts: Other hosts to which an index may send for its files.
        from_severity: Lesser alerts are left.
        areas: Words or codes of which one must stand in an alert's areas; empty means all.
        box: West, south, east, north; an alert whose polygons lie outside is left.
        vanishing_means_ended: The index lists only what is in force (MeteoAlarm's do).
    """

    hosts: list[Host] = Field(default=[], max_length=20)
    from_severity: Severity = "minor"
    areas: list[Annotated[str, StringConstraints(min_length=2, max_length=80)]] = Field(
        default=[], max_length=200
    )
    box: Box | None = None
    vanishing_means_ended: bool = False


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return the request of the index or alert; unconditional while an end may have come."""
    del params, since_at
    mark = cursor.get(_CHAIN, "")
    return [
        Request(
            url=source.address,
            headers={"Accept": "application/cap+xml, application/atom+xml, application/xml;q=0.9"},
            chain=_CHAIN,
            floor=mark,
            is_conditional=not CapMemory.read(mark).awaits_an_end(),
        )
    ]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read an alert, or an index of alerts whose new files are then asked for one by one."""
    if is_web_page(answer.body):
        return _faulty("malformed", say("The address answers a web page instead of a feed."))
    try:
        xml = read_xml(answer.body, answer.headers.get("content-type", ""))
    except ForbiddenXmlError:
        return _faulty(
            "refused", say("The feed declares a DTD or entities: it was not read, for safety.")
        )
    root = tree_of(xml)
    if root is None:
        return _faulty("malformed", say("The answer is not XML, as a CAP alert would be."))
    reading = _Reading(request, answer, params, source, xml)
    alerts = [one for one in descendants(root, "alert") if text_at(one, "identifier")]
    if alerts:
        return reading.page_of_alerts(alerts)
    if name_of(root) in {"feed", "rss", "RDF"}:
        return reading.page_of_index(root)
    sentence = say("The answer is neither a CAP alert nor an index of alerts.")
    if name_of(root) == "alert":
        sentence = say("The alert carries no identifier.")
    return _faulty("malformed", sentence)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One answer and everything that its reading needs."""

    request: Request
    answer: Answer
    params: Params
    source: SourceContext
    xml: XmlText

    def page_of_alerts(self, alerts: Iterable[etree._Element]) -> Page:
        """Read the alerts of one file, then go on to the next file of the queue."""
        memory = CapMemory.read(self.request.floor)
        posts: list[Post] = []
        faults: list[Fault] = [] if self.xml.is_well_formed else [Fault(_broken())]
        seen_count = 0
        for alert in alerts:
            seen_count += 1
            told = self._post(alert)
            if isinstance(told, Fault):
                faults.append(told)
            elif told is not None:
                end = _end_of(alert, self.source.language)
                posts.append(memory.keep(told, end, self.answer.received_at))
        names = [post.native_id for post in posts]
        if not self.request.queue and self.request.url == self.source.address:
            # One file is all there is: what it no longer holds and is past its end has ended.
            posts += self._ended(memory, names, is_whole=self.xml.is_well_formed)
        memory.took_file(self.request.url, names, is_whole=self.xml.is_well_formed)
        if not self.request.queue and memory.is_list_whole:
            # The last file that the index named: what none of them holds has ended.
            is_whole = self.xml.is_well_formed
            posts += self._ended(memory, memory.held_by(memory.files), is_whole=is_whole)
        return self._page(memory, posts, faults, seen_count, self.request.queue)

    def page_of_index(self, root: etree._Element) -> Page:
        """Find the files that were not read yet; end what is past its time or gone."""
        memory = CapMemory.read(self.request.floor)
        entries = [*descendants(root, "entry"), *descendants(root, "item")]
        faults: list[Fault] = [] if self.xml.is_well_formed else [Fault(_broken())]
        addresses: dict[str, None] = {}
        foreign: dict[str, str] = {}
        for entry in entries:
            link = _link(entry, self.answer.url)
            if link is None:
                faults.append(Fault(say("An entry of the index links to no file.")))
            elif self._is_allowed(link):
                addresses[link] = None
            else:
                foreign[link] = urlsplit(link).hostname or "?"
        is_whole = not faults
        if foreign:
            names = ", ".join(sorted(set(foreign.values()))[:5])
            faults.append(
                Fault(say("The index sends to {names}; add them to hosts to follow.", names=names))
            )
        due = memory.due_files(list(addresses))
        queue = tuple(due[:_MOST_FILES])
        # An update may stand in a file that is not read yet: nothing ends by absence before that.
        is_read = all(one in memory.tried for one in due)
        memory.is_list_whole = is_whole
        posts = self._ended(memory, memory.held_by(addresses), is_whole=is_whole and is_read)
        page = self._page(memory, posts, faults, len(entries), queue)
        if not queue and not posts and not faults:
            return Page(
                state="unchanged" if entries else "empty",
                cursor=page.cursor,
                seen_count=len(entries),
            )
        barred = [Barred(address=origin_of(link), cause="link") for link in foreign]
        return replace(page, barred=tuple(dict.fromkeys(barred))[:_MOST_BARRED])

    def _ended(self, memory: CapMemory, listed: Collection[str], *, is_whole: bool) -> list[Post]:
        """What is past its end or gone; a torn list and one with holes end nothing by absence."""
        vanished_too = self.params.vanishing_means_ended and is_whole
        over = memory.end(listed, self.answer.received_at, vanished_too=vanished_too)
        return end_posts(over, self.answer, self.source)

    def _page(
        self,
        memory: CapMemory,
        posts: list[Post],
        faults: list[Fault],
        seen_count: int,
        queue: tuple[str, ...],
    ) -> Page:
        if queue:
            memory.asks(queue[0])
        mark = memory.write()
        following = None
        if queue:
            following = Request(
                url=queue[0],
                headers=self.request.headers,
                chain=_CHAIN,
                floor=mark,
                queue=queue[1:],
            )
        return Page(
            state="malformed" if not self.xml.is_well_formed else "ok" if posts else "empty",
            posts=tuple(posts),
            faults=tuple(faults),
            next=following,
            cursor={_CHAIN: mark},
            seen_count=seen_count,
        )

    def _is_allowed(self, link: str) -> bool:
        host = (urlsplit(link).hostname or "").lower()
        own = (urlsplit(self.source.address).hostname or "").lower()
        return host == own or host in self.params.hosts

    def _post(self, alert: etree._Element) -> Post | Fault | None:
        status = text_at(alert, "status").casefold()
        kind = text_at(alert, "msgType").casefold()
        name = one_line(text_at(alert, "identifier"))[:200]
        if status in _PLAYED and not (status == "exercise" and self.source.is_exercise):
            return Fault(
                say("Alert {name} is marked {status}: left aside.", name=name, status=status)
            )
        if kind in _NO_ALERTS:
            return None
        sent = text_at(alert, "sent")
        if parse_instant(sent) is None:
            return Fault(say("Alert {name} does not say when it was sent.", name=name))
        info = _info(alert, self.source.language)
        level = _LEVELS.get(text_at(info, "severity").casefold(), 1)
        point = _point(info)
        is_end = kind in _ENDS
        if not is_end and not self._is_wanted(info, level, point):
            return None
        end = text_at(info, "expires")
        return Post(
            source_key=self.source.key,
            source_id=self.source.id,
            native_id=_identity(text_at(alert, "sender"), text_at(alert, "identifier"), sent),
            kind=POST_KIND,
            text=_text(alert, info, name),
            captured_at=self.answer.received_at,
            payload=as_text(alert),
            url=web_address(text_at(info, "web")),
            author=one_line(text_at(info, "senderName") or text_at(alert, "sender"))[:200] or None,
            posted_at=parse_instant(sent),
            language=text_at(info, "language")[:2].lower() or None,
            point=point,
            repost_of=_reference(alert),
            level=level,
            is_ended=is_end or is_over(end, self.answer.received_at),
        )

    def _is_wanted(self, info: etree._Element | None, level: int, point: Point | None) -> bool:
        if level < _LEVELS[self.params.from_severity]:
            return False
        if self.params.box is not None and point is not None and not is_in(self.params.box, point):
            return False
        if not self.params.areas:
            return True
        said = " ".join(_areas(info)).casefold()
        return any(area.casefold() in said for area in self.params.areas)


def _identity(sender: str, identifier: str, sent: str) -> str:
    """Return the identity of an alert. Source: CAP 1.2: sender, identifier and sent together."""
    return one_line(f"{sender},{identifier},{sent}")[:500]


def _reference(alert: etree._Element) -> str | None:
    """Return the latest alert that this one updates or ends."""
    triples = [one for one in text_at(alert, "references").split() if one.count(",") >= 2]
    return triples[-1][:500] if triples else None


def _info(alert: etree._Element, language: str) -> etree._Element | None:
    """Return the information in the convention's language, else in English, else the first."""
    infos = list(children(alert, "info"))
    for code in (language, "en"):
        for info in infos:
            if text_at(info, "language").casefold().startswith(code):
                return info
    return infos[0] if infos else None


def _end_of(alert: etree._Element, language: str) -> str:
    return text_at(_info(alert, language), "expires")


def _areas(info: etree._Element | None) -> list[str]:
    if info is None:
        return []
    said = [one_line(text_at(area, "areaDesc")) for area in children(info, "area")]
    codes = [
        text_at(code, "value")
        for area in children(info, "area")
        for code in children(area, "geocode")
    ]
    return [one for one in (*said, *codes) if one]


def _text(alert: etree._Element, info: etree._Element | None, name: str) -> str:
    if info is None:
        return one_line(text_at(alert, "note")) or name
    headline = one_line(text_at(info, "headline") or text_at(info, "event")) or name
    areas = "; ".join(one_line(text_at(area, "areaDesc")) for area in children(info, "area"))
    parts = (areas, clean(text_at(info, "description")), clean(text_at(info, "instruction")))
    return "\n\n".join(part for part in (headline, *parts) if part)


def _point(info: etree._Element | None) -> Point | None:
    """Return the middle of the alert's polygons or circles.

    Source: CAP 1.2, 3.2.4: ``lat,lon`` pairs, not ``lon,lat`` as GeoJSON has them.
    """
    if info is None:
        return None
    pairs: list[tuple[str, str]] = []
    for area in children(info, "area"):
        for shape in (*children(area, "polygon"), *children(area, "circle")):
            for word in text_at(shape).split():
                lat, comma, lon = word.partition(",")
                if comma:
                    pairs.append((lon, lat))
    return middle_of(dict.fromkeys(pairs))


def _link(entry: etree._Element, base: str) -> str | None:
    """Return the address of an entry's file: the one typed as CAP, else its only link."""
    links = list(children(entry, "link"))
    typed = [one for one in links if "cap" in (one.get("type") or "")]
    for one in (*typed, *links):
        address = (one.get("href") or "".join(str(part) for part in one.itertext())).strip()
        found = web_address(_joined(base, address))
        if found:
            return found
    guid = child(entry, "guid")
    return web_address(text_at(guid)) if guid is not None else None


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address) if address else ""
    except ValueError:
        return ""


def _broken() -> str:
    return say("The feed is not well-formed XML; what could be read of it was kept.")


def _faulty(state: Literal["malformed", "refused"], sentence: str) -> Page:
    return Page(state=state, faults=(Fault(sentence),))
