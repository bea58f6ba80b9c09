"""Which commune a mention means: chooses between homonyms, or decides for none.

Called by ``places``. Pure; must not read texts.
"""

from __future__ import annotations

from dataclasses import dataclass

from vigie.signals.departments import ISLAND_NAMES, is_namesake
from vigie.signals.gazetteer import Commune, Gazetteer
from vigie.signals.mentions import Mention
from vigie.signals.normalisation import fold
from vigie.signals.place_hints import Hints

_CITY = 50_000
_SHORT_RATIO = 4
"""People call the much larger of two by the beginning that both names share."""
_NEAR_KILOMETRES = 30.0
_HOLY = frozenset({"saint", "sainte"})
_PAIR = 2
_MOST_HOMONYMS_BESIDE = 3
"""A name that more communes bear says nothing about which neighbour is meant."""
_DOMINANT_RATIO = 10
_DOMINANT_POPULATION = 10_000
_KNOWN_POPULATION = 5_000


@dataclass(frozen=True, slots=True)
class Territory:
    """What the convention watches."""

    departments: frozenset[str]
    communes: frozenset[str]
    all_france: bool

    def holds(self, place: Commune) -> bool:
        """Tell whether the place lies in the territory, which may be all France."""
        return (
            self.all_france or place.department in self.departments or place.insee in self.communes
        )

    def lies_in(self, place: Commune) -> bool:
        """Tell whether the territory names the place, which "all France" does not."""
        return place.department in self.departments or place.insee in self.communes


def meant(
    mention: Mention, gazetteer: Gazetteer, hints: Hints, territory: Territory
) -> Commune | None:
    """Return the one commune that a mention can mean, or None if it is none or unsure."""
    candidates = [gazetteer.commune(code) for code in mention.codes]
    candidates = [place for place in candidates if not _contradicts(mention, place)]
    islands = [place for place in candidates if _is_island(place) and hints.prove(place)]
    if islands and not mention.is_past:
        return islands[0]
    if not mention.is_at and any(
        is_namesake(mention.folded, gazetteer.commune(code).department)
        for code in (*mention.codes, *mention.short_codes)
    ):
        candidates = [
            place for place in candidates if not is_namesake(mention.folded, place.department)
        ]
        if not candidates:
            return None
    proved = [place for place in candidates if hints.prove(place)]
    if not proved and mention.short_codes and not mention.is_word:
        proved = [
            place for place in map(gazetteer.commune, mention.short_codes) if hints.prove(place)
        ]
    proved = proved or [place for place in candidates if place.department == mention.number]
    if mention.is_past:
        return None
    if not (hints.departments or hints.postcodes):
        labelled = _labelled(mention, gazetteer, candidates, territory)
        if labelled is not None:
            return labelled
    if mention.is_word and not any(part[0].isupper() for part in mention.text.split()):
        return _in_small_letters(mention, candidates, territory)
    return _written(mention, gazetteer, candidates, proved, hints, territory)


def _is_island(place: Commune) -> bool:
    """Tell whether the place is a whole island, whose name proves itself."""
    return place.department in ISLAND_NAMES.values()


def _written(
    mention: Mention,
    gazetteer: Gazetteer,
    candidates: list[Commune],
    proved: list[Commune],
    hints: Hints,
    territory: Territory,
) -> Commune | None:
    """Return the commune that a mention means as it is written, or None."""
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
    mention: Mention, candidates: list[Commune], territory: Territory
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


def _labelled(
    mention: Mention, gazetteer: Gazetteer, candidates: list[Commune], territory: Territory
) -> Commune | None:
    """Return the commune of the territory with which a text begins as its label."""
    if not mention.is_label or mention.is_past:
        return None
    least = 0 if mention.text[0].isupper() or not mention.is_word else _KNOWN_POPULATION
    inside = [place for place in candidates if territory.lies_in(place)]
    if not inside and not mention.is_bare_saint:
        shorts = map(gazetteer.commune, mention.short_codes)
        inside = [place for place in shorts if territory.lies_in(place)]
        least = _KNOWN_POPULATION
    return inside[0] if len(inside) == 1 and inside[0].population >= least else None


def _inside(mention: Mention, candidates: list[Commune], territory: Territory) -> Commune | None:
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
    territory: Territory,
    hints: Hints,
) -> Commune | None:
    """Return a neighbour, a commune called by the beginning of its name, or a strong only one."""
    if any(territory.holds(place) for place in candidates):
        return None
    if (mention.is_bare_saint and (candidates or not mention.is_cut_saint)) or (
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
    neighbours = neighbours if mention.is_told else []
    # Far from the territory a name alone is a comparison, a team, a cousin.
    is_expected = not territory.departments or mention.is_dateline or mention.is_event
    if mention.is_word:
        return _town_outside(mention, candidates, neighbours, is_expected=is_expected)
    return _village_outside(mention, candidates, neighbours, is_expected=is_expected)


def _town_outside(
    mention: Mention,
    candidates: list[Commune],
    neighbours: list[Commune],
    *,
    is_expected: bool,
) -> Commune | None:
    """Return the neighbouring town or the city that a name means which is also a word."""
    if not mention.is_evident:
        return None
    towns = [place for place in neighbours if place.population >= _DOMINANT_POPULATION]
    if len(towns) == 1:
        return towns[0]
    is_city = len(candidates) == 1 and candidates[0].population >= _CITY
    return candidates[0] if is_city and is_expected else None


def _village_outside(
    mention: Mention,
    candidates: list[Commune],
    neighbours: list[Commune],
    *,
    is_expected: bool,
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
    if len(candidates) != 1 or not is_expected:
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


def _shortened(mention: Mention, gazetteer: Gazetteer, territory: Territory) -> Commune | None:
    """Return the one commune of the territory that people call by the beginning of its name."""
    if mention.is_word and not mention.is_evident:
        return None
    if (
        not mention.has_capital
        and not (mention.is_name_at_start or mention.is_cut_saint)
        and (not mention.is_rare_word or territory.all_france)
    ):
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


def near_sure(mention: Mention, gazetteer: Gazetteer, sure: list[Commune]) -> Commune | None:
    """Return the homonym that lies near a place that the text names for sure."""
    if mention.is_word or not mention.is_evident or mention.needs_proof:
        return None
    near = [
        place
        for place in map(gazetteer.commune, mention.codes)
        if any(gazetteer.kilometres_between(place, one) <= _NEAR_KILOMETRES for one in sure)
    ]
    return near[0] if len(near) == 1 else None


def _single(places: list[Commune], mention: Mention) -> Commune | None:
    """Return the only place, or the one far larger than its homonyms; else None."""
    if len(places) == 1:
        return places[0]
    by_size = sorted(places, key=lambda place: (-place.population, place.insee))
    first, second = by_size[0], by_size[1]
    if first.population >= max(_DOMINANT_POPULATION, _DOMINANT_RATIO * second.population):
        return first if mention.is_evident else None
    return None
