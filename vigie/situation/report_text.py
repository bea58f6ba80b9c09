"""Plain text that any main courante takes: at most 80 columns, no odd character.

Called by ``vigie.operations.reporting`` for the text template. Pure. Odd is what Windows-1252 does
not hold (emoji, direction marks, other alphabets' letters) and what a spreadsheet or a log of the
ministry could take for a command.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

COLUMNS = 80
_MARGIN = 1
"""Kept free for the mark before a line that would begin like a formula."""
_SIGNS = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "…": "...",
        "—": "-",
        "–": "-",
        "−": "-",
        "\u202f": "\u00a0",
        "\u2011": "-",
    }
)
_LETTERS = {"L", "N", "P", "S"}
_COMMAND = "=+-@"
_SPACED = re.compile(r" (?=[:;!?»])|(?<=«) |(?<=[nN]°) ")
"""Spaces at which French does not break a line."""
_LINK = re.compile(r"https?://(?:www\.)?([^/\s?#]+)[^\s]*", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a text in characters that Windows-1252 holds, on one line.

    Accents stay; typographic signs become simple ones; a letter that cannot be written becomes
    ``?``, an emoji or a direction mark goes. A link becomes its host: the row has the rest.
    """
    shown = _LINK.sub(r"(lien \1)", text)
    shown = unicodedata.normalize("NFC", shown).translate(_SIGNS)
    written = "".join(_written(mark) for mark in shown)
    return _SPACED.sub("\u00a0", re.sub(r"[ \t\n\r\f\v]+", " ", written).strip())


def lines(text: str, *, indent: int = 0, hanging: int | None = None) -> str:
    """Return a text as lines of at most ``COLUMNS`` characters, none like a formula.

    Args:
        text: Any text; paragraphs are kept apart.
        indent: Spaces before the first line.
        hanging: Spaces before the others; as ``indent`` if None.
    """
    hang = indent if hanging is None else hanging
    parts = (plain(part) for part in text.splitlines())
    wrapped = [
        line
        for part in parts
        if part
        for line in textwrap.wrap(
            part,
            COLUMNS - _MARGIN,
            initial_indent=" " * indent,
            subsequent_indent=" " * hang,
            break_on_hyphens=False,
        )
    ]
    return "\n".join(map(_harmless, wrapped))


def finished(text: str) -> str:
    """Return a filled template without trailing spaces and without more than one empty line."""
    stripped = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", stripped).strip("\n") + "\n"


def _harmless(line: str) -> str:
    """A pasted line must not become a formula: a hard space before it makes it text."""
    bare = line.lstrip()
    return f"\u00a0{line}" if bare[:1] and bare[0] in _COMMAND else line


def _written(mark: str) -> str:
    try:
        mark.encode("cp1252")
    except UnicodeEncodeError:
        simple = unicodedata.normalize("NFKD", mark)
        bare = "".join(part for part in simple if not unicodedata.combining(part))
        if bare and bare != mark and bare.isascii():
            return bare
        return {"L": "?", "N": "?", "Z": " "}.get(unicodedata.category(mark)[0], "")
    kind = unicodedata.category(mark)
    return mark if kind[0] in _LETTERS | {"Z"} else " "
