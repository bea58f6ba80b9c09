"""The one postal address that a text names: ``12 rue Monge``, ``3 bis chemin du Moulin``.

Called by operations for the online geocoder. Pure. Only the words of the address are returned,
since nothing else of a post may leave the house; in doubt nothing. Must not say where it lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vigie.signals.address_words import (
    COMMON_NAMES,
    CONNECTORS,
    CONTACT_CUES,
    FORENAMES_AND_TITLES,
    MONTHS,
    NO_NAMES,
    NO_NUMBER_AFTER,
    STREET_TYPES,
    SUFFIXES,
    WEAK_TYPES,
)
from vigie.signals.normalisation import fold, without_addresses, words

_MOST_CHARACTERS = 4_000
_MOST_NAME_WORDS = 6
_CUE_CHARACTERS = 60
_TOKEN = re.compile(r"\d+|[^\W\d_]+['’]?|\S")
_SHOUTED_PART = 0.6
_ANY_TYPE = re.compile(rf"\b(?:{'|'.join(STREET_TYPES)}|lieu)\b")
"""Most posts name no street: they are not looked at further."""
_YEAR = re.compile(r"(?:1[89]|20)\d\d")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, a number or a mark of the text, with its folded form."""

    text: str
    folded: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


def address_in(text: str, commune: str = "") -> str | None:
    """Return the words of the only address in a text, as written; None if there are none or two.

    A street without a house number counts only by its name's capital or a name that streets
    everywhere bear; a hamlet or residence only with a number.

    Args:
        text: A post.
        commune: Name of the commune, which is cut off the end of a street's name.
    """
    shown = without_addresses(text[:_MOST_CHARACTERS])
    if not _ANY_TYPE.search(fold(shown)):
        return None
    letters = [mark for mark in shown if mark.isalpha()]
    is_shouted = sum(map(str.isupper, letters)) > _SHOUTED_PART * len(letters)
    tokens = [
        _Token(one[0], fold(one[0]).rstrip("'"), one.start(), one.end())
        for one in _TOKEN.finditer(shown)
    ]
    reading = _Reading(shown, tokens, tuple(words(commune)), is_shouted)
    found: dict[str, str] = {}
    for at in range(len(tokens)):
        address = reading.address_at(at)
        if address:
            found.setdefault(fold(address), address)
    # « 12 rue Monge … la rue Monge » is one address, told twice.
    whole = [one for one in found if not any(o != one and o.endswith(f" {one}") for o in found)]
    return found[whole[0]] if len(whole) == 1 else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One text being read."""

    text: str
    tokens: list[_Token]
    commune: tuple[str, ...]
    is_shouted: bool

    def address_at(self, at: int) -> str | None:
        """Return the address whose street type stands at a token, or None."""
        after = self._type_end(at)
        if after is None or self._is_tagged(at):
            return None
        first = at
        number = self._number_before(first)
        end = self._name_end(after, self._kind(at), is_numbered=number is not None)
        if end is None:
            first, end = self._main_street(at), after
            if first == at:
                return None
            number = self._number_before(first)
        start = self.tokens[first].start
        if CONTACT_CUES.search(fold(self.text[max(0, start - _CUE_CHARACTERS) : start])):
            return None
        street = " ".join(self.text[start : self.tokens[end - 1].end].split())
        return f"{number} {street}" if number else street

    def _kind(self, at: int) -> str:
        folded = self.tokens[at].folded
        return STREET_TYPES.get(folded, folded)

    def _type_end(self, at: int) -> int | None:
        """Return the token after a street type, its abbreviation's point included."""
        token = self.tokens[at]
        if token.folded == "lieu" and self._folded(at + 1) in ("-", "dit"):
            after = at + 2 if self._folded(at + 1) == "dit" else at + 3
            return after if self._folded(after - 1) == "dit" else None
        if token.folded not in STREET_TYPES:
            return None
        is_short = STREET_TYPES[token.folded] != token.folded
        return at + 2 if is_short and self._folded(at + 1) == "." else at + 1

    def _is_tagged(self, at: int) -> bool:
        return at > 0 and self.tokens[at - 1].text in "#@&-_" and self._touches(at - 1)

    def _number_before(self, at: int) -> str | None:
        """Return the house number before a token, with its ``bis`` or letter."""
        back = at - 1
        if self._folded(back) == ",":
            back -= 1
        suffix = ""
        if self._is_suffix(back):
            suffix = self.tokens[back].text
            back -= 1
        digits = self._folded(back)
        if not (digits.isdecimal() and len(digits) <= 4 and digits.strip("0")):
            return None
        before = self._folded(back - 1)
        if before in NO_NUMBER_AFTER:
            return None
        if (
            before in tuple("/:.,+")
            and self._folded(back - 2).isdecimal()
            and self._touches(back - 1)
        ):
            return None
        return f"{digits} {suffix}".strip()

    def _is_suffix(self, at: int) -> bool:
        folded = self._folded(at)
        if folded in SUFFIXES:
            return True
        if len(folded) != 1 or folded not in "abcdef":
            return False
        return self.tokens[at].is_capital or (at > 0 and self._touches(at - 1))

    def _name_end(self, at: int, kind: str, *, is_numbered: bool) -> int | None:
        """Return the token after a street's name, or None where no name is told."""
        if kind in WEAK_TYPES and not is_numbered:
            return None
        first = at
        while first < at + 2 and self._folded(first) in CONNECTORS:
            first += 1
        end = self._date_end(first)
        if end is None:
            is_written = not self.is_shouted and self._begins_capital(first)
            read = self._capital_end if is_written else self._plain_end
            end = read(first, is_numbered=is_numbered)
        return None if end is None else self._without_commune(first, end)

    def _date_end(self, at: int) -> int | None:
        """Return the end of « 8 mai 1945 »."""
        marks = [n for n in range(at, min(at + 5, len(self.tokens))) if self._folded(n) != "-"]
        if len(marks) < 2 or not self._folded(marks[0]).isdecimal():
            return None
        if self._folded(marks[1]) not in MONTHS:
            return None
        has_year = len(marks) > 2 and _YEAR.fullmatch(self._folded(marks[2]))
        return (marks[2] if has_year else marks[1]) + 1

    def _begins_capital(self, at: int) -> bool:
        """Whether a name begins: a capital, perhaps after titles in small letters."""
        while self._folded(at) in FORENAMES_AND_TITLES and not self.tokens[at].is_capital:
            at += 2 if self._folded(at + 1) == "-" else 1
        return self._is_name(at) and self.tokens[at].is_capital

    def _capital_end(self, at: int, *, is_numbered: bool) -> int | None:
        """Return the end of a run of capitalised words with the small words between them."""
        end, count = at, 0
        while count < _MOST_NAME_WORDS:
            ahead = end
            while ahead < end + 2 and count and self._folded(ahead) in CONNECTORS:
                ahead += 1
            is_joined = count > 0 and self._folded(ahead) == "-" and self._is_joined(ahead)
            ahead += is_joined
            if not (is_joined or self._goes_on(ahead, is_first=not count)):
                break
            end, count = ahead + 1, count + 1
        return end if count else None

    def _goes_on(self, at: int, *, is_first: bool) -> bool:
        """Whether a capitalised name begins or goes on at a token."""
        if not self._is_name(at):
            return False
        token = self.tokens[at]
        return token.is_capital or (is_first and token.folded in FORENAMES_AND_TITLES)

    def _plain_end(self, at: int, *, is_numbered: bool) -> int | None:
        """Return the end of a name in small letters: one word after titles, never the next ones.

        More would take the post's own words along.
        """
        end = last = at
        while self._folded(end) in FORENAMES_AND_TITLES and end < at + 5:
            last, end = end, end + (2 if self._folded(end + 1) == "-" else 1)
        if self._folded(end) in CONNECTORS and end > at:
            end += 1
        if not self._is_name(end):
            # « rue saint-michel »: what could have been a first name was the name.
            end = last
        if not self._is_name(end):
            return None
        if not is_numbered and self._folded(end) not in COMMON_NAMES:
            return None
        end += 1
        while self._folded(end) == "-" and self._is_joined(end):
            end += 2
        return end

    def _is_joined(self, at: int) -> bool:
        is_word = at + 1 < len(self.tokens) and self.tokens[at + 1].is_word
        return is_word and self._touches(at - 1) and self._touches(at)

    def _is_name(self, at: int) -> bool:
        if not 0 <= at < len(self.tokens) or not self.tokens[at].is_word:
            return False
        folded = self.tokens[at].folded
        return folded not in NO_NAMES and (len(folded) > 2 or self.tokens[at].is_capital)

    def _without_commune(self, first: int, end: int) -> int:
        """Return the end of a name without the commune that follows it: « 3 rue Monge Dijon »."""
        last = end
        for wanted in reversed(self.commune):
            while last > first and self._folded(last - 1) == "-":
                last -= 1
            if last <= first or self._folded(last - 1) != wanted:
                return end
            last -= 1
        while last > first and (
            self._folded(last - 1) in CONNECTORS or self._folded(last - 1) == "-"
        ):
            last -= 1
        return last if last > first else end

    def _main_street(self, at: int) -> int:
        """Return the first token of « Grande Rue » whose type stands at a token; ``at`` = none."""
        if self.tokens[at].folded != "rue":
            return at
        back = at - 2 if self._folded(at - 1) == "-" else at - 1
        if self._folded(back) not in ("grande", "grand"):
            return at
        is_evident = self.tokens[back].is_capital or self._number_before(back) is not None
        return back if is_evident else at

    def _folded(self, at: int) -> str:
        return self.tokens[at].folded if 0 <= at < len(self.tokens) else ""

    def _touches(self, at: int) -> bool:
        """Whether no space stands between a token and the next."""
        return at + 1 < len(self.tokens) and self.tokens[at].end == self.tokens[at + 1].start


def house_number(address: str) -> str:
    """Return the figures of an address's house number, empty if it has none."""
    found = re.match(r"\d{1,4}(?=\s|[a-zA-Z]|$)", address)
    return found[0] if found else ""


def is_same_street(asked: str, answered: str) -> bool:
    """Tell whether an answer names the street that was asked for, house numbers apart.

    The kind of street and the last word of the name must agree, and no word that was asked may be
    missing; an answer may hold a first name or title more (« rue Jaurès », « Rue Jean Jaurès »).
    """
    kind, name = _street(asked)
    other_kind, other = _street(answered)
    if kind not in WEAK_TYPES and kind != other_kind:
        return False
    if not name or not other or name[-1] != other[-1]:
        return False
    return set(name) - FORENAMES_AND_TITLES <= set(other)


def _street(address: str) -> tuple[str, list[str]]:
    """Return the kind of a street and the words of its name that count."""
    parts = words(address)
    if parts and parts[0][0].isdecimal():
        figures = parts.pop(0)
        if figures.isdecimal() and len(parts) > 1 and (parts[0] in SUFFIXES or len(parts[0]) == 1):
            parts.pop(0)
    if parts[:2] == ["lieu", "dit"]:
        parts[:2] = ["lieudit"]
    if parts[:2] in (["grande", "rue"], ["grand", "rue"]):
        return "rue", ["grande"]
    kind = STREET_TYPES.get(parts[0], "") if parts else ""
    told = parts[1:] if kind else parts
    return kind, [_LONG.get(one, one) for one in told if one not in CONNECTORS]


_LONG = {
    **{"st": "saint", "ste": "sainte", "dr": "docteur", "gal": "general", "gl": "general"},
    **{"mal": "marechal", "cdt": "commandant", "cne": "capitaine", "col": "colonel"},
    **{"pdt": "president", "pr": "professeur", "prof": "professeur", "fg": "faubourg"},
}
"""Usual abbreviations in names of streets. Source: La Poste, norme AFNOR NF Z10-011."""
