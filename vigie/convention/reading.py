"""Reads the YAML of a convention into plain values with lines, refusing what YAML makes risky.

Anchors, aliases, merge keys, tags, several documents, duplicate keys and deep nesting are refused
while reading, so that no "billion laughs" is ever expanded. Called by the loader; touches no file.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator

import yaml
from yaml import events

from vigie.convention.document import WHOLE_FILE, Breach, Document, Path
from vigie.convention.scalars import Doubtful, Plain, read_plain
from vigie.convention.syntax import explain_syntax
from vigie.convention.wording import shown
from vigie.language import say

DEPTH_LIMIT = 12
"""Levels of nesting; a convention needs six."""


_QUOTES = frozenset({"'", '"'})


class _StopReadingError(Exception):
    """The rest of the file cannot be read sensibly."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.what)
        self.breach = breach


def read_document(text: str) -> Document:
    """Return the values of a YAML text with their lines and all that is wrong with its form.

    Args:
        text: The whole file, decoded.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    tabs = _tabs(text)
    if tabs:
        return Document(text=text, breaches=tuple(tabs), is_readable=False)
    reader = _Reader(text)
    try:
        data = reader.read()
    except _StopReadingError as stop:
        reader.breaches.append(stop.breach)
        data = None
    except yaml.YAMLError as error:
        reader.breaches.append(explain_syntax(error, reader.line_at))
        data = None
    return Document(
        text=text,
        data=data if isinstance(data, dict) else {},
        lines=reader.lines,
        raw=reader.raw,
        breaches=tuple(reader.breaches),
        is_readable=isinstance(data, dict),
    )


def _tabs(text: str) -> list[Breach]:
    """Tabs in front of a line: each editor shows another width, and YAML forbids them."""
    what = say("The line starts with a tab.")
    cure = say("Indent with spaces, two for each level.")
    return [
        Breach(WHOLE_FILE, what, cure, number)
        for number, line in enumerate(text.split("\n"), start=1)
        if "\t" in line[: len(line) - len(line.lstrip())] and line.strip()
    ]


class _Reader:
    """Builds the values from the parser's events, one after the other."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]
        self._text = text
        self._events: Iterator[events.Event] = iter(())
        self.lines: dict[Path, int] = {}
        self.raw: dict[Path, str] = {}
        self.breaches: list[Breach] = []

    def line_at(self, index: int) -> int:
        """Return the line (from 1) of a character; YAML's own count takes odd breaks for lines."""
        return bisect.bisect_right(self._starts, index)

    def read(self) -> object:
        """Return the value of the only document."""
        self._events = yaml.parse(self._text, Loader=yaml.SafeLoader)
        next(self._events)  # start of the stream
        if isinstance(next(self._events), events.StreamEndEvent):
            raise _StopReadingError(_empty())
        first = next(self._events)
        if not isinstance(first, events.MappingStartEvent):
            if isinstance(first, events.ScalarEvent) and not first.value:
                raise _StopReadingError(_empty())
            raise _StopReadingError(_not_a_mapping(self._line(first)))
        value = self._value(first, ())
        next(self._events)  # end of the document
        after = next(self._events)
        if isinstance(after, events.DocumentStartEvent):
            raise _StopReadingError(_second_document(self._line(after)))
        return value

    def _line(self, event: events.Event) -> int:
        return self.line_at(event.start_mark.index if event.start_mark else 0)

    def _refuse(self, path: Path, event: events.Event, what: str, cure: str) -> None:
        self.breaches.append(Breach(path, what, cure, self._line(event)))

    def _value(self, event: events.Event, path: Path) -> object:
        if len(path) > DEPTH_LIMIT:
            raise _StopReadingError(_too_deep(self._line(event)))
        self._refuse_marks(event, path)
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(path)
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event, path)
        return None  # an alias, which was refused

    def _refuse_marks(self, event: events.Event, path: Path) -> None:
        if isinstance(event, events.NodeEvent) and event.anchor is not None:
            self._refuse(
                path,
                event,
                say("Anchors (&) and references (*) are not used in conventions."),
                say("Write the value out here; text that starts so belongs in quotes."),
            )
        if getattr(event, "tag", None) is not None:
            self._refuse(
                path,
                event,
                say("Tags (!) are not used in conventions."),
                say("Write the plain value; text that starts with ! belongs in quotes."),
            )

    def _sequence(self, path: Path) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(self._events), events.SequenceEndEvent):
            here = (*path, len(values))
            self.lines[here] = self._line(event)
            values.append(self._value(event, here))
        return values

    def _mapping(self, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        while not isinstance(event := next(self._events), events.MappingEndEvent):
            key = self._key(event, path)
            here = (*path, key)
            if key in values:
                self._refuse(
                    here,
                    event,
                    say("The key '{key}' stands twice here.", key=shown(key)),
                    say("Keep one; the first is on line {line}.", line=self.lines[here]),
                )
                # Read on for the sake of the file's structure, but keep the first value.
                self._skip(next(self._events))
                continue
            self.lines[here] = self._line(event)
            values[key] = self._value(next(self._events), here)
        return values

    def _key(self, event: events.Event, path: Path) -> str:
        self._refuse_marks(event, path)
        if not isinstance(event, events.ScalarEvent):
            raise _StopReadingError(_odd_key(path, self._line(event)))
        plain = read_plain(event.value) if event.implicit[0] else event.value
        if isinstance(plain, Doubtful):
            self._refuse((*path, event.value), event, plain.what, plain.cure)
        elif event.value == "<<" and event.implicit[0]:
            self._refuse(
                (*path, "<<"),
                event,
                say("Merge keys (<<) are not used in conventions."),
                say("Write the keys out here."),
            )
        elif not isinstance(plain, str):
            self._refuse(
                (*path, event.value),
                event,
                say("The key {key} is not text.", key=shown(event.value)),
                say('Write it in quotes: "{text}".', text=shown(event.value)),
            )
        return event.value

    def _scalar(self, event: events.ScalarEvent, path: Path) -> Plain:
        text = str(event.value)
        end = event.end_mark.index if event.end_mark else 0
        if event.style in _QUOTES and self.line_at(end) != self._line(event):
            # A forgotten quote swallows the file up to the next one: tell where it was opened.
            raise _StopReadingError(_long_quote(self._line(event)))
        if not event.implicit[0]:
            return text
        self.raw[path] = text
        plain = read_plain(text)
        if isinstance(plain, Doubtful):
            self._refuse(path, event, plain.what, plain.cure)
            return text
        return plain

    def _skip(self, event: events.Event) -> None:
        depth = 0
        while True:
            depth += isinstance(event, events.CollectionStartEvent)
            depth -= isinstance(event, events.CollectionEndEvent)
            if depth == 0:
                return
            if depth > DEPTH_LIMIT:
                raise _StopReadingError(_too_deep(self._line(event)))
            event = next(self._events)


def _empty() -> Breach:
    return Breach(
        WHOLE_FILE,
        say("The file is empty."),
        say("Start from one of the conventions that are there."),
        1,
    )


def _not_a_mapping(line: int) -> Breach:
    return Breach(
        WHOLE_FILE,
        say("The file does not start with a key."),
        say("Write keys and values, the first one: schema_version: 1."),
        line,
    )


def _second_document(line: int) -> Breach:
    return Breach(
        WHOLE_FILE,
        say("A second document begins here (---)."),
        say("Write one convention a file."),
        line,
    )


def _long_quote(line: int) -> Breach:
    return Breach(
        WHOLE_FILE,
        say("The quotes opened here do not close on the same line."),
        say("Close them at the end of the text."),
        line,
    )


def _too_deep(line: int) -> Breach:
    return Breach(
        WHOLE_FILE,
        say("The nesting is too deep."),
        say("A convention needs at most {count} levels.", count=DEPTH_LIMIT),
        line,
    )


def _odd_key(path: Path, line: int) -> Breach:
    return Breach(
        path,
        say("A list or a group of keys stands where a key belongs."),
        say("Write a word, then a colon; text with brackets or braces belongs in quotes."),
        line,
    )
