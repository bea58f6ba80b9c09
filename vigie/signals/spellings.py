"""Other writings of one thing: ``pour cent`` is ``%``, ``04/03`` is ``4 mars``.

Called by ``distinguishing`` on folded text, before number words, hours and heights are read. Pure;
must not bring two values to one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MONTH_WORDS = """janvier fevrier mars avril mai juin juillet aout septembre octobre novembre
decembre"""
_MONTHS = _MONTH_WORDS.split()
_DAYS = {
    **{"lun": "lundi", "mar": "mardi", "mer": "mercredi", "jeu": "jeudi"},
    **{"ven": "vendredi", "sam": "samedi", "dim": "dimanche"},
}
_ORDINALS = {
    "quatrieme": "4e",
    "cinquieme": "5e",
    "sixieme": "6e",
    "septieme": "7e",
    "huitieme": "8e",
    "neuvieme": "9e",
    "dixieme": "10e",
}
_ROMAN_WORDS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMANS = {f"{roman}e": f"{at}e" for at, roman in enumerate(_ROMAN_WORDS.split(), start=1)}
_NO_ROMANS = ("ie", "ve", "vie")
"""Words and ends of words, written as numbers only in capitals that folding takes away."""
_DOTTED = {
    **{"all": "allee", "imp": "impasse", "lot": "lotissement", "pl": "place", "qu": "quai"},
    **{"mtee": "montee", "qtr": "quartier", "res": "residence", "crs": "cours", "fg": "faubourg"},
    **{"ham": "hameau", "ch": "chemin", "sq": "square", "pass": "passage", "rte": "route"},
}
_MANY = r"(?:personnes|foyers|clients|habitants|abonnes|hectares|ha|euros|logements|eleves)"

_Form = str | Callable[[re.Match[str]], str]
_RULES: tuple[tuple[re.Pattern[str], _Form], ...] = (
    (re.compile(r"(?<=\d)\s?pour\s?cents?\b"), "%"),
    (re.compile(r"€"), " euros "),
    (re.compile(r"(?<=\d)\s?m(?=\s+euros|\sd[e']\s?(?:foyers|clients|habitants))"), " million"),
    (re.compile(r"\bmillions\b"), "million"),
    (
        re.compile(r"(?<=\d)\s?(?:m3|metres?\scubes?)(?:\s?/\s?s\b|\s(?:par\s|/\s)?secondes?\b)?"),
        " m3s ",
    ),
    (re.compile(r"(?<!apres[\s-])(?<!avant[\s-])(?<!du\s)(?<!le\s)\bmidi\b"), "12h00"),
    (re.compile(r"\b(?:une|1)\sheure\b(?!\sdu\smat)"), "1h00"),
    (re.compile(r"\b(?:une\s|1\s)?demi[\s-]heure\b"), "30 min"),
    (re.compile(r"\bdemi[\s-]metre\b"), "50 cm"),
    (re.compile(r"\b(de|entre)\s(\d{1,2})\s?(?:a|et|-|/)\s?(?=\d{1,2}\s?h)"), r"\1 \2h a "),
    (re.compile(r"\b(?:24\s?h?\s?(?:/|sur)\s?24\s?h?|h\s?24)\b"), "h24"),
    (re.compile(r"\b(lun|jeu|ven|sam|dim)\b(?:\.|(?=\s\d))"), lambda found: _DAYS[found[1]]),
    (re.compile(r"\b(mar|mer)\.(?=\s\d)"), lambda found: _DAYS[found[1]]),
    (
        re.compile(
            r"(?<=\w\s)(?<!\d\s)(?:0?([1-9])|([12]\d|3[01]))/(0[1-9]|1[0-2])(?:/(?:20)?\d\d)?\b"
        ),
        lambda found: f"{found[1] or found[2]} {_MONTHS[int(found[3]) - 1]}",
    ),
    (re.compile(rf"\b({'|'.join(_ORDINALS)})\b"), lambda found: _ORDINALS[found[1]]),
    (
        re.compile(rf"\b({'|'.join(one for one in _ROMANS if one not in _NO_ROMANS)})\b"),
        lambda found: _ROMANS[found[1]],
    ),
    (re.compile(r"(?<=\d)taines?\b"), "aine"),
    (re.compile(r"\+33\s?(?:\(0\)\s?)?([1-9])(?=[\s.-]?\d\d)"), r"0\1"),
    (re.compile(r"\b0[\s.](8\d\d)(?=[\s.]\d)"), r"0\1"),
    (re.compile(r"\b(?:rd|r)[\s-](?=points?\b)"), "rond-"),
    (re.compile(r"\bgiratoire\b"), "rond-point"),
    (re.compile(r"\bce\smat\b"), "ce matin"),
    (re.compile(r"\bmaisons?\sde\sretraite\b"), "ehpad"),
    (re.compile(r"\br\s(?=d(?:e|u|es)\s)"), "rue "),
    (re.compile(rf"\b({'|'.join(_DOTTED)})\.(?=\s?[a-z])"), lambda found: _DOTTED[found[1]]),
    (re.compile(r"\b(?:mag\.?\s?|m)(?=\d[.,]\d\b(?!\s?m\b))"), "magnitude "),
    (re.compile(r"\bcat\.?\s(?=\d)"), "categorie "),
    (re.compile(r"\bmax\b\.?(?=\s\d)"), "maximum"),
    (
        re.compile(r"(?<![\d.,])(?<!\d\s)\b(?:km|kilometre)\s(?=\d{1,3}\b(?!\s?[ck]?m\b))"),
        "pk ",
    ),
    (
        re.compile(rf"(?:^|(?<=de\s)|(?<=pour\s)|(?<=,\s)|(?<=environ\s))mille\b(?=\s{_MANY}\b)"),
        "1000",
    ),
    # « A-M » for « Alpes-Maritimes », « S-et-L » for « Saône-et-Loire »; not « a-t-il ».
    (re.compile(r"(?<![\w-])([a-z])-(?:et-)?([a-z])(?![\w-])"), r"\1\2"),
)
"""Source: usage in French short messages."""


def with_one_writing(folded: str) -> str:
    """Return folded text in which dates, ordinals, units and abbreviations are written one way."""
    for pattern, form in _RULES:
        folded = pattern.sub(form, folded)
    return folded
