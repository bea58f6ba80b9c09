"""The closed roads of a scenario, as DATEX II and as a department's GeoJSON feed.

Called by ``vigie.exercise.staging``. Pure. A road that opens again is no longer listed.
Source: DATEX II 2.0 SituationPublication as Bison Futé gives it.
"""

from __future__ import annotations

import json
import re
from typing import Any
from xml.sax.saxutils import escape

from vigie.convention.model import Source
from vigie.exercise.inject_channels import RoadContent
from vigie.exercise.scenario import Scenario
from vigie.exercise.staging_documents import Written, by_minute, written
from vigie.exercise.timeline import ShownInject

_NS = "http://datex2.eu/schema/2/2_0"
_NUMBER = re.compile(r"^([A-Za-z]+)\s*0*(\d+)")


def datex_source(scenario: Scenario, source: Source, own: list[ShownInject]) -> Written:
    """Return the national network's publication: the closures in force at each minute."""

    def answer(shown: list[ShownInject], minute: int) -> str:
        situations = "".join(_situation(at, road) for at, road in _in_force(shown))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>'
            f'<d2LogicalModel xmlns:ns2="{_NS}" modelBaseVersion="2"><ns2:payloadPublication '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:type="ns2:SituationPublication" lang="fr">'
            f"<ns2:publicationTime>@@{minute}@@</ns2:publicationTime>{situations}"
            "</ns2:payloadPublication></d2LogicalModel></soap:Body></soap:Envelope>"
        )

    return written(scenario, source, "application/xml", by_minute(scenario, own, answer))


def geojson_source(scenario: Scenario, source: Source, own: list[ShownInject]) -> Written:
    """Return a department's feed under the property names of the convention."""
    asked = source.queries

    def answer(shown: list[ShownInject], _minute: int) -> str:
        features = [_feature(one, road, asked) for one, road in _in_force(shown)]
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)

    return written(scenario, source, "application/geo+json", by_minute(scenario, own, answer))


def _in_force(shown: list[ShownInject]) -> list[tuple[ShownInject, RoadContent]]:
    roads = [
        (one, one.inject.content) for one in shown if isinstance(one.inject.content, RoadContent)
    ]
    ended = {road.ends for _, road in roads if road.ends}
    return [(one, road) for one, road in roads if road.ends is None and one.inject.id not in ended]


def _feature(one: ShownInject, road: RoadContent, asked: Any) -> dict[str, Any]:
    properties: dict[str, Any] = {
        str(asked.get("identity", "id")): one.inject.id,
        str(asked.get("title", "title")): f"{road.road} : {road.category}",
    }
    for name in list(asked.get("text", []))[:1]:
        properties[str(name)] = road.text
    for key, value in (("category", road.category), ("start", f"@@{int(one.minute)}@@")):
        if asked.get(key):
            properties[str(asked[key])] = value
    if asked.get("url"):
        properties[str(asked["url"])] = f"https://routes.example/{one.inject.id}"
    point = {"type": "Point", "coordinates": [road.lon, road.lat]}
    return {"type": "Feature", "properties": properties, "geometry": point}


def _situation(one: ShownInject, road: RoadContent) -> str:
    at, name = f"@@{int(one.minute)}@@", one.inject.id
    found = _NUMBER.match(road.road)
    number = f"{found[1].upper()}{int(found[2]):04d}" if found else road.road
    return (
        f'<ns2:situation id="{name}" version="1"><ns2:overallSeverity>high</ns2:overallSeverity>'
        f"<ns2:situationVersionTime>{at}</ns2:situationVersionTime><ns2:headerInformation>"
        "<ns2:confidentiality>noRestriction</ns2:confidentiality>"
        "<ns2:informationStatus>securityExercise</ns2:informationStatus></ns2:headerInformation>"
        '<ns2:situationRecord xsi:type="ns2:RoadOrCarriagewayOrLaneManagement" '
        f'id="{name}-1" version="1"><ns2:situationRecordVersionTime>{at}'
        "</ns2:situationRecordVersionTime><ns2:source><ns2:sourceIdentification>EXERCICE"
        "</ns2:sourceIdentification></ns2:source><ns2:validity><ns2:validityStatus>active"
        "</ns2:validityStatus><ns2:validityTimeSpecification><ns2:overallStartTime>"
        f"{at}</ns2:overallStartTime></ns2:validityTimeSpecification></ns2:validity>"
        "<ns2:generalPublicComment><ns2:comment><ns2:values>"
        f'<ns2:value lang="fr">{escape(road.text)}</ns2:value></ns2:values></ns2:comment>'
        "<ns2:commentType>description</ns2:commentType></ns2:generalPublicComment>"
        '<ns2:groupOfLocations xsi:type="ns2:Point"><ns2:tpegPointLocation>'
        '<ns2:point xsi:type="ns2:TpegNonJunctionPoint"><ns2:pointCoordinates>'
        f"<ns2:latitude>{road.lat}</ns2:latitude><ns2:longitude>{road.lon}</ns2:longitude>"
        "</ns2:pointCoordinates></ns2:point></ns2:tpegPointLocation>"
        "<ns2:pointAlongLinearElement><ns2:linearElement>"
        f"<ns2:roadNumber>{escape(number)}</ns2:roadNumber></ns2:linearElement>"
        "</ns2:pointAlongLinearElement></ns2:groupOfLocations>"
        "<ns2:roadOrCarriagewayOrLaneManagementType>roadClosed"
        "</ns2:roadOrCarriagewayOrLaneManagementType></ns2:situationRecord></ns2:situation>"
    )
