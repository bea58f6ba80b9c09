"""Communes that people name in a command or a cell: looked up in the convention's territory.

Stricter than reading a text: the whole cell must be the name. Nothing is invented: a name that
fits several communes of the territory, or none, gives none.
"""

from __future__ import annotations

from vigie.convention.model import Territory
from vigie.signals.gazetteer import Commune, Gazetteer
from vigie.signals.normalisation import words


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
