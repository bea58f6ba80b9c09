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

from vigie.signals.clauses import Words, capitalised, led_names, plain_words, words_of
from vigie.signals.distinguishing import DENIALS, counted_of, facts_of, polarity_of
from vigie.signals.farewells import without_farewells
from vigie.signals.hashtags import sentence_words, split_tags
from vigie.signals.label_hours import split_at_label_hour
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
_TYPED = re.compile(r"^(?:hour|height|centimetres|mark|road|figure|phone)_\w+$|^\d")
_NOTHING: frozenset[str] = frozenset()
_ARTICLES = frozenset({"le", "la", "les", "l", "un", "une"})
_MORE_WORDS = """citerne pere mere vers place cour voiture voitures salle mairie retours amis photo
quartiers rue rues place avenue matinee soiree nuit hotel folie sure pauvre pauvres etais"""
_EVERY_DAY = WORD_NAMES | frozenset(_MORE_WORDS.split())
"""Names of places that are words first: without a capital they are no place."""


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
        told_places: Those of ``places`` that are written as names, and no words.
        led_places: Those of ``places`` that follow a word of place (``à``, ``vers``, ``de``).
        polarity: Words of denial, end, side, day.
        names: Words with a capital inside a sentence: a text that adds one says more.
        filed_places: Place names among the watched tags that file it: never two different ones.
        filed_words: Words of the tags that file the text.
        label_hours: The hour in a label in front: when somebody spoke, not when it happens.
        stated_facts: Those of ``typed_facts`` that nobody says of themselves.
        voiced: For each word of ``content`` whether somebody says it of themselves.
        opened: For each whether a word of somebody's own stands right before it or is it.
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
    told_places: frozenset[str]
    led_places: frozenset[str]
    polarity: frozenset[str]
    names: frozenset[str]
    filed_places: frozenset[str]
    filed_words: frozenset[str]
    label_hours: frozenset[str]
    stated_facts: frozenset[str]
    voiced: tuple[bool, ...]
    opened: tuple[bool, ...]
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
class _Filed:
    """What a block of hashtags holds: facts, polarity, watched places, and all its words."""

    facts: frozenset[str] = _NOTHING
    polarity: frozenset[str] = _NOTHING
    places: frozenset[str] = _NOTHING
    words: frozenset[str] = _NOTHING


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
        label_hours, body = split_at_label_hour(_FIRST_TAG.sub(r"\1 :", body.strip()))
        is_cut = bool(_CUT.search(body))
        words = words_of(_folded(sentence_words(body, self.ignored_tags)))
        if is_cut:
            words = words.without_half_word()
        content = words.content()
        tokens = list(words.tokens)
        filed = self._filed(tags)
        names = self.names_in(words.tokens)
        capitals = capitalised(body)
        led = led_names(names, words, _LEADING) if names else _NOTHING
        typed = counted_of(tokens)
        return Signature(
            content=content.tokens,
            breaks=content.breaks,
            voiced=content.voiced,
            opened=content.opened,
            facts=facts_of(tokens) | names | label_hours,
            typed_facts=typed,
            stated_facts=typed & _stated(content),
            filed_facts=filed.facts,
            filed_words=filed.words,
            label_hours=label_hours,
            places=names | {fact for fact in filed.facts if not _TYPED.match(fact)},
            told_places=_told(names, led, capitals, next(iter(tokens), "")),
            led_places=_written_as_names(names, capitals) & led,
            polarity=polarity_of(tokens) | filed.polarity,
            names=capitals,
            filed_places=filed.places or department,
            is_cut=is_cut,
            quotation_count=len(_QUOTED.findall(bare)),
            shingles=_shingles(content.tokens),
            quoted=quoted,
        )

    def _filed(self, tags: tuple[str, ...]) -> _Filed:
        """Return what a block of hashtags holds.

        Of tags that nobody watches roads and places are facts; a bare figure (``#Dept21``) is not.
        """
        if not tags:
            return _Filed()
        tags = tags[:_MOST_TAGS]
        watched = [tag for tag in tags if fold(tag) in self.ignored_tags]
        others = [tag for tag in tags if fold(tag) not in self.ignored_tags]
        tokens = [plain_words(fold(open_hashtags(f"#{tag}"))) for tag in others]
        known = [plain_words(fold(open_hashtags(f"#{tag}"))) for tag in watched]
        facts = {fact for some in tokens for fact in facts_of(some) if not fact[0].isdigit()}
        places = {name for some in tokens for name in self.names_in(tuple(some))}
        return _Filed(
            facts=frozenset(facts | places),
            polarity=frozenset(word for some in tokens for word in polarity_of(some)),
            places=frozenset(name for some in known for name in self.names_in(tuple(some))),
            words=frozenset(word for some in (*tokens, *known) for word in some),
        )


def _folded(text: str) -> str:
    return without_farewells(without_calls(fold(text)))


def _without_thread_mark(text: str) -> str:
    """Return the text without ``1/2`` at its beginning or end: a part of a thread says so."""
    mark = _THREAD_MARK.match(text.strip())
    text = text.strip()[mark.end() :] if mark else text
    last = _THREAD_MARK.search(text[-8:])
    return text[:-8] + text[-8:][: last.start()] if last and last.end() == len(text[-8:]) else text


def _stated(content: Words) -> frozenset[str]:
    """Return the words that nobody says of themselves."""
    pairs = zip(content.tokens, content.voiced, strict=True)
    return frozenset(word for word, is_own in pairs if not is_own)


def _written_as_names(places: frozenset[str], capitals: frozenset[str]) -> frozenset[str]:
    """Return the places written with a capital, in a text that writes any (no ``ligne``)."""
    if not capitals:
        return places - WORD_NAMES
    return frozenset(name for name in places if not capitals.isdisjoint(name.split()))


def _told(
    places: frozenset[str], led: frozenset[str], capitals: frozenset[str], first: str
) -> frozenset[str]:
    """Return the places that stand as names: with a capital, or no words of every day.

    In a text that writes capitals, a name without one is a place only after a word of place, or as
    its first word.
    """
    has_capitals = any(word.isalpha() for word in capitals)
    told: set[str] = set()
    for name in places:
        parts = [part for part in name.split() if part not in _ARTICLES]
        is_word = _EVERY_DAY.issuperset(parts)
        is_set = not has_capitals or name in led or parts[:1] == [first]
        if not capitals.isdisjoint(parts) or (is_set and not is_word):
            told.add(name)
    return frozenset(told)


def _shingles(content: tuple[str, ...]) -> tuple[int, ...]:
    """Return the hashes of neighbouring words, smallest first (bottom-k), bounded."""
    pairs = itertools.pairwise(content)
    hashes = {zlib.crc32(f"{a} {b}".encode("utf-8", "surrogatepass")) for a, b in pairs}
    return tuple(sorted(hashes)[:_QUERY_SHINGLES])
