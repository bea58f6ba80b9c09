"""Words of a text that may be names of communes, and what stands around them.

Called by ``places``, which decides what they mean. Pure; must not choose between homonyms.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vigie.signals.abroad import ONLY_PROVED, is_abroad
from vigie.signals.first_names import FIRST_NAMES
from vigie.signals.gazetteer import Gazetteer, spelled
from vigie.signals.normalisation import fold
from vigie.signals.place_doubts import REGIONS, RIVERS, is_doubtful, is_told
from vigie.signals.place_heads import is_of_something
from vigie.signals.place_labels import is_label, is_named_thing
from vigie.signals.sport import is_about_sport
from vigie.signals.surroundings import (
    ARTICLES,
    AT,
    CONTRACTED,
    EVENTS,
    OFFICES,
    PRAYERS,
    VEHICLES,
    WINES_AND_CHEESES,
    begins_sentence,
    department_number,
    is_dateline,
    is_no_place,
    is_part_of_longer,
    is_past,
    is_person,
    is_relative,
    is_titled,
)
from vigie.signals.word_names import MUST_BE_PROVED

_WORD = re.compile(r"\w+")
_RARE_LETTERS = 6
_SHORT_LETTERS = 4
_CUT_SAINTS = frozenset({"st ", "ste", "st-"})
_ROAD = re.compile(r"(?:rn|rd|[and])\d{1,4}")
_LITTLE = frozenset({"sur", "sous", "en", "les", "de", "du", "d", "saint", "sainte"})
_LONGER = re.compile(
    r"^ (?!(?:Nord|Sud|Est|Ouest|Centre|Ville|Plage|Gare|Bourg|Port)\b)[A-ZÀ-Ý][a-zà-ÿ]"
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
        is_dateline: A sentence files itself under it: ``Genlis : …``.
        number: Department code that follows it without brackets, ``Quincey 70``; or empty.
        is_past: What once happened there is told.
        is_relative: The text says "near", "north of", "between": another name says where it is.
        is_label: The text begins with it, without colon: ``Serres route coupée``.
        is_first: It is the first word of the text.
        is_event: What happens is said before it: ``incendie à Nice``.
        is_titled: Its article and its word both bear capitals: ``Le Tampon``.
        is_at: ``à``, ``mairie de`` stand directly before it: no department, no river.
        is_told: The text tells of it: it begins a sentence, or something happens or lies there.
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
    is_relative: bool = False
    is_dateline: bool = False
    number: str = ""
    is_past: bool = False
    is_label: bool = False
    is_titled: bool = False
    is_told: bool = True
    is_at: bool = False
    is_first: bool = False
    is_event: bool = False

    @property
    def is_evident(self) -> bool:
        """True where the way it is written says that a place is meant."""
        if self.is_word:
            return self.is_titled or (
                self.has_capital and (self.has_preposition or self.is_dateline)
            )
        return (
            self.has_capital
            or self.has_preposition
            or self.is_dateline
            or self.is_name_at_start
            or len(self.folded) > 1
        )

    @property
    def is_name_at_start(self) -> bool:
        """True of a text's first word that is no word of the language: ``bozel sous la neige``."""
        return (
            self.is_first
            and not self.is_word
            and len(self.folded[0]) >= _SHORT_LETTERS
            and self.folded[0] not in FIRST_NAMES
            and self.folded[0] not in WINES_AND_CHEESES
        )

    @property
    def is_cut_saint(self) -> bool:
        """True of ``St Trop``, ``st naz``: nobody abbreviates a saint to whom he prays."""
        return self.text[:3].casefold() in _CUT_SAINTS

    @property
    def is_bare_saint(self) -> bool:
        """True of ``Saint-Nicolas`` with nothing that makes it a place: the saint may be meant."""
        return (
            len(self.folded) == len(("saint", "nicolas"))
            and self.folded[0] in {"saint", "sainte"}
            and not self.has_preposition
            and not self.is_dateline
        )

    @property
    def is_rare_word(self) -> bool:
        """True of one long word that means nothing else: a name even in small letters."""
        return not self.is_word and len(self.folded) == 1 and len(self.folded[0]) >= _RARE_LETTERS

    @property
    def is_strong(self) -> bool:
        """True where it is evident even of a place that nobody expected."""
        letters = sum(map(len, self.folded))
        return (
            not self.is_word
            and self.has_capital
            and (len(self.folded) > 2 or (self.has_preposition and letters > 4))
        )


@functools.lru_cache(maxsize=100_000)
def _looked_up(word: str) -> str:
    return spelled(fold(word))


def mentions(text: str, gazetteer: Gazetteer) -> Iterator[Mention]:
    """Yield the names in a text, the longest at each position, from left to right."""
    found = list(_WORD.finditer(text))
    folded = [_looked_up(word.group()) for word in found]
    is_sport = is_about_sport(text, folded)
    at = 0
    while at < len(found):
        words, length = _name_at(text, found, folded, at, gazetteer)
        if length:
            mention = _mention(text, found, folded, at, length, words, gazetteer)
            # Of sport only "à Dijon" is a place: "Dijon mène 2-0" is a team.
            if mention and (not is_sport or (at and folded[at - 1] == "a")):
                yield mention
        at += max(length, 1)


def _name_at(
    text: str, found: list[re.Match[str]], folded: list[str], at: int, gazetteer: Gazetteer
) -> tuple[tuple[str, ...], int]:
    """Return the longest name that begins at a word, as looked up, and its length in words.

    ``aux Maillys`` is Les Maillys, ``au Creusot`` Le Creusot.
    """
    article = CONTRACTED.get(folded[at])
    for first in (folded[at], article) if article else (folded[at],):
        longest = min(gazetteer.longest_name_from(first), len(found) - at)
        for length in range(longest, 0, -1):
            if first is article and length == 1:
                break
            run = found[at : at + length]
            name = (first, *folded[at + 1 : at + length])
            is_name = gazetteer.codes_named(name) or gazetteer.codes_shortened(name)
            if is_name and all(
                _PLAIN_GAP.match(text[left.end() : right.start()])
                for left, right in itertools.pairwise(run)
            ):
                return name, length
    return (), 0


def _is_line(
    text: str,
    found: list[re.Match[str]],
    folded: list[str],
    at: int,
    length: int,
    gazetteer: Gazetteer,
) -> bool:
    """Tell whether a hyphen joins two towns, as in ``le car Genlis-Dijon``."""
    window = folded[max(0, at - 5) : at]
    around = (*window, *folded[at + length : at + length + 2])
    is_road = any(map(_ROAD.fullmatch, around))
    if "sens" in window or not (is_road or VEHICLES.intersection(around)):
        return False  # Two towns and nothing that goes from one to the other: a match.
    for other, first in ((at + length, at + length), (at - 1, at)):
        if not 0 <= other < len(found) or not 0 < first < len(found):
            continue
        gap = text[found[first - 1].end() : found[first].start()]
        word = found[other].group()
        is_town = folded[other] not in gazetteer.words or (is_road and len(word) >= _SHORT_LETTERS)
        if gap in ("-", "‑", "–") and word[0].isupper() and is_town:
            return bool(gazetteer.codes_named([folded[other]]))
    return False


def _is_shouted(found: list[re.Match[str]], at: int, length: int) -> bool:
    """Tell whether a name stands among words in capitals, where its own says nothing."""
    around = (*found[max(0, at - 1) : at], *found[at + length : at + length + 1])
    return found[at].group().isupper() and any(
        len(one.group()) > 1 and one.group().isupper() for one in around
    )


def _is_of_words(said: str, main: Sequence[str], gazetteer: Gazetteer) -> bool:
    """Tell whether a name in small letters is made of plain words: ``trois rivières``."""
    return (
        said.islower()
        and len(main) > 1
        and "-" not in said
        and main[0] not in ("saint", "sainte")
        and gazetteer.words.issuperset(main)
        and not _LITTLE.intersection(main)
    )


def _is_borne_by_another(
    text: str,
    start: int,
    end: int,
    folded: list[str],
    at: int,
    name: tuple[str, ...],
    main: Sequence[str],
    *,
    is_capital: bool,
) -> bool:
    """Tell whether a thing, a person, a saint, a foreign town bears the name."""
    return (
        is_no_place(folded, at, is_capital=is_capital)
        or is_of_something(folded, at)
        or is_person(text, start, end, name)
        or (bool(main) and is_abroad(main[0], folded))
        or (name[0] in ("saint", "sainte") and bool(PRAYERS.intersection(folded)))
        or (name == ("entre", "deux") and not is_capital)
    )


def _mention(
    text: str,
    found: list[re.Match[str]],
    folded: list[str],
    at: int,
    length: int,
    name: tuple[str, ...],
    gazetteer: Gazetteer,
) -> Mention | None:
    start, end = found[at].start(), found[at + length - 1].end()
    main = [word for word in name if word not in ARTICLES]
    first = found[at + length - len(main)].group() if main else found[at].group()
    if _is_borne_by_another(
        text, start, end, folded, at, name, main, is_capital=first[0].isupper()
    ):
        return None
    if is_part_of_longer(text, start, end, length) and not _is_line(
        text, found, folded, at, length, gazetteer
    ):
        return None
    is_word = len(main) <= 1 and bool(gazetteer.words.intersection(main))
    before = folded[at - 1] if at else ""
    is_filed = is_dateline(text, start, end, name)
    is_loose = length == 1 and (is_word or not gazetteer.codes_named(name))
    if is_loose and not text.isupper() and _LONGER.match(text[end : end + 24]):
        return None  # "à Bois Rouge", "Morne Calebasse": another name begins so.
    is_country = bool(main) and (main[0] in RIVERS or main[0] in REGIONS)
    is_sure = is_filed and not text[end:].startswith(",")  # A comma is weaker than a colon.
    if (is_country or not is_sure) and is_doubtful(
        text, start, end, folded, at, length, is_capital=first[0].isupper()
    ):
        return None
    if not (is_filed or before == "a" or is_named_thing(folded, at, length)):
        is_word = is_word or _is_of_words(text[start:end], main, gazetteer)
    if not first[0].isupper() and before != "a" and len(main) == 1:
        is_word = is_word or main[0] in WINES_AND_CHEESES
    is_first = begins_sentence(text, start) and not is_filed and folded[at] not in CONTRACTED
    return Mention(
        start=start,
        text=text[start:end],
        folded=name,
        codes=gazetteer.codes_named(name),
        has_preposition=before in AT or folded[at] in CONTRACTED or before in CONTRACTED,
        has_capital=first[0].isupper()
        and not (is_word and (is_first or text.isupper() or _is_shouted(found, at, length))),
        is_word=is_word,
        needs_proof=len(main) == 1
        and (main[0] in ONLY_PROVED or (length == 1 and name[0] in MUST_BE_PROVED))
        and not OFFICES.intersection(folded[max(0, at - 2) : at]),
        short_codes=gazetteer.codes_shortened(name),
        is_relative=is_relative(folded, at),
        is_dateline=is_filed,
        number=department_number(text[end : end + 12]),
        is_past=is_past(text, start, end),
        is_label=text[end : end + 1].isspace() and is_label(folded, at, length, is_word=is_word),
        is_first=at == 0,
        is_event=before in ("a", "au", "aux")
        and bool(EVENTS.intersection(folded[max(0, at - 4) : at])),
        is_titled=is_titled(text[start:end], name),
        is_at=before == "a" or bool(OFFICES.intersection(folded[max(0, at - 2) : at])),
        is_told=is_told(text, start, folded, at, is_dateline=is_filed),
    )
