"""One spelling for many: case, accents, hashtags, hours, heights, roads and links.

Called by gathering, places and triage, which must agree on what a word is. Pure; must not know
what a word means.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_TRACKED = re.compile(r"[?#&]")
_MOST_ADDRESSES = 4
_HASHTAG = re.compile(r"[#＃](\w+)")
_CAMEL = re.compile(
    r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{2})|(?<=[^\W\d_])(?=\d)|_"
)
_WORD = re.compile(r"\w+")
_COMBINING = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]+")
_TRANSLATION = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'", "ʼ": "'", "‘": "'", "\u00ad": ""}
)


def fold(text: str) -> str:
    """Return the text without case, accents and ligatures; its words keep their order."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_TRANSLATION))
    return _COMBINING.sub("", decomposed).casefold()


def without_addresses(text: str) -> str:
    """Return the text with every web address taken out: trackers change, the fact does not."""
    return _ADDRESS.sub(" ", text)


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the first few web addresses in a text, without what trackers add, each once."""
    found = itertools.islice(_ADDRESS.finditer(text), _MOST_ADDRESSES)
    return tuple(
        dict.fromkeys(_TRACKED.split(one.group(), 1)[0].rstrip('/.,;:!)»"') for one in found)
    )


def open_hashtags(text: str) -> str:
    """Return the text with ``#SaintJeanDeLosne`` written as ``Saint Jean De Losne``.

    A hashtag without inner capitals stays one word. ``#D974`` stays whole: a road, not two words.
    """
    return _HASHTAG.sub(lambda found: _opened(found.group(1)), text)


def _opened(tag: str) -> str:
    if re.fullmatch(r"[A-Za-z]{1,3}\d{1,4}", tag):
        return tag
    return _CAMEL.sub(" ", tag)


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order, without punctuation and emoji."""
    return _WORD.findall(fold(text))
