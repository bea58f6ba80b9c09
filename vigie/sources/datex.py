"""DATEX II situations: closures, accidents, obstructions on roads, as Bison Futé publishes them.

Source: DATEX II 2.3 in a SOAP envelope, tipi.bison-fute.gouv.fr (Licence Ouverte 2.0, credit:
Bison Futé). Called through ``vigie.sources.registry``. Must not touch the network, nor any other
connector.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints

from vigie.language import say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.box import Box, is_in
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.datex_situation import Record, Situation, situation_of
from vigie.sources.datex_wording import (
    by_weight,
    category_of,
    closes_the_road,
    is_works,
    text_of_records,
)
from vigie.sources.in_force import Listing, Standing, awaits_an_end, news_time, settle
from vigie.sources.instants import parse_instant
from vigie.sources.xml_answer import ForbiddenXmlError, read_xml
from vigie.sources.xml_tree import is_web_page, name_of

if TYPE_CHECKING:
    from lxml import etree

KIND: Final = "datex"
POST_KIND: Final[PostKind] = "alert"
SOURCE_GRADE: Final[SourceGrade] = "A"

_CHAIN = "situations"
_PUBLISHED = "publication"
"""Mark: when the last publication that was read was made."""
_LEVELS = {"highest": 4, "high": 3, "medium": 2, "low": 1, "lowest": 1, "none": 1}
"""Source: DATEX II 2.3, ``OverallSeverityEnum``."""
_PLAYED = frozenset({"test", "technicalExercise", "securityExercise"})
"""Source: DATEX II 2.3, ``InformationStatusEnum``."""

Road = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}[0-9][0-9A-Z]*$", max_length=12)]
Department = Annotated[
    str, StringConstraints(pattern=r"^(0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|9[78][0-9])$")
]


class Params(Queries):
    """Which situations to keep: with several filters, one that fits suffices; none means all.

    Attributes:
        departments: By the kilometre points that a situation names (``21PR12`` is in the 21). A
            situation without any is found by its road or its place only: give a box as well.
        roads: Such as ``A38`` or ``N274``.
        box: West, south, east, north.
        with_roadworks: Keep road works that do not close the road.
        ahead_hours: How long before its start a planned thing is told.
    """

    departments: list[Department] = Field(default=[], max_length=120)
    roads: list[Road] = Field(default=[], max_length=500)
    box: Box | None = None
    with_roadworks: bool = False
    ahead_hours: int = Field(default=24, ge=0, le=8_760)


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return the one request there is; unconditional while an end may have come."""
    del params
    mark = cursor.get(_CHAIN, "")
    return [
        Request(
            url=source.address,
            headers={"Accept": "application/xml, text/xml"},
            chain=_CHAIN,
            floor=mark,
            since_at=since_at,
            carry=cursor.get(_PUBLISHED, ""),
            is_conditional=not awaits_an_end(mark),
        )
    ]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read a publication: what is new, changed or over since the last one.

    Source: a publication is a snapshot (``updateMethod``): what it no longer lists has ended.
    """
    if is_web_page(answer.body):
        return _faulty("malformed", say("The address answers a web page instead of a feed."))
    try:
        xml = read_xml(answer.body, answer.headers.get("content-type", ""))
    except ForbiddenXmlError:
        return _faulty(
            "refused", say("The feed declares a DTD or entities: it was not read, for safety.")
        )
    reading = _Reading(answer, params, source)
    reading.take(xml.text, is_sound=xml.is_well_formed)
    if not reading.is_publication:
        return _faulty("malformed", say("The answer is no DATEX II publication of situations."))
    if not xml.is_well_formed:
        broken = say("The feed is not well-formed XML; what could be read of it was kept.")
        reading.faults.insert(0, Fault(broken))
    if _is_stale(reading.published, request.carry):
        # One of several servers lags behind: its list would end what is new.
        return Page(state="unchanged", seen_count=reading.seen_count)
    listing = Listing(
        standing=reading.standing,
        over=reading.over,
        is_whole=xml.is_well_formed and not reading.is_torn,
        is_exhaustive=True,
    )
    posts, mark = settle(request.floor, listing, answer, source)
    return Page(
        state=_state(reading, posts, is_sound=xml.is_well_formed),
        posts=tuple(posts),
        faults=tuple(reading.faults),
        cursor={_CHAIN: mark} | ({_PUBLISHED: reading.published} if reading.published else {}),
        seen_count=reading.seen_count,
    )


class _Reading:
    """The situations of one publication, one after the other, none of them kept as a tree."""

    def __init__(self, answer: Answer, params: Params, source: SourceContext) -> None:
        self.standing: list[Standing] = []
        self.over: list[Post] = []
        self.faults: list[Fault] = []
        self.seen_count = 0
        self.published = ""
        self.is_publication = False
        self.is_torn = False
        self._now = answer.received_at
        self._answer = answer
        self._params = params
        self._source = source
        self._played = 0

    def take(self, text: str, *, is_sound: bool) -> None:
        """Read all situations of a publication.

        Args:
            text: As XML.
            is_sound: Whether it is well-formed. If not, the last situation may be torn, which
                would pass for a change of it: it is left.
        """
        waiting: Situation | None = None
        for element in _elements(text):
            self.is_publication = True
            if name_of(element) == "publicationTime":
                self.published = self.published or (element.text or "").strip()
                continue
            if waiting is not None:
                self._sort(waiting)
            self.seen_count += 1
            waiting = situation_of(element)
        if waiting is not None and is_sound:
            self._sort(waiting)
        if self._played:
            sentence = say("Situations marked as tests, left aside: {count}.", count=self._played)
            self.faults.append(Fault(sentence))

    def _sort(self, situation: Situation) -> None:
        name = situation.identity
        if not name or not situation.records:
            self.is_torn = True
            sentence = say(
                "A situation of the publication has no identity or no record ({name}).",
                name=name or "?",
            )
            self.faults.append(Fault(sentence))
        elif situation.status in _PLAYED and not self._source.is_exercise:
            self._played += 1
        elif situation.confidentiality not in {"", "noRestriction"}:
            word = situation.confidentiality[:40]
            sentence = say("Situation {name} is marked {word}: left aside.", name=name, word=word)
            self.faults.append(Fault(sentence))
        elif self._is_asked(situation):
            self._keep(situation)

    def _is_asked(self, situation: Situation) -> bool:
        params = self._params
        if not params.departments and not params.roads and params.box is None:
            return True
        return any(
            (params.box is not None and is_in(params.box, record.point))
            or record.road in params.roads
            or any(department in params.departments for department in record.departments)
            for record in situation.records
        )

    def _keep(self, situation: Situation) -> None:
        horizon_at = self._now + timedelta(hours=self._params.ahead_hours)
        holding = [
            record
            for record in situation.records
            if not record.span.is_over(self._now)
            and (record.span.starts_at is None or record.span.starts_at <= horizon_at)
        ]
        if any(is_works(record) for record in situation.records) and not (
            self._params.with_roadworks or any(closes_the_road(record) for record in holding)
        ):
            holding = []
        post = self._post(situation, by_weight(holding or situation.records))
        if not holding:
            self.over.append(post)
            return
        ends = [record.span.ends_at for record in holding]
        last = max((end for end in ends if end is not None), default=None)
        end = "" if last is None or None in ends else last.isoformat()
        self.standing.append(Standing(post, end))

    def _post(self, situation: Situation, told: list[Record]) -> Post:
        main = told[0]
        point = next((record.point for record in told if record.point), None)
        areas = [code for record in told for code in record.departments]
        return Post(
            source_key=self._source.key,
            source_id=self._source.id,
            native_id=situation.identity,
            kind=POST_KIND,
            text=text_of_records(told, self._source.language, self._now),
            captured_at=self._now,
            payload=situation.payload,
            author=main.operator or None,
            posted_at=news_time(situation.version_at or main.span.starts_at, self._now),
            language=self._source.language,
            point=point,
            area=areas[0] if areas else None,
            level=_LEVELS.get(situation.severity, 1),
            edited_at=situation.version_at,
            category=category_of(main),
        )


def _elements(text: str) -> Iterator[etree._Element]:
    """Yield situations and the time of publication as they are parsed, and forget them after."""
    from lxml import etree  # noqa: PLC0415 - `vigie check` imports connectors and must be quick

    parsed = etree.iterparse(
        io.BytesIO(text.encode("utf-8", "replace")),
        events=("end",),
        tag=("{*}situation", "{*}publicationTime"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in parsed:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError):
        # What came before the fault has been read; the caller knows that the text is broken.
        return


def _is_stale(published: str, known: str) -> bool:
    made_at, known_at = parse_instant(published), parse_instant(known)
    return made_at is not None and known_at is not None and made_at < known_at


def _state(
    reading: _Reading, posts: list[Post], *, is_sound: bool
) -> Literal["ok", "unchanged", "empty", "malformed"]:
    if not is_sound or (reading.is_torn and not reading.standing and not reading.over):
        return "malformed"
    if posts:
        return "ok"
    return "unchanged" if reading.seen_count else "empty"


def _faulty(state: Literal["malformed", "refused"], sentence: str) -> Page:
    return Page(state=state, faults=(Fault(sentence),))
