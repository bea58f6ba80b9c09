"""What the public map may show: the one place that decides it.

Called by ``vigie.operations.mapping``. Pure. Only verified, harmless, current facts: an item
carries category, time, the commune's point, an official link, and a summary only if a person typed
it. Never the exact point, a person, a home, or words of a source. Source: "Public and restricted"
of the contracts, "Personal data" of the domain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from vigie.records.observation import Observation
from vigie.situation.map_groups import Rows, groups_of, is_over
from vigie.situation.map_items import (
    LonLat,
    MapItem,
    point_of,
    text_of,
    time_of,
    web_address,
)
from vigie.situation.map_persons import names_somebody
from vigie.situation.report_privacy import visible

Refusal = Literal[
    "withdrawn",
    "over",
    "not_confirmed",
    "life_at_risk",
    "category",
    "no_time",
    "too_new",
    "too_old",
    "no_commune",
    "grouped",
]

HARMLESS = frozenset(
    {
        *("road_closed", "diversion", "transport", "network_damage"),
        *("water", "fire", "wind", "landslide", "pollution"),
        *("collection", "denial", "official"),
    }
)
"""Categories that speak of places and services. People in danger or in need, damaged buildings
(homes), single offers and rumours are not among them, nor what a convention adds."""

_OFFICIAL_HOST = re.compile(r"(?:^|\.)gouv\.fr$")
_SUMMARY_CHARACTERS = 300
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CommuneSpot:
    """A commune by name and by its own point."""

    name: str
    point: LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRules:
    """What the decision rests on besides the row itself.

    Attributes:
        now: Aware UTC.
        delay: How long after it came in a fact may appear.
        max_age: How long what people confirmed stays without being observed anew.
        official_refs: Rows that began with an official service's own alert, still in force.
        commune_spot: From a commune's name and the row's point to the one commune meant, or None.
    """

    now: datetime
    delay: timedelta
    max_age: timedelta
    official_refs: frozenset[str]
    commune_spot: Callable[[str, LonLat | None], CommuneSpot | None]


def refusal(observation: Observation, rules: PublicRules) -> Refusal | None:
    """Return why a row alone is not for the public, or None; the weightiest reason first."""
    if observation.is_withdrawn:
        return "withdrawn"
    status = observation.effective_status()
    if status in ("lifted", "refuted"):
        return "over"
    is_official = _is_official_alert(observation, rules)
    if not (is_official or status == "confirmed"):
        return "not_confirmed"
    if observation.value("urgency") == "life_at_risk" and not is_official:
        return "life_at_risk"
    if observation.value("category") not in HARMLESS:
        return "category"
    return _timing(observation, rules, is_official) or (
        None if _spot(observation, rules) else "no_commune"
    )


def refusals(observations: Iterable[Observation], rules: PublicRules) -> dict[str, Refusal]:
    """Return ``Réf`` to why it is not drawn for the public; rows that are drawn are absent.

    Of rows that people merged one at most is drawn: the one they count with, else the first of
    the others that may be; none where that row is over or a life is at risk in any of them.
    """
    rows = list(observations)
    found: dict[str, Refusal] = {row.ref: "withdrawn" for row in rows if row.is_withdrawn}
    for group in groups_of(rows):
        found |= _refused(group, rules)
    return found


def _refused(group: Rows, rules: PublicRules) -> dict[str, Refusal]:
    own = {row.ref: refusal(row, rules) for row in group}
    bar: Refusal | None = "over" if is_over(group[0]) else None
    if "life_at_risk" in own.values():
        bar = "life_at_risk"
    found: dict[str, Refusal] = {}
    is_drawn = False
    for ref, alone in own.items():
        reason = alone or bar or ("grouped" if is_drawn else None)
        if reason is None:
            is_drawn = True
        else:
            found[ref] = reason
    return found


def public_items(observations: Sequence[Observation], rules: PublicRules) -> list[MapItem]:
    """Return the public's view of the rows that ``refusals`` lets through, latest first.

    The same for the same rows in any order. A row that is refused is left out, whoever asks.
    """
    refused = refusals(observations, rules)
    items = [_item(row, rules) for row in observations if row.ref not in refused]
    return sorted(items, key=_latest_first)


def is_summary_withheld(observation: Observation) -> bool:
    """Tell whether a row's typed summary seems to name somebody, and is kept from the public."""
    return names_somebody(text_of(observation.people.get("summary")))


def _is_official_alert(observation: Observation, rules: PublicRules) -> bool:
    """Tell whether an authority's own alert stands and nobody has begun to doubt it."""
    is_untouched = "status" not in observation.people
    return (
        is_untouched
        and not observation.is_added_by_people
        and observation.has_official_source
        and observation.ref in rules.official_refs
    )


def _timing(observation: Observation, rules: PublicRules, is_official: bool) -> Refusal | None:
    observed_at = time_of(observation.value("observed_at"))
    if observed_at is None or observed_at > rules.now + _CLOCKS_DIFFER:
        return "no_time"
    received_at = time_of(observation.value("received_at")) or observed_at
    if rules.now - received_at < rules.delay:
        return "too_new"
    # A service ends its own alerts; what people confirmed ends only when people look again.
    if not is_official and rules.now - observed_at > rules.max_age:
        return "too_old"
    return None


def _spot(observation: Observation, rules: PublicRules) -> CommuneSpot | None:
    name = text_of(observation.value("commune"))
    return rules.commune_spot(name, point_of(observation)) if name else None


def _item(observation: Observation, rules: PublicRules) -> MapItem:
    spot = _spot(observation, rules)
    observed_at = time_of(observation.value("observed_at"))
    assert spot is not None
    assert observed_at is not None
    return MapItem(
        category=text_of(observation.value("category")),
        # Seconds would lead from a public time to somebody's post.
        observed_at=observed_at.replace(second=0, microsecond=0),
        commune=spot.name,
        point=spot.point,
        summary=_typed_summary(observation),
        link=_official_link(observation),
    )


def _typed_summary(observation: Observation) -> str:
    typed = text_of(observation.people.get("summary"))
    if not typed or names_somebody(typed):
        return ""
    line = visible(typed)
    if len(line) <= _SUMMARY_CHARACTERS:
        return line
    return f"{line[:_SUMMARY_CHARACTERS].rsplit(' ', 1)[0]}…"


def _official_link(observation: Observation) -> str:
    """Return a row's link where it leads to an authority, never to somebody's account."""
    link = web_address(observation.value("link"))
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.username is not None or parts.password is not None:
        return ""
    is_theirs = observation.has_official_source and not observation.is_added_by_people
    return link if is_theirs or _OFFICIAL_HOST.search(host) else ""


def _latest_first(item: MapItem) -> tuple[float, str, str, str, str]:
    at = item.observed_at.timestamp() if item.observed_at else 0.0
    return (-at, item.commune, item.category, item.summary, item.link)
