"""Personal data out of the machine's words: telephones, addresses of accounts, homes, names.

Called by ``report_rows``. Pure. Only for words that no person typed: what a person wrote stands.
The row itself, in the restricted workbook, keeps what was taken out here.
"""

from __future__ import annotations

import re
import unicodedata

_URL = re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(r"(?<![\w.])[@＠][\w][\w.-]*(?:@[\w-]+(?:\.[\w-]+)+)?")
_DATE = r"(?!\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\d|[./-]\d))"
_TELEPHONE = re.compile(
    rf"(?<![\w+]){_DATE}(?:\+\d{{1,3}}|00\d{{1,3}}|0)(?:[\s./()·–-]*\d){{8,12}}(?!\d)"
)
"""A French or foreign number however it is spaced; 15, 17, 18, 112 are too short to be one."""
_STREETS = (
    "rue|avenue|av|boulevard|bd|chemin|impasse|place|allée|allées|quai|route|cours|lotissement|"
    "résidence|square|ruelle|passage|sentier|hameau|clos|faubourg|fg|villa|cité|esplanade|"
    "promenade|venelle|montée|traverse|cour"
)
_HOUSE = re.compile(
    rf"\b\d{{1,4}}\s?(?:bis|ter|quater|[A-Da-d])?\s?,?\s+(?=(?:{_STREETS})\.?\s+"
    r"(?:d[eu]s?\b|d['’]|l['’]|l[ae]s?\b|aux?\b|[A-ZÉÈÊÀÂÎÔÛÇ]))",
    re.IGNORECASE,
)
_FLAT = re.compile(
    r"\b(?:appartement|appart|appt|apt|bât(?:iment)?|bat|porte|étage|digicode|interphone)"
    r"\.?\s*(?:n°\s*)?(?:\d{1,5}|[A-H])(?:\s?[A-D])?\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(M\.|MM\.|Mme|Mmes|Mlle|Mr|Monsieur|Madame|Mademoiselle|chez)\s+"
    r"(?:[A-ZÉÈÊÀÂÎÔÛÇ][\w'’-]+)(?:\s+(?:(?:de|du|des|le|la)\s+)?[A-ZÉÈÊÀÂÎÔÛÇ][\w'’-]+){0,2}"
)
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return a text on one line without control marks, direction marks and doubled spaces."""
    shown = (" " if unicodedata.category(mark) in _UNSEEN else mark for mark in text)
    return " ".join("".join(shown).split())


def without_personal_data(text: str) -> str:
    """Return a text without what could name or reach a person or find a home.

    Each is replaced by a word that says what stood there, so that nobody takes it for absent.

    Args:
        text: As the machine made it from what people or sources wrote.
    """
    shown = visible(text)
    shown = _URL.sub("(lien)", shown)
    shown = _MAIL.sub("(adresse)", shown)
    shown = _ACCOUNT.sub("(compte)", shown)
    shown = _TELEPHONE.sub("(téléphone)", shown)
    shown = _HOUSE.sub("(n°) ", shown)
    shown = _FLAT.sub("(logement)", shown)
    return _NAMED.sub(r"\1 (nom)", shown)
