"""A convention file as it was read: plain values, and the line of each of them.

Made by ``vigie.convention.reading``; read by the rules and by the explanation of pydantic's errors.
Holds no rule itself and touches no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vigie.convention.secrets import looks_secret

Path = tuple[str | int, ...]
"""Where a value stands: keys and list positions (from 0), ``("sources", 2, "cadence_minutes")``."""

WHOLE_FILE: Path = ()


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is wrong in a file, before it is told.

    Attributes:
        path: Where; ``WHOLE_FILE`` if no single value is to blame.
        what: What is wrong, one sentence in the reader's language.
        cure: How to write it, one or two sentences.
        line: Line from 1, where the path alone does not give it.
    """

    path: Path
    what: str
    cure: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The values of one file.

    Attributes:
        text: The text as it stands in the file.
        data: Mapping of the top level; empty if the file could not be read.
        lines: Path to line (from 1): of the key for entries, of the item for lists.
        raw: Path to the characters written, for unquoted single values.
        breaches: What the reading found.
        is_readable: False if the file's structure is broken, so that rules would only mislead.
    """

    text: str
    data: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[Path, int] = field(default_factory=dict)
    raw: Mapping[Path, str] = field(default_factory=dict)
    breaches: tuple[Breach, ...] = ()
    is_readable: bool = True

    def line(self, path: Path) -> int:
        """Return the line (from 1) of a path, or of the nearest thing around it that is written."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def value(self, *path: str | int) -> object:
        """Return what stands at a path, or None; never fails, whatever the file's shape."""
        value: object = self.data
        for step in path:
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def items(self, *path: str | int) -> list[tuple[int, object]]:
        """Return position and value of each item of the list at a path; empty if it is no list."""
        value = self.value(*path)
        return list(enumerate(value)) if isinstance(value, list) else []

    def mappings(self, *path: str | int) -> list[tuple[int, Mapping[str, object]]]:
        """Return position and value of the items of a list that are mappings."""
        return [(at, item) for at, item in self.items(*path) if isinstance(item, Mapping)]

    def texts(self, *path: str | int) -> list[tuple[int, str]]:
        """Return position and value of the items of a list that are text."""
        return [(at, item) for at, item in self.items(*path) if isinstance(item, str)]

    def walk(self) -> Iterator[tuple[Path, str | None, object]]:
        """Yield (path, key or None, value) of everything below the top, in the file's order."""
        yield from _walk((), self.data)


def _walk(path: Path, value: object) -> Iterator[tuple[Path, str | None, object]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield (*path, key), key, item
            yield from _walk((*path, key), item)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield (*path, at), None, item
            yield from _walk((*path, at), item)


def spoken_path(document: Document, path: Path, whole: str) -> str:
    """Return a path as people read it: ``sources[vigicrues].cadence_minutes``, ``parties[#2]``.

    List items are named by their ``id`` or ``check`` where they have one, else counted from 1.

    Args:
        document: The file the path belongs to.
        path: Where.
        whole: The word for the file as a whole.
    """
    spoken = ""
    for depth, step in enumerate(path):
        if isinstance(step, int):
            item = document.value(*path[: depth + 1])
            named = item.get("id") or item.get("check") if isinstance(item, Mapping) else None
            spoken += f"[{_word(named) if isinstance(named, str) else f'#{step + 1}'}]"
        else:
            spoken += f".{_word(step)}" if spoken else _word(step)
    return spoken or whole


def _word(text: str) -> str:
    """Return a key or id fit for a message: printable, short, and no secret."""
    if looks_secret(text):
        return "***"
    return "".join(char if char.isprintable() else "\ufffd" for char in text)[:60]
