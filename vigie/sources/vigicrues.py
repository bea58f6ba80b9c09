"""Vigicrues: flood vigilance of the watched river reaches (InfoVigiCru, GeoJSON).

Source: https://www.vigicrues.gouv.fr/services/ (InfoVigiCru v1 and v1.1, Licence Ouverte 2.0).
Called through ``vigie.sources.registry``. Must not touch the network, nor any other connector.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints

from vigie.language import catalogue, say
from vigie.records.collected import Cursor
from vigie.records.post import Point, Post, PostKind
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.instants import parse_instant
from vigie.sources.json_answer import NotJsonError, level_of, parse_json, payload_of, text_of
from vigie.sources.plain_text import one_line

KIND: Final = "vigicrues"
POST_KIND: Final[PostKind] = "measurement"
SOURCE_GRADE: Final[SourceGrade] = "A"

_CHAIN = "bulletin"
_PAGE_FOR_PEOPLE = "https://www.vigicrues.gouv.fr/"
_SENTENCES = {
    1: "Flood vigilance green: {reach} (Vigicrues reach {code}). No particular watch needed.",
    2: "Flood vigilance yellow: {reach} (Vigicrues reach {code}). Local overflowing or a rapid "
    "rise of the water is possible.",
    3: "Flood vigilance orange: {reach} (Vigicrues reach {code}). Major overflowing may occur, "
    "with a significant effect on people and property.",
    4: "Flood vigilance red: {reach} (Vigicrues reach {code}). Risk of a major flood, a direct "
    "and general threat to people and property.",
}
"""What each level means. Source: Vigicrues, definitions of the vigilance colours."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,20}$")]


class Params(Queries):
    """Which reaches to follow; both empty means all of France.

    Attributes:
        reaches: Codes of reaches (``CdEntCru``), such as ``SN12``.
        territories: Codes of forecasting services (``CdEntSup_1``), such as ``9``.
        from_level: Level from which a change becomes a row: 1 green … 4 red. Nothing is filtered
            here: the analysis reads it.
    """

    reaches: list[Code] = Field(default=[], max_length=500)
    territories: list[Code] = Field(default=[], max_length=100)
    from_level: int = Field(default=2, ge=1, le=4)


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return the one request there is: the address answers the whole bulletin."""
    del params, since_at
    return [
        Request(
            url=source.address,
            headers={"Accept": "application/geo+json, application/json"},
            chain=_CHAIN,
            floor=cursor.get(_CHAIN, ""),
            is_conditional=True,
        )
    ]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read a bulletin into one measurement a followed reach.

    Source: property names differ in case between the two endpoints, so case is ignored.
    """
    try:
        bulletin = parse_json(answer.body)
    except NotJsonError:
        return _malformed(say("The answer is not JSON, as Vigicrues' bulletin would be."))
    fields = _lower_keys(bulletin)
    features = fields.get("features")
    if not isinstance(features, list):
        return _malformed(say("The answer is not a Vigicrues bulletin: it has no list of reaches."))
    issued_at = parse_instant(fields.get("dthrinfovigicru"))
    stated = text_of(fields.get("dthrinfovigicru"))
    reference = text_of(fields.get("refinfovigicru")) or stated
    if not reference:
        return _malformed(say("The Vigicrues bulletin carries neither reference nor time."))
    mark = f"{reference}|{stated}"
    if mark == request.floor:
        return Page(state="unchanged", seen_count=len(features))
    posts, faults = _read_reaches(features, reference, issued_at, params, answer, source)
    if faults and not posts:
        return Page(state="malformed", faults=faults, seen_count=len(features))
    return Page(
        state="ok" if posts else "empty",
        posts=posts,
        faults=faults,
        # A bulletin with faults is read again next time, so that they stay in sight.
        cursor={} if faults else {_CHAIN: mark},
        seen_count=len(features),
    )


def _read_reaches(
    features: list[Any],
    reference: str,
    issued_at: datetime | None,
    params: Params,
    answer: Answer,
    source: SourceContext,
) -> tuple[tuple[Post, ...], tuple[Fault, ...]]:
    posts: list[Post] = []
    faults: list[Fault] = []
    for number, feature in enumerate(features, 1):
        properties = _lower_keys(feature.get("properties")) if isinstance(feature, dict) else {}
        code = one_line(text_of(properties.get("cdentcru")))
        if not code:
            faults.append(Fault(say("Reach {number} of the bulletin has no code.", number=number)))
            continue
        if not _is_followed(code, text_of(properties.get("cdensup_1")), params):
            continue
        level = level_of(properties.get("nivinfvicr"))
        if level is None:
            faults.append(Fault(say("Reach {code} has no level between 1 and 4.", code=code[:40])))
            continue
        posts.append(_post(feature, code, level, reference, issued_at, answer, source))
    return tuple(posts), tuple(faults)


def _post(
    feature: Mapping[str, Any],
    code: str,
    level: int,
    reference: str,
    issued_at: datetime | None,
    answer: Answer,
    source: SourceContext,
) -> Post:
    properties = _lower_keys(feature["properties"])
    reach = one_line(text_of(properties.get("lbentcru"))) or code
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=f"{code}/{level}/{reference}",
        kind=POST_KIND,
        text=catalogue(source.language).say(_SENTENCES[level], reach=reach, code=code),
        captured_at=answer.received_at,
        payload=payload_of(feature),
        url=_page_for_people(source),
        author="Vigicrues",
        posted_at=issued_at,
        language=source.language,
        point=_point(feature.get("geometry")),
        subject=code,
        level=level,
    )


def _is_followed(code: str, territory: str, params: Params) -> bool:
    if not params.reaches and not params.territories:
        return True
    return code.casefold() in {item.casefold() for item in params.reaches} or (
        territory.casefold() in {item.casefold() for item in params.territories}
    )


def _point(geometry: Any) -> Point | None:
    """A point of the reach itself: the middle vertex of its longest line."""
    if not isinstance(geometry, dict):
        return None
    lines = geometry.get("coordinates")
    if geometry.get("type") == "LineString":
        lines = [lines]
    if not isinstance(lines, list):
        return None
    longest = max((line for line in lines if isinstance(line, list)), key=len, default=[])
    vertex = longest[len(longest) // 2] if longest else None
    if not isinstance(vertex, list) or len(vertex) < 2:
        return None
    lon, lat = vertex[0], vertex[1]
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in (lon, lat)):
        return None
    return Point(float(lon), float(lat)) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _page_for_people(source: SourceContext) -> str | None:
    """The producer's page, unless the source is a simulated one: that page tells of today."""
    host = urlsplit(source.address).hostname or ""
    return _PAGE_FOR_PEOPLE if host.endswith("vigicrues.gouv.fr") else None


def _lower_keys(value: Any) -> dict[str, Any]:
    return (
        {str(key).lower(): item for key, item in value.items()} if isinstance(value, dict) else {}
    )


def _malformed(sentence: str) -> Page:
    return Page(state="malformed", faults=(Fault(sentence),))
