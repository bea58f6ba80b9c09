"""One situation of a DATEX II publication: its records, read element by element. Pure.

Called by the connector of road events. Source: DATEX II 2.3, situation publication; shapes as
captured from Bison Futé on 31 August 2026. Must not decide what is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vigie.records.post import Point
from vigie.sources.box import middle_of
from vigie.sources.instants import parse_instant
from vigie.sources.plain_text import clean, one_line
from vigie.sources.xml_tree import as_text, child, children, descendants, name_of, text_at

if TYPE_CHECKING:
    from lxml import etree

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_ROAD = re.compile(r"^([A-Z]{1,3})\s*0*(\d[0-9A-Z]*)$")
"""``N0094`` is the N94. Source: capture."""
_MARKER = re.compile(r"^(\d{2,3}|2[AB])?PR(\d{1,4})([A-Z]*)$")
"""Department, kilometre point, carriageway: ``05PR91U``. Source: capture."""
_DETAILS = (
    "roadOrCarriagewayOrLaneManagementType",
    "reroutingManagementType",
    "environmentalObstructionType",
    "obstructionType",
    "vehicleObstructionType",
    "infrastructureDamageType",
    "accidentType",
    "abnormalTrafficType",
    "weatherRelatedRoadConditionType",
    "poorEnvironmentType",
    "speedManagementType",
    "generalNetworkManagementType",
    "roadMaintenanceType",
    "constructionWorkType",
)
"""The element that says what a record of each type is. Source: DATEX II 2.3, class diagrams."""
_INTERNAL = re.compile(r"^DIR[ /]")
"""Comments of Bison Futé that only name the operating unit. Source: capture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when a record holds.

    Attributes:
        starts_at: Aware UTC, or None.
        ends_at: Aware UTC, or None while no end is said.
        start: As written, in the operator's own zone.
        end: As written.
        status: ``active``, ``suspended`` or ``definedByValidityTimeSpec``.
        is_closed: The operator has closed the record.
    """

    starts_at: datetime | None
    ends_at: datetime | None
    start: str
    end: str
    status: str
    is_closed: bool

    def is_over(self, now: datetime) -> bool:
        """Tell whether the record holds no longer. Source: DATEX II, ``ValidityStatusEnum``."""
        if self.is_closed or self.status == "suspended":
            return True
        return self.status != "active" and self.ends_at is not None and self.ends_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: an accident, a closure, a diversion and so on.

    Attributes:
        kind: Its type, such as ``Accident``.
        detail: The value that says more, such as ``roadClosed``; may be empty.
        constriction: ``roadBlocked`` …, may be empty.
        carriageways: Parts of the road, such as ``exitSlipRoad``.
        road: ``N94``; may be empty.
        markers: Kilometre points in the order of ``from`` and ``to``: ``91+941``.
        departments: Codes that the kilometre points name.
        towns: Communes that the operator names.
        comments: For the public, in order.
    """

    kind: str
    detail: str
    constriction: str
    carriageways: tuple[str, ...]
    road: str
    markers: tuple[str, ...]
    departments: tuple[str, ...]
    towns: tuple[str, ...]
    comments: tuple[str, ...]
    point: Point | None
    span: Span
    version_at: datetime | None
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One situation: everything that one event brought about.

    Attributes:
        severity: ``highest`` … ``none``; may be empty.
        confidentiality: ``noRestriction`` or less open.
        status: ``real``, ``test``, ``technicalExercise``, ``securityExercise``.
        version_at: When this version was made. Aware UTC.
    """

    identity: str
    severity: str
    confidentiality: str
    status: str
    version_at: datetime | None
    records: tuple[Record, ...]
    payload: str


def situation_of(element: etree._Element) -> Situation:
    """Return what an element ``situation`` says; missing parts are empty."""
    records = tuple(_record(one) for one in children(element, "situationRecord"))
    times = [one.version_at for one in records if one.version_at is not None]
    return Situation(
        identity=one_line(element.get("id") or "")[:200],
        severity=text_at(element, "overallSeverity"),
        confidentiality=text_at(element, "headerInformation", "confidentiality"),
        status=text_at(element, "headerInformation", "informationStatus"),
        version_at=parse_instant(text_at(element, "situationVersionTime"))
        or max(times, default=None),
        records=records,
        payload=as_text(element),
    )


def _record(element: etree._Element) -> Record:
    place = child(element, "groupOfLocations")
    numbers = _texts(place, "roadNumber") or [
        name for name, kind in _names(place) if kind == "linkName"
    ]
    departments, markers = _markers(place)
    return Record(
        kind=(element.get(_TYPE) or "").rpartition(":")[2],
        detail=next((found for name in _DETAILS if (found := text_at(element, name))), ""),
        constriction=text_at(element, "impact", "trafficConstrictionType"),
        carriageways=tuple(dict.fromkeys(_texts(place, "carriageway"))),
        road=_road(numbers[0]) if numbers else "",
        markers=markers,
        departments=departments,
        towns=tuple(dict.fromkeys(name for name, kind in _names(place) if kind == "townName")),
        comments=_comments(element),
        point=_point(place),
        span=_span(element),
        version_at=parse_instant(text_at(element, "situationRecordVersionTime")),
        operator=one_line(text_at(element, "source", "sourceIdentification")),
    )


def _span(element: etree._Element) -> Span:
    validity = child(element, "validity")
    start = text_at(validity, "validityTimeSpecification", "overallStartTime")
    end = text_at(validity, "validityTimeSpecification", "overallEndTime")
    life = child(element, "management", "lifeCycleManagement")
    closed = {text_at(life, "end").casefold(), text_at(life, "cancel").casefold()}
    return Span(
        starts_at=parse_instant(start),
        ends_at=parse_instant(end),
        start=start,
        end=end,
        status=text_at(validity, "validityStatus"),
        is_closed="true" in closed,
    )


def _comments(element: etree._Element) -> tuple[str, ...]:
    """Comments for the public only. Source: ``internalNote`` must not be published."""
    found = []
    for one in children(element, "generalPublicComment"):
        words = clean(text_at(one, "comment"))
        is_internal = text_at(one, "commentType") == "internalNote" or _INTERNAL.match(words)
        if words and not is_internal:
            found.append(words)
    diversion = clean(text_at(element, "reroutingItineraryDescription"))
    return tuple(dict.fromkeys([*found, *([diversion] if diversion else [])]))


def _names(place: etree._Element | None) -> list[tuple[str, str]]:
    """Names of a place with what they are: town, road …; where it begins comes first."""
    if place is None:
        return []
    return [
        (words, text_at(one, "tpegOtherPointDescriptorType"))
        for one in _in_order(place, "name")
        if (words := one_line(text_at(one, "descriptor")))
    ]


def _markers(place: etree._Element | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Departments and kilometre points ``PR+metres``, where it begins first."""
    if place is None:
        return (), ()
    departments: dict[str, None] = {}
    markers: dict[str, None] = {}
    for one in _in_order(place, "fromReferent"):
        found = _MARKER.match(text_at(one, "referentIdentifier"))
        if not found:
            continue
        if found[1]:
            departments[found[1]] = None
        above = one.getparent()
        distance = text_at(above, "distanceAlong").partition(".")[0]
        metres = int(distance) if distance.isascii() and distance.isdecimal() else 0
        markers[f"{int(found[2])}+{min(metres, 99_999)}"] = None
    return tuple(departments), tuple(markers)


def _in_order(place: etree._Element, name: str) -> list[etree._Element]:
    """Elements of a name; those of where a stretch begins before those of where it ends.

    Source: capture: ``to`` is written before ``from``.
    """
    found = list(descendants(place, name))
    return sorted(found, key=lambda one: any(name_of(up) == "to" for up in one.iterancestors()))


def _point(place: etree._Element | None) -> Point | None:
    if place is None:
        return None
    pairs = [
        (text_at(one, "longitude"), text_at(one, "latitude"))
        for one in descendants(place, "pointCoordinates")
    ]
    return middle_of(pairs)


def _texts(place: etree._Element | None, name: str) -> list[str]:
    if place is None:
        return []
    return [words for one in descendants(place, name) if (words := one_line(text_at(one)))]


def _road(number: str) -> str:
    plain = number.upper().replace(" ", "")
    found = _ROAD.match(plain)
    return f"{found[1]}{found[2]}" if found else one_line(number)[:40]
