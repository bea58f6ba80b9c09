"""Rules of secrets: none is written into a convention, and references stand only where they work.

A convention is mailed, printed and frozen into every activation. Called by the loader before all
other rules; pure. Never shows the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vigie.convention.document import WHOLE_FILE, Breach, Document, Path
from vigie.convention.registry import Registry
from vigie.convention.secrets import (
    comment_holds_secret,
    has_user_info,
    is_secret_name,
    looks_secret,
    reference_name,
)
from vigie.language import say

_COMMENT = re.compile(r"(?:^|\s)#(.*)$")
# The installation's own variables: a convention must not be able to send them to an address.
_FORBIDDEN_VARIABLES = ("VIGIE_", "PREFECT_")
_DEPTH_OF_SOURCE_SECRET = 4


def _is_place_of_secrets(path: Path) -> bool:
    """``sources[n].secrets.name`` and nothing else."""
    return len(path) == _DEPTH_OF_SOURCE_SECRET and path[0] == "sources" and path[2] == "secrets"


def no_literal_secret(document: Document, _registry: Registry) -> Iterable[Breach]:
    """No key, token or password stands in a value or a comment."""
    told: set[int] = set()
    for path, key, value in document.walk():
        if isinstance(value, (dict, list)) or value is None or _is_place_of_secrets(path):
            continue
        breach = _literal(path, key, str(value))
        if breach:
            told.add(document.line(path))
            yield breach
    for number, line in enumerate(document.text.split("\n"), start=1):
        comment = _COMMENT.search(line)
        if comment and number not in told and comment_holds_secret(comment.group(1)):
            yield Breach(
                WHOLE_FILE,
                say("A comment seems to hold a secret."),
                say("Delete it, and have the secret changed if the file was passed on."),
                number,
            )


def _literal(path: Path, key: str | None, value: str) -> Breach | None:
    if has_user_info(value):
        return Breach(
            path,
            say("The address holds a user name or a password."),
            say("Remove what stands before the @; secrets belong under secrets of the source."),
        )
    if "${env:" in value:
        return None
    if looks_secret(value) or (key is not None and is_secret_name(key)):
        return Breach(
            path,
            say("This looks like a secret written out."),
            say(
                "Remove it, and under secrets of its source write name: {reference}.",
                reference='"${env:NAME}"',
            ),
        )
    return None


def references_in_place(document: Document, _registry: Registry) -> Iterable[Breach]:
    """``${env:NAME}`` stands only under a source's secrets and never names Vigie's variables."""
    for path, _, value in document.walk():
        if not isinstance(value, str) or "${env:" not in value:
            continue
        if not _is_place_of_secrets(path):
            yield Breach(
                path,
                say("{reference} has no effect here.", reference="${env:…}"),
                say("Write it only under secrets of a source."),
            )
        elif reference_name(value).startswith(_FORBIDDEN_VARIABLES):
            yield Breach(
                path,
                say("This variable belongs to the installation and must not leave it."),
                say("Give the source a variable of its own."),
            )
