"""One event of GDACS, read from an item of its RSS or from a feature of its GeoJSON list. Pure.

Called by the connector. Source: ``http://www.gdacs.org`` namespace; shapes as recorded in
December 2019 (RSS) and as clients of ``geteventlist`` read it (GeoJSON).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from vigie.records.post import Point
from vigie.sources.box import point_of
from vigie.sources.geojson_shape import representative_point
from vigie.sources.instants import parse_instant
from vigie.sources.json_answer import payload_of, text_of
from vigie.sources.plain_text import clean, from_html, one_line, web_address
from vigie.sources.xml_tree import as_text, text_at

if TYPE_CHECKING:
    from lxml import etree

_IDENTITY = re.compile(r"^[A-Z]{2}\d{1,12}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event in its latest episode.

    Attributes:
        kind: ``EQ``, ``TC``, ``FL`` …
        identity: Kind and number, such as ``TC1000643``.
        episode: Rises from episode to episode.
        version: Changes with the episode, its version, its alert level and its end.
        alert: ``green``, ``orange``, ``red``, or whatever stood there.
        countries: ISO codes of three letters.
        told_at: When this version was told. Aware UTC.
    """

    kind: str
    identity: str
    episode: int
    version: str
    alert: str
    is_current: bool
    text: str
    payload: str
    countries: frozenset[str]
    told_at: datetime | None
    point: Point | None
    url: str | None


def events_of_xml(items: Iterable[etree._Element]) -> tuple[Event | None, ...]:
    """Return the events of RSS items; None for one without an identity."""
    return tuple(_of_item(item) for item in items)


def events_of_json(features: Iterable[Any]) -> tuple[Event | None, ...]:
    """Return the events of GeoJSON features; None for one without an identity."""
    return tuple(_of_feature(feature) for feature in features)


def _of_item(item: etree._Element) -> Event | None:
    kind = text_at(item, "eventtype").upper()
    number = text_at(item, "eventid")
    identity = f"{kind}{number}" if kind and number else text_at(item, "guid")
    if not _IDENTITY.match(identity):
        return None
    alert = text_at(item, "alertlevel").casefold()
    is_current = text_at(item, "iscurrent").casefold() != "false"
    parts = (text_at(item, "episodeid"), text_at(item, "version"), alert, str(is_current))
    said_at = text_at(item, "datemodified") or text_at(item, "pubDate")
    title = one_line(from_html(text_at(item, "title")))
    body = from_html(text_at(item, "description"))
    lat, lon = text_at(item, "Point", "lat"), text_at(item, "Point", "long")
    if not lat:
        lat, _, lon = text_at(item, "point").partition(" ")
    return Event(
        kind=identity[:2],
        identity=identity,
        episode=_number(parts[0]),
        version="/".join(parts),
        alert=alert,
        is_current=is_current,
        text="\n\n".join(part for part in (title, body if body != title else "") if part)
        or identity,
        payload=as_text(item),
        countries=_codes(text_at(item, "iso3")),
        told_at=_moment(said_at),
        point=point_of(lon, lat),
        url=web_address(text_at(item, "link")),
    )


def _of_feature(feature: Any) -> Event | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return None
    fields = {str(key).lower(): value for key, value in properties.items()}
    identity = f"{text_of(fields.get('eventtype')).upper()}{text_of(fields.get('eventid'))}"
    if not _IDENTITY.match(identity):
        return None
    alert = text_of(fields.get("alertlevel")).casefold()
    is_current = str(fields.get("iscurrent", "true")).casefold() != "false"
    modified = text_of(fields.get("datemodified"))
    parts = (text_of(fields.get("episodeid")), modified, alert, str(is_current))
    severity = fields.get("severitydata")
    lines = (
        one_line(text_of(fields.get("name"))),
        clean(from_html(text_of(fields.get("htmldescription")))),
        one_line(text_of(fields.get("description"))),
        one_line(text_of(severity.get("severitytext"))) if isinstance(severity, dict) else "",
    )
    return Event(
        kind=identity[:2],
        identity=identity,
        episode=_number(parts[0]),
        version="/".join(parts),
        alert=alert,
        is_current=is_current,
        text="\n\n".join(line for line in dict.fromkeys(lines) if line) or identity,
        payload=payload_of(feature),
        countries=_countries(fields),
        told_at=_moment(modified or text_of(fields.get("fromdate"))),
        point=representative_point(feature.get("geometry")),
        url=_address(fields.get("url")),
    )


def _countries(fields: Mapping[str, Any]) -> frozenset[str]:
    codes = _codes(text_of(fields.get("iso3")))
    affected = fields.get("affectedcountries")
    for country in affected if isinstance(affected, list) else []:
        if isinstance(country, dict):
            codes |= _codes(text_of(country.get("iso3")))
    return codes


def _codes(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\b[A-Z]{3}\b", text.upper()))


def _address(value: Any) -> str | None:
    return web_address(value.get("report") if isinstance(value, dict) else value)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _moment(text: str) -> datetime | None:
    """Return a time of RSS (RFC 822) or of JSON (ISO 8601, UTC). Aware UTC."""
    found = parse_instant(text)
    if found is not None or not text:
        return found
    try:
        return parse_instant(parsedate_to_datetime(text).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
