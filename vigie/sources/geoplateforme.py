"""The geocoder of the Géoplateforme: one question for an address, reading its answer. Pure.

Called by ``vigie.operations.geocoding``; no connector (it gives no posts, so it defines no
``KIND``). Only the address's words and the commune's code are asked with. Must not decide which
answer a row is given.

Source: SOURCES.md B1, Géoplateforme geocoder (the national address base, Licence Ouverte 2.0, no
key, 50 requests a second); answers are GeoCodeJSON.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vigie.convention.model import Budget
from vigie.language import say
from vigie.sources.box import point_of
from vigie.sources.contract import Answer, Request
from vigie.sources.failure import Failure, malformed
from vigie.sources.json_answer import NotJsonError, parse_json, text_of

BUDGET = Budget(requests=60, per_minutes=1)
"""A fiftieth of what the service allows, over all activations of the house."""
LEAST_SCORE = 0.4
"""A right answer to an address without its town scores about 0.5; its street's name is compared
beside this."""
PRECISIONS_METRES = {"housenumber": 30, "street": 400, "locality": 500}
"""By the kind of an answer; a ``municipality`` says nothing that the gazetteer does not."""
_MOST_ANSWERS = 3
_MOST_CHARACTERS = 200
"""Source: the service refuses longer questions."""
_TWIN_SCORE = 0.05
_METRES_PER_DEGREE = 111_195.0
_ARRONDISSEMENTS = {"75056": "751", "69123": "6938", "13055": "132"}
"""Communes whose addresses bear the code of an arrondissement. Source: INSEE, COG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One answer that lies in the commune that was asked for.

    Attributes:
        kind: ``housenumber``, ``street`` or ``locality``.
        name: Street with house number, without its town.
        number: House number with ``bis`` or letter, empty if none.
        score: 0 to 1, the service's own measure.
        lon: WGS84 degrees.
        lat: WGS84 degrees.
    """

    kind: str
    name: str
    number: str
    score: float
    lon: float
    lat: float

    @property
    def precision_metres(self) -> int:
        """How far from the point what is told may be."""
        return PRECISIONS_METRES[self.kind]


def request_of(base: str, address: str, insee: str) -> Request:
    """Return the question for an address.

    Args:
        base: Address of the service, up to ``/geocodage``.
        address: Words of the address, nothing else of a post.
        insee: Code of the commune.
    """
    return Request(
        url=f"{base.rstrip('/')}/search",
        params={
            "q": address[:_MOST_CHARACTERS],
            "citycode": insee,
            "limit": str(_MOST_ANSWERS),
            "autocomplete": "0",
            "index": "address",
        },
        headers={"Accept": "application/json"},
    )


def read(answer: Answer, insee: str) -> list[Candidate] | Failure:
    """Return the answers that lie in a commune, best first; never raises for what may be sent.

    Args:
        answer: Of the service.
        insee: Code of the commune that was asked for.
    """
    try:
        found = parse_json(answer.body)
    except NotJsonError:
        found = None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        return malformed(say("The geocoder's answer is not GeoCodeJSON."))
    candidates = (_candidate(one, insee) for one in features[:_MOST_ANSWERS])
    kept = [one for one in candidates if one is not None and one.score >= LEAST_SCORE]
    return sorted(kept, key=lambda one: -one.score)


def sure_one(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the best answer, or None if another is as good and lies elsewhere.

    Merged communes have two « rue de l'Église »: then nobody knows which is meant.

    Args:
        candidates: Those that name the street that was asked for, best first.
    """
    if not candidates:
        return None
    best = candidates[0]
    is_twin = any(
        one.score >= best.score - _TWIN_SCORE and _metres(best, one) > 2 * best.precision_metres
        for one in candidates[1:]
        if one.kind == best.kind
    )
    return None if is_twin else best


def _candidate(feature: Any, insee: str) -> Candidate | None:
    if not isinstance(feature, dict):
        return None
    told, geometry = feature.get("properties"), feature.get("geometry")
    if not isinstance(told, dict) or not isinstance(geometry, dict):
        return None
    kind, place = text_of(told.get("type")), geometry.get("coordinates")
    if kind not in PRECISIONS_METRES or not _is_there(text_of(told.get("citycode")), insee):
        return None
    if geometry.get("type") != "Point" or not isinstance(place, list) or len(place) < 2:
        return None
    point, score = point_of(place[0], place[1]), told.get("score")
    if point is None or not isinstance(score, int | float) or isinstance(score, bool):
        return None
    return Candidate(
        kind=kind,
        name=text_of(told.get("name"))[:_MOST_CHARACTERS],
        number=text_of(told.get("housenumber"))[:20],
        # NaN is no score: a comparison with it would let it through nowhere, sorting it everywhere.
        score=float(score) if math.isfinite(score) else 0.0,
        lon=point.lon,
        lat=point.lat,
    )


def _is_there(code: str, insee: str) -> bool:
    part = _ARRONDISSEMENTS.get(insee)
    return code == insee or (part is not None and len(code) == 5 and code.startswith(part))


def _metres(one: Candidate, other: Candidate) -> float:
    x = (other.lon - one.lon) * math.cos(math.radians((one.lat + other.lat) / 2))
    return math.hypot(x, other.lat - one.lat) * _METRES_PER_DEGREE
