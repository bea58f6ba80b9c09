"""What tells two facts apart: figures, hours, heights, roads, marks of denial.

Called by the gathering: two posts that differ in one of these are never one observation. Pure;
must not compare anything itself.
"""

from __future__ import annotations

import re

from vigie.signals.number_words import with_numbers
from vigie.signals.shorthand import ONE_FORM
from vigie.signals.spellings import with_one_writing

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # « sortie n° 22 » folds to ``sortie no 22``, and is no road.
    (
        re.compile(
            r"\b((?:sortie|porte|quai|batiment|numero|arret|poste|lot|villa|bus|ligne|hangar)"
            r"(?:\s\w+)?)\sn[o°]?\s?(?=\d)"
        ),
        r"\1 ",
    ),
    (re.compile(r"\br\.\s(?=\w)"), "rue "),
    (re.compile(r"(?<=\d\s)pl\b"), "places"),
    (re.compile(r"\b(paris|lyon|marseille)\s(\d{1,2})\b(?!\s?\w)"), r"\1 \2e"),
    (re.compile(r"\bn[o°]\s?(?=\d)"), "numero "),
    (re.compile(r"\b(?:ligne\s|l)(?=\d{1,2}\b)"), "ligne "),
    (re.compile(r"\b(\d{1,4})(?=ans\b|personnes\b|pers\b|hab|blesse|vehicule|voiture)"), r"\1 "),
    (
        re.compile(r"\b(0[1-9])[\s.-]?(\d\d)[\s.-]?(\d\d)[\s.-]?(\d\d)[\s.-]?(\d\d)\b"),
        r" phone_\1\2\3\4\5 ",
    ),
    (re.compile(r"\bqqch(?:ose)?\b"), "quelque chose"),
    (re.compile(r"\bsuite et fin\b"), " "),
    (
        re.compile(
            r"\b(?:maj|mise a jour|edit|update|point|point de situation) (?:de |a )?"
            r"\d{1,2}\s?[h:]\s?\d{0,2}"
        ),
        " ",
    ),
    (re.compile(r"\b(?:premier|premiere)\b"), "1e"),
    (re.compile(r"\bdeuxieme\b"), "2e"),
    (re.compile(r"\brdc\b"), "rez de chaussee"),
    (re.compile(r"\btroisieme\b"), "3e"),
    (re.compile(r"\b(\d)\s?/\s?([3-5])(?=\s?(?:\w|[.,;:!)]|$))"), r" \1 sur \2 "),
    (re.compile(r"\bun(?= (?:kilometre|metre|km|hectare|litre)s?\b)"), "1"),
    (re.compile(r"(?<=\d)(?:er|ere|e|eme|ieme|nd|nde)s?\b"), "e"),
    (re.compile(r"\b(?:kilometres?|kms)\b"), "km"),
    (re.compile(r"(?<=\d)kms\b"), "km"),
    (re.compile(r"\bhectares?\b"), "ha"),
    (re.compile(r"\blitres?\b"), "l"),
    (re.compile(r"(?<![\w.,])(\d{1,3})[\s\u202f\u00a0.](?=\d{3}(?!\d))"), r"\1"),
    # Order matters: an hour or a height is read before its digits are read as plain numbers.
    (re.compile(r"\b([01]?\d|2[0-4])\s?(?:h|heures?|:)\s?([0-5]\d)(?:\s?min)?\b"), r" hour_\1_\2 "),
    (re.compile(r"\b([01]?\d|2[0-4])\s?(?:h|heures?)\b"), r" hour_\1_00 "),
    (re.compile(r"\bminuit\b"), " hour_0_00 "),
    (re.compile(r"\b(?:route\s)?departementale\s(\d{1,4})\b"), r" road_d_\1 "),
    (re.compile(r"\b(?:route\s)?nationale\s(\d{1,4})\b"), r" road_n_\1 "),
    (re.compile(r"\b(\d{1,3})\s?(?:m|metres?)\s?(\d{1,2})\b"), r" height_\1_\2 "),
    (re.compile(r"\b(\d{1,3})[.,](\d{1,2})\s?(?:m|metres?)\b"), r" height_\1_\2 "),
    (re.compile(r"\b(\d{1,4})\s?(?:m|metres?)\b"), r" height_\1_0 "),
    (re.compile(r"\b(\d{1,4})\s?(?:cms?|centimetres?)\b"), r" centimetres_\1 "),
    # « pr 300 logements » is haste for « pour », and no kilometre point.
    (
        re.compile(
            r"\bpr(?=\s\d+\s(?:logement|foyer|personne|pers|habitant|client|blesse|enfant|jour|"
            r"an|mois|h|heure|semaine|famille|abonne|eleve|voiture|place|lit)s?\b)"
        ),
        "pour",
    ),
    (re.compile(r"\bp[rk]\s?(\d{1,3})(?:\s?\+\s?(\d{1,4}))?\b"), r" mark_\1_\2 "),
    (re.compile(r"\br?([dn])\s?(\d{1,4}[a-z]?)\b"), r" road_\1_\2 "),
    (re.compile(r"\bt(\d{2,3})\b"), r" road_t_\1 "),
    # Corsica's territorial roads; ``rt`` alone passes a message on.
    (re.compile(r"\brt\s?(\d{2,3})\b"), r" road_t_\1 "),
    # « à 147 km/h » folds to ``a 147``: a motorway is written in one word or named as one.
    (re.compile(r"\b(?:autoroute\s)?(a)(\d{1,4}[a-z]?)\b"), r" road_\1_\2 "),
    (re.compile(r"\bautoroute\s(a)\s(\d{1,4})\b"), r" road_\1_\2 "),
    (
        re.compile(
            r"(?:(?<=\bl')|(?:^|(?<=[:|!.]\s))(?=a\s\d{1,3}(?:\s?[,:]|\s(?:est\s|reste\s|toujours\s)?"
            r"(?:ferm|coup|bloqu|satur|inond|sens\b|direction|barr|rouv))))(a)\s(\d{1,3})\b"
        ),
        r" road_\1_\2 ",
    ),
    (re.compile(r"\b(\d)\s?[x*×]\s?(\d)\b"), r" \1x\2 "),
    (re.compile(r"\b(\d+)[.,](\d+)(?!\d)"), r" figure_\1_\2 "),
    (re.compile(r"\b(\d+)\s?(t|kg|km|ha|l|kv|kw|mw|mn|min|j|km/h|%)\b"), r" \1 \2 "),
    (re.compile(r"(?<=\s)\+\s"), " plussign "),
)
"""Writings of one fact brought to one form, on folded text. Source: French usage of hours
(``14h30``), heights (``4,20 m``, ``4m20``), roads (``D974``, ``RD 974``) and kilometre points."""

_FACT = re.compile(r"^(?:hour|height|centimetres|mark|road|figure|phone)_\w+$|^\d+\w?$")

_LOOSE_FIGURE = re.compile(r"^(?:112|114|115|116|117|15|17|18|119|19\d\d|20\d\d)$")
"""Figures that a comment adds without changing the fact: emergency numbers and years."""
_REMEMBERING = "connu connue comme depuis vecu vecue celle celui crue souvenir annee"
_OF_OLD = frozenset(_REMEMBERING.split())
"""Before two digits: a year that somebody remembers."""
_TWO_DIGITS = re.compile(r"^\d\d$")

_TURNING = """
non pas plus jamais aucun aucune sans ni faux fausse fake intox dementi dement hoax rumeur fin
termine terminee rouvert rouverte rouverts reouvert reouverte reouverture retabli retablie leve
levee levees ouvert ouverte ferme fermee exercice nord sud ouest amont aval gauche droite evite
evitee evites evitees failli risque risques menace menacent tentative presque redoute craint
craignent prevu prevue prevus prevues attendu attendue attendus attendues toutes toute totalement
partiellement matin soir hier demain nuit lundi mardi mercredi jeudi vendredi samedi dimanche
"""
_CONTRARY = """contrairement dement dementi faux fausse fausses faussement fake intox hoax rumeur
exercice"""
CONTRARIES = frozenset(_CONTRARY.split())
"""Words that, wherever one text has them and another has not, make of them two things."""

_ENDING = """fin termine terminee terminees rouvert rouverte rouverts rouvertes reouvert reouverte
reouverture retabli retablie retablis leve levee levees annule annulee annulees retrouve retrouvee
retrouves fini finie finis"""
ENDINGS = CONTRARIES | frozenset(_ENDING.split())
"""Words that, where a text adds them, make of it another fact: it is over or untrue."""

POLARITY = frozenset(_TURNING.split())
"""Words that turn a sentence into another one: denial, end, side, day, what is only feared."""

NEGATIONS = frozenset({"plus", "aucun", "aucune", "jamais"})
"""Words that, before a word of the other text, say that what it tells is no more. ``pas`` is not
among them: ``ne buvez pas l'eau`` adds advice."""

DENIALS = frozenset({"faux", "fausse", "fake", "intox", "dementi", "dement", "hoax"})
"""Words by which a comment around a quotation says the opposite of it."""


def with_facts_spelled(folded: str) -> str:
    """Return folded text in which each figure, hour, height, road is one word of one spelling."""
    folded = with_numbers(with_one_writing(folded))
    for pattern, form in _RULES:
        folded = pattern.sub(form, folded)
    return folded


def one_spelling(tokens: list[str]) -> list[str]:
    """Return the words with ``bcp`` as ``beaucoup``, ``height_4_2`` as ``height_4_20``."""
    return [ONE_FORM.get(token) or _trimmed(token) for token in tokens]


def facts_of(tokens: list[str]) -> frozenset[str]:
    """Return the figures, hours, heights, roads and kilometre points among words so spelled."""
    return frozenset(token for token in tokens if _FACT.match(token))


def counted_of(tokens: list[str]) -> frozenset[str]:
    """Return the facts among words so spelled, without emergency numbers and remembered years."""
    before = ("", *tokens)
    return frozenset(
        word
        for word, previous in zip(tokens, before, strict=False)
        if _FACT.match(word)
        and not _LOOSE_FIGURE.match(word)
        and not (previous in _OF_OLD and _TWO_DIGITS.match(word))
    )


def polarity_of(tokens: list[str]) -> frozenset[str]:
    """Return the words of denial, end, side and day among the words."""
    return POLARITY.intersection(tokens)


def _trimmed(token: str) -> str:
    """Return ``height_4_20`` and ``height_4_2`` as one, ``hour_08_00`` and ``hour_8_00`` as one."""
    kind, _, rest = token.partition("_")
    if kind == "height":
        metres, _, part = rest.partition("_")
        if not int(metres):
            return f"centimetres_{int(part.ljust(2, '0'))}"
        return f"height_{int(metres)}_{part.ljust(2, '0')}"
    if kind == "centimetres":
        metres_of, left = divmod(int(rest), 100)
        return f"height_{metres_of}_{left:02}" if metres_of else token
    if kind == "figure":
        whole, _, part = rest.partition("_")
        return whole if not part.strip("0") else f"figure_{whole}_{part.rstrip('0')}"
    if kind == "hour":
        hour, _, minute = rest.partition("_")
        return f"hour_{int(hour)}_{minute}"
    return token
