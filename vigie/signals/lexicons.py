"""The words of crises: reading ``data/lexicons/<name>.yml`` into terms that a text can be held to.

Called by operations (``load_lexicons``) and by the convention's registry (``lexicon_names``).
Reads the named files when told to; must not judge a text.

A file::

    schema_version: 1
    about: One sentence for whoever edits it.
    terms:
      - category: water          # a code of the category tree, or noise
        urgency: high            # life_at_risk, high, normal, information
        weight: 3                # 1 a hint … 6 says it alone
        forms: ["cave* inondee*", "eau * monte*"]

A form is one or more words without accents; ``*`` at a word's end stands for any ending, a lone
``*`` for up to three words of any kind. Terms of category ``noise`` say that no crisis is meant;
with ``is_exercise: true`` they only say that an exercise is. ``_signs.yml`` holds signs of no
category, by kind; its head tells its form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from vigie.language import say
from vigie.problem import SettingsError
from vigie.records.observation import CATEGORIES
from vigie.signals.normalisation import fold
from vigie.signals.signs import SignKind, Signs

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, ten times as fast, where it is there."""

LEXICON_FOLDER = Path(__file__).resolve().parents[2] / "data" / "lexicons"
"""Where the lexicons lie in the repository."""

Urgency = Literal["life_at_risk", "high", "normal", "information"]
_Form = Annotated[str, StringConstraints(min_length=2, max_length=80)]
_LongForm = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
_STEM_LETTERS = 3


class _TermEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    category: str
    urgency: Urgency
    weight: Annotated[int, Field(ge=1, le=6)]
    forms: Annotated[list[_Form], Field(min_length=1)]
    is_exercise: bool = False

    @field_validator("category")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in CATEGORIES:
            raise ValueError(say("unknown category {category}", category=value))
        return value


_File = TypeVar("_File", bound=BaseModel)


class _LexiconFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    schema_version: Literal[1]
    about: str
    terms: list[_TermEntry]


class _SignsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    schema_version: Literal[1]
    about: str
    signs: dict[SignKind, Annotated[list[_LongForm], Field(min_length=1)]]


@dataclass(frozen=True, slots=True)
class Term:
    """One form of a lexicon, ready to be held to folded words.

    Attributes:
        pattern: Words; one that ends with ``*`` is a stem, a lone ``*`` a gap of 0 to 3 words.
        weight: 1 (a hint) to 6 (says it alone).
        lexicon: Name of the file that holds it.
    """

    pattern: tuple[str, ...]
    category: str
    urgency: Urgency
    weight: int
    lexicon: str
    is_exercise: bool = False


class Lexicons:
    """The terms of several lexicons, found by the first letters of their words.

    Attributes:
        signs: Signs of no category, from ``_signs``.
    """

    def __init__(self, terms: Iterable[Term], signs: Signs | None = None) -> None:
        self.signs = signs or Signs({})
        self.terms: tuple[Term, ...] = tuple(dict.fromkeys(terms))
        self._by_start: dict[str, list[tuple[Term, frozenset[str]]]] = {}
        for term in self.terms:
            first = term.pattern[0].rstrip("*")
            starts = (part.rstrip("*") for part in term.pattern if _tells_start(part))
            needed = frozenset(start[:_STEM_LETTERS] for start in starts)
            self._by_start.setdefault(first[:_STEM_LETTERS], []).append((term, needed))

    def beginning_like(self, folded_word: str, starts: Set[str]) -> Sequence[Term]:
        """Return the terms whose first word may be this one and whose other words may be there.

        Args:
            folded_word: A word of the text.
            starts: From ``starts_of``, for all words of the text.
        """
        found = self._by_start.get(folded_word[:_STEM_LETTERS], ())
        if len(folded_word) >= _STEM_LETTERS:
            found = (*found, *self._by_start.get(folded_word[:2], ()))
        return [term for term, needed in found if needed <= starts]


def starts_of(folded_words: Iterable[str]) -> frozenset[str]:
    """Return the first letters of each word, by which ``Lexicons`` leaves out most terms."""
    return frozenset(word[:_STEM_LETTERS] for word in folded_words)


def _tells_start(part: str) -> bool:
    return part != "*" and (not part.endswith("*") or len(part) > _STEM_LETTERS)


def lexicon_names(folder: Path = LEXICON_FOLDER) -> list[str]:
    """Return the names of the lexicons that there are, sorted."""
    return sorted(path.stem for path in folder.glob("*.yml") if not path.stem.startswith("_"))


def load_lexicons(names: Iterable[str], folder: Path = LEXICON_FOLDER) -> Lexicons:
    """Return the terms of the named lexicons and of ``_common``, and the signs, which always hold.

    Raises:
        SettingsError: If a lexicon is missing or not of the form above.
    """
    terms: list[Term] = []
    for name in ("_common", *sorted(set(names))):
        path = folder / f"{name}.yml"
        if path.parent != folder or not path.is_file():
            raise SettingsError(
                str(path),
                say("There is no lexicon {name}.", name=name),
                say("Known lexicons: {names}.", names=", ".join(lexicon_names(folder))),
            )
        terms += _read(path, _version_of(path))
    signs = folder / "_signs.yml"
    return Lexicons(terms, _read_signs(signs, _version_of(signs)) if signs.is_file() else Signs({}))


def _version_of(path: Path) -> tuple[int, int]:
    """Return what changes when a file is written: what was read of it before stands till then."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _read_signs(path: Path, _version: tuple[int, int]) -> Signs:
    try:
        return Signs(_content(path, _SignsFile).signs)
    except ValueError as error:
        raise _unreadable(path, error) from error


@lru_cache(maxsize=64)
def _read(path: Path, _version: tuple[int, int]) -> tuple[Term, ...]:
    try:
        read = _content(path, _LexiconFile)
    except ValueError as error:
        raise _unreadable(path, error) from error
    return tuple(
        Term(
            pattern=tuple(fold(form).split()),
            category=entry.category,
            urgency=entry.urgency,
            weight=entry.weight,
            lexicon=path.stem,
            is_exercise=entry.is_exercise,
        )
        for entry in read.terms
        for form in entry.forms
    )


def _content(path: Path, form: type[_File]) -> _File:
    try:
        read = yaml.load(path.read_bytes(), _LOADER)  # noqa: S506 - both loaders are safe
        content = cast("Mapping[str, object]", read)
    except (OSError, yaml.YAMLError) as error:
        raise ValueError(str(error)) from error
    return form.model_validate(content)


def _unreadable(path: Path, error: Exception) -> SettingsError:
    return SettingsError(
        str(path),
        say("The lexicon cannot be read: {error}.", error=error),
        say("See the head of vigie/signals/lexicons.py for its form."),
    )
