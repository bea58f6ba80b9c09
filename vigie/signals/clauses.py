"""The words of a text in order: how strongly each is set off, who says it, which carry a capital.

Called by the signatures. Pure; must not know facts or places.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vigie.signals.distinguishing import one_spelling, with_facts_spelled
from vigie.signals.normalisation import fold
from vigie.signals.voices import OWN_WORDS, voiced

NO_BREAK, COMMA, COLON, STOP = range(4)
_BREAKS = (
    (STOP, re.compile(r"[.!?;\n…]")),
    (COLON, re.compile(r"[:|>→⇒«»“”\"()\[\]]|\s[-–—•*/]+\s|[^\x00-\u024f\u2000-\u206f]")),
    (COMMA, re.compile(r"[,–—]")),
)
"""How strongly marks between two words part them; an emoji parts like a colon."""
_WORD = re.compile(r"\w+")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n«\"“]\s{0,3}|[-–—•]\s{1,3})(\w+)")
_LITTLE_WORDS = """
a au aux ce ces cet cette d dans de des du en est et il elle ils elles l la le les leur lui eux
toi m ma mes moi mon n ne on ou par pour qu que qui rt s sa se ses son sont sur t un une via vers
y j je c info infos flash urgent alerte direct svp stp svpp merci bonjour bonsoir salut 1 ds pr ya
jai cest ca g hui nos notre votre vos leurs tes ton ta te breaking maj attention important
communique avis coucou hello sos help
"""
_FILLERS = frozenset(_LITTLE_WORDS.split())
_MOST_WORDS = 400
"""Beyond this many words a text is compared by its beginning: an article, not a post."""


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words in order.

    Attributes:
        tokens: The words, each fact as one word of one spelling.
        breaks: For each how strongly it is set off from the word before it.
        voiced: For each whether somebody says it of themselves, or asks it.
        opened: For each whether it, or a filler right before it, is a word of somebody's own.
    """

    tokens: tuple[str, ...]
    breaks: tuple[int, ...]
    voiced: tuple[bool, ...]
    opened: tuple[bool, ...]

    def without_half_word(self) -> Words:
        """Return the words without the last, which was cut, and a figure that lost its unit."""
        left = len(self.tokens) - 1
        while left > 0 and self.tokens[left - 1].isdigit():
            left -= 1
        left = max(left, 0)
        return Words(self.tokens[:left], self.breaks[:left], self.voiced[:left], self.opened[:left])

    def content(self) -> Words:
        """Return the words that are no fillers; the breaks of fillers before are theirs."""
        kept: list[tuple[str, int, bool, bool]] = []
        strongest, is_opened = NO_BREAK, False
        said = zip(self.tokens, self.breaks, self.voiced, self.opened, strict=True)
        for token, gap, voice, opens in said:
            strongest, is_opened = max(strongest, gap), is_opened or opens
            if token not in _FILLERS:
                kept.append((token, strongest, voice, is_opened))
                strongest, is_opened = NO_BREAK, False
        return Words(
            tuple(token for token, _, _, _ in kept),
            tuple(gap for _, gap, _, _ in kept),
            tuple(voice for _, _, voice, _ in kept),
            tuple(opens for _, _, _, opens in kept),
        )


def words_of(folded: str) -> Words:
    """Return the words of folded text."""
    spelled = with_facts_spelled(folded)
    found: list[str] = []
    gaps: list[int] = []
    asked: list[bool] = []
    first_of_sentence = 0
    end = 0
    for word in itertools.islice(_WORD.finditer(spelled), _MOST_WORDS):
        gap = spelled[end : word.start()]
        gaps.append(_break_of(gap))
        if gaps[-1] == STOP:
            _note_question(asked, first_of_sentence, gap)
            first_of_sentence = len(found)
        found.append(word.group())
        asked.append(False)
        end = word.end()
    _note_question(asked, first_of_sentence, spelled[end : end + 8])
    tokens = one_spelling(found)
    own = voiced(tokens, [gap >= COMMA for gap in gaps], [gap >= COLON for gap in gaps])
    return Words(
        tuple(tokens),
        tuple(gaps),
        tuple(a or b for a, b in zip(asked, own, strict=True)),
        tuple(token in OWN_WORDS for token in tokens),
    )


def plain_words(folded: str) -> list[str]:
    """Return the words of folded text, each fact as one word of one spelling."""
    return one_spelling(_WORD.findall(with_facts_spelled(folded))[:_MOST_WORDS])


def capitalised(text: str) -> frozenset[str]:
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


def led_names(names: Iterable[str], words: Words, leading: Sequence[str]) -> frozenset[str]:
    """Return the names before which one of the leading words stands, with no mark between."""
    parted = (
        (" | " if gap >= COMMA else " ") + token
        for token, gap in zip(words.tokens, words.breaks, strict=True)
    )
    text = f"{''.join(parted)} "
    return frozenset(name for name in names if any(f" {one} {name} " in text for one in leading))


def _note_question(asked: list[bool], start: int, gap: str) -> None:
    if "?" in gap:
        asked[start:] = [True] * (len(asked) - start)


def _break_of(gap: str) -> int:
    if gap in {" ", "'"}:
        return NO_BREAK
    return next((strength for strength, marks in _BREAKS if marks.search(gap)), NO_BREAK)
