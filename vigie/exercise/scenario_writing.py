"""A scenario as the text of its file: the same scenario always gives the same text.

Called by ``vigie.operations.chronogrammes``. Pure. One line an item, times and texts in quotes, so
that a change is one line of a comparison. In a file that is replaced, comments stay above their key
or item, and what says the same stays as it was written.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from vigie.exercise.scenario import Scenario

_WIDTH = 100
_KEY = re.compile(r"^([a-z_]+):")
_ITEM = re.compile(r"^\s*- \{?\s*id:\s*[\"']?([^,\"'}\s]+)")
_WORD = re.compile(r"^[a-z][a-z0-9_-]*$")
_RESERVED = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_QUOTED = re.compile(
    '[\x00-\x1f"\\\\\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff\U000e0000-\U0010ffff]'
)
"""Characters that YAML would not take as they are within quotes.

Source: YAML 1.1, 5.1 (printable characters) and 5.4 (line breaks).
"""
_PARTS = ("cast", "facts", "injects", "breakdowns")
_SETTINGS = (
    *("schema_version", "id", "title", "convention", "event", "summary", "objectives"),
    *("starts", "duration", "seed", "watch"),
)
_IS_WORD = frozenset(
    {"id", "kind", "sender", "to", "channel", "source", "fact", "convention", "category"}
    | {"urgency", "deliverable", "boost_of", "revises", "references", "ends", "action", "severity"}
    | {"sources"}
)
_PLAIN_FORMS = {
    "handle": re.compile(r"^[A-Za-z][A-Za-z0-9_.-]*(@[a-z0-9.-]+)?$"),
    "watch": re.compile(r"^[^\W\d_][^\W_]*$"),
}
"""Values that need no quotes besides."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file has beside its values, to be found again in the file that replaces it.

    Attributes:
        above: (Part, id of the item or empty) to the lines above it: comments and blank lines.
            What stands below the last item has two empty names.
        lines: The same to how it was written, for what may stay as it is.
        scenario: What the file said.
    """

    above: Mapping[tuple[str, str], tuple[str, ...]]
    lines: Mapping[tuple[str, str], tuple[str, ...]]
    scenario: Scenario | None

    def line_of(self, part: str, item: Any) -> tuple[str, ...]:
        """Return how an item was written, if it says the same still."""
        name = getattr(item, "id", "")
        before = getattr(self.scenario, part) if self.scenario else []
        is_same = any(one == item for one in before if getattr(one, "id", None) == name)
        return self.lines.get((part, name), ()) if is_same and name else ()

    def block_of(self, key: str, scenario: Scenario) -> tuple[str, ...]:
        """Return how a setting was written, if it says the same still."""
        is_same = getattr(self.scenario, key, None) == getattr(scenario, key)
        return self.lines.get((key, ""), ()) if is_same else ()


NOTHING_KEPT = Kept({}, {}, None)


def scenario_text(scenario: Scenario, kept: Kept = NOTHING_KEPT) -> str:
    """Return the YAML of a scenario.

    Args:
        scenario: What the text says.
        kept: Of the file that it replaces; see ``kept_of``.
    """
    data = scenario.model_dump(exclude_defaults=True)
    data["schema_version"] = scenario.schema_version
    gap = ("",) if kept.scenario is None else ()
    lines: list[str] = []
    for key in _SETTINGS:
        if key in data:
            lines += kept.above.get((key, ""), ())
            lines += kept.block_of(key, scenario) or _setting(key, data[key])
    for key in ("cast", "facts", "injects"):
        lines += kept.above.get((key, ""), gap)
        lines += _items(key, getattr(scenario, key), kept)
    for key in ("noise", "breakdowns"):
        if data.get(key):
            lines += kept.above.get((key, ""), gap)
            lines += kept.block_of(key, scenario) or _ending(key, scenario)
    lines += kept.above.get(("", ""), ())
    return "\n".join(lines) + "\n"


def _ending(key: str, scenario: Scenario) -> Iterator[str]:
    if key == "breakdowns":
        yield from _items(key, scenario.breakdowns, NOTHING_KEPT)
    elif scenario.noise is not None:
        yield "noise:"
        yield from _noise(scenario.noise.model_dump(exclude_defaults=True))


def kept_of(text: str, scenario: Scenario) -> Kept:
    """Return what a scenario's text has beside its values: comments, and how it is written."""
    above: dict[tuple[str, str], tuple[str, ...]] = {}
    lines: dict[tuple[str, str], tuple[str, ...]] = {}
    waiting: list[str] = []
    place = ("", "")
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            waiting.append(line.rstrip())
            continue
        key, item = _KEY.match(line), _ITEM.match(line)
        if key is not None:
            place = (key[1], "")
        elif item is not None and place[0] in _PARTS:
            place = (place[0], item[1])
        elif place[1]:
            lines.pop(place, None)  # an item on several lines is written anew
            waiting = []
            continue
        if key is not None or (item is not None and place[1]):
            above[place] = tuple(waiting)
            lines[place] = (line,)
        else:
            lines[place] = (*lines.get(place, ()), *waiting, line)
        waiting = []
    above["", ""] = tuple(waiting)
    return Kept({name: told for name, told in above.items() if told}, lines, scenario)


def lost_comment_count(kept: Kept, scenario: Scenario) -> int:
    """Return how many kept lines of comment have no place in a scenario any more."""
    ids = {(part, one.id) for part in _PARTS[:3] for one in getattr(scenario, part)}
    return sum(
        line.lstrip().startswith("#")
        for (part, name), lines in kept.above.items()
        if name and (part, name) not in ids
        for line in lines
    )


def _setting(key: str, value: Any) -> Iterator[str]:
    if key == "summary" and _is_foldable(value):
        yield "summary: >-"
        yield from textwrap.wrap(
            value,
            _WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    elif key == "objectives":
        yield "objectives:"
        yield from (f"  - {_text(one)}" for one in value)
    else:
        yield f"{key}: {_value(key, value)}"


def _is_foldable(text: str) -> bool:
    return (
        text == " ".join(text.split(" ")).strip()
        and "  " not in text
        and not (
            _QUOTED.search(text.replace('"', "").replace("\\", "")) or "\n" in text or "\t" in text
        )
    )


def _items(key: str, items: Iterable[BaseModel], kept: Kept) -> Iterator[str]:
    yield f"{key}:"
    for item in items:
        yield from kept.above.get((key, getattr(item, "id", "")), ()) if hasattr(item, "id") else ()
        written = f"  - {_mapping(item.model_dump(exclude_defaults=True))}"
        yield from kept.line_of(key, item) or (written,)


def _noise(noise: Mapping[str, Any]) -> Iterator[str]:
    for key, value in noise.items():
        if key == "templates":
            yield "  templates:"
            yield from (f"    - {_text(one)}" for one in value)
        else:
            yield f"  {key}: {_value(key, value)}"


def _mapping(item: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_value(key, value)}" for key, value in item.items()) + "}"


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(key, one) for one in value) + "]"
    text = str(value)
    form = _PLAIN_FORMS.get(key, _WORD if key in _IS_WORD else None)
    is_plain = form is not None and form.match(text) and text.casefold() not in _RESERVED
    return text if is_plain else _text(text)


def _number(value: float) -> str:
    """Return a number without exponent, with the digits that give the same number again."""
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"


def _text(text: str) -> str:
    return '"' + _QUOTED.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    if char in '"\\':
        return f"\\{char}"
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    if char in named:
        return named[char]
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"
