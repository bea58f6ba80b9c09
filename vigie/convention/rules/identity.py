"""Rules of a convention's own identity: dates, prefix, file name. Called by the loader; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import PurePath

from vigie.convention.document import Breach, Document
from vigie.convention.registry import Registry
from vigie.convention.wording import shown, spoken
from vigie.language import say

RESERVED_PREFIX = "EX"
"""Exercises put ``EX-`` before their references; a convention of that name would look like one."""

RESERVED_ID = "ex-"
"""Ids of exercises begin so."""


def dates_in_order(document: Document, _registry: Registry) -> Iterable[Breach]:
    """The convention does not end before it begins."""
    start, end = document.value("valid_from"), document.value("valid_until")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        yield Breach(
            ("valid_until",),
            say("The convention ends on {end}, before it begins ({start}).", end=end, start=start),
            say("Exchange or correct the two dates."),
        )


def version_is_number(document: Document, _registry: Registry) -> Iterable[Breach]:
    """The version of the schema is the number itself; ``true`` and ``1.0`` equal 1 in Python."""
    version = document.value("schema_version")
    if isinstance(version, (bool, float)):
        yield Breach(
            ("schema_version",),
            say("A whole number is expected here, not {value}.", value=spoken(version)),
            say("Write digits only, without quotes or unit."),
        )


def prefix_not_reserved(document: Document, _registry: Registry) -> Iterable[Breach]:
    """The prefix is not the mark of exercises."""
    if document.value("prefix") == RESERVED_PREFIX:
        yield Breach(
            ("prefix",),
            say("{prefix} marks the references of exercises.", prefix=RESERVED_PREFIX),
            say("Choose another prefix, for example CO21."),
        )


def id_not_reserved(document: Document, _registry: Registry) -> Iterable[Breach]:
    """The id does not begin like an exercise's: it says which world an activation lives in."""
    own = document.value("id")
    if isinstance(own, str) and own.startswith(RESERVED_ID):
        yield Breach(
            ("id",),
            say("An id that begins with {start} marks exercises.", start=RESERVED_ID),
            say("Choose another id and name the file like it."),
        )


def file_named_like_id(document: Document, file: str) -> Iterable[Breach]:
    """A convention lies in the file that carries its id.

    Args:
        document: The file's content.
        file: Its name or path; names that end neither in .yml nor in .yaml are no files.
    """
    name, own = PurePath(file), document.value("id")
    if name.suffix == ".yaml":
        yield Breach(
            ("id",),
            say("The file's name ends in .yaml, which is not looked for."),
            say("Rename the file: {name}.", name=shown(name.with_suffix(".yml").name)),
        )
    elif name.suffix == ".yml" and isinstance(own, str) and own != name.stem:
        yield Breach(
            ("id",),
            say("The id '{id}' is not the file's name.", id=shown(own)),
            say("Write id: {stem}, or rename the file.", stem=shown(name.stem)),
        )
