"""Secrets of sources: what looks like one, which variables hold them, which are not set.

Conventions name environment variables, never values. Called by the loader's rules and, with the
environment as an argument, by the operations that ask a source. Reads no environment itself.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping

from vigie.convention.model import Source

_REFERENCE = re.compile(r"\$\{env:([A-Z][A-Z0-9_]*)\}")
# Names under which web services ask for keys in addresses and headers.
_NAMES = (
    r"api[_-]?key|app[_-]?key|access[_-]?key|token|passw(?:or)?d|pwd|secret|signature|mot de passe"
)
_SECRET_NAME = re.compile(rf"(?:{_NAMES}|authorization|bearer)s?$", re.IGNORECASE)
_ASSIGNED = re.compile(
    rf"(?:{_NAMES})[\"']?\s*[=:]\s*[\"']?(?!\$\{{env:)[^\s\"'&]{{4,}}", re.IGNORECASE
)
_HEADER = re.compile(r"\bbearer\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_USER_INFO = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s?#]*@", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9+_-]{20,}")
# A run of characters is taken for a key if letters and digits alternate and hardly repeat; words,
# dates, telephone numbers and file names do not.
_ALTERNATIONS_OF_A_KEY = 4
_BITS_PER_CHARACTER_OF_A_KEY = 3.0


def is_secret_name(key: str) -> bool:
    """Return whether a key is the name of a secret: ``apikey``, ``access_token``, ``password``."""
    return key != "secrets" and _SECRET_NAME.search(key) is not None


def has_user_info(text: str) -> bool:
    """Return whether an address carries a user name or password before an ``@``."""
    return _USER_INFO.search(text) is not None


def looks_secret(text: str) -> bool:
    """Return whether a text seems to hold a key, token or password.

    Named values (``apikey=…``, ``Bearer …``), user names in addresses and long random-looking runs
    of letters and digits count; ``${env:NAME}`` does not.
    """
    if _ASSIGNED.search(text) or _HEADER.search(text) or has_user_info(text):
        return True
    return any(_is_random(run) for run in _RUN.findall(_REFERENCE.sub(" ", text)))


def comment_holds_secret(comment: str) -> bool:
    """Return whether a comment seems to hold a secret.

    Comments may speak about passwords ("mot de passe : voir le SIDPC"), so a named value counts
    only if it contains a digit.
    """
    named = any(
        any(char.isdigit() for char in found.group()) for found in _ASSIGNED.finditer(comment)
    )
    return named or (looks_secret(comment) and not _ASSIGNED.search(comment))


def _is_random(run: str) -> bool:
    characters = run.replace("-", "").replace("_", "")
    digits = [char.isdigit() for char in characters]
    alternations = sum(left != right for left, right in itertools.pairwise(digits))
    if alternations < _ALTERNATIONS_OF_A_KEY:
        return False
    counts = Counter(characters).values()
    total = len(characters)
    bits = -sum(count / total * math.log2(count / total) for count in counts)
    return bits >= _BITS_PER_CHARACTER_OF_A_KEY


def missing_secrets(source: Source, environ: Mapping[str, str]) -> list[str]:
    """Return the environment variables that a source needs and that are not set (or empty).

    Args:
        source: A source of a loaded convention.
        environ: The environment; an argument, so that this reads none itself.
    """
    names = [reference_name(reference) for reference in source.secrets.values()]
    return sorted({name for name in names if not environ.get(name)})


def reference_name(reference: str) -> str:
    """Return NAME of ``${env:NAME}``; empty if it is no such reference."""
    found = _REFERENCE.fullmatch(reference)
    return found.group(1) if found else ""
