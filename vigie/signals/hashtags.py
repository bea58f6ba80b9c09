"""Which hashtags are words of the sentence and which only file the post.

Called by the gathering's signatures and by the triage. A block of hashtags at the beginning or
the end files a post; the watched ones there say why we found it, not what it says. Pure; must not
know which tags are watched before it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vigie.signals.normalisation import fold, open_hashtags

_TOKEN = re.compile(r"[#＃]?\w+")
_MARKS = "#＃"
_SENTENCE_END = re.compile(r"[.!?…:;\n]")
_LITTLE = "a au aux d de des du en entre et l la le les ou par pour pres sans sous sur un une vers"
_LEADING_TO = frozenset(_LITTLE.split())
"""After these the last tag of a text still belongs to the sentence: ``l'eau arrive à #Genlis``."""


def tag_keys(tags: Iterable[str]) -> frozenset[str]:
    """Return hashtags as they are compared: without ``#``, case and accents."""
    return frozenset(fold(tag.lstrip(_MARKS)) for tag in tags)


def split_tags(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text without its blocks of hashtags, and the tags of these blocks in order.

    A tag inside a sentence stays, also as its last word after a preposition or an article, and so
    does a single tag that begins one (``#A38 coupée``).
    """
    tokens = list(_TOKEN.finditer(text))
    first, last = _bounds(text, tokens)
    block = [*tokens[:first], *tokens[last:]]
    begin = tokens[first].start() if first < len(tokens) else len(text)
    end = tokens[last].start() if last < len(tokens) else len(text)
    return text[begin if first else 0 : max(begin, end)], tuple(t.group()[1:] for t in block)


def _bounds(text: str, tokens: Sequence[re.Match[str]]) -> tuple[int, int]:
    """Return where the sentence begins and ends between the blocks of hashtags."""
    first, last = 0, len(tokens)
    while first < last and _is_tag(tokens[first]):
        first += 1
    if first == 1 and len(tokens) > 1:
        first = 0
    while last > first and _is_tag(tokens[last - 1]):
        last -= 1
    if 0 < last < len(tokens) and _leads_to(text, tokens[last - 1], tokens[last]):
        last += 1
    return first, last


def without_watched_tags(text: str, ignored: frozenset[str]) -> str:
    """Return the text without the watched tags that file it; those inside a sentence stay words.

    Args:
        text: Without web addresses.
        ignored: From ``tag_keys``.
    """
    if not ignored or not any(mark in text for mark in _MARKS):
        return text
    tokens = list(_TOKEN.finditer(text))
    first, last = _bounds(text, tokens)
    pieces: list[str] = []
    at = 0
    # Tag by tag, for what stands between and behind them is said too: a laugh, above all.
    for token in (*tokens[:first], *tokens[last:]):
        if fold(token.group()[1:]) in ignored:
            pieces.append(text[at : token.start()])
            at = token.end()
    return _without_lone_tags("".join([*pieces, text[at:]]), ignored)


def sentence_words(body: str, ignored: frozenset[str]) -> str:
    """Return a body in which tags are opened; a watched one loses its figures (``#Crue21``)."""
    if not any(mark in body for mark in _MARKS):
        return body
    return open_hashtags(
        _TOKEN.sub(
            lambda found: (
                re.sub(r"(?<=[^\W\d]{4})\d+$", "", found.group())
                if _is_tag(found) and fold(found.group()[1:]) in ignored
                else found.group()
            ),
            _without_lone_tags(body, ignored),
        )
    )


def _without_lone_tags(body: str, ignored: frozenset[str]) -> str:
    """Take out the watched tags that stand as a sentence of their own or before one."""
    tokens = list(_TOKEN.finditer(body))
    pieces: list[str] = []
    at = 0
    for number, token in enumerate(tokens):
        if not (_is_tag(token) and fold(token.group()[1:]) in ignored):
            continue
        before = body[tokens[number - 1].end() : token.start()] if number else "\n"
        if _SENTENCE_END.search(before):
            pieces.append(body[at : token.start()])
            at = token.end()
    return "".join([*pieces, body[at:]])


def _is_tag(token: re.Match[str]) -> bool:
    return token.group()[0] in _MARKS and len(token.group()) > 1


def _leads_to(text: str, word: re.Match[str], tag: re.Match[str]) -> bool:
    between = text[word.end() : tag.start()]
    return fold(word.group()) in _LEADING_TO and not _SENTENCE_END.search(between)
