"""Names of inhabitants and the commune that they live in: ``les Dijonnais`` are of Dijon.

Called by the gazetteer (reading) and by ``places`` (finding). Pure; must not choose between places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vigie.signals.normalisation import fold

_ENDINGS = (
    ("iens", ("iens", "ien", "ienne", "iennes")),
    ("ains", ("ains", "ain", "aine", "aines")),
    ("eens", ("eens", "een", "eenne", "eennes")),
    ("iers", ("iers", "ier", "iere", "ieres")),
    ("eaux", ("eaux", "eau", "elle", "elles")),
    ("ois", ("ois", "oise", "oises")),
    ("ais", ("ais", "aise", "aises")),
    ("ins", ("ins", "in", "ine", "ines")),
    ("ons", ("ons", "on", "onne", "onnes")),
    ("ots", ("ots", "ot", "ote", "otes")),
    ("uds", ("uds", "ud", "ude", "udes")),
    ("s", ("s", "", "e", "es")),
)
"""Masculine plural to all forms, folded. Source: French morphology of inhabitants' names."""
_PLAIN = frozenset({"lurons", "bénédictins", "bénédictines", "luronnes", "parisiennes"})
"""In small letters: jolly fellows, monks, women of anywhere."""
_SAID = re.compile(
    r"\b(?:les|des|aux|nos|ces|quelques|ami[·.]?e?s|habitants|riverains|sinistrés|[Uu]ne?|"
    r"[Ll]es|[Dd]es|[Aa]ux|[Nn]os)\s(?:ami[·.]?e?s\s)?"
    r"([A-ZÉÈÎÔ][\w-]{4,25}|(?<=[Ll]es\s)[\w-]{5,25}s\b|(?<=[Nn]os\s)[\w-]{5,25}s\b)"
)
_CAPITAL = re.compile(r"\b(?:entre|pour|chez|par|avec)\s([A-ZÉÈÎÔ][\w-]{3,25}s)\b")

_CALLED = re.compile(
    r"(?:^|[.!?]\s)([A-ZÉÈÎÔ][\w-]{4,25}[sx])(?=,\s|\s?!|\s?:|"
    r"\set\s[A-ZÉÈÎÔ][\w-]+s,|\s(?:ne|n['’]\w+|sans|privés|évacués|attention|\w{3,}ez)\b)"
)
_AND = re.compile(r"(?:^|[.!?]\s)[A-ZÉÈÎÔ][\w-]{4,25}s et ([A-ZÉÈÎÔ][\w-]{4,25}s)(?=,\s|\s?[!:])")
"""``Foyalais, faites des réserves``."""


def forms_of(plural: str) -> tuple[str, ...]:
    """Return the folded forms of an inhabitants' name given in the masculine plural."""
    folded = fold(plural)
    for ending, forms in _ENDINGS:
        if folded.endswith(ending):
            stem = folded.removesuffix(ending)
            return tuple(stem + form for form in forms)
    return (folded,)


def inhabitants_in(text: str, codes: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    """Yield offset, words and INSEE code of each name of inhabitants that a text holds.

    Written with a capital after an article, or in small letters after ``les`` and ``nos``:
    ``le bordelais`` is a wine and ``lyonnais`` a style.

    Args:
        text: With its hashtags opened.
        codes: Folded form to INSEE code.
    """
    for match in (
        *_SAID.finditer(text),
        *_CAPITAL.finditer(text),
        *_CALLED.finditer(text),
        *_AND.finditer(text),
    ):
        code = codes.get(fold(match[1]))
        if code is not None and match[1] not in _PLAIN:
            yield match.start(1), match[1], code
