"""Does a summary name a person, a home or a way to reach somebody? Then it is not for the public.

Called by ``map_public``. Pure. Errs on the side of keeping back: the fact itself is shown all the
same, only without these words. Must not be taken for anonymisation of anything else.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from vigie.situation.report_privacy import visible, without_personal_data

_TELEPHONE = re.compile(r"(?<!\d)0\s?[1-9](?:[\s.\-/]?\d{2}){4}(?!\d)")
_ADDRESS = re.compile(r"@|https?:|www\.|\b[\w-]{2,}\.(?:fr|com|org|net|eu|social)\b", re.I)
_CIVILITY = re.compile(
    r"\b(?:M\.|MM\.|Mr|Mme|Mmes|Mlle|Monsieur|Madame|Mademoiselle|Docteur|Dr\.?|[Ff]amille"
    r"|[Éé]poux|[Vv]euve)\s+(?:de\s+|d['’])?[A-ZÀ-Þ]"
)
_AT_SOMEBODY = re.compile(
    r"\bchez\s+(?:[A-ZÀ-Þ]|(?:moi|lui|elle|eux|ma|mon|mes|sa|son|ses|nos|notre)\b)"
    r"|\b(?:domicile|appartement|logement|maison)\s+(?:de|du|d['’])\s*(?:[A-ZÀ-Þ]|M\.|Mme)"
)
_AGE = re.compile(r"(?<!\d)\d{1,3}\s*ans\b", re.I)
_HOME = re.compile(
    r"(?<![\w.,])\d{1,4}\s*(?:bis|ter|quater|[a-d])?\s*,?\s*"
    r"(?:rue|ruelle|avenue|av\.|bd|boulevard|chemin|impasse|all[ée]es?|place|quai|cours|square"
    r"|lotissement|r[ée]sidence|sentier|passage|faubourg|hameau|villa|mont[ée]e|b[âa]timent)\b",
    re.I,
)
_SIGNS = (_TELEPHONE, _ADDRESS, _CIVILITY, _AT_SOMEBODY, _AGE, _HOME)


@functools.lru_cache(maxsize=4096)
def names_somebody(text: str) -> bool:
    """Tell whether a text seems to name a person, a home, an account, a number or an address.

    Full-width and other compatibility letters are read as what they look like.
    """
    shown = visible(unicodedata.normalize("NFKC", visible(text)))
    return without_personal_data(shown) != shown or any(sign.search(shown) for sign in _SIGNS)
