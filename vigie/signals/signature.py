"""What of a text the gathering compares: its words, facts, names, and what it quotes.

Called by the gathering for each post and leader; kept in a cache, since leaders come back with
every sweep. Pure; must not compare two texts.
"""

from __future__ import annotations

import functools
import itertools
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from vigie.signals.distinguishing import (
    DENIALS,
    facts_of,
    one_spelling,
    polarity_of,
    with_facts_spelled,
)
from vigie.signals.normalisation import fold, open_hashtags, without_addresses

NamesIn = Callable[[tuple[str, ...]], frozenset[str]]
"""Gives the place names among folded words; see ``Gazetteer.names_in``."""

_REPEATED = re.compile(r"\bRT\s{1,3}@[\w.@-]+\s?:?", re.IGNORECASE)
_VIA = re.compile(r"\bvia\s{1,3}@[\w.@-]+", re.IGNORECASE)
_QUOTED = re.compile(r"«([^»]{20,})(?:»|$)|[“\"]([^”\"]{20,})(?:[”\"]|$)")
_MENTION = re.compile(r"@[\w.@-]+")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])[\s»”\"]*$")
_WORD = re.compile(r"\w+")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;«\"“\n]\s{0,3}|[-–—•]\s{1,3})(\w+)")
_LITTLE_WORDS = """a au aux ce ces cet cette d dans de des du en est et il elle ils elles l la le
les leur m ma mes mon n ne on ou par pour qu que qui rt s sa se ses son sont sur t un une via vers
y j je c info infos flash urgent alerte direct"""
_FILLERS = frozenset(_LITTLE_WORDS.split())
_MOST_WORDS = 400
"""Beyond this many words a text is compared by its beginning: an article, not a post."""
_SHINGLES = 16
_QUERY_SHINGLES = 256


@dataclass(frozen=True, slots=True)
class Signature:
    """A text as the gathering compares it.

    Attributes:
        content: Words in order, without fillers.
        facts: Figures, hours, roads, heights and place names: equal or never one.
        polarity: Words of denial, end, side, day: equal or never one.
        names: Words with a capital inside a sentence: a text that adds one says more.
        is_cut: The text ends with an ellipsis; its half last word is left out.
        shingles: Hashes of word pairs, smallest first: its place in the index.
        quoted: What it repeats of another text, if it says so (RT, quotation marks).
    """

    content: tuple[str, ...]
    facts: frozenset[str]
    polarity: frozenset[str]
    names: frozenset[str]
    is_cut: bool
    shingles: tuple[int, ...]
    quoted: Signature | None = None

    @property
    def is_cut_anywhere(self) -> bool:
        """True if it, or what it quotes, ends with an ellipsis."""
        return self.is_cut or (self.quoted is not None and self.quoted.is_cut)

    @property
    def index_shingles(self) -> tuple[int, ...]:
        """The shingles under which it can be found."""
        return self.shingles[:_SHINGLES]

    @property
    def denies(self) -> bool:
        """True if it holds a word of flat denial."""
        return bool(self.polarity & DENIALS)


@functools.lru_cache(maxsize=60_000)
def signature(text: str, names_in: NamesIn) -> Signature:
    """Return what of a text is compared; the same text costs nothing the second time."""
    bare = _VIA.sub(" ", without_addresses(text)).strip()
    repeated = _REPEATED.match(bare)
    if repeated:
        bare = bare[repeated.end() :].strip()
    inner = _quoted_part(bare)
    return _signature(bare, names_in, _signature(inner, names_in, None) if inner else None)


def _quoted_part(bare: str) -> str:
    """Return what the text says to repeat of another text, or nothing.

    Of several quotations none is it: which one the text is about is unknown.
    """
    repeated = _REPEATED.search(bare)
    if repeated:
        return bare[repeated.end() :].strip()
    parts = [one or other for one, other in _QUOTED.findall(bare)]
    return parts[0] if len(parts) == 1 else ""


def _signature(bare: str, names_in: NamesIn, quoted: Signature | None) -> Signature:
    is_cut = bool(_CUT.search(bare))
    said = open_hashtags(_MENTION.sub(" ", bare))
    tokens = one_spelling(_WORD.findall(with_facts_spelled(fold(said)))[:_MOST_WORDS])
    if is_cut and tokens:
        tokens.pop()
    content = tuple(token for token in tokens if token not in _FILLERS)
    return Signature(
        content=content,
        facts=facts_of(tokens) | names_in(tuple(tokens)),
        polarity=polarity_of(tokens),
        names=_capitalised(bare),
        is_cut=is_cut,
        shingles=_shingles(content),
        quoted=quoted,
    )


def _capitalised(text: str) -> frozenset[str]:
    """Return the folded words that carry a capital inside a sentence, hashtags left out."""
    if sum(map(str.isupper, text)) > len(text) / 3:
        return frozenset()
    starts = {found.start(1) for found in _SENTENCE_START.finditer(text)}
    return frozenset(
        fold(found.group())
        for found in _WORD.finditer(text)
        if found.group()[0].isupper()
        and found.start() not in starts
        and text[found.start() - 1 : found.start()] not in {"#", "@"}
    )


def _shingles(content: tuple[str, ...]) -> tuple[int, ...]:
    """Return the hashes of neighbouring words, smallest first (bottom-k), bounded."""
    pairs = itertools.pairwise(content)
    hashes = {zlib.crc32(f"{a} {b}".encode("utf-8", "surrogatepass")) for a, b in pairs}
    return tuple(sorted(hashes)[:_QUERY_SHINGLES])
