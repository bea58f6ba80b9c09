"""French number words as figures: ``trente-quatre`` is 34, ``deux cent mille`` is 200000.

Called by ``distinguishing`` on folded text, before hours and heights are read. Pure; must not read
``un`` as a figure, which is an article far more often, nor ``cent`` and ``mille`` inside a name.
"""

from __future__ import annotations

import re

_TWO_TO_SIXTEEN = (
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
)
_UNITS = {
    **{word: number for number, word in enumerate(_TWO_TO_SIXTEEN.split(), start=2)},
    **{"dix-sept": 17, "dix-huit": 18, "dix-neuf": 19, "dix sept": 17, "dix huit": 18},
    **{"dix neuf": 19, "un": 1, "une": 1},
}
_TENS = {
    **{"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60},
    **{"septante": 70, "octante": 80, "huitante": 80, "nonante": 90},
    **{f"quatre{link}vingt{end}": 80 for link in "- " for end in ("s", "")},
}
_ROUND = {
    **{"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30},
    **{"quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100},
}
"""Round counts; people also write them ``40aine``."""


def _any_of(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_PAIR = re.compile(
    rf"\b(?:({_any_of(_TENS)})(?:(?:[\s-]et)?[\s-]({_any_of(_UNITS)}))?"
    rf"|({_any_of({word: n for word, n in _UNITS.items() if n > 1})}))\b"
)
_ROUNDED = re.compile(rf"\b({_any_of(_ROUND)})s?\b")
_HUNDREDS = re.compile(r"\b(\d{1,2})[\s-]cents?(?:[\s-](\d{1,2}))?\b(?!\s?(?:m|h|km)\b)")
_HUNDRED = re.compile(r"\bcent(?:[\s-](\d{1,2}))?\b")
_THOUSANDS = re.compile(r"\b(\d{1,3})[\s-]mille(?:[\s-](\d{1,3}))?\b")
_MAY_HOLD = re.compile(
    "deux|tr|quat|cin|si|ept|hui|neuf|dix|onze|dou|qui|eiz|vingt|ante|cent|aine|mille"
)


def with_numbers(folded: str) -> str:
    """Return folded text in which number words from two on are figures."""
    if not _MAY_HOLD.search(folded):
        return folded
    said = _ROUNDED.sub(lambda found: f"{_ROUND[found[1]]}aine", folded)
    said = _PAIR.sub(_of_pair, said)
    said = _HUNDREDS.sub(lambda found: str(100 * int(found[1]) + int(found[2] or 0)), said)
    said = _HUNDRED.sub(lambda found: str(100 + int(found[1] or 0)), said)
    return _THOUSANDS.sub(lambda found: str(1000 * int(found[1]) + int(found[2] or 0)), said)


def _of_pair(found: re.Match[str]) -> str:
    tens, unit, alone = found.groups()
    if alone:
        return str(_UNITS[alone])
    return str(_TENS[tens] + (_UNITS[unit] if unit else 0))
