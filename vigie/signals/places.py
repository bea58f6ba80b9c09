"""Where a text says that something happens: a commune, with the words that led there, or nothing.

Called by the analysis of a sweep. A place is never invented: a word that is also a name, a name
that many communes bear, a street named after a town give no place without further evidence.
Pure; must not ask a geocoder.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from vigie.signals.gazetteer import Commune, Gazetteer
from vigie.signals.inhabitants import inhabitants_in
from vigie.signals.mentions import Mention, mentions
from vigie.signals.normalisation import fold, open_hashtags, without_addresses
from vigie.signals.place_hints import Hints, hints_of

__all__ = ["Gazetteer", "Location", "locate", "locate_all"]

_TAG = re.compile(r"[#＃](\w+)")
_WORD = re.compile(r"\w+")
_OVER = re.compile(r"(\w[\s-])s/\s?(?=\w)", re.IGNORECASE)
_CITY = 50_000
_SHORT_RATIO = 4
"""People call the much larger of two by the beginning that both names share."""
_NEAR_KILOMETRES = 30.0
_HOLY = frozenset({"saint", "sainte"})
_PAIR = 2
_MOST_HOMONYMS_BESIDE = 3
"""A name that more communes bear says nothing about which neighbour is meant."""
_LESS_FOR_INHABITANTS = 3
"""Whom a text speaks of says less of where than a commune that it names."""
_DOMINANT_RATIO = 10
_DOMINANT_POPULATION = 10_000
_KNOWN_POPULATION = 5_000
"""A town that people name without a capital and without "à": ``dijon sous l eau``."""
_MOST_CHARACTERS = 4_000
"""An article names its place at the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A commune that a text names.

    Attributes:
        name: Today's official name.
        insee: Today's INSEE code.
        lat: WGS84 degrees; None where the table has no point.
        lon: WGS84 degrees; None where the table has no point.
        precision_metres: Half the distance to the nearest other commune; None without a point.
        words: The words of the text that led here.
    """

    name: str
    insee: str
    department: str
    lat: float | None
    lon: float | None
    precision_metres: int | None
    words: str


@dataclass(frozen=True, slots=True)
class _Territory:
    departments: frozenset[str]
    communes: frozenset[str]
    all_france: bool

    def holds(self, place: Commune) -> bool:
        return (
            self.all_france or place.department in self.departments or place.insee in self.communes
        )

    def lies_in(self, place: Commune) -> bool:
        """Tell whether the territory names the place, which "all France" does not."""
        return place.department in self.departments or place.insee in self.communes


def locate(
    text: str,
    gazetteer: Gazetteer,
    departments: Collection[str] = (),
    communes: Collection[str] = (),
    all_france: bool = False,
) -> Location | None:
    """Return the best of ``locate_all``, or None where the text names no commune for sure."""
    found = locate_all(text, gazetteer, departments, communes, all_france)
    return found[0] if found else None


def locate_all(
    text: str,
    gazetteer: Gazetteer,
    departments: Collection[str] = (),
    communes: Collection[str] = (),
    all_france: bool = False,
) -> tuple[Location, ...]:
    """Return the communes that the text names for sure, the best first, each once.

    Args:
        text: Plain text as it arrived.
        gazetteer: The communes.
        departments: Codes of the departments of the territory, sought first.
        communes: INSEE codes that the convention or the activation names; they win over homonyms.
        all_france: The territory is the whole country.
    """
    opened = _opened(text[:_MOST_CHARACTERS], gazetteer)
    hints = hints_of(opened)
    territory = _Territory(frozenset(departments), frozenset(communes), all_france)
    found: dict[str, tuple[int, int, Mention, Commune]] = {}
    unsure: list[Mention] = []
    for mention in mentions(opened, gazetteer):
        place = _meant(mention, gazetteer, hints, territory)
        if place is None:
            unsure.append(mention)
            continue
        rank = (-_weight(mention, place, hints, territory), mention.start)
        if place.insee not in found or rank < found[place.insee][:2]:
            found[place.insee] = (*rank, mention, place)
    sure = [place for *_, place in found.values()]
    for mention in unsure:
        near = _near(mention, gazetteer, sure)
        if near is not None and near.insee not in found:
            rank = (-_weight(mention, near, hints, territory), mention.start)
            found[near.insee] = (*rank, mention, near)
    for start, said, insee in inhabitants_in(opened, gazetteer.inhabitants):
        place = gazetteer.commune(insee)
        named = Mention(start, said, (said,), (insee,), False, True, False, False)
        rank = (-_weight(named, place, hints, territory) + _LESS_FOR_INHABITANTS, start)
        if insee not in found:
            found[insee] = (*rank, named, place)
    ranked = sorted(found.values(), key=lambda one: one[:2])
    return tuple(_location(place, mention.text, gazetteer) for _, _, mention, place in ranked)


def _meant(
    mention: Mention, gazetteer: Gazetteer, hints: Hints, territory: _Territory
) -> Commune | None:
    """Return the one commune that a mention can mean, or None if it is none or unsure."""
    candidates = [gazetteer.commune(code) for code in mention.codes]
    candidates = [place for place in candidates if not _contradicts(mention, place)]
    proved = [place for place in candidates if hints.prove(place)]
    if not proved and mention.short_codes and not mention.is_word:
        proved = [
            place for place in map(gazetteer.commune, mention.short_codes) if hints.prove(place)
        ]
    proved = proved or [place for place in candidates if place.department == mention.number]
    if mention.is_past and not any(map(territory.lies_in, candidates)):
        return None
    if mention.is_word and not any(part[0].isupper() for part in mention.text.split()):
        return _in_small_letters(mention, candidates, territory)
    if mention.needs_proof and not proved:
        inside = [place for place in candidates if territory.lies_in(place)]
        return _single(inside, mention) if inside and mention.is_evident else None
    if proved:
        return _single(proved, mention)
    if hints.departments and not territory.departments & hints.departments:
        return None  # The text speaks of another department, and no commune there has this name.
    return _inside(mention, candidates, territory) or _outside(
        mention, candidates, gazetteer, territory, hints
    )


def _in_small_letters(
    mention: Mention, candidates: list[Commune], territory: _Territory
) -> Commune | None:
    """Return the town that a word without capital means: ``orange (84)``, ``saintes :``."""
    numbered = [place for place in candidates if place.department == mention.number]
    if len(numbered) == 1:
        return numbered[0]
    inside = [
        place
        for place in candidates
        if mention.is_dateline
        and territory.lies_in(place)
        and place.population >= _DOMINANT_POPULATION
    ]
    return inside[0] if len(inside) == 1 else None


def _inside(mention: Mention, candidates: list[Commune], territory: _Territory) -> Commune | None:
    """Return the commune of the territory that a mention means without further proof."""
    inside = [place for place in candidates if territory.holds(place)]
    if not mention.is_evident and not mention.is_word:
        inside = [
            place
            for place in inside
            if (mention.is_rare_word and not territory.all_france)
            or place.population >= _KNOWN_POPULATION
        ]
    if not inside or (mention.is_word and not mention.is_evident):
        return None
    if territory.all_france and mention.is_bare_saint:
        return None
    named = [place for place in inside if place.insee in territory.communes]
    return _single(named or inside, mention)


def _outside(
    mention: Mention,
    candidates: list[Commune],
    gazetteer: Gazetteer,
    territory: _Territory,
    hints: Hints,
) -> Commune | None:
    """Return a neighbour, a commune called by the beginning of its name, or a strong only one."""
    if any(territory.holds(place) for place in candidates):
        return None
    if mention.is_bare_saint or (
        candidates
        and hints.postcodes
        and not any(hints.near_postcode(place) for place in candidates)
    ):
        return None
    if not candidates or mention.folded[0] not in _HOLY:
        short = _shortened(mention, gazetteer, territory)
        if short is not None or not candidates:
            return short
    beside = gazetteer.departments_beside(territory.departments)
    neighbours = [place for place in candidates if place.department in beside]
    if mention.is_word:
        return _town_outside(mention, candidates, neighbours)
    return _village_outside(mention, candidates, neighbours)


def _town_outside(
    mention: Mention, candidates: list[Commune], neighbours: list[Commune]
) -> Commune | None:
    """Return the neighbouring town or the city that a name means which is also a word."""
    if not mention.is_evident:
        return None
    towns = [place for place in neighbours if place.population >= _DOMINANT_POPULATION]
    if len(towns) == 1:
        return towns[0]
    is_city = len(candidates) == 1 and candidates[0].population >= _CITY
    return candidates[0] if is_city else None


def _village_outside(
    mention: Mention, candidates: list[Commune], neighbours: list[Commune]
) -> Commune | None:
    """Return the neighbour that a rare name means, or the only bearer of a strong one."""
    is_rare = len(candidates) <= _MOST_HOMONYMS_BESIDE
    is_written = mention.has_capital or len(mention.folded) > _PAIR
    if (
        len(neighbours) == 1
        and is_rare
        and (is_written or neighbours[0].population >= _KNOWN_POPULATION)
    ):
        return neighbours[0]
    if len(candidates) != 1:
        return None
    is_known = mention.has_capital and candidates[0].population >= _KNOWN_POPULATION
    return candidates[0] if mention.is_strong or is_known else None


def _contradicts(mention: Mention, place: Commune) -> bool:
    """Tell whether a word's accents say that it is another word: ``couchés`` is not Couches."""
    if len(mention.folded) > 1 or mention.text.isascii():
        return False
    return fold(mention.text) == fold(place.name) and mention.text.casefold() != (
        place.name.casefold()
    )


def _shortened(mention: Mention, gazetteer: Gazetteer, territory: _Territory) -> Commune | None:
    """Return the one commune of the territory that people call by the beginning of its name."""
    if mention.is_word and not (mention.has_capital and mention.has_preposition):
        return None
    if not mention.has_capital and (not mention.is_rare_word or territory.all_france):
        return None
    places = [gazetteer.commune(code) for code in mention.short_codes]
    inside = {place.insee: place for place in places if territory.holds(place)}
    by_size = sorted(inside.values(), key=lambda place: (-place.population, place.insee))
    if territory.all_france and by_size and by_size[0].population < _KNOWN_POPULATION:
        return None
    if len(by_size) == 1 or (
        by_size and by_size[0].population >= _SHORT_RATIO * by_size[1].population
    ):
        return by_size[0]
    return None


def _near(mention: Mention, gazetteer: Gazetteer, sure: list[Commune]) -> Commune | None:
    """Return the homonym that lies near a place that the text names for sure."""
    if mention.is_word or not mention.is_evident or mention.needs_proof:
        return None
    near = [
        place
        for place in map(gazetteer.commune, mention.codes)
        if any(gazetteer.kilometres_between(place, one) <= _NEAR_KILOMETRES for one in sure)
    ]
    return near[0] if len(near) == 1 else None


def _opened(text: str, gazetteer: Gazetteer) -> str:
    """Return the text with hashtags and ``s/Saône`` written out, and fixed expressions taken out.

    ``#saintjeandelosne`` has no capitals to be opened by: the gazetteer knows it.
    """

    def named(found: re.Match[str]) -> str:
        name = gazetteer.name_joined(fold(found[1]))
        return f" {name.title()} " if name else found[0]

    shown = _TAG.sub(named, without_addresses(text))
    shown = _OVER.sub(lambda found: f"{found[1]}sur ", open_hashtags(shown))
    spans = list(_WORD.finditer(shown))
    said = [fold(span.group()) for span in spans]
    for at, first in enumerate(said):
        for expression in gazetteer.expressions.get(first, ()):
            size = len(expression)
            if tuple(said[at : at + size]) == expression:
                start, end = spans[at].start(), spans[at + size - 1].end()
                shown = f"{shown[:start]}{'_' * (end - start)}{shown[end:]}"
    return shown


def _single(places: list[Commune], mention: Mention) -> Commune | None:
    """Return the only place, or the one far larger than its homonyms; else None."""
    if len(places) == 1:
        return places[0]
    by_size = sorted(places, key=lambda place: (-place.population, place.insee))
    first, second = by_size[0], by_size[1]
    if first.population >= max(_DOMINANT_POPULATION, _DOMINANT_RATIO * second.population):
        return first if mention.is_evident else None
    return None


def _weight(mention: Mention, place: Commune, hints: Hints, territory: _Territory) -> int:
    """Return how much speaks for a place against the other places of the same text."""
    return (
        8 * (place.insee in territory.communes)
        + 6 * hints.prove(place)
        + 4 * territory.holds(place)
        + 2 * mention.has_preposition
        - 3 * mention.is_relative
        + 6 * mention.is_dateline
    )


def _location(place: Commune, said: str, gazetteer: Gazetteer) -> Location:
    return Location(
        name=place.name,
        insee=place.insee,
        department=place.department,
        lat=place.lat,
        lon=place.lon,
        precision_metres=gazetteer.precision_metres(place.insee),
        words=said,
    )
