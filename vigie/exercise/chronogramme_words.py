"""The sheets, columns and words of a chronogramme: how they are called, and how people call them.

Called by the other ``chronogramme_*`` modules. Pure. The words stand in the catalogue: one label
each, and synonyms (``chronogramme_synonym``, separated by ``|``) that are read as well.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vigie.convention.document import Path
from vigie.language import catalogue, current_language
from vigie.records.observation import CATEGORIES, URGENCIES

Kind = Literal[
    "id", "number", "text", "time", "clock", "minutes", "int", "float", "yes", "insee", "choice"
]
INJECTS, PARAMETERS, CAST, FACTS, BREAKDOWNS, SETTINGS = (
    "injects",
    "parameters",
    "cast",
    "facts",
    "breakdowns",
    "settings",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column, or one named value of the sheets of settings and parameters.

    Attributes:
        code: Names its label; the path in the item, joined by dots, where ``path`` is empty.
        context: Of the words of a choice.
        is_list: May stand on several rows.
    """

    code: str
    kind: Kind = "text"
    context: str = ""
    is_list: bool = False
    width: int = 14

    @property
    def path(self) -> Path:
        """Where its value stands in the item."""
        return tuple(self.code.split("."))


COLUMNS: Mapping[str, tuple[Field, ...]] = {
    INJECTS: (
        Field(code="id", kind="number", width=8),
        Field(code="at", kind="time", width=10),
        Field(code="shown_at", kind="time", width=10),
        Field(code="sender", width=16),
        Field(code="to", width=14),
        Field(code="content.channel", kind="choice", context="inject_channel", width=14),
        Field(code="content.source", kind="id", width=18),
        Field(code="content.title", width=28),
        Field(code="content.text", width=60),
        Field(code="content.refers", kind="number", width=10),
        Field(code="place", width=22),
        Field(code="media", width=24),
        Field(code="truth.kind", kind="choice", context="truth_kind", width=12),
        Field(code="truth.fact", width=20),
        Field(code="expect.reaction", width=34),
        Field(code="expect.within_minutes", kind="minutes", width=10),
        Field(code="expect.of", width=14),
        Field(code="expect.deliverable", kind="choice", context="deliverable", width=16),
        Field(code="note", width=34),
    ),
    PARAMETERS: (
        Field(code="inject", kind="number"),
        Field(code="name", width=24),
        Field(code="value", width=50),
    ),
    CAST: (
        Field(code="id", kind="id", width=20),
        Field(code="name", width=40),
        Field(code="kind", kind="choice", context="cast_kind", width=14),
        Field(code="handle", width=44),
    ),
    FACTS: (
        Field(code="id", kind="id", width=20),
        Field(code="is_true", kind="yes", width=8),
        Field(code="summary", width=70),
        Field(code="commune", kind="insee", width=10),
        Field(code="place", width=26),
        Field(code="lat", kind="float", width=10),
        Field(code="lon", kind="float", width=10),
        Field(code="category", kind="choice", context="category", width=22),
        Field(code="urgency", kind="choice", context="urgency", width=16),
    ),
    BREAKDOWNS: (
        Field(code="source", kind="id", width=20),
        Field(code="starts", kind="time"),
        Field(code="ends", kind="time"),
        Field(code="fault.status", kind="int"),
        Field(code="fault.retry_after_seconds", kind="int"),
        Field(code="fault.hang_seconds", kind="float"),
        Field(code="fault.garbage", kind="yes"),
        Field(code="fault.body", width=30),
        Field(code="fault.flood_bytes", kind="int"),
        Field(code="fault.bomb_bytes", kind="int"),
        Field(code="fault.redirect_to", width=30),
    ),
    SETTINGS: (Field(code="name", width=26), Field(code="value", width=100)),
}
"""Every sheet with its columns, in the order in which they are written."""

SETTING_FIELDS: tuple[Field, ...] = (
    Field(code="id", kind="id"),
    Field(code="title"),
    Field(code="convention", kind="id"),
    Field(code="event"),
    Field(code="summary"),
    Field(code="objectives", is_list=True),
    Field(code="starts", kind="clock"),
    Field(code="duration", kind="time"),
    Field(code="seed", kind="int"),
    Field(code="watch", is_list=True),
    Field(code="noise.per_hour", kind="float"),
    Field(code="noise.sources", kind="id", is_list=True),
    Field(code="noise.templates", is_list=True),
    Field(code="noise.places", is_list=True),
    Field(code="noise.words", is_list=True),
)
PARAMETER_FIELDS: tuple[Field, ...] = (
    Field(code="action", kind="choice", context="cap_action"),
    Field(code="event"),
    Field(code="severity", kind="choice", context="cap_severity"),
    Field(code="areas", is_list=True),
    Field(code="expires_after_minutes", kind="int"),
    Field(code="domain"),
    Field(code="phenomenon"),
    Field(code="horizon"),
    Field(code="reach"),
    Field(code="name"),
    Field(code="level", kind="int"),
    Field(code="station"),
    Field(code="metres", kind="float"),
    Field(code="road"),
    Field(code="lat", kind="float"),
    Field(code="lon", kind="float"),
    Field(code="category"),
)
"""What a channel needs beside source, title, text and reference (``exercise.inject_channels``)."""
CODES: Mapping[str, tuple[str, ...]] = {
    "inject_channel": (
        *("post", "article", "alert", "vigilance", "reach", "gauge", "road"),
        *("mail", "call", "request", "role"),
    ),
    "truth_kind": ("true", "rumour", "denial", "duplicate", "end", "noise"),
    "deliverable": (
        *("row", "urgency", "graded", "confirmed"),
        *("refuted", "acknowledged", "message", "judged"),
    ),
    "cast_kind": ("person", "service", "medium", "partner", "animator"),
    "cap_action": ("issue", "update", "cancel"),
    "cap_severity": ("minor", "moderate", "severe", "extreme"),
    "yes_no": ("yes", "no"),
    "category": CATEGORIES,
    "urgency": URGENCIES,
}
"""The codes of each choice."""
TITLE_FIELD: Mapping[str, str] = {
    "post": "title",
    "article": "title",
    "mail": "subject",
    "alert": "headline",
}
REFERS_FIELD: Mapping[str, str] = {
    "post": "boost_of",
    "article": "revises",
    "alert": "references",
    "road": "ends",
}
"""Which field of a channel stands in the columns for titles and for references."""

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_APART = re.compile(r"[^\w+]+")


def fold(text: str) -> str:
    """Return a word without case, accents, remarks in brackets and marks."""
    decomposed = unicodedata.normalize("NFKD", _ASIDE.sub(" ", text))
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()
    return " ".join(_APART.sub(" ", bare.replace("œ", "oe")).split())


def label(context: str, code: str) -> str:
    """Return the word for a code in the process's language."""
    return catalogue(current_language()).label(context, code)


def sheet_title(sheet: str) -> str:
    """Return the name on a sheet's tab."""
    return label("chronogramme_sheet", sheet)


def column_title(sheet: str, code: str) -> str:
    """Return the title of a column."""
    return label("chronogramme_column", f"{sheet}.{code}")


def setting_name(code: str) -> str:
    """Return the name of a setting of a scenario."""
    return label("scenario_setting", code)


def parameter_name(code: str) -> str:
    """Return the name of a channel's parameter."""
    return label("inject_parameter", code)


def codes_of(context: str) -> tuple[str, ...]:
    """Return the codes of a choice."""
    return CODES[context]


def code_of(context: str, text: str) -> str | None:
    """Return the code that people mean by a word, or None."""
    return _codes(current_language(), context).get(fold(text))


def sheet_of(title: str) -> str | None:
    """Return the sheet that a tab's name means, or None."""
    words = _names(current_language(), "chronogramme_sheet", tuple(COLUMNS))
    return words.get(fold(title))


def column_of(sheet: str, title: str) -> str | None:
    """Return the column that a title means, or None; ``De / Émetteur`` is read by its parts."""
    codes = tuple(f"{sheet}.{field.code}" for field in COLUMNS[sheet])
    words = _names(current_language(), "chronogramme_column", codes)
    for candidate in (title, *title.split("/"), *title.split("\n")):
        found = words.get(fold(candidate))
        if found is not None:
            return found.partition(".")[2]
    return None


def field_of(context: str, fields: tuple[Field, ...], name: str) -> Field | None:
    """Return the setting or parameter that a name means, or None."""
    words = _names(current_language(), context, tuple(field.code for field in fields))
    found = words.get(fold(name))
    return next((field for field in fields if field.code == found), None)


@functools.cache
def _codes(language: str, context: str) -> Mapping[str, str]:
    return _names(language, context, codes_of(context))


@functools.cache
def _names(language: str, context: str, codes: tuple[str, ...]) -> Mapping[str, str]:
    """Return folded word to code: synonyms first, so that a code's own label always wins."""
    words: dict[str, str] = {}
    spoken = catalogue(language)
    for code in codes:
        synonyms = spoken.label(f"{context}_synonym", code)
        if synonyms != code:
            words.update({fold(word): code for word in synonyms.split("|")})
    words.update({fold(code): code for code in codes})
    words.update({fold(spoken.label(context, code)): code for code in codes})
    return words
