"""Hub'Eau: water levels and discharges measured at stations, judged by the convention's thresholds.

Source: https://hubeau.eaufrance.fr/page/api-hydrometrie (hydrometry v2, ``observations_tr``,
Licence Ouverte 2.0); shapes as captured on 26 August 2026. Called through
``vigie.sources.registry``. Must not touch the network, nor any other connector.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from babel.numbers import format_decimal
from pydantic import Field, StringConstraints, model_validator

from vigie.language import catalogue, say
from vigie.records.collected import Cursor
from vigie.records.post import Post, PostKind
from vigie.sources.box import point_of
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.gauge_memory import GaugeMemory
from vigie.sources.instants import parse_instant
from vigie.sources.json_answer import NotJsonError, parse_json, payload_of, text_of

KIND: Final = "hubeau"
POST_KIND: Final[PostKind] = "measurement"
SOURCE_GRADE: Final[SourceGrade] = "A"

PAGE_SIZE = 5_000
"""Observations of one page; 20 000 are allowed. Source: the API's documentation, ``size``."""
_MOST_CODES = 100
"""Codes of one request. Source: the API's documentation, ``code_entite``."""
_PER_UNIT = {"H": 1_000, "Q": 1_000}
"""Millimetres a metre, litres a cubic metre. Source: the API's documentation, ``resultat_obs``."""
_MOST_VALUE = 1e9
"""Five times the Amazon in litres a second."""
_UNITS = {"H": "m", "Q": "m³/s"}
_SENTENCES = {
    "H": "Water level at {station}: {value} m",
    "Q": "Discharge at {station}: {value} m³/s",
}
_ABOVE = "level {level} of 4 (threshold {threshold} {unit}, station {code})."
_BELOW = "below every threshold (station {code})."


class Station(Queries):
    """One station and the values from which it matters.

    Attributes:
        code: Ten characters, such as ``U120401001``. Source: Sandre, code of the station.
        grandeur: ``H`` height (metres), ``Q`` discharge (cubic metres a second).
        name: As people call it.
        levels: One to three rising thresholds: from them on the level is 2, 3, 4.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{10}$")]
    grandeur: Literal["H", "Q"] = "H"
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    levels: list[float] = Field(min_length=1, max_length=3)

    @model_validator(mode="after")
    def _rising(self) -> Station:
        if any(low >= high for low, high in zip(self.levels, self.levels[1:], strict=False)):
            raise ValueError(say("the thresholds must rise from one to the next"))
        return self

    @property
    def subject(self) -> str:
        """What is measured where: key of its level."""
        return f"{self.code}/{self.grandeur}"


class Params(Queries):
    """Which stations to follow.

    Attributes:
        stations: With their thresholds.
        from_level: Level from which a change becomes a row: 2, 3 or 4. Read by the analysis.
        margin_percent: How far below a threshold a value must fall before the level falls: water
            that laps at a threshold would otherwise be a row every few minutes.
        silence_minutes: A station without a value for longer is named.
    """

    stations: list[Station] = Field(min_length=1, max_length=200)
    from_level: int = Field(default=2, ge=1, le=4)
    margin_percent: float = Field(default=2.0, ge=0, le=50)
    silence_minutes: int = Field(default=180, ge=10, le=10_080)


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return one request for heights and one for discharges, from the last value on.

    Source: ``date_debut_obs`` inclusive, ``sort=asc``.
    """
    requests = []
    for grandeur in ("H", "Q"):
        stations = [one for one in params.stations if one.grandeur == grandeur]
        for number in range(0, len(stations), _MOST_CODES):
            asked = stations[number : number + _MOST_CODES]
            chain = f"{grandeur}/{number // _MOST_CODES}"
            mark = cursor.get(chain, "")
            start = GaugeMemory.read(mark).start_at([one.subject for one in asked], since_at)
            requests.append(
                Request(
                    url=source.address,
                    params={
                        "code_entite": ",".join(one.code for one in asked),
                        "grandeur_hydro": grandeur,
                        "date_debut_obs": f"{start:%Y-%m-%dT%H:%M:%SZ}",
                        "sort": "asc",
                        "size": str(PAGE_SIZE),
                    },
                    headers={"Accept": "application/json"},
                    chain=chain,
                    floor=mark,
                    since_at=since_at,
                )
            )
    return requests


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read one page of observations; the level of each is judged in the order of time.

    Source: rows whose ``code_station`` is null repeat, for the site, what its station measured.
    """
    try:
        whole = parse_json(answer.body)
    except NotJsonError:
        return _malformed(say("The answer is not JSON, as Hub'Eau's would be."))
    rows = whole.get("data") if isinstance(whole, dict) else None
    if not isinstance(rows, list):
        return _malformed(say("The answer is not a list of Hub'Eau's observations."))
    memory = GaugeMemory.read(request.floor)
    posts, faults = _read_rows(rows, memory, answer, params, source)
    following = _next(whole.get("next"), request, source, faults)
    mark = memory.write()
    state: Literal["ok", "unchanged", "empty", "malformed"] = "ok" if posts else "unchanged"
    if not rows:
        state = "empty"
    elif faults and not posts:
        state = "malformed"
    if following is None:
        faults += _silent(memory, request, answer, params)
    return Page(
        state=state,
        posts=tuple(posts),
        faults=tuple(faults),
        next=dataclasses.replace(following, floor=mark) if following else None,
        cursor={request.chain: mark},
        seen_count=len(rows),
    )


def _read_rows(
    rows: list[Any], memory: GaugeMemory, answer: Answer, params: Params, source: SourceContext
) -> tuple[list[Post], list[Fault]]:
    followed = {one.subject: one for one in params.stations}
    posts: list[Post] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            faults.append(Fault(say("Observation {number} cannot be read.", number=number)))
            continue
        station = followed.get(f"{text_of(row.get('code_station'))}/{row.get('grandeur_hydro')}")
        if station is None:
            continue
        observed_at = parse_instant(row.get("date_obs"))
        value = _value(row.get("resultat_obs"))
        if observed_at is None or value is None:
            sentence = say("Station {code} sent a line without value or time.", code=station.code)
            faults.append(Fault(sentence))
            continue
        in_units = value / _PER_UNIT[station.grandeur]
        level = memory.judge(
            station.subject, observed_at, in_units, station.levels, params.margin_percent
        )
        if level is None:
            continue  # Values are read twice, as they may be corrected (``code_statut`` 4 → 8).
        posts.append(_post(row, station, in_units, level, observed_at, answer, source))
    return posts, faults


def _value(value: Any) -> float | None:
    """A value as a number; nothing where it is none or lies beyond any river."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _MOST_VALUE else None


def _post(
    row: dict[str, Any],
    station: Station,
    value: float,
    level: int,
    observed_at: datetime,
    answer: Answer,
    source: SourceContext,
) -> Post:
    words = catalogue(source.language)
    shown = words.say(
        _SENTENCES[station.grandeur],
        station=station.name,
        value=format_decimal(round(value, 2), locale=source.language),
    )
    verdict = words.say(_BELOW, code=station.code)
    if level > 1:
        verdict = words.say(
            _ABOVE,
            level=level,
            threshold=format_decimal(station.levels[level - 2], locale=source.language),
            unit=_UNITS[station.grandeur],
            code=station.code,
        )
    return Post(
        source_key=source.key,
        source_id=source.id,
        native_id=f"{station.subject}/{text_of(row['date_obs'])}",
        kind=POST_KIND,
        text=f"{shown}, {verdict}",
        captured_at=answer.received_at,
        payload=payload_of(row),
        url=_page_for_people(station, source),
        author="Hub'Eau",
        posted_at=observed_at,
        language=source.language,
        point=point_of(row.get("longitude"), row.get("latitude")),
        subject=station.subject,
        level=level,
        category="water",
    )


def _next(
    address: Any, request: Request, source: SourceContext, faults: list[Fault]
) -> Request | None:
    """Return the next page: the parameters of ``next``, never its host.

    Source: status 206 and an address in ``next`` mean that there is more.
    """
    if not isinstance(address, str) or not address.strip():
        return None
    try:
        params = dict(parse_qsl(urlsplit(address).query, max_num_fields=50))
    except ValueError:
        params = {}
    if not params or params == dict(request.params):
        faults.append(Fault(say("The next page of Hub'Eau cannot be followed.")))
        return None
    return dataclasses.replace(request, url=source.address, params=params)


def _silent(memory: GaugeMemory, request: Request, answer: Answer, params: Params) -> list[Fault]:
    """Name the stations of this chain that are silent: no value is not low water."""
    grandeur, _, number = request.chain.partition("/")
    begin = int(number or 0) * _MOST_CODES
    asked = [one for one in params.stations if one.grandeur == grandeur]
    asked = asked[begin : begin + _MOST_CODES]
    limit = timedelta(minutes=params.silence_minutes)
    names = [
        f"{one.name} ({one.code})"
        for one in asked
        if (heard_at := memory.heard_at(one.subject)) is None
        or answer.received_at - heard_at > limit
    ]
    if not names:
        return []
    shown = ", ".join(names[:10])
    return [Fault(say("No recent value from {stations}.", stations=shown))]


def _page_for_people(station: Station, source: SourceContext) -> str | None:
    """The station's page, unless the source is a simulated one: that page tells of today."""
    host = urlsplit(source.address).hostname or ""
    if not host.endswith("eaufrance.fr"):
        return None
    return f"https://www.hydro.eaufrance.fr/stationhydro/{station.code}/fiche"


def _malformed(sentence: str) -> Page:
    return Page(state="malformed", faults=(Fault(sentence),))
