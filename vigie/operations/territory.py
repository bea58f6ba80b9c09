"""Communes that people name in a command or a cell: looked up in the convention's territory.

Stricter than reading a text: the whole cell must be the name. Nothing is invented: a name that
fits several communes of the territory, or none, gives none.
"""

from __future__ import annotations

import re

from vigie.convention.model import Territory
from vigie.language import say
from vigie.problem import TransitionError
from vigie.signals.gazetteer import Commune, Gazetteer
from vigie.signals.normalisation import words

_HASHTAG = re.compile(r"[\w·]{1,100}")


def commune_named(name: str, gazetteer: Gazetteer, territory: Territory) -> Commune | None:
    """Return the one commune of the territory that bears a name or an INSEE code, else None."""
    text = name.strip()
    codes = [text] if _is_code(text, gazetteer) else list(gazetteer.codes_named(words(text)))
    communes = [gazetteer.commune(code) for code in codes]
    inside = [item for item in communes if _holds(territory, item)]
    if len(inside) == 1:
        return inside[0]
    if not inside and territory.all_france and len(communes) == 1:
        return communes[0]
    return None


def commune_code(name: str, gazetteer: Gazetteer, territory: Territory) -> str:
    """Return the INSEE code of a commune that a person named.

    Raises:
        TransitionError: If the territory has no such commune, or several.
    """
    found = commune_named(name, gazetteer, territory)
    if found is None:
        raise TransitionError(
            name,
            say("This is not one commune of the convention's territory."),
            say("Give its INSEE code, for example 21231."),
        )
    return found.insee


def hashtag_of(text: str) -> str:
    """Return a hashtag without ``#``.

    Raises:
        TransitionError: If it could not be a hashtag (spaces, punctuation, empty).
    """
    tag = text.strip().lstrip("#")
    if not _HASHTAG.fullmatch(tag):
        raise TransitionError(
            text,
            say("This is neither a hashtag, nor a commune of the territory, nor an address."),
            say("A hashtag is one word of letters, figures and _; a feed begins with https://."),
        )
    return tag


def _holds(territory: Territory, commune: Commune) -> bool:
    return (
        territory.all_france
        or commune.department in territory.departments
        or commune.insee in territory.communes
    )


def _is_code(text: str, gazetteer: Gazetteer) -> bool:
    try:
        gazetteer.commune(text)
    except KeyError:
        return False
    return True
