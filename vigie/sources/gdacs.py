"""GDACS: alerts on disasters of the whole world, as its RSS or its GeoJSON list tells them.

Source: https://www.gdacs.org (``/xml/rss.xml``; ``/gdacsapi/api/events/geteventlist/…``); credit
European Union, GDACS. Called through ``vigie.sources.registry``. Must not touch the network, nor
any other connector.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from vigie.language import say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.box import Box, is_in
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.gdacs_event import Event, events_of_json, events_of_xml
from vigie.sources.in_force import Listing, Standing, news_time, settle
from vigie.sources.json_answer import NotJsonError, parse_json
from vigie.sources.xml_answer import ForbiddenXmlError, read_xml
from vigie.sources.xml_tree import descendants, is_web_page, tree_of

KIND: Final = "gdacs"
POST_KIND: Final[PostKind] = "alert"
SOURCE_GRADE: Final[SourceGrade] = "B"

_CHAIN = "events"
_LEVELS = {"green": 1, "orange": 3, "red": 4}
"""Alert level to level. Source: GDACS, "Alert levels": green needs no international help."""
_CATEGORIES = {"FL": "water", "TC": "wind", "WF": "fire", "TS": "water"}
"""Event type to category; earthquakes, volcanoes and droughts are official word."""

Alert = Literal["green", "orange", "red"]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Params(Queries):
    """Which events to keep; with countries and a box, one of the two suffices.

    Attributes:
        from_alert: Least alert level; an event that falls below it is over.
        countries: ISO 3166 codes of three letters, such as ``MTQ``; empty means all.
        box: West, south, east, north.
        kinds: ``EQ`` earthquake, ``TC`` cyclone, ``FL`` flood, ``VO`` volcano, ``DR`` drought,
            ``WF`` forest fire, ``TS`` tsunami; empty means all.
    """

    from_alert: Alert = "green"
    countries: list[Country] = Field(default=[], max_length=250)
    box: Box | None = None
    kinds: list[Literal["EQ", "TC", "FL", "VO", "DR", "WF", "TS"]] = Field(default=[], max_length=7)


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return the one request there is."""
    del params
    return [
        Request(
            url=source.address,
            headers={"Accept": "application/rss+xml, application/xml, application/json;q=0.9"},
            chain=_CHAIN,
            floor=cursor.get(_CHAIN, ""),
            since_at=since_at,
            is_conditional=True,
        )
    ]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read a list of events: what is new, in a new episode, or over."""
    found = _found(answer)
    if isinstance(found, Page):
        return found
    listed = _sorted(found.events, answer, params, source)
    listing = Listing(
        standing=listed.standing,
        over=listed.over,
        is_whole=not found.faults and not listed.faults,
        is_exhaustive=True,
    )
    posts, mark = settle(request.floor, listing, answer, source)
    faults = (*found.faults, *listed.faults)
    state: Literal["ok", "unchanged", "empty", "malformed"] = "ok" if posts else "unchanged"
    if found.is_broken or (faults and not listed.standing and not listed.over):
        state = "malformed"
    elif not found.events and not posts:
        state = "empty"
    return Page(
        state=state,
        posts=tuple(posts),
        faults=faults,
        cursor={_CHAIN: mark},
        seen_count=len(found.events),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What an answer holds; an event is None where an item could not be read."""

    events: tuple[Event | None, ...]
    faults: tuple[Fault, ...] = ()
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class _Sorted:
    standing: list[Standing]
    over: list[Post]
    faults: list[Fault]


def _found(answer: Answer) -> _Found | Page:
    body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if is_web_page(body):
        return _faulty("malformed", say("The address answers a web page instead of a feed."))
    if body.startswith((b"{", b"[")):
        return _found_in_json(body)
    try:
        xml = read_xml(answer.body, answer.headers.get("content-type", ""))
    except ForbiddenXmlError:
        return _faulty(
            "refused", say("The feed declares a DTD or entities: it was not read, for safety.")
        )
    root = tree_of(xml)
    items = list(descendants(root, "item")) if root is not None else []
    if root is None or (not items and next(descendants(root, "channel"), None) is None):
        return _faulty("malformed", say("The answer is no list of GDACS."))
    if xml.is_well_formed:
        return _Found(events_of_xml(items))
    broken = say("The feed is not well-formed XML; what could be read of it was kept.")
    return _Found(events_of_xml(items), (Fault(broken),), is_broken=True)


def _found_in_json(body: bytes) -> _Found | Page:
    try:
        whole = parse_json(body)
    except NotJsonError:
        return _faulty("malformed", say("The answer is no list of GDACS."))
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        return _faulty("malformed", say("The answer is no list of GDACS."))
    return _Found(events_of_json(features))


def _sorted(
    events: Iterable[Event | None], answer: Answer, params: Params, source: SourceContext
) -> _Sorted:
    """Newest episode of each event first, so that an older one in the same list says nothing."""
    told = _Sorted([], [], [])
    latest: dict[str, Event] = {}
    for number, event in enumerate(events, 1):
        if event is None:
            told.faults.append(
                Fault(say("Event {number} of GDACS has no identity.", number=number))
            )
        elif event.alert not in _LEVELS:
            sentence = say("Event {name} of GDACS has no alert level.", name=event.identity[:40])
            told.faults.append(Fault(sentence))
        elif event.identity not in latest or event.episode >= latest[event.identity].episode:
            latest[event.identity] = event
    least = _LEVELS[params.from_alert]
    for event in latest.values():
        if not _is_asked(event, params):
            continue
        post = _post(event, answer, source)
        if event.is_current and _LEVELS[event.alert] >= least:
            told.standing.append(Standing(post, version=event.version))
        else:
            told.over.append(post)
    return told


def _is_asked(event: Event, params: Params) -> bool:
    if params.kinds and event.kind not in params.kinds:
        return False
    if not params.countries and params.box is None:
        return True
    is_there = params.box is not None and is_in(params.box, event.point)
    return is_there or bool(event.countries & set(params.countries))


def _post(event: Event, answer: Answer, source: SourceContext) -> Post:
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=event.identity,
        kind=POST_KIND,
        text=event.text,
        captured_at=answer.received_at,
        payload=event.payload,
        url=event.url,
        author="GDACS",
        posted_at=news_time(event.told_at, answer.received_at),
        language="en",
        point=event.point,
        level=_LEVELS[event.alert],
        edited_at=event.told_at,
        category=_CATEGORIES.get(event.kind, "official"),
    )


def _faulty(state: Literal["malformed", "refused"], sentence: str) -> Page:
    return Page(state=state, faults=(Fault(sentence),))
