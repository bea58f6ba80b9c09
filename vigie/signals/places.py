"""Where a text says that something happens: a commune, with the words that led there, or nothing.

Called by the analysis of a sweep. A place is never invented: a word that is also a name, a name
that many communes bear, a street named after a town give no place without further evidence.
Pure; must not ask a geocoder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from vigie.signals.gazetteer import Commune, Gazetteer
from vigie.signals.inhabitants import inhabitants_in
from vigie.signals.mentions import Mention, mentions
from vigie.signals.normalisation import fold, open_hashtags, without_addresses
from vigie.signals.place_choice import Territory, meant, near_sure
from vigie.signals.place_hints import Hints, hints_of
from vigie.signals.surroundings import ARTICLES

__all__ = ["Gazetteer", "Location", "locate", "locate_all"]

_TAG = re.compile(r"[#＃](\w+)")
_WORD = re.compile(r"\w+")
_OVER = re.compile(r"(\w[\s-])s/\s?(?=\w)", re.IGNORECASE)
_SLASH = re.compile(r"(?<![\w/])(\w{3,})/(\w{3,})(?![\w/])")
_FILED = re.compile(r"\s?(?::|\(\d)")
_LISTED = re.compile(r"\s(?:et|puis|&)\s|,\s|\s?[-/+]\s?")
_QUALIFIED = re.compile(
    r",?\s\(?(?:dans\s)?(?:le\s)?(?:(?:bassin|canton|val)\s(?:de\s|du\s|d['’]\s?)|l[eè]s\s)$"
)
_LESS_FOR_INHABITANTS = 3
"""Whom a text speaks of says less of where than a commune that it names."""
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


_Found = tuple[int, int, Mention, Commune]


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
    *,
    is_overseas: bool = False,
) -> tuple[Location, ...]:
    """Return the communes that the text names for sure, the best first, each once.

    Args:
        text: Plain text as it arrived.
        gazetteer: The communes.
        departments: Codes of the departments of the territory, sought first.
        communes: INSEE codes that the convention or the activation names; they win over homonyms.
        all_france: The territory is the whole country.
        is_overseas: The territory lies overseas, perhaps beside all France: its islands come first.
    """
    opened = _opened(text[:_MOST_CHARACTERS], gazetteer)
    hints = hints_of(opened, is_overseas=is_overseas)
    territory = Territory(frozenset(departments), frozenset(communes), all_france)
    found: dict[str, _Found] = {}
    unsure: list[Mention] = []
    for mention in mentions(opened, gazetteer):
        place = meant(mention, gazetteer, hints, territory)
        if place is None:
            unsure.append(mention)
            continue
        rank = (-_weight(mention, place, hints, territory), mention.start)
        if place.insee not in found or rank < found[place.insee][:2]:
            found[place.insee] = (*rank, mention, place)
    sure = [place for *_, place in found.values()]
    for mention in unsure:
        near = near_sure(mention, gazetteer, sure)
        near = near or _beside(mention, opened, gazetteer, territory, found.values())
        if near is not None and near.insee not in found:
            rank = (-_weight(mention, near, hints, territory), mention.start)
            found[near.insee] = (*rank, mention, near)
    for start, said, insee in inhabitants_in(opened, gazetteer.inhabitants):
        place = gazetteer.commune(insee)
        if not territory.holds(place) and territory.departments:
            continue  # Who comes from elsewhere says nothing about where.
        named = Mention(start, said, (said,), (insee,), False, True, False, False)
        rank = (-_weight(named, place, hints, territory) + _LESS_FOR_INHABITANTS, start)
        if insee not in found:
            found[insee] = (*rank, named, place)
    _leave_out_qualifiers(opened, found)
    ranked = sorted(found.values(), key=lambda one: one[:2])
    return tuple(_location(place, mention.text, gazetteer) for _, _, mention, place in ranked)


def _beside(
    mention: Mention,
    text: str,
    gazetteer: Gazetteer,
    territory: Territory,
    found: Iterable[_Found],
) -> Commune | None:
    """Return the commune of the territory that stands in one list with a sure one."""
    if not mention.text[0].isupper() and not mention.is_cut_saint:
        return None
    for _, _, other, place in list(found):
        first, second = sorted((mention, other), key=lambda one: one.start)
        gap = text[first.start + len(first.text) : second.start]
        if territory.holds(place) and _LISTED.fullmatch(gap):
            codes = (*mention.codes, *mention.short_codes)
            inside = {code for code in codes if territory.lies_in(gazetteer.commune(code))}
            return gazetteer.commune(inside.pop()) if len(inside) == 1 else None
    return None


def _leave_out_qualifiers(text: str, found: dict[str, _Found]) -> None:
    """Take out what only says where another lies: ``Senlis, canton de Fruges``."""
    ends = {one.start + len(one.text) for _, _, one, _ in found.values()}
    for insee, (_, _, mention, _) in list(found.items()):
        said = _QUALIFIED.search(text[: mention.start])
        if said and said.start() in ends:
            del found[insee]


def _opened(text: str, gazetteer: Gazetteer) -> str:
    """Return the text with hashtags and ``s/Saône`` written out, and fixed expressions taken out.

    ``#saintjeandelosne`` has no capitals to be opened by: the gazetteer knows it.
    """

    def named(found: re.Match[str]) -> str:
        name = gazetteer.name_joined(fold(found[1]))
        if name is None:
            return found[0]
        is_named = name.partition(" ")[0] in ARTICLES and found[1][0].isupper()
        return f" {'à ' * is_named}{name.title()} "

    def joined(found: re.Match[str]) -> str:
        name = (fold(found[1]), "sur", fold(found[2]))
        return f"{found[1]} sur {found[2]}" if gazetteer.codes_named(name) else found[0]

    shown = _TAG.sub(named, without_addresses(text))
    shown = _SLASH.sub(joined, shown)
    shown = _OVER.sub(lambda found: f"{found[1]}sur ", open_hashtags(shown))
    spans = list(_WORD.finditer(shown))
    said = [fold(span.group()) for span in spans]
    for at, first in enumerate(said):
        for expression in gazetteer.expressions.get(first, ()):
            size = len(expression)
            if tuple(said[at : at + size]) == expression:
                start, end = spans[at].start(), spans[at + size - 1].end()
                if _FILED.match(shown, end):
                    continue
                shown = f"{shown[:start]}{'_' * (end - start)}{shown[end:]}"
    return shown


def _weight(mention: Mention, place: Commune, hints: Hints, territory: Territory) -> int:
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
