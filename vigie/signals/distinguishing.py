"""What tells two facts apart: figures, hours, heights, roads, marks of denial.

Called by the gathering: two posts that differ in one of these are never one observation. Pure;
must not compare anything itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_TWO_TO_SIXTEEN = (
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
)
_NUMBER_WORDS = {
    **{word: str(number) for number, word in enumerate(_TWO_TO_SIXTEEN.split(), start=2)},
    **{"vingt": "20", "trente": "30", "quarante": "40", "cinquante": "50", "cent": "100"},
}
"""Number words that people write for figures. ``un`` is an article far more often than a number."""

_NUMBER = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b")

_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
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
    (_NUMBER, lambda found: _NUMBER_WORDS[found[0]]),
    (re.compile(r"\b(\d{1,2}) cents?\b"), r"\g<1>00"),
    (re.compile(r"\b(\d{1,3}) mille\b"), r"\g<1>000"),
    (re.compile(r"\bun(?= (?:kilometre|metre|km|hectare|litre)s?\b)"), "1"),
    (re.compile(r"(?<=\d)(?:er|ere|e|eme|ieme|nd|nde)s?\b"), "e"),
    (re.compile(r"\bkilometres?\b"), "km"),
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
    (re.compile(r"\b(\d{1,4})\s?(?:cm|centimetres?)\b"), r" centimetres_\1 "),
    (re.compile(r"\bp[rk]\s?(\d{1,3})(?:\s?\+\s?(\d{1,4}))?\b"), r" mark_\1_\2 "),
    (re.compile(r"\br?([dn])\s?(\d{1,4}[a-z]?)\b"), r" road_\1_\2 "),
    # « à 147 km/h » folds to ``a 147``: a motorway is written in one word or named as one.
    (re.compile(r"\b(?:autoroute\s)?(a)(\d{1,4}[a-z]?)\b"), r" road_\1_\2 "),
    (re.compile(r"\bautoroute\s(a)\s(\d{1,4})\b"), r" road_\1_\2 "),
    (re.compile(r"\b(\d)\s?[x*×]\s?(\d)\b"), r" \1x\2 "),
    (re.compile(r"\b(\d+)[.,](\d+)(?!\d)"), r" figure_\1_\2 "),
    (re.compile(r"\b(\d+)\s?(t|kg|km|ha|l|kv|kw|mw|mn|min|j|km/h|%)\b"), r" \1 \2 "),
    (re.compile(r"(?<=\s)\+\s"), " plussign "),
)
"""Writings of one fact brought to one form, on folded text. Source: French usage of hours
(``14h30``), heights (``4,20 m``, ``4m20``), roads (``D974``, ``RD 974``) and kilometre points."""

_ABBREVIATIONS = {
    **dict.fromkeys(("min", "mn", "minute"), "minutes"),
    **{"qqn": "quelqu", "qqun": "quelqu", "bcp": "beaucoup", "rdv": "rendez", "tjs": "toujours"},
    **{"dept": "departement", "dpt": "departement", "pers": "personnes", "veh": "vehicules"},
    **{"bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "av": "avenue", "rte": "route"},
    **{"st": "saint", "ste": "sainte", "avc": "avec", "ss": "sous", "tt": "tout", "ts": "tous"},
    **{"nbx": "nombreux", "nbses": "nombreuses", "gd": "grand", "pt": "petit", "tel": "telephone"},
    **{
        "bat": "batiment",
        "imm": "immeuble",
        "qtier": "quartier",
        "pb": "probleme",
        "pq": "pourquoi",
    },
}
"""One form for abbreviations of haste. Source: usage in French short messages."""

_FACT = re.compile(r"^(?:hour|height|centimetres|mark|road|figure|phone)_\w+$|^\d+\w?$")

_LOOSE_FIGURE = re.compile(r"^(?:112|114|115|116|117|15|17|18|119|19\d\d|20\d\d)$")
"""Figures that a comment adds without changing the fact: emergency numbers and years."""
_REMEMBERING = "connu connue comme depuis vecu vecue celle celui crue souvenir annee"
_OF_OLD = frozenset(_REMEMBERING.split())
"""Before two digits: a year that somebody remembers."""
_TWO_DIGITS = re.compile(r"^\d\d$")

_TURNING = """pas plus jamais aucun aucune sans ni faux fausse fake intox dementi dement hoax
rumeur fin termine terminee rouvert rouverte rouverts reouvert reouverte reouverture retabli
retablie leve levee levees ouvert ouverte ferme fermee exercice nord sud ouest amont aval gauche
droite toutes toute totalement partiellement matin soir hier demain nuit lundi mardi mercredi jeudi
vendredi samedi dimanche"""
_CONTRARY = """contrairement dement dementi faux fausse fausses faussement fake intox hoax rumeur
exercice"""
CONTRARIES = frozenset(_CONTRARY.split())
"""Words that, wherever one text has them and another has not, make of them two things."""

_ENDING = """fin termine terminee terminees rouvert rouverte rouverts rouvertes reouvert reouverte
reouverture retabli retablie retablis leve levee levees annule annulee annulees retrouve retrouvee
retrouves"""
ENDINGS = CONTRARIES | frozenset(_ENDING.split())
"""Words that, where a text adds them, make of it another fact: it is over or untrue."""

POLARITY = frozenset(_TURNING.split())
"""Words that turn a sentence into another one: denial, end, side, day."""

DENIALS = frozenset({"faux", "fausse", "fake", "intox", "dementi", "dement", "hoax"})
"""Words by which a comment around a quotation says the opposite of it."""


def with_facts_spelled(folded: str) -> str:
    """Return folded text in which each figure, hour, height, road is one word of one spelling."""
    for pattern, form in _RULES:
        folded = pattern.sub(form, folded)
    return folded


def one_spelling(tokens: list[str]) -> list[str]:
    """Return the words with ``deux`` as ``2``, ``height_4_2`` as ``height_4_20`` and the like."""
    return [
        _NUMBER_WORDS.get(token) or _ABBREVIATIONS.get(token) or _trimmed(token) for token in tokens
    ]


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
        return f"height_{int(metres)}_{part.ljust(2, '0')}"
    if kind == "figure":
        whole, _, part = rest.partition("_")
        return whole if not part.strip("0") else f"figure_{whole}_{part.rstrip('0')}"
    if kind == "hour":
        hour, _, minute = rest.partition("_")
        return f"hour_{int(hour)}_{minute}"
    return token
