"""What a person gives by hand as text: pasted links, notes of a telephone call. Pure.

Called by ``vigie.operations.intake``. Must not ask a link for anything: that is a person's look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from vigie.language import catalogue
from vigie.records.post import Point
from vigie.sources.plain_text import clean, web_address

_LINK = re.compile(r"https?://[^\s<>\"«»]+", re.IGNORECASE)
_TAIL = ".,;:!?…)]}'’"
_BULLET = re.compile(r"^\s*(?:[-*•–—]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandItem:
    """One thing that was told.

    Attributes:
        line: Where it stands in what was given, from 1.
        text: What people read.
        url: A link to it, or None.
        author: Who said it first, if that was written.
        origin: Who told us, if that was written beside it.
        posted_at: When it was said, if that was written. Aware UTC.
        point: Where, if that was written in degrees.
        original: Heading to what stood there, word for word.
    """

    line: int
    text: str
    url: str | None = None
    author: str | None = None
    origin: str | None = None
    posted_at: datetime | None = None
    point: Point | None = None
    original: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandReading:
    """Everything that was given, taken apart.

    Attributes:
        rows_count: Rows, links or notes that there were; each is an item or refused.
        items: What can be taken in.
        refused: Line and reason of what cannot.
    """

    rows_count: int
    items: tuple[HandItem, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()


def read_notes(text: str, language: str = "fr") -> HandReading:
    """Read pasted text: a line with nothing but a link is a link, all other words are one note.

    Where every line holds a link, each line is a thing of its own, with its words.

    Args:
        text: As it was typed or pasted.
        language: Of the words that stand in for a link without any.
    """
    lines = [(number, clean(line)) for number, line in enumerate(text.splitlines(), 1)]
    filled = [(number, _BULLET.sub("", line)) for number, line in lines if line]
    if filled and all(_LINK.search(line) for _, line in filled):
        items = [_of_line(number, line, language) for number, line in filled]
        return HandReading(rows_count=len(items), items=tuple(items))
    alone = {number for number, line in filled if _is_link(line)}
    items = [_of_line(number, line, language) for number, line in filled if number in alone]
    words = clean("\n".join(line for number, line in lines if number not in alone))
    if words:
        begin = next(number for number, line in lines if line and number not in alone)
        items.append(
            HandItem(line=begin, text=words, url=_first_link(words), original={"text": words})
        )
    return HandReading(rows_count=len(items), items=tuple(items))


def link_text(url: str, language: str) -> str:
    """Return the words for a link that came without any."""
    host = urlsplit(url).hostname or url
    return clean(f"{catalogue(language).say('Link to look at: {host}', host=host)}\n{url}")


def _of_line(number: int, line: str, language: str) -> HandItem:
    url = _first_link(line)
    is_bare = url is not None and _is_link(line)
    text = link_text(url, language) if url is not None and is_bare else line
    return HandItem(line=number, text=text, url=url, original={"text": line})


def _is_link(line: str) -> bool:
    found = _LINK.match(line)
    return found is not None and not line[found.end() :].strip(_TAIL + " ")


def _first_link(text: str) -> str | None:
    for found in _LINK.finditer(text):
        address = found[0].rstrip(_TAIL)
        # A bracket that belongs to the address was opened in it.
        if found[0][len(address) :].startswith(")") and "(" in address:
            address += ")"
        if web_address(address):
            return address
    return None
