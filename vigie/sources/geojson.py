"""A GeoJSON feed described in the convention: which property is what. A department's road map, say.

Source: RFC 7946. Called through ``vigie.sources.registry``. Must not touch the network, nor any
other connector, nor know any feed in particular: that is the convention's part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from vigie.language import catalogue, say
from vigie.records.collected import Cursor
from vigie.records.observation import CATEGORIES
from vigie.records.post import Post, PostKind
from vigie.sources.box import Box, is_in
from vigie.sources.contract import Answer, Fault, Page, Queries, Request, SourceContext, SourceGrade
from vigie.sources.geojson_shape import representative_point
from vigie.sources.in_force import Listing, Standing, awaits_an_end, news_time, settle
from vigie.sources.json_answer import NotJsonError, parse_json, payload_of
from vigie.sources.plain_text import from_html, one_line, web_address
from vigie.sources.written_times import read_time

KIND: Final = "geojson"
POST_KIND: Final[PostKind] = "alert"
SOURCE_GRADE: Final[SourceGrade] = "B"

_CHAIN = "features"
_MOST_FEATURES = 5_000


def _known_category(code: str) -> str:
    if code not in CATEGORIES:
        raise ValueError(
            say(
                "no category is called {code}; they are: {all}",
                code=code,
                all=", ".join(CATEGORIES),
            )
        )
    return code


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(say("no time zone is called {name}", name=name)) from error
    return name


Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""Name of a property; ``a.b`` is ``b`` within ``a``."""
Category = Annotated[
    str, AfterValidator(_known_category), Field(json_schema_extra={"enum": list(CATEGORIES)})
]


class Params(Queries):
    """Which property is what, and which features to keep.

    Attributes:
        identity: Stays the same while the thing lasts; the feature's own ``id`` where no property
            has that name.
        title: First line.
        text: Further lines, in order.
        category: Property whose value says what the thing is, by ``categories``.
        categories: Value (any case) to code of the category tree; other values leave it to triage.
        start: When the thing begins; later than ``ahead_hours`` from now it is not told yet.
        end: When it ends; then its row becomes lifted.
        updated: When the feed last changed it.
        url: Address of a page for people.
        only: Property to the values of which one must stand there (any case).
        box: West, south, east, north; what lies outside is left, what has no place is kept.
        time_zone: Of times that do not say theirs.
        vanishing_means_ended: The feed lists everything that is in force, so that what is gone
            has ended.
        ahead_hours: How long before its start a planned thing is told.
    """

    identity: Name
    title: Name
    text: list[Name] = Field(default=[], max_length=20)
    category: Name | None = None
    categories: Mapping[str, Category] = {}
    start: Name | None = None
    end: Name | None = None
    updated: Name | None = None
    url: Name | None = None
    only: Mapping[str, list[Name]] = {}
    box: Box | None = None
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Paris"
    vanishing_means_ended: bool = False
    ahead_hours: int = Field(default=24, ge=0, le=8_760)


def first(
    params: Params, cursor: Cursor, source: SourceContext, since_at: datetime
) -> list[Request]:
    """Return the one request there is; unconditional while an end may have come."""
    del params
    mark = cursor.get(_CHAIN, "")
    token = source.secrets.get("token")
    return [
        Request(
            url=source.address,
            headers={"Accept": "application/geo+json, application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
            chain=_CHAIN,
            floor=mark,
            since_at=since_at,
            is_conditional=not awaits_an_end(mark),
        )
    ]


def read(request: Request, answer: Answer, params: Params, source: SourceContext) -> Page:
    """Read a feed: what is new, changed or over since the last answer."""
    try:
        whole = parse_json(answer.body)
    except NotJsonError:
        return _malformed(say("The answer is not JSON, as a GeoJSON feed would be."))
    features = whole.get("features") if isinstance(whole, dict) else None
    if isinstance(whole, dict) and whole.get("type") == "Feature":
        features = [whole]
    if not isinstance(features, list):
        return _malformed(say("The answer is not GeoJSON: it has no list of features."))
    reading = _Reading(answer, params, source)
    reading.take(features)
    if _has_more(whole):
        reading.faults.append(Fault(say("The feed has further pages, which are not read.")))
    listing = Listing(
        standing=reading.standing,
        over=reading.over,
        is_whole=not reading.faults,
        is_exhaustive=params.vanishing_means_ended,
    )
    posts, mark = settle(request.floor, listing, answer, source)
    state: Literal["ok", "unchanged", "empty", "malformed"] = "ok" if posts else "unchanged"
    if reading.faults and not reading.standing and not reading.over:
        state = "malformed"
    elif not features and not posts:
        state = "empty"
    return Page(
        state=state,
        posts=tuple(posts),
        faults=tuple(reading.faults),
        cursor={_CHAIN: mark},
        seen_count=len(features),
    )


class _Reading:
    """The features of one answer, sorted into what is in force and what is over."""

    def __init__(self, answer: Answer, params: Params, source: SourceContext) -> None:
        self.standing: list[Standing] = []
        self.over: list[Post] = []
        self.faults: list[Fault] = []
        self._answer = answer
        self._params = params
        self._source = source
        self._zone = ZoneInfo(params.time_zone)
        self._categories = {key.casefold(): code for key, code in params.categories.items()}
        self._only = {
            name: {value.casefold() for value in values} for name, values in params.only.items()
        }

    def take(self, features: list[Any]) -> None:
        """Sort all features; what cannot be read is named."""
        kept = features[:_MOST_FEATURES]
        if len(features) > len(kept):
            left = len(features) - len(kept)
            self.faults.append(
                Fault(say("{count} features beyond the limit were left.", count=left))
            )
        names = Counter(self._identity(feature) for feature in kept)
        taken: set[str] = set()
        for number, feature in enumerate(kept, 1):
            name = self._identity(feature)
            if not name:
                self.faults.append(
                    Fault(
                        say(
                            "Feature {number} has no identity in “{property}”.",
                            number=number,
                            property=self._params.identity,
                        )
                    )
                )
            elif name not in taken:
                taken.add(name)
                self._sort(feature, name)
        shared = [name for name, count in names.items() if name and count > 1]
        if shared:
            self.faults.append(
                Fault(
                    say(
                        "Identities that several features share, the first of each kept: "
                        "{count}, such as {name}.",
                        count=len(shared),
                        name=shared[0][:60],
                    )
                )
            )

    def _sort(self, feature: dict[str, Any], name: str) -> None:
        now = self._answer.received_at
        point = representative_point(feature.get("geometry"))
        if not self._is_asked(feature) or (
            point is not None and not is_in(self._params.box, point)
        ):
            return
        starts_at = self._time(feature, self._params.start)
        ends_at = self._time(feature, self._params.end)
        post = Post(
            source_key=self._source.key,
            source_id=self._source.id,
            native_id=name,
            kind=POST_KIND,
            text=self._text(feature, starts_at, name),
            captured_at=now,
            payload=payload_of(feature),
            url=web_address(self._value(feature, self._params.url)),
            author=None,
            posted_at=news_time(starts_at, now),
            language=self._source.language,
            point=point,
            category=self._category(feature),
            edited_at=self._time(feature, self._params.updated),
        )
        if ends_at is not None and ends_at <= now:
            self.over.append(post)
        elif starts_at is None or starts_at <= now + timedelta(hours=self._params.ahead_hours):
            self.standing.append(Standing(post, ends_at.isoformat() if ends_at else ""))

    def _identity(self, feature: Any) -> str:
        if not isinstance(feature, dict):
            return ""
        value = self._value(feature, self._params.identity)
        return _words(feature.get("id") if value is None else value)[:300]

    def _is_asked(self, feature: dict[str, Any]) -> bool:
        return all(
            _words(self._value(feature, name)).casefold() in wanted
            for name, wanted in self._only.items()
        )

    def _text(self, feature: dict[str, Any], starts_at: datetime | None, name: str) -> str:
        title = _words(self._value(feature, self._params.title))
        parts = [title, *(_lines(self._value(feature, one)) for one in self._params.text)]
        if starts_at is not None and starts_at > self._answer.received_at:
            local = starts_at.astimezone(self._zone)
            words = catalogue(self._source.language)
            parts.append(words.say("Planned from {start}.", start=f"{local:%d/%m/%Y %H:%M}"))
        return "\n\n".join(part for part in dict.fromkeys(parts) if part) or name

    def _category(self, feature: dict[str, Any]) -> str | None:
        value = _words(self._value(feature, self._params.category))
        return self._categories.get(value.casefold())

    def _time(self, feature: dict[str, Any], name: str | None) -> datetime | None:
        return read_time(self._value(feature, name), self._zone)

    def _value(self, feature: dict[str, Any], name: str | None) -> Any:
        """The property of a name: first under that very name, then along its dots."""
        found: Any = feature.get("properties")
        if name is None or not isinstance(found, dict):
            return None
        if name in found:
            return found[name]
        for step in name.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found


def _words(value: Any) -> str:
    """A value on one line: text without its markup, numbers as they are written."""
    return " ".join(_lines(value).split())


def _lines(value: Any) -> str:
    if isinstance(value, str):
        # A bare "<" is no markup: "D970 < PR 12" must not lose its end.
        return from_html(value) if re.search(r"</?[a-zA-Z]|&\w+;|&#", value) else one_line(value)
    if isinstance(value, bool) or value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return ", ".join(words for item in value[:50] if (words := _words(item)))
    return str(value)


def _has_more(whole: dict[str, Any]) -> bool:
    """Whether the answer names a next page. Source: OGC API – Features, ``links``."""
    links = whole.get("links")
    return isinstance(links, list) and any(
        isinstance(link, dict) and link.get("rel") == "next" for link in links
    )


def _malformed(sentence: str) -> Page:
    return Page(state="malformed", faults=(Fault(sentence),))
