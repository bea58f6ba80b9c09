"""What else a text says about where: departments in brackets or in words, postcodes.

Called by ``places``, for which it proves homonyms. Pure; must not find communes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vigie.signals.departments import (
    COMPOUND_DEPARTMENT_NAMES,
    DEPARTMENT_BY_WORDS,
    DEPARTMENTS,
    ISLAND_NAMES,
    NO_RIVERS,
    OVERSEAS_NAMES,
)
from vigie.signals.gazetteer import Commune
from vigie.signals.normalisation import words

_BRACKETS = re.compile(r"\(([^()]{1,40})\)")
_NAMED_DEPARTMENT = re.compile(r"(?:(?<=\w),\s|\ben\s)([A-ZÀ-Ý][\w’'-]{2,30})")
"""``Charny, Yonne``, ``en Gironde``: a department, where a river would bear its article."""
_AFTER_NAME = re.compile(r"\w,\s(?:dans|en)\s(?:l['’]|le |la |les )?([\w’'-]{3,30})")
"""``Sens, dans l'Yonne``: said of a name, a river is a department."""
_DIRECTLY_IN = re.compile(r"(?<!\w)[A-ZÀ-Ý][\w-]*\sdans\s(?:l['’]|le |la |les )([\w’'-]{3,30})")
"""``Ham dans la Somme``."""
_NUMBERED = re.compile(r"\bdans le (\d{2}|2[AB]|97\d)\b(?!\s?(?:h|km|m|%|[eè]))")
"""``Andres dans le 62``."""
_IN_DEPARTMENT = re.compile(r"\bdans (?:l['’]|le |la |les )([\w’'-]{3,30})", re.IGNORECASE)
_ISLAND = re.compile(
    r"\b(Saint|St)[ -](Barth|Barth[ée]lemy|Martin)\b"
    r"(?!-|\s(?:d|de|du|des|en|la|le|les|l|sur|sous|aux?|l[eè]s|lez)\b)",
    re.IGNORECASE,
)
"""``Saint-Martin``, and no ``Saint-Martin-de-Ré``."""
_POSTCODE = re.compile(
    r"\b(?:F-)?((?:0[1-9]|[1-8]\d|9[0-5]|97|98|20)\d{3})\b(?!\s?(?:€|euros|m\b))"
)


@dataclass(frozen=True, slots=True)
class Hints:
    """What else the text says about where: departments and postcodes."""

    departments: frozenset[str]
    postcodes: frozenset[str]

    def prove(self, place: Commune) -> bool:
        """Tell whether a department or a postcode of the text is the place's."""
        return place.department in self.departments or bool(
            self.postcodes.intersection(place.postcodes)
        )

    def near_postcode(self, place: Commune) -> bool:
        """Tell whether a postcode of the text lies in the place's department."""
        return any(place.department.startswith(code[:2]) for code in self.postcodes)


def hints_of(text: str, *, is_overseas: bool = False) -> Hints:
    """Return the departments and postcodes that a text with opened hashtags names.

    Args:
        text: With opened hashtags.
        is_overseas: The territory lies overseas: an island is meant before a village of its name.
    """
    departments: set[str] = set()
    for found in _BRACKETS.findall(text):
        inner = tuple(words(found))
        code = found.strip().upper()
        if code in DEPARTMENTS:
            departments.add(code)
        elif inner in DEPARTMENT_BY_WORDS:
            departments.add(DEPARTMENT_BY_WORDS[inner])
    named = [tuple(words(found)) for found in _NAMED_DEPARTMENT.findall(text)]
    named += [tuple(words(found)) for found in _AFTER_NAME.findall(text)]
    named += [tuple(words(found)) for found in _DIRECTLY_IN.findall(text)]
    named += [
        inner
        for found in _IN_DEPARTMENT.findall(text)
        if (inner := tuple(words(found))) in NO_RIVERS
    ]
    departments |= {DEPARTMENT_BY_WORDS[inner] for inner in named if inner in DEPARTMENT_BY_WORDS}
    departments |= DEPARTMENTS.keys() & set(_NUMBERED.findall(text))
    said = words(text)
    departments |= {code for name, code in OVERSEAS_NAMES.items() if name in said}
    for name, code in COMPOUND_DEPARTMENT_NAMES.items():
        if name[0] in said and _stands_in(name, said):
            departments.add(code)
    if is_overseas:
        islands = (tuple(words(" ".join(found))) for found in _ISLAND.findall(text))
        departments |= {ISLAND_NAMES[name[0], name[1]] for name in islands}
    return Hints(frozenset(departments), frozenset(_POSTCODE.findall(text)))


def _stands_in(name: tuple[str, ...], said: list[str]) -> bool:
    size = len(name)
    return any(tuple(said[at : at + size]) == name for at in range(len(said) - size + 1))
