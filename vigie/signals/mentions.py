"""Words of a text that may be names of communes, and what stands around them.

Called by ``places``, which decides what they mean. Pure; must not choose between homonyms.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vigie.signals.gazetteer import Gazetteer, spelled
from vigie.signals.normalisation import fold
from vigie.signals.word_names import MUST_BE_PROVED, WORD_NAMES

_WORD = re.compile(r"\w+")
_SENTENCE_ENDS = frozenset(".!?…\n")
_BEFORE_PLACES = (
    "a de d entre et commune communes secteur ville sur dans depuis pres mairie village bourg"
)
_AT = frozenset(_BEFORE_PLACES.split())
_CONTRACTED = {"au": "le", "aux": "les", "du": "le", "des": "les"}
_ARTICLES = frozenset({"le", "la", "les", "l"})
_BEFORE_STREETS = """rue rues route routes avenue av boulevard bd bld place chemin impasse faubourg
quai allee direction vers porte lycee college rocade echangeur vin moutarde club match supporters
derby fc football"""
_WAYS = frozenset(_BEFORE_STREETS.split())
"""After these, ``de Dijon`` names a way, a product or a club, not where something happens."""
_OFFICES = frozenset({"commune", "communes", "ville", "mairie", "village", "bourg"})
_JOINING = re.compile(
    r"^\s?(?:[-‑](?=\w)|(?:sur|sous|l[eè]s|en)[\s-](?=[A-ZÀ-Ý])|d['’](?=[A-ZÀ-Ý]))"
)
_PLAIN_GAP = re.compile(r"^[\s\-‑'’.]{0,2}$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A run of words that some commune bears as its name.

    Attributes:
        start: Offset in the text, characters.
        text: The words as written.
        folded: The words as looked up.
        codes: INSEE codes of the communes that bear the name.
        short_codes: INSEE codes of the communes whose longer name begins so.
        has_preposition: ``à``, ``de``, ``commune de`` … stands before it.
        has_capital: It is written with a capital.
        is_word: It is also a word, a first name or a river.
        needs_proof: Only a department or a postcode proves it.
    """

    start: int
    text: str
    folded: tuple[str, ...]
    codes: tuple[str, ...]
    has_preposition: bool
    has_capital: bool
    is_word: bool
    needs_proof: bool
    short_codes: tuple[str, ...] = ()

    @property
    def is_evident(self) -> bool:
        """True where the way it is written says that a place is meant."""
        if self.is_word:
            return self.has_capital and self.has_preposition
        return self.has_capital or self.has_preposition or len(self.folded) > 1

    @property
    def is_strong(self) -> bool:
        """True where it is evident even of a place that nobody expected."""
        letters = sum(map(len, self.folded))
        return (
            not self.is_word
            and self.has_capital
            and (len(self.folded) > 2 or (self.has_preposition and letters > 4))
        )


def mentions(text: str, gazetteer: Gazetteer) -> Iterator[Mention]:
    """Yield the names in a text, the longest at each position, from left to right."""
    found = list(_WORD.finditer(text))
    folded = [spelled(fold(word.group())) for word in found]
    at = 0
    while at < len(found):
        length = _length_of_name(text, found, folded, at, gazetteer)
        if length and (mention := _mention(text, found, folded, at, length, gazetteer)):
            yield mention
        at += max(length, 1)


def _length_of_name(
    text: str, found: list[re.Match[str]], folded: list[str], at: int, gazetteer: Gazetteer
) -> int:
    longest = min(gazetteer.longest_name_from(folded[at]), len(found) - at)
    for length in range(longest, 0, -1):
        run = found[at : at + length]
        gaps = itertools.pairwise(run)
        name = folded[at : at + length]
        is_name = gazetteer.codes_named(name) or (
            run[0].group()[0].isupper() and gazetteer.codes_shortened(name)
        )
        if is_name and all(
            _PLAIN_GAP.match(text[left.end() : right.start()]) for left, right in gaps
        ):
            return length
    return 0


def _mention(
    text: str,
    found: list[re.Match[str]],
    folded: list[str],
    at: int,
    length: int,
    gazetteer: Gazetteer,
) -> Mention | None:
    start, end = found[at].start(), found[at + length - 1].end()
    if _is_part_of_longer(text, start, end) or _is_on_a_way(folded, at):
        return None
    name = tuple(folded[at : at + length])
    main = [word for word in name if word not in _ARTICLES]
    is_word = len(main) <= 1 and bool(WORD_NAMES.intersection(main) or len(name) > len(main))
    first = found[at + length - len(main)].group() if main else found[at].group()
    before = folded[at - 1] if at else ""
    is_first = _begins_sentence(text, start) and not text[end : end + 3].lstrip().startswith(":")
    return Mention(
        start=start,
        text=text[start:end],
        folded=name,
        codes=gazetteer.codes_named(name),
        has_preposition=before in _AT or before in _CONTRACTED,
        has_capital=first[0].isupper() and not (is_word and (is_first or text.isupper())),
        is_word=is_word,
        needs_proof=length == 1 and name[0] in MUST_BE_PROVED and before not in _OFFICES,
        short_codes=gazetteer.codes_shortened(name) if first[0].isupper() else (),
    )


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(' \t\u00a0\u202f#«"“')
    return not before or before[-1] in _SENTENCE_ENDS


def _is_part_of_longer(text: str, start: int, end: int) -> bool:
    """Tell whether the name only is a piece of a longer one, as Pont in Pont-de-Pany."""
    joined_before = re.fullmatch(r"\w[-‑]", text[max(0, start - 2) : start]) is not None
    return joined_before or _JOINING.match(text[end:]) is not None


def _is_on_a_way(folded: list[str], at: int) -> bool:
    """Tell whether the name only says which street or road: ``route de Dijon``."""
    before = [word for word in folded[max(0, at - 3) : at] if word not in _ARTICLES]
    return any(word in _WAYS for word in before[-2:])
