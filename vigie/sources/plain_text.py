"""Text and HTML from outside, turned into plain text for people. Pure.

Called by the connectors. Nothing of the markup survives: no tag, no script, no control character.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

_MOST_CHARACTERS = 100_000
"""Longest piece of HTML that is read; the rest stays in the payload."""
_UNWANTED = re.compile(
    # Controls but tab and line feed; half surrogates; bidirectional overrides, which make a line
    # read otherwise than it is written; and the byte order mark.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\s*\n\s*\n\s*")
_MARKUP = re.compile(r"[<&]")
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p"}
    | {"pre", "section", "table", "tr", "ul"}
)
_HIDDEN = frozenset({"script", "style", "template", "noscript", "head", "title"})


def clean(text: str) -> str:
    """Return text without controls and overrides, its blanks and empty lines gathered."""
    text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """Return cleaned text on a single line."""
    return " ".join(clean(text).split())


def from_html(html: str) -> str:
    """Return the readable text of a piece of HTML.

    Hashtags and mentions stay as they read; the address of a link is written after its text in
    parentheses unless the text already is that address.
    """
    html = _UNWANTED.sub("", html[:_MOST_CHARACTERS])
    if not _MARKUP.search(html):
        return clean(html)
    from lxml import etree  # noqa: PLC0415 - connectors are imported by `vigie check`, which is quick

    target = _Reader()
    parser = etree.HTMLParser(target=target, no_network=True, huge_tree=False)
    try:
        # A container, so that bare text and fragments are read alike.
        parser.feed(f"<div>{html}</div>")
        parser.close()
    except etree.LxmlError:
        # What was read up to the fault is kept; a target's events come as they are parsed.
        pass
    return clean("".join(target.parts))


def web_address(value: object) -> str | None:
    """Return an address that a person may click: http(s) with a host, at most 2 000 signs."""
    if not isinstance(value, str) or len(value) > 2000 or _UNWANTED.search(value):
        return None
    text = value.strip()
    if any(sign.isspace() for sign in text):
        return None
    try:
        parts = urlsplit(text)
        return text if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


class _Reader:
    """Gathers text from the parser's events (an lxml parser target)."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._hidden = 0
        self._links: list[tuple[str, int]] = []

    def start(self, tag: Any, attributes: Any) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "td":
            self.parts.append(" ")
        elif tag == "a":
            self._links.append((attributes.get("href") or "", len(self.parts)))

    def end(self, tag: Any) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._links:
            self._close_link(*self._links.pop())

    def data(self, data: Any) -> None:
        if not self._hidden:
            self.parts.append(str(data).replace("\n", " "))

    def comment(self, text: Any) -> None:
        """Comments are not for people."""

    def close(self) -> None:
        """Nothing is left over."""

    def _close_link(self, href: str, begin: int) -> None:
        words = one_line("".join(self.parts[begin:]))
        address = web_address(href)
        if address is None or words.startswith(("#", "@")):
            return
        # Shortened from its end is the same address; anything else could hide where it leads.
        if not _bare(address).startswith(_bare(words).rstrip("…")) or not words:
            self.parts.append(f" ({address})")


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")
