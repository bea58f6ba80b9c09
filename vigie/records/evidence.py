"""What typed evidence and typed names are worth: which of them can carry a status.

Called by ``vigie.records.observation``. Pure. Judges only what is written: whether an evidence is
true is for the people who verify.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LINK = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"]+", re.IGNORECASE)
_REF = re.compile(r"\b(?:EX-)?[A-Z][A-Z0-9]{1,7}-\d{1,7}\b")
_WORD = re.compile(r"[^\W\d_]{2,}")
_DIGIT = re.compile(r"\d")
_BETWEEN_NAMES = re.compile(r"[,;/&+\n]|\bet\b|\band\b", re.IGNORECASE)
_NAME_PART = re.compile(r"[^\W\d_]+")
_MACHINE = "vigie"
"""The machine is no person: what it writes into ``Saisi par`` verifies nothing."""
_LEAST_WORDS = 2
"""« ok », « vu », « oui » refer to nothing; « appel CODIS » and « arrêté 2026-12 » do."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a text typed into ``Preuves`` points to.

    Attributes:
        links: Addresses, the row's own left out: a row does not prove itself.
        refs: References of other rows.
        is_reference: The remaining words name something: a call, an order, a person on the spot.
    """

    links: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    is_reference: bool = False

    @property
    def has_address(self) -> bool:
        """Whether others can look it up: a link or another row."""
        return bool(self.links or self.refs)

    @property
    def is_any(self) -> bool:
        """Whether it points to anything at all."""
        return self.has_address or self.is_reference


def evidence_in(text: str, *, own_link: str = "", own_ref: str = "") -> Evidence:
    """Return what a typed evidence points to.

    Args:
        text: As typed.
        own_link: Address of the row's own source.
        own_ref: ``Réf`` of the row itself.
    """
    own = _address_key(own_link)
    links = tuple(found for found in _LINK.findall(text) if _address_key(found) != own)
    bare = _LINK.sub(" ", text)
    refs = tuple(found for found in _REF.findall(bare.upper()) if found != own_ref.strip().upper())
    words = re.sub(_REF.pattern, " ", bare, flags=re.IGNORECASE)
    said = _WORD.findall(words)
    names_something = len(said) >= _LEAST_WORDS or bool(said and _DIGIT.search(words))
    return Evidence(links, refs, names_something)


def names_in(text: str) -> tuple[str, ...]:
    """Return the persons that a cell names, as written; the machine is none."""
    parts = (" ".join(part.split()) for part in _BETWEEN_NAMES.split(text))
    return tuple(part for part in parts if _name_parts(part) and _name_parts(part) != (_MACHINE,))


def is_other_person(name: str, others: tuple[str, ...]) -> bool:
    """Tell whether a name is surely none of the others.

    « Anne », « A. Martin » and « Anne Martin » may be one person: then it is not.
    """
    return not any(_may_be_same(_name_parts(name), _name_parts(other)) for other in others)


def _may_be_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return all(any(_part_fits(part, known) for known in longer) for part in shorter)


def _part_fits(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other


def _name_parts(name: str) -> tuple[str, ...]:
    """Return a name's parts folded, if they hold more than single letters and marks."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    parts = tuple(_NAME_PART.findall(bare))
    return parts if sum(map(len, parts)) >= 2 else ()


def _address_key(address: str) -> str:
    """Return an address without what does not change whither it leads."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip(), flags=re.IGNORECASE)
    return bare.partition("#")[0].rstrip("/.,;)").casefold()
