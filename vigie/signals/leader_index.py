"""Finds the few leaders that a text can resemble, by hashed word pairs.

Called by the gathering only. A text is sought first among the leaders with the same facts, then,
by its rarest word pairs, among all: a thousand "route coupée à …" cost no more than ten. Pure; must
not judge likeness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Generic, TypeVar

from vigie.signals.signature import Signature

_MOST_FOR_ONE_PAIR = 300
"""A word pair that more leaders share says nothing about any of them."""
_MOST_CANDIDATES = 16
_MOST_OTHERS = 8
_MOST_LOOKED_AT = 400
"""Entries of the rarest pairs that one text may look at."""

Entry = TypeVar("Entry")


class LeaderIndex(Generic[Entry]):
    """An index from hashed word pairs to entries, bounded per text."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._by_facts: dict[tuple[int, frozenset[str]], list[int]] = {}
        self._by_pair: dict[int, list[int]] = {}

    def add(self, signature: Signature, entry: Entry) -> None:
        """Take in a leader, by its own words and by those that it quotes."""
        number = len(self._entries)
        self._entries.append(entry)
        for part in _parts(signature):
            for pair in part.index_shingles:
                self._by_facts.setdefault((pair, part.facts), []).append(number)
                self._by_pair.setdefault(pair, []).append(number)

    def candidates(self, signature: Signature) -> list[Entry]:
        """Return the leaders that share most word pairs with a text, best first."""
        same: Counter[int] = Counter()
        like: Counter[int] = Counter()
        for part in _parts(signature):
            for pair in part.shingles:
                _count(same, self._by_facts.get((pair, part.facts), ()))
            held = [self._by_pair[pair] for pair in part.shingles if pair in self._by_pair]
            left = _MOST_LOOKED_AT
            for numbers in sorted(held, key=len):
                left -= len(numbers)
                if left < 0:
                    break
                like.update(numbers)
        ranked = _ranked(same)[:_MOST_CANDIDATES]
        others = [number for number in _ranked(like) if number not in same]
        return [self._entries[n] for n in (*ranked, *others[:_MOST_OTHERS])]


def _ranked(counts: Counter[int]) -> list[int]:
    return [n for n, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _parts(signature: Signature) -> list[Signature]:
    return [signature] if signature.quoted is None else [signature, signature.quoted]


def _count(counts: Counter[int], numbers: Sequence[int]) -> None:
    if len(numbers) <= _MOST_FOR_ONE_PAIR:
        counts.update(numbers)
