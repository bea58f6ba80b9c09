"""From the posts of one fact to the machine's cells of its row. Pure; called by the analysis.

Always computed from all posts of the group, so that the row does not depend on the order in which
they arrived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vigie.convention.model import Convention, KnownPlace
from vigie.operations.addressing import refined
from vigie.records.activation import Activation
from vigie.records.addresses import KnownAddresses
from vigie.records.observation import URGENCIES, CellValue
from vigie.records.post import Post
from vigie.signals.grading import corroboration_count, grade, status
from vigie.signals.lexicons import Lexicons
from vigie.signals.normalisation import fold
from vigie.signals.places import Gazetteer, Location, locate_all
from vigie.signals.pseudonyms import pseudonym
from vigie.signals.roads import Road, roads_in
from vigie.signals.sites import Site, sites_in
from vigie.signals.summary import summarise
from vigie.signals.triage import Triage, triage

MACHINE_NAME = "Vigie"
"""What the machine writes into ``Saisi par``."""

ALERT_PRECISION_METRES = 200
"""How far a service's own point may lie from what it means: a carriageway, an area's middle."""
_MOST_PLACES = 6
_URGENCY_OF_ALERT = {1: "information", 2: "normal", 3: "high", 4: "high"}
"""By the severity that a service gives its alert. A life is only at risk where words say so."""
_SAID_OUTRIGHT = frozenset(
    {
        *("road_closed", "diversion", "transport", "denial", "network_damage"),
        *("person_in_danger", "person_missing"),
    }
)
"""What an authority's article may be about; anything else it says is official word."""


@dataclass(frozen=True, slots=True)
class Describer:
    """Everything that a description rests on.

    Attributes:
        source_names: Source id to the convention's name of it.
        source_grades: Source id to default reliability A–F.
        official_sources: Ids of sources that speak with authority.
        thresholds: Source id to the level from which a measurement becomes a row.
        ignored_tags: The watched hashtags, as ``tag_keys`` gives them.
        sites: Places that the convention lists.
        addresses: What the online geocoder answered before, so that a row keeps its finer point.
    """

    convention: Convention
    activation: Activation
    gazetteer: Gazetteer
    lexicons: Lexicons
    pseudonym_key: bytes
    source_names: Mapping[str, str]
    source_grades: Mapping[str, str]
    official_sources: frozenset[str]
    thresholds: Mapping[str, int]
    ignored_tags: frozenset[str] = frozenset()
    sites: tuple[Site, ...] = ()
    addresses: KnownAddresses = field(default_factory=dict)
    _judged: dict[str, Triage] = field(default_factory=dict, init=False, repr=False, compare=False)

    def triage(self, post: Post) -> Triage:
        """Return category, urgency and deciding words of one post."""
        # Checks and description both ask, and half of a flood's posts are boosts of one text.
        found = self._judged.get(post.text)
        if found is None:
            found = triage(
                post.text,
                self.lexicons,
                is_exercise=self.activation.kind == "exercise",
                ignored_tags=self.ignored_tags,
            )
            self._judged[post.text] = found
        return found

    def describe(self, posts: Sequence[Post]) -> dict[str, CellValue]:
        """Return the machine's cells for the posts of one fact.

        Args:
            posts: All posts of the group, earliest first; at least one.
        """
        leader = posts[0]
        newest = _newest_alert(posts)
        judged = [self.triage(post) for post in posts]
        urgency = min((item.urgency for item in judged), key=URGENCIES.index)
        category = next((item.category for item in judged if item.category), None)
        if leader.category:
            category = leader.category
        elif leader.kind != "message" and leader.source_id in self.official_sources:
            category = category if category in _SAID_OUTRIGHT else "official"
        if newest is not None:
            urgency = min(urgency, _URGENCY_OF_ALERT[newest.level or 1], key=URGENCIES.index)
        voices_count = corroboration_count(posts)
        source_grade, information_grade = grade(
            self.source_grades.get(leader.source_id, "F"),
            voices_count,
            is_official=leader.source_id in self.official_sources,
        )
        cells: dict[str, CellValue] = {
            "observed_at": leader.happened_at,
            "received_at": min(post.captured_at for post in posts),
            "urgency": urgency,
            "status": status(voices_count, is_lifted=newest is not None and newest.is_ended),
            "category": category,
            # An alert's later version is what holds now; its first words stay beside it.
            "summary": summarise((_newest_wording(posts) or leader).text),
            "original_text": leader.text,
            "source": leader.origin or self.source_names.get(leader.source_id, leader.source_id),
            "link": leader.url,
            "author": pseudonym(leader.author, self.pseudonym_key) if leader.author else None,
            "corroboration_count": voices_count,
            "source_grade": source_grade,
            "information_grade": information_grade,
            "entered_by": leader.entered_by or MACHINE_NAME,
            "triage_words": " · ".join(self.deciding_words(posts)) or None,
        }
        return refined(cells | self._place_cells(posts), self.gazetteer, self.addresses)

    def _place_cells(self, posts: Sequence[Post]) -> dict[str, CellValue]:
        """Return commune, place and point: of what the convention lists, else of the commune."""
        locations, teller = self._locations(posts)
        known = sites_in(teller.text, self.sites)
        roads = roads_in(teller.text)
        cells: dict[str, CellValue] = {"place": _place(known, roads, locations)}
        if locations:
            best = locations[0]
            cells |= {
                "commune": best.name,
                "lat": best.lat,
                "lon": best.lon,
                "precision_metres": best.precision_metres,
            }
        if known:
            # The convention's own list places better than any commune's middle.
            cells |= {
                "lat": known[0].lat,
                "lon": known[0].lon,
                "precision_metres": known[0].precision_metres,
            }
            if known[0].commune and known[0].commune in self.gazetteer:
                cells["commune"] = self.gazetteer.commune(known[0].commune).name
        point = posts[0].point if posts[0].kind == "alert" else None
        if point is not None:
            # A service places its alerts itself, better than a commune's name could.
            cells |= {
                "lat": point.lat,
                "lon": point.lon,
                "precision_metres": ALERT_PRECISION_METRES,
            }
        return {name: value for name, value in cells.items() if value is not None}

    def deciding_words(self, posts: Sequence[Post]) -> tuple[str, ...]:
        """Return the words that decided category and urgency, in order, once each.

        Each with its greatest weight in one post: « bloquée à l'étage (5) ».
        """
        weights: dict[str, int] = {}
        for post in posts:
            judged = self.triage(post)
            for word, weight in zip(judged.words, judged.weights, strict=True):
                weights[word] = max(weight, weights.get(word, 0))
        return tuple(f"{word} ({weight})" for word, weight in weights.items())

    def _locations(self, posts: Sequence[Post]) -> tuple[tuple[Location, ...], Post]:
        """Return the communes that the first post that names any names, and that post."""
        territory = self.convention.territory
        for post in posts:
            found = locate_all(
                post.text,
                self.gazetteer,
                departments=tuple(territory.departments),
                communes=(*self.activation.communes, *territory.communes),
                all_france=territory.all_france or territory.overseas,
                is_overseas=territory.overseas,
            )
            if found or sites_in(post.text, self.sites):
                return found, post
        return (), posts[0]


def _newest_alert(posts: Sequence[Post]) -> Post | None:
    """Return the version of an alert that holds now, or None where no alert is told."""
    return max((post for post in posts if post.kind == "alert"), key=_version, default=None)


def _newest_wording(posts: Sequence[Post]) -> Post | None:
    """Return the newest version of an alert that says what is the matter, not only that it ends."""
    telling = (p for p in posts if p.kind == "alert" and not (p.is_ended and p.repost_of))
    return max(telling, key=_version, default=None)


def _version(post: Post) -> tuple[datetime, datetime, str]:
    return (post.edited_at or post.happened_at, post.captured_at, post.native_id)


def _place(
    known: Sequence[KnownPlace], roads: Sequence[Road], locations: Sequence[Location]
) -> str | None:
    """Return what the text says of where beyond the commune: sites, roads, words, other names."""
    said = [place.name for place in known] + [road.code for road in roads]
    if locations and _says_more(locations[0]):
        said.append(locations[0].words)
    said += [other.name for other in locations[1:]]
    return " ; ".join(dict.fromkeys(said[:_MOST_PLACES])) or None


def _says_more(location: Location) -> bool:
    return fold(location.words).replace("-", " ") != fold(location.name).replace("-", " ")
