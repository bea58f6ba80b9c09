"""The hour that a relay puts in front of what it passes on: ``INFO 14h30 |``, ``[06h55]``.

Called by the signatures: it tells when somebody spoke, not when the fact happens. Pure; must not
take ``14 h, route coupée`` for a label.
"""

from __future__ import annotations

import re

from vigie.signals.distinguishing import facts_of, one_spelling, with_facts_spelled
from vigie.signals.normalisation import fold

_WORD = r"""(?:infos?|flash|alertes?|urgent|urgence|direct|en\sdirect|live|m[àa]j|mise\sà\sjour|
derni[èe]res?|minutes?|heure|actu|actualit[ée]s?|trafic|routes?|m[ée]t[ée]o|point|le|la|à|a|de|du|
ce|matin|soir|breaking|news|update|edit|[ée]dit|ajout|circulation|situation|suivi|rappel|reçu|il\sest
|post[ée]|vu|lu|message|communiqu[ée]|important|attention|et|nouveau|nouvelle|hier|aujourd['’]hui)"""
_LABEL = re.compile(
    rf"""^[^\w#@]{{0,6}}(?P<words>(?:{_WORD}[^\w]{{1,3}}){{0,6}})
    (?P<hour>(?:[01]?\d|2[0-4])\s?(?:[h:]\s?(?P<minute>[0-5]\d)?|heures(?:\s[0-5]\d)?))(?!\w)
    (?P<after>\s{{0,2}}(?:[]|:)–—•.>*/]|-(?=\s)|[^\w\s,'’"«(.;!?%°+&])\s{{0,3}}|\s+(?=[A-ZÀ-Þ«#]))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CAPITAL = re.compile(r"[A-ZÀ-Þ«#]")
_LEAST_LEFT = 20


def split_at_label_hour(text: str) -> tuple[frozenset[str], str]:
    """Return the hour in a label in front of the text, as a fact is spelled, and the rest.

    Without such a label there is no hour, and the rest is the text.
    """
    found = _LABEL.match(text)
    if not found or len(text) - found.end() < _LEAST_LEFT:
        return frozenset(), text
    is_bare = not found["after"].strip()
    is_marked = bool(found["words"]) or found["minute"] is not None
    if is_bare and not (is_marked and _CAPITAL.match(text[found.end() :])):
        return frozenset(), text
    spelled = with_facts_spelled(fold(f" {found['hour']} "))
    return facts_of(one_spelling(spelled.split())), text[found.end() :]
