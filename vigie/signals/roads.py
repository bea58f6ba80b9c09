"""Roads that a text names, with their kilometre points: ``D974 PR 12+300``, ``A38``.

Called by operations beside ``places``. Pure; must not say where on earth a kilometre point lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vigie.signals.normalisation import open_hashtags, without_addresses

_MOST_CHARACTERS = 4_000
_CLASSES = {
    "a": "A",
    "autoroute": "A",
    "n": "N",
    "rn": "N",
    "nationale": "N",
    "d": "D",
    "rd": "D",
    "cd": "D",
    "departementale": "D",
    "départementale": "D",
    "m": "M",
    "rm": "M",
    "métropolitaine": "M",
}
"""How people write the classes of French roads. Source: usage; Code de la voirie routière."""

_ROAD = re.compile(
    r"""(?<![\w#@&+°])
    (?:(?P<word>(?i:autoroute|(?:route\s)?nationale|(?:route\s)?d[ée]partementale))\s(?:n°\s?)?
        (?P<letter>[AND])?
      |(?P<class>R\.?N\.?|R\.?D\.?|C\.?D\.?|RM|[ANDM]|rn|rd|cd|[and])[\s\u00a0.-]?
    )
    (?P<number>\d{1,4}(?:bis|ter|[A-Z]\d?)?)
    (?!\w|[.,:]\d|\s?[%€°])
    """,
    re.VERBOSE,
)
_MARK = (
    r"(?:PR|P\.R\.|pr|PK|pk|P\.K\.|km|KM|Km|point(?:\skilom[ée]trique)?|kilom[èe]tre)\s?(?:n°\s?)?"
)
_MARK_NUMBER = r"(?P<mark>\d{1,3})(?:\s?\+\s?(?P<plus>\d{1,4})|[.,](?P<part>\d))?(?!\d|\w)"
_MARK_AFTER = re.compile(
    r"^[\s,(:–-]{0,3}(?:(?:à\s|a\s)?(?:la\s)?(?:hauteur|niveau|proximité)\s(?:du\s|de\s)?|"
    r"(?:au|aux|vers|entre|du|sur|près|depuis|le|les|les?\sdeux|dans|en|sens|Dijon|Paris)\s){0,3}"
    + _MARK
    + _MARK_NUMBER
)
_MARK_BEFORE = re.compile(
    _MARK + _MARK_NUMBER + r"[\s,]{0,2}(?:(?:de|sur|du)\s)?(?:la\s|l['’]\s?|le\s)?$"
)
_ARTICLE = re.compile(r"(?:\b(?:la|sur|par|de|du|l['’]|vers|une?|rue|route)\s?|['’(\-–,:/]\s?|^)$")
_UNIT = re.compile(
    r"\s?(?:h|heures?|m|cm|km|kilo\w*|ans|mois|min|minutes|jours?|degr\w+|pers\w*|euros?)\b"
)
_OTHER_THINGS = re.compile(
    r"(?:masques?|formats?|papiers?|feuilles?|bics?|lots?|piles?)\s(?:en\s)?$"
)
"""What else is called N95, A4, D20."""
_BEFORE_CHARACTERS = 40
_AFTER_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Road:
    """A road that a text names.

    Attributes:
        name: Class and number, ``D974``.
        mark: Kilometre point, ``12`` or ``4+300``; empty where none is said.
        words: The words of the text that led here.
        start: Offset in the text, characters.
    """

    name: str
    mark: str
    words: str
    start: int

    @property
    def code(self) -> str:
        """Return ``D974 PR 12``, or ``D974`` without a kilometre point."""
        return f"{self.name} PR {self.mark}" if self.mark else self.name


def roads_in(text: str) -> tuple[Road, ...]:
    """Return the roads that a text names, in order, each with each kilometre point once."""
    shown = open_hashtags(without_addresses(text[:_MOST_CHARACTERS]))
    found: dict[str, Road] = {}
    for match in _ROAD.finditer(shown):
        road = _road(shown, match)
        if road is not None:
            found.setdefault(road.code, road)
    marked = {road.name for road in found.values() if road.mark}
    return tuple(road for road in found.values() if road.mark or road.name not in marked)


def _road(text: str, match: re.Match[str]) -> Road | None:
    written = match["class"] or match["letter"] or match["word"]
    word = written.replace(".", "").rpartition(" ")[2].casefold()
    name = f"{_CLASSES[word]}{match['number'].lstrip('0').upper() or '0'}"
    if match["class"] and not _is_evident(text, match):
        return None
    after = _MARK_AFTER.match(text[match.end() : match.end() + _AFTER_CHARACTERS])
    before = _MARK_BEFORE.search(text[max(0, match.start() - _BEFORE_CHARACTERS) : match.start()])
    said = after or before
    end = match.end() + (after.end() if after else 0)
    start = match.start() - (len(before[0]) if before and not after else 0)
    return Road(name, _mark_of(said), " ".join(text[start:end].split()), match.start())


def _is_evident(text: str, match: re.Match[str]) -> bool:
    """Tell whether a road is meant: ``A 38`` and ``d974`` are, ``a 38`` and ``A 20 h`` are not."""
    written = match["class"]
    is_apart = text[match.start() + len(written)].isspace()
    before = text[max(0, match.start() - _BEFORE_CHARACTERS) : match.start()].casefold()
    is_motorway_of_a_city = written == "M"
    if _OTHER_THINGS.search(before) or (is_motorway_of_a_city and not before.endswith("la ")):
        return False
    if len(written.replace(".", "")) > 1:
        return True
    is_named = _ARTICLE.search(before) is not None
    if is_apart and _UNIT.match(text[match.end() :]):
        return False
    if is_apart and _MARK_AFTER.match(text[match.end() : match.end() + _AFTER_CHARACTERS]):
        return True
    if written.islower():
        return not is_apart and (is_named or len(match["number"]) > 1)
    return not is_apart or (is_named and not is_motorway_of_a_city)


def _mark_of(said: re.Match[str] | None) -> str:
    if said is None:
        return ""
    if said["plus"]:
        return f"{int(said['mark'])}+{said['plus']}"
    if said["part"]:
        return f"{int(said['mark'])}+{said['part']}00"
    return str(int(said["mark"]))
