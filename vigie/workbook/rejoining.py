"""Rows without a key that the store knows already: an editor that was open saved its row again.

Called by ``merging``. Pure. Its file is older than the key that the row was given, so only the
content tells the row. In doubt two rows stay two: a doubled row is seen, a swallowed one is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from vigie.records.observation import CellValue
from vigie.workbook.canonical import Canonical, canonical
from vigie.workbook.revisions import ReadRow

_LEAST_LIKENESS = 75.0
"""Of 100: a corrected sentence is nearer to itself than two sentences about two places."""
_TELLING_CHARACTERS = 12
"""A shorter text ("Paul", "12 h") is equal by chance."""
_WHOSE = ("entered_by", "name")
"""Two rows by or about two people are two rows."""
_WORD = re.compile(r"[\w'’-]+")

Filled = Mapping[str, Canonical]


def rejoin(
    rows: Sequence[ReadRow],
    known: Mapping[str, Mapping[str, CellValue]],
    machine_codes: frozenset[str],
    said: Mapping[tuple[str, str], frozenset[str]] | None = None,
) -> dict[int, str]:
    """Return row number → key for the rows that are known rows, moved or corrected.

    Args:
        rows: Without a key.
        known: Key → cells of the rows that people added and that neither the file nor its base has.
        machine_codes: Columns that say nothing about whose row it is.
        said: (key, column) to the texts that stood there before: a file that still holds one is
            older than the word that replaced it, and no other row.
    """
    said = said or {}
    theirs = {key: _filled(values, machine_codes) for key, values in known.items()}
    pairs = []
    for row in rows:
        mine = _filled(row.values, machine_codes)
        pairs += [
            (-score, row.row_number, key)
            for key, other in theirs.items()
            if (score := _likeness(_as_now(mine, other, key, said), other)) > 0
        ]
    found: dict[int, str] = {}
    for _, number, key in sorted(pairs):
        if number not in found and key not in found.values():
            found[number] = key
    return found


def _filled(values: Mapping[str, CellValue], machine_codes: frozenset[str]) -> Filled:
    return {
        code: known
        for code, value in values.items()
        if code not in machine_codes and (known := canonical(value)) is not None
    }


def _as_now(
    mine: Filled, other: Filled, key: str, said: Mapping[tuple[str, str], frozenset[str]]
) -> Filled:
    """Return a row with what others have replaced since taken for what stands there now."""
    return {
        code: other[code] if code in other and value in said.get((key, code), ()) else value
        for code, value in mine.items()
    }


def _likeness(mine: Filled, other: Filled) -> float:
    """Return how surely two rows are one: 0 if not; the same cells are the surest."""
    if mine == other:
        return 1000.0 if mine else 0.0
    shared = mine.keys() & other.keys()
    equal = {code for code in shared if mine[code] == other[code]}
    differing = shared - equal
    if differing.intersection(_WHOSE):
        return 0.0
    texts = {code for code in differing if _is_telling(mine[code]) or _is_telling(other[code])}
    if not all(_is_correction(mine[code], other[code]) for code in texts):
        return 0.0
    # The same person's row with more in it, or with less than others have added since.
    is_part = mine.keys() <= other.keys() or other.keys() <= mine.keys()
    if not differing and is_part and (len(equal) > 1 or "name" in equal):
        return 100.0 + len(equal)
    # A changed choice, hour or number is a correction only beside a sentence that tells the row.
    if not texts and not any(_is_telling(mine[code]) for code in equal):
        return 0.0
    return 100.0 + len(equal) - len(differing)


def _is_telling(value: Canonical) -> bool:
    return isinstance(value, str) and len(value) >= _TELLING_CHARACTERS


def _is_correction(one: Canonical, other: Canonical) -> bool:
    """Tell whether one sentence is the other corrected: alike, and about the same names."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    mine, theirs = _names(one), _names(other)
    return (mine <= theirs or theirs <= mine) and fuzz.ratio(one, other) >= _LEAST_LIKENESS


def _names(text: str) -> set[str]:
    """Return numbers and words with a capital, but for the first word of the text."""
    words = _WORD.findall(text)
    return {
        word
        for index, word in enumerate(words)
        if any(mark.isdigit() for mark in word) or (index and word[:1].isupper())
    }
