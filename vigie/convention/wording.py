"""How values from a file are shown back to the person who wrote them, and what they likely meant.

Called by the explanation of errors and by the rules. Must never show what may be a secret.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from vigie.convention.secrets import looks_secret
from vigie.language import say

Told = tuple[str, str]
"""What is wrong, and the cure."""

_LONGEST_SHOWN = 60
_LONGEST_LIST = 24


def shown(value: object) -> str:
    """Return a value fit for a message: one line, printable, short, and no secret."""
    text = str(value)
    if looks_secret(text):
        return "***"
    clean = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return clean if len(clean) <= _LONGEST_SHOWN else clean[: _LONGEST_SHOWN - 1] + "…"


def spoken(value: object) -> str:
    """Return a value for the middle of a sentence: text in quotes, groups and lists by name."""
    if isinstance(value, dict):
        return say("a group of keys")
    if isinstance(value, list):
        return say("a list")
    if isinstance(value, bool):
        return "true" if value else "false"
    return say("'{text}'", text=shown(value)) if isinstance(value, str) else shown(value)


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was most likely meant, or None."""
    options = {option.casefold(): option for option in known}
    found = difflib.get_close_matches(word.casefold(), options, n=1, cutoff=0.6)
    return options[found[0]] if found else None


def choose_among(word: object, known: Iterable[str]) -> str:
    """Return the cure for a word that is not in a list: the likely one, then the whole list."""
    options = sorted(set(known))
    best = closest(word, options) if isinstance(word, str) else None
    sentences = [say("Did you mean '{best}'?", best=best)] if best else []
    if not options:
        sentences.append(say("Nothing can be written here."))
    elif len(options) <= _LONGEST_LIST:
        sentences.append(say("Known words: {known}.", known=", ".join(options)))
    elif not best:
        sentences.append(say("See conventions/_schema.json for the list."))
    return " ".join(sentences)
