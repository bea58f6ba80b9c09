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
    counted_of,
    facts_of,
    one_spelling,
    polarity_of,
    with_facts_spelled,
)
from vigie.signals.hashtags import sentence_words, split_tags
from vigie.signals.normalisation import fold, open_hashtags, without_addresses
from vigie.signals.relaying import (
    REPEATED,
    begins_as_repeat,
    split_at_share_mark,
    without_attribution,
    without_calls,
)
from vigie.signals.word_names import WORD_NAMES

NamesIn = Callable[[tuple[str, ...]], frozenset[str]]
"""Gives the place names among folded words; see ``Gazetteer.names_in``."""

_QUOTED = re.compile(r"«([^»]{20,})(?:»|$)|[“\"]([^”\"]{20,})(?:[”\"]|$)")
_MENTION = re.compile(r"@[\w.@-]+")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])[\s»”\"]*$")
_WORD = re.compile(r"\w+")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;«\"“\n]\s{0,3}|[-–—•]\s{1,3})(\w+)")
_LITTLE_WORDS = """a au aux ce ces cet cette d dans de des du en est et il elle ils elles l la le
les leur m ma mes mon n ne on ou par pour qu que qui rt s sa se ses son sont sur t un une via vers
y j je c info infos flash urgent alerte direct svp stp svpp merci bonjour bonsoir salut 1
ds pr ya jai cest ca sa g breaking maj attention important communique avis coucou hello sos help"""
_FILLERS = frozenset(_LITTLE_WORDS.split())
_MOST_WORDS = 400
"""Beyond this many words a text is compared by its beginning: an article, not a post."""
_SHINGLES = 16
_QUERY_SHINGLES = 256
_MOST_TAGS = 40
_PLACE_WORDS = "a au aux de d du vers entre sur pres en par direction cote chez jusqu sous"
_LEADING = _PLACE_WORDS.split()
_THREAD_MARK = re.compile(r"(?:^|(?<=\s))[(\[]?\d{1,2}/(?:\d{1,2}|n)?[)\]]?(?=\s|$)")
"""``1/2`` of a message in parts."""
_DEPARTMENT_MARK = re.compile(r"\(\s?(?:\d\d|2[ABab]|97\d)\s?\)")
_DEPARTMENT = re.compile(r"\(\s?(\d\d|2[ab]|97\d)\s?\)")
"""``Cars (33)``: files the text, and never two different ones."""
_FIRST_TAG = re.compile(r"^([#＃]\w+)(?=\s+\w)")
NO_BREAK, COMMA, COLON, STOP = range(4)
_BREAKS = (
    (STOP, re.compile(r"[.!?;\n…]")),
    (COLON, re.compile(r"[:|>→⇒«»“”\"()\[\]]|\s[-–—•*/]+\s|[^\x00-\u024f\u2000-\u206f]")),
    (COMMA, re.compile(r"[,–—]")),
)
"""How strongly marks between two words part them; an emoji parts like a colon."""
_TYPED = re.compile(r"^(?:hour|height|centimetres|mark|road|figure|phone)_\w+$|^\d")
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Signature:
    """A text as the gathering compares it.

    Attributes:
        content: Words in order, without fillers and without blocks of hashtags.
        breaks: For each word of ``content`` how strongly it is set off from the word before it:
            one of ``NO_BREAK``, ``COMMA``, ``COLON``, ``STOP``.
        facts: Figures, hours, roads, heights and place names in the text.
        typed_facts: Those of ``facts`` that are figures, without emergency numbers and years.
        filed_facts: Roads and places among the hashtags that file the text.
        places: Those of ``facts`` and ``filed_facts`` that are place names.
        led_places: Those of ``places`` that follow a word of place (``à``, ``vers``, ``de``).
        polarity: Words of denial, end, side, day.
        names: Words with a capital inside a sentence: a text that adds one says more.
        filed_places: Place names among the watched tags that file it: never two different ones.
        is_cut: The text ends with an ellipsis; its half last word is left out.
        shingles: Hashes of word pairs, smallest first: its place in the index.
        quotation_count: How many quotations it holds: of several, none is the text.
        quoted: What it repeats of another text, if it says so (RT, quotation marks).
    """

    content: tuple[str, ...]
    breaks: tuple[int, ...]
    facts: frozenset[str]
    typed_facts: frozenset[str]
    filed_facts: frozenset[str]
    places: frozenset[str]
    led_places: frozenset[str]
    polarity: frozenset[str]
    names: frozenset[str]
    filed_places: frozenset[str]
    is_cut: bool
    shingles: tuple[int, ...]
    quotation_count: int = 0
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
    def all_facts(self) -> frozenset[str]:
        """Every fact that it holds, in its words or in the tags that file it."""
        return self.facts | self.filed_facts

    @property
    def denies(self) -> bool:
        """True if it holds a word of flat denial."""
        return bool(self.polarity & DENIALS)


@functools.lru_cache(maxsize=60_000)
def signature(
    text: str, names_in: NamesIn, ignored_tags: frozenset[str] = frozenset()
) -> Signature:
    """Return what of a text is compared; the same text costs nothing the second time.

    Args:
        text: Plain text as it arrived.
        names_in: Gives the place names among folded words.
        ignored_tags: From ``tag_keys``: the watched hashtags, which state no fact.
    """
    make = _Maker(names_in, ignored_tags)
    bare = begins_as_repeat(without_attribution(without_addresses(text)).strip())
    inner = _quoted_part(bare)
    if inner:
        return make.signature(bare, make.signature(inner))
    shared, comment = split_at_share_mark(text)
    if shared:
        part = make.signature(begins_as_repeat(without_attribution(shared)))
        around = make.signature(without_attribution(without_addresses(comment)))
        if around.content and not (around.facts or around.polarity):
            return make.signature(bare, part)
    return make.signature(bare)


def headline(text: str) -> str:
    """Return the headline of an article as the connectors write it: its first paragraph."""
    return text.split("\n\n", 1)[0]


def _quoted_part(bare: str) -> str:
    """Return what the text says to repeat of another text, or nothing.

    Of several quotations none is it: which one the text is about is unknown.
    """
    repeated = REPEATED.search(bare)
    if repeated:
        return bare[repeated.end() :].strip()
    parts = [one or other for one, other in _QUOTED.findall(bare)]
    return parts[0] if len(parts) == 1 else ""


@dataclass(frozen=True, slots=True)
class _Maker:
    """What every part of one text is made with."""

    names_in: NamesIn
    ignored_tags: frozenset[str]

    def signature(self, bare: str, quoted: Signature | None = None) -> Signature:
        """Return the signature of one part, freed of links and attributions."""
        body, tags = split_tags(_without_thread_mark(_MENTION.sub(" ", bare)))
        department = frozenset(f"({found})" for found in _DEPARTMENT.findall(body.lower()))
        body = _DEPARTMENT_MARK.sub(" ", body)
        body = _FIRST_TAG.sub(r"\1 :", body.strip())
        is_cut = bool(_CUT.search(body))
        said = without_calls(fold(sentence_words(body, self.ignored_tags)))
        tokens, gaps = _tokens_and_gaps(said)
        if is_cut and tokens:
            tokens.pop()
        content, breaks = _content(tokens, gaps)
        filed_facts, filed_polarity, filed_places = self._filed(tags)
        names = self.names_in(tuple(tokens))
        capitals = _capitalised(body)
        return Signature(
            content=content,
            breaks=breaks,
            facts=facts_of(tokens) | names,
            typed_facts=counted_of(tokens),
            filed_facts=filed_facts,
            places=names | {fact for fact in filed_facts if not _TYPED.match(fact)},
            led_places=_led(_written_as_names(names, capitals), tokens, gaps),
            polarity=polarity_of(tokens) | filed_polarity,
            names=capitals,
            filed_places=filed_places or department,
            is_cut=is_cut,
            quotation_count=len(_QUOTED.findall(bare)),
            shingles=_shingles(content),
            quoted=quoted,
        )

    def _filed(
        self, tags: tuple[str, ...]
    ) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Return facts, polarity and watched places that a block of hashtags holds.

        Of tags that nobody watches roads and places are facts; a bare figure (``#Dept21``) is not.
        """
        if not tags:
            return _NOTHING, _NOTHING, _NOTHING
        tags = tags[:_MOST_TAGS]
        watched = [tag for tag in tags if fold(tag) in self.ignored_tags]
        others = [tag for tag in tags if fold(tag) not in self.ignored_tags]
        tokens = [_tokens(fold(open_hashtags(f"#{tag}"))) for tag in others]
        known = [_tokens(fold(open_hashtags(f"#{tag}"))) for tag in watched]
        facts = {fact for some in tokens for fact in facts_of(some) if not fact[0].isdigit()}
        places = {name for some in tokens for name in self.names_in(tuple(some))}
        return (
            frozenset(facts | places),
            frozenset(word for some in tokens for word in polarity_of(some)),
            frozenset(name for some in known for name in self.names_in(tuple(some))),
        )


def _without_thread_mark(text: str) -> str:
    """Return the text without ``1/2`` at its beginning or end: a part of a thread says so."""
    mark = _THREAD_MARK.match(text.strip())
    text = text.strip()[mark.end() :] if mark else text
    last = _THREAD_MARK.search(text[-8:])
    return text[:-8] + text[-8:][: last.start()] if last and last.end() == len(text[-8:]) else text


def _tokens(folded: str) -> list[str]:
    return one_spelling(_WORD.findall(with_facts_spelled(folded))[:_MOST_WORDS])


def _tokens_and_gaps(folded: str) -> tuple[list[str], list[int]]:
    """Return the words of folded text and how strongly each is set off from the one before."""
    spelled = with_facts_spelled(folded)
    words: list[str] = []
    gaps: list[int] = []
    end = 0
    for found in itertools.islice(_WORD.finditer(spelled), _MOST_WORDS):
        words.append(found.group())
        gaps.append(_break_of(spelled[end : found.start()]))
        end = found.end()
    return one_spelling(words), gaps


def _written_as_names(places: frozenset[str], capitals: frozenset[str]) -> frozenset[str]:
    """Return the places written with a capital, in a text that writes any (no ``ligne``)."""
    if not capitals:
        return places - WORD_NAMES
    return frozenset(name for name in places if not capitals.isdisjoint(name.split()))


def _led(names: frozenset[str], tokens: list[str], gaps: list[int]) -> frozenset[str]:
    """Return the names that some word of place leads to."""
    if not names:
        return _NOTHING
    parted = (
        (" | " if gap >= COMMA else " ") + token for token, gap in zip(tokens, gaps, strict=False)
    )
    text = f"{''.join(parted)} "
    return frozenset(name for name in names if any(f" {word} {name} " in text for word in _LEADING))


def _break_of(gap: str) -> int:
    if gap in {" ", "'"}:
        return NO_BREAK
    return next((strength for strength, marks in _BREAKS if marks.search(gap)), NO_BREAK)


def _content(tokens: list[str], gaps: list[int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the words that are no fillers, and their breaks, those of fillers before included."""
    words: list[str] = []
    breaks: list[int] = []
    strongest = NO_BREAK
    for token, gap in zip(tokens, gaps, strict=False):
        strongest = max(strongest, gap)
        if token not in _FILLERS:
            words.append(token)
            breaks.append(strongest)
            strongest = NO_BREAK
    return tuple(words), tuple(breaks)


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
