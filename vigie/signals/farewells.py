"""Set phrases in which people greet, sigh and take leave: no part of what they pass on.

Called by the signatures: their words of day, denial and doubt (``bonne nuit``, ``du jamais vu``,
``vrai ou faux ?``) would else be read as the fact's. Pure; must not take out what tells a fact.
"""

from __future__ import annotations

import re

_TIMES = r"(?:nuit|soiree|soir|journee|matinee|matin|semaine|annee|saison|epoque|fin\sde\s\w+)"
_ALL = r"(?:tous\set\s(?:a\s)?toutes|toutes\set\s(?:a\s)?tous|toutes|tous|tout\sle\smonde|vous)"
_PHRASES = rf"""
(?:bonjour|bonsoir|salut|coucou|hello|merci|bisous|bises|courage|amities)\s(?:a\s)?{_ALL}\b
|\ba\s(?:tous\set\s(?:a\s)?toutes|toutes\set\s(?:a\s)?tous)\b
|\b(?:tres\s)?(?:bonnes?|belles?|douce)\s(?:{_TIMES}|route|continuation|chance|vacances)
(?:\s(?:a|pour)\s{_ALL})?\b
|\bquelle?s?\s(?:drole\sde\s|sale\s|foutue\s)?{_TIMES}(?=\s?(?:[^\w\s]|$))
|\btoutes\s(?:mes|nos|les)\s(?:pensees|condoleances|prieres|felicitations)
|\b(?:c\s?'?est\s)?(?:vrai|vraie|info|fake|hoax)\sou\s(?:faux|fausse|intox|fake|pas|info)\b\s?\??
|\b(?:on\sn\s?'?a\s|j\s?'?ai\s|jai\s)?(?:du\s)?jamais\s(?:vu|connu|vecu|entendu)\s?(?:ca|cela)?
(?:\s(?:de\sma\svie|(?:en|depuis)\s\w{{1,9}}\sans|avant))?(?=\s?(?:[^\w\s]|$))
|\b(?:et\s)?(?:c\s?'?|ce\sn\s?'?)est\spas\s(?:fini|trop\stot|possible|croyable|vrai|normal|serieux
|une\sblague|complique|gagne)\b
|\b(?:et\s)?toujours\s(?:pas\sde|aucune?)\s(?:nouvelles?|reponses?|infos?)\b
|\bc\s?'?est\s(?:grave|normal|vrai|sur|serieux|possible)\sou\spas\b\s?\??
|\bje\sn\s?'?ai\splus\sde\smots\b|\bplus\sque\sjamais\sd'actualite\b
|\b(?:c\s?'?est\s)?(?:la\sfin|le\sdebut\sde\sla\sfin)\s(?:du\smonde|des\s(?:haricots|temps))\b
|\bcomme\s(?:prevu|attendu|d\s?'?habitude|d\s?'?hab)\b(?=\s?[^\w\s])
|[(\[–—·|-]\s?il\sy\sa\s(?:environ\s)?\d{{1,2}}\s?(?:h|heures?|mi?n|minutes?|jours?|j)\b\s?(?:[)\]]|$)
|\bsans\s(?:aucune\s)?(?:garantie|moderation|certitude|commentaires?|blague|rire|dec)\b
|\bpas\sde\s(?:blague|panique|bol|chance|mots)\b
|^\W{{0,6}}\+\s?10{{0,6}}(?:\s000){{0,2}}(?=\s?[.!:,;…\n])
"""
_SET = re.compile(_PHRASES, re.VERBOSE)
_MAY_HOLD = re.compile(
    r"tous|tout|bon|bel|dou|quel|vrai|info|fake|hoax|jamais|pas|plus|aucune|fin|sans|comme|il y a"
    r"|\+\s?1"
)


def without_farewells(folded: str) -> str:
    """Return folded text without the set phrases that only dress it."""
    if not _MAY_HOLD.search(folded):
        return folded
    return _SET.sub(" ", folded)
