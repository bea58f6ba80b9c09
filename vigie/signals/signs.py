"""Signs in a text that belong to no category: who is meant, what befell them, what shows fiction.

Called by ``peril`` and ``triage`` with the signs that ``lexicons.load_lexicons`` has read from
``data/lexicons/_signs.yml``. Pure; must not weigh what it finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from vigie.signals.normalisation import fold

SignKind = Literal[
    "person",
    "peril",
    "threat",
    "call",
    "frail",
    "request",
    "thing",
    "real",
    "hour",
    "played",
    "drill",
    "unreal_strong",
    "unreal_weak",
    "safe",
    "place",
    "force",
    "body",
    "absence",
    "lack",
    "trap",
    "calm",
    "witness",
    "third",
    "one",
]
"""The kinds of signs, in the order of the file; from ``place`` on each alone says little.

``hour`` is a time of the day: news beside other signs, none alone. ``drill`` says that an exercise
is on, which in an exercise means nothing.
``calm`` weighs against a peril; ``witness``, ``third`` and ``one`` are signs of grammar: somebody
sees or hears, another's things are spoken of, one particular person is meant.
"""
_TOKEN = re.compile(r"\w+")
_MOST_CHARACTERS = 1_500
_STEM_LETTERS = 3
_GAP = r"(?:\w+ ){0,3}"


@dataclass(frozen=True, slots=True)
class _Form:
    kind: str
    pattern: re.Pattern[str]


class Signs:
    """The forms of all kinds of signs, found by the first letters of their first words."""

    def __init__(self, forms: Mapping[SignKind, list[str]]) -> None:
        """Make signs of forms.

        Args:
            forms: Kind to forms as in ``data/lexicons/_signs.yml``; a form may hold several,
                parted by commas.

        Raises:
            ValueError: If a form is empty or begins with a gap.
        """
        self._by_word: dict[str, list[_Form]] = {}
        self._by_stem: dict[str, list[_Form]] = {}
        self._by_digit: list[_Form] = []
        for kind, lines in forms.items():
            for line in lines:
                for form in line.split(","):
                    self._add(kind, fold(form).split())

    def found(self, text: str) -> dict[str, tuple[str, ...]]:
        """Return kind to the words that bear it, each once, in the order of the text.

        Only the beginning of a very long text is read.
        """
        tokens = _TOKEN.findall(fold(text[:_MOST_CHARACTERS]))
        line = " ".join(tokens) + " "
        found: dict[str, dict[str, None]] = {}
        ends: dict[str, int] = {}
        at = 0
        for token in tokens:
            for form in self._beginning_like(token):
                match = form.pattern.match(line, at)
                if match and match.end() > ends.get(form.kind, -1):
                    found.setdefault(form.kind, {})[match[0].strip()] = None
                    ends[form.kind] = match.end()
            at += len(token) + 1
        return {kind: tuple(words) for kind, words in found.items()}

    def _beginning_like(self, token: str) -> Iterable[_Form]:
        yield from self._by_word.get(token, ())
        for size in range(1, min(len(token), _STEM_LETTERS) + 1):
            yield from self._by_stem.get(token[:size], ())
        if token[0].isdigit():
            yield from self._by_digit

    def _add(self, kind: str, words: list[str]) -> None:
        if not words or words[0] == "*":
            raise ValueError(" ".join(words))
        made = _Form(kind, re.compile("".join(map(_compiled, words))))
        for first in words[0].split("|"):
            bare = first.rstrip("*")
            if first[0] == "#" or first[0].isdigit():
                self._by_digit.append(made)
            elif "#" in first:
                self._by_stem.setdefault(first.split("#")[0][:_STEM_LETTERS], []).append(made)
            elif first.endswith("*"):
                self._by_stem.setdefault(bare[:_STEM_LETTERS], []).append(made)
            else:
                self._by_word.setdefault(first, []).append(made)


def _compiled(word: str) -> str:
    """Return the expression of one word of a form, with the space after it."""
    if word == "*":
        return _GAP
    return f"(?:{'|'.join(map(_alternative, word.split('|')))}) "


def _alternative(word: str) -> str:
    if word == "#":
        return r"\d+"
    escaped = re.escape(word.rstrip("*")).replace(r"\#", "#")
    counted = re.sub(r"(?<=^\d)#|(?<=^\d\d)#", r"\\d", escaped).replace("#", r"\d+")
    return counted + (r"\w*" if word.endswith("*") else "")
