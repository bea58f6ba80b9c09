"""Météo-France vigilance: the colour of each phenomenon by department, today and tomorrow.

Source: DPVigilance v1, ``cartevigilance/encours`` (portail-api.meteofrance.fr, Licence Ouverte
2.0); shapes as captured on 26 August 2026. Called through ``vigie.sources.registry``. Must not
touch the network, nor any other connector.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints

from vigie.language import catalogue, say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.instants import parse_instant
from vigie.sources.json_answer import NotJsonError, level_of, parse_json, payload_of, text_of
from vigie.sources.plain_text import one_line

KIND: Final = "vigilance"
POST_KIND: Final[PostKind] = "measurement"
SOURCE_GRADE: Final[SourceGrade] = "A"

_CHAIN = "map"
_PAGE_FOR_PEOPLE = "https://vigilance.meteofrance.fr/"
_COAST = re.compile(r"^(\d{2}|2[AB])10$")
"""A coastal strip is its department's code followed by 10. Source: capture, ``3010``."""
_DEPARTMENT = re.compile(r"^(\d{2,3}|2[AB])$")

Domain = Annotated[
    str, StringConstraints(pattern=r"^(FRA|0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|([0-9]{2}|2[AB])10)$")
]
Phenomenon = Literal["1", "2", "3", "4", "5", "6", "7", "8", "9"]
"""1 wind, 2 rain-flood, 3 thunderstorms, 4 river flood, 5 snow and ice, 6 heat, 7 cold,
8 avalanches, 9 coastal flooding. Source: DPVigilance documentation."""
Horizon = Literal["J", "J1"]
"""``J`` today, ``J1`` tomorrow."""


class Params(Queries):
    """Which colours to follow.

    Attributes:
        domains: Departments (``21``, ``2A``), coastal strips (``3010``) or ``FRA``.
        with_coast: Follow the coastal strip of each department named as well.
        phenomena: Numbers of phenomena; empty means all.
        horizons: Today, tomorrow or both.
        from_colour: Colour from which a change becomes a row: 1 green … 4 red. Nothing is
            filtered here: the analysis reads it.
    """

    domains: list[Domain] = Field(min_length=1)
    with_coast: bool = True
    phenomena: list[Phenomenon] = Field(default=[], max_length=9)
    horizons: list[Horizon] = Field(default=["J", "J1"], min_length=1)
    from_colour: int = Field(default=2, ge=1, le=4)


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return the one request there is: the address answers the whole map.

    Source: the key goes into the header ``apikey``.
    """
    del params, since_at
    key = source.secrets.get("apikey")
    return [
        Request(
            url=source.address,
            headers={"Accept": "application/json"} | ({"apikey": key} if key else {}),
            chain=_CHAIN,
            floor=cursor.get(_CHAIN, ""),
            is_conditional=True,
        )
    ]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read a map into one measurement for each followed (domain, phenomenon, horizon)."""
    try:
        whole = parse_json(answer.body)
    except NotJsonError:
        return _malformed(say("The answer is not JSON, as Météo-France's map would be."))
    product = whole.get("product") if isinstance(whole, dict) else None
    periods = product.get("periods") if isinstance(product, dict) else None
    if not isinstance(product, dict) or not isinstance(periods, list):
        return _malformed(say("The answer is not a vigilance map: it has no periods."))
    updated = text_of(product.get("update_time"))
    updated_at = parse_instant(updated)
    if updated_at is None:
        return _malformed(say("The vigilance map does not say when it was made."))
    if updated == request.floor:
        return Page(state="unchanged")
    return _read_items(_Reading(params, answer, source, updated, updated_at), periods)


class _Reading:
    """What every item of one map needs."""

    def __init__(
        self,
        params: Params,
        answer: Answer,
        source: SourceContext,
        updated: str,
        updated_at: datetime,
    ) -> None:
        self.params = params
        self.answer = answer
        self.source = source
        self.updated = updated
        self.updated_at = updated_at
        wanted = set(params.domains)
        if params.with_coast:
            wanted |= {f"{domain}10" for domain in params.domains if _DEPARTMENT.match(domain)}
        self.domains = wanted
        self.phenomena = set(params.phenomena)


def _read_items(reading: _Reading, periods: list[Any]) -> Page:
    posts: list[Post] = []
    faults: list[Fault] = []
    seen_count = 0
    for horizon, domain, item in _items(periods, faults):
        seen_count += 1
        phenomenon = text_of(item.get("phenomenon_id"))
        if horizon not in reading.params.horizons or domain not in reading.domains:
            continue
        if reading.phenomena and phenomenon not in reading.phenomena:
            continue
        level = level_of(item.get("phenomenon_max_color_id"))
        if level is None or not phenomenon:
            place = one_line(f"{domain}/{phenomenon}/{horizon}")[:40]
            faults.append(Fault(say("{place} has no colour between 1 and 4.", place=place)))
            continue
        posts.append(_post(reading, horizon, domain, phenomenon, level, item))
    state: Literal["ok", "empty", "malformed"] = "ok" if posts else "empty"
    return Page(
        state="malformed" if faults and not posts else state,
        posts=tuple(posts),
        faults=tuple(faults),
        # A map with faults is read again next time, so that they stay in sight.
        cursor={} if faults else {_CHAIN: reading.updated},
        seen_count=seen_count,
    )


def _items(periods: list[Any], faults: list[Fault]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every (horizon, domain, phenomenon item) of the map; what has another shape is named."""
    for period in periods:
        laps = period.get("timelaps") if isinstance(period, dict) else None
        domains = laps.get("domain_ids") if isinstance(laps, dict) else None
        if not isinstance(domains, list):
            faults.append(Fault(say("One period of the vigilance map cannot be read.")))
            continue
        for domain in domains:
            items = domain.get("phenomenon_items") if isinstance(domain, dict) else None
            if not isinstance(items, list):
                faults.append(Fault(say("One department of the vigilance map cannot be read.")))
                continue
            for item in items:
                if isinstance(item, dict):
                    yield text_of(period.get("echeance")), text_of(domain.get("domain_id")), item
                else:
                    faults.append(Fault(say("One phenomenon of the vigilance map cannot be read.")))


def _post(
    reading: _Reading,
    horizon: str,
    domain: str,
    phenomenon: str,
    level: int,
    item: Mapping[str, Any],
) -> Post:
    source = reading.source
    subject = f"{domain}/{phenomenon}/{horizon}"
    kept = {
        "update_time": reading.updated,
        "echeance": horizon,
        "domain_id": domain,
        "phenomenon_item": item,
    }
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=f"{subject}/{reading.updated}",
        kind=POST_KIND,
        text=_text(source.language, horizon, domain, phenomenon, level),
        captured_at=reading.answer.received_at,
        payload=payload_of(kept),
        url=_page_for_people(source),
        author="Météo-France",
        posted_at=reading.updated_at,
        language=source.language,
        area=_area(domain),
        subject=subject,
        level=level,
    )


def _text(language: str, horizon: str, domain: str, phenomenon: str, level: int) -> str:
    words = catalogue(language)
    coast = _COAST.match(domain)
    sentence = "Vigilance {colour}, {phenomenon}: department {place}, {horizon}."
    if coast:
        sentence = "Vigilance {colour}, {phenomenon}: coast of department {place}, {horizon}."
    elif domain == "FRA":
        sentence = "Vigilance {colour}, {phenomenon}: France, {horizon}."
    return words.say(
        sentence,
        colour=words.label("vigilance_colour", str(level)),
        phenomenon=words.label("vigilance_phenomenon", phenomenon),
        place=coast[1] if coast else domain,
        horizon=words.label("vigilance_horizon", horizon),
    )


def _area(domain: str) -> str | None:
    coast = _COAST.match(domain)
    if coast:
        return coast[1]
    return domain if _DEPARTMENT.match(domain) else None


def _page_for_people(source: SourceContext) -> str | None:
    """The producer's page, unless the source is a simulated one: that page tells of today."""
    host = urlsplit(source.address).hostname or ""
    return _PAGE_FOR_PEOPLE if host.endswith("meteofrance.fr") else None


def _malformed(sentence: str) -> Page:
    return Page(state="malformed", faults=(Fault(sentence),))
