"""What people filled into a debrief's sheets, against what the file showed them. Pure.

Strict: every fault is told with sheet, row and cure, and with one fault nothing is taken. What a
file does not change says nothing, so that two files of one run can both be read. A line that is
missing takes nothing away; a known line whose cells are all empty does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from vigie.debrief.sheet_columns import column_title, sheet_title
from vigie.debrief.sheets import ENTRY_SHEETS, entry_title
from vigie.debrief.wording import Words
from vigie.records.debrief import LEVELS, EntryKind, EntryValue, columns_of
from vigie.records.table import Formula, RawBook, RawCell, RawSheet

TEXT_LIMIT = 4000
"""Characters of one cell. Ours."""
_DATE = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$|^(\d{4})-(\d{2})-(\d{2})$")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

Values = Mapping[str, EntryValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that cannot be taken: where, what, how to mend it. ``row`` 0 is the whole sheet."""

    sheet: str
    row: int
    what: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a file says that it did not show.

    Attributes:
        changed: Key of a known line to its changed cells.
        added: Kind and values of new lines.
        missing_count: Known lines that the file lacks; they stay.
    """

    changed: Mapping[str, Values] = field(default_factory=dict)
    added: tuple[tuple[EntryKind, Values], ...] = ()
    missing_count: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Reading:
    """A sheet on its way."""

    kind: EntryKind
    title: str
    words: Words
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, what: str, cure: str) -> None:
        self.faults.append(Fault(sheet=self.title, row=row, what=what, cure=cure))


def read_back(
    book: RawBook, shown: Mapping[EntryKind, Mapping[str, Values]], words: Words
) -> Filled:
    """Return what people changed and added.

    Args:
        book: The file as it was read.
        shown: By sheet, key to the values that this file showed when it was written.
        words: In which the file is written.
    """
    changed: dict[str, Values] = {}
    added: list[tuple[EntryKind, Values]] = []
    faults: list[Fault] = []
    missing = 0
    for kind in ENTRY_SHEETS:
        reading = _Reading(kind, sheet_title(kind, words), words)
        sheet = book.sheet(reading.title)
        if sheet is None:
            reading.fault(
                0,
                words.say("The sheet is missing."),
                words.say("Take the file that Vigie wrote and fill in its sheets."),
            )
        else:
            lines = _lines(sheet, reading)
            known = shown.get(kind, {})
            missing += len(set(known) - {key for _, key, _ in lines})
            _compare(lines, known, reading, changed, added)
        faults += reading.faults
    return Filled(changed=changed, added=tuple(added), missing_count=missing, faults=tuple(faults))


def _compare(
    lines: Sequence[tuple[int, str, Values]],
    known: Mapping[str, Values],
    reading: _Reading,
    changed: dict[str, Values],
    added: list[tuple[EntryKind, Values]],
) -> None:
    seen: set[str] = set()
    say = reading.words.say
    for row, key, values in lines:
        if key and key in seen:
            what = say("The number {key} stands there twice.", key=key)
            reading.fault(row, what, say("Empty it in the copy: that makes it a new line."))
        elif key and key not in known:
            what = say("There is no line {key} in this debrief.", key=key)
            reading.fault(row, what, say("Leave the number of a new line empty."))
        elif key:
            seen.add(key)
            before = known[key]
            differing = {
                column: values.get(column)
                for column in columns_of(reading.kind)
                if values.get(column) != before.get(column)
            }
            if differing:
                changed[key] = differing
            if any(value is not None for value in values.values()):
                _require_sense(row, values, reading)
        elif any(value is not None for value in values.values()):
            _require_sense(row, values, reading)
            is_action = reading.kind == "action"
            state = {"state": values.get("state") or "open"} if is_action else {}
            added.append((reading.kind, {**values, **state}))


def _require_sense(row: int, values: Values, reading: _Reading) -> None:
    say = reading.words.say
    if reading.kind == "action":
        if not values.get("action"):
            reading.fault(row, say("The action is not said."), say("Write what is to be done."))
        return
    if not any(values.get(column) for column in ("strength", "weak_point", "proposal")):
        reading.fault(
            row,
            say("Neither a strength, nor a weak point, nor a proposal stands there."),
            say("Write one of them, or empty the line."),
        )


def _lines(sheet: RawSheet, reading: _Reading) -> list[tuple[int, str, Values]]:
    places = _places(sheet, reading)
    if places is None:
        return []
    header_row, at = places
    lines: list[tuple[int, str, Values]] = []
    for row, cells in sheet.rows:
        if row <= header_row:
            continue
        key = _text(_at(cells, at["key"]), row, column_title("key", reading.words), reading)
        values = {
            column: _value(column, _at(cells, at[column]), row, reading)
            for column in columns_of(reading.kind)
        }
        if key or any(value is not None for value in values.values()):
            lines.append((row, (key or "").strip(), values))
    return lines


def _places(sheet: RawSheet, reading: _Reading) -> tuple[int, dict[str, int]] | None:
    """Return the header's row and each code's column; None, with a fault, where one lacks."""
    words, say = reading.words, reading.words.say
    wanted = {"key": column_title("key", words)}
    wanted |= {code: entry_title(code, words) for code in columns_of(reading.kind)}
    best: tuple[int, dict[str, int]] = (0, {})
    for row, cells in sheet.rows[:12]:
        folded = [_fold(str(cell)) if cell is not None else "" for cell in cells]
        at = {code: folded.index(_fold(t)) for code, t in wanted.items() if _fold(t) in folded}
        if len(at) > len(best[1]):
            best = (row, at)
    lacking = [title for code, title in wanted.items() if code not in best[1]]
    if not lacking:
        return best
    reading.fault(
        best[0],
        say("Columns are missing: {titles}.", titles=", ".join(lacking)),
        say("Give the header row its words back, as Vigie wrote them."),
    )
    return None


def _value(column: str, cell: RawCell, row: int, reading: _Reading) -> EntryValue:
    title = entry_title(column, reading.words)
    if cell is not None and not isinstance(cell, Formula):
        if column == "level":
            return _level(cell, row, reading)
        if column == "due":
            return _due(cell, row, title, reading)
    text = _text(cell, row, title, reading)
    if text is not None and column == "state":
        return _state(text, row, reading)
    if text is not None and column == "theme":
        return _code("debrief_theme", text, reading.words) or text
    return text


def _text(cell: RawCell, row: int, title: str, reading: _Reading) -> str | None:
    say = reading.words.say
    if cell is None:
        return None
    if isinstance(cell, Formula):
        what = say("{column}: a formula stands there.", column=title)
        reading.fault(row, what, say("Type the words themselves."))
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime | date):
        cell = cell.isoformat()
    text = "\n".join(" ".join(line.split()) for line in str(cell).strip().splitlines())
    if len(text) > TEXT_LIMIT:
        what = say("{column}: longer than {limit} characters.", column=title, limit=TEXT_LIMIT)
        reading.fault(row, what, say("Shorten it, or make two lines of it."))
        return None
    return text or None


def _level(cell: RawCell, row: int, reading: _Reading) -> int | None:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if text.isdecimal() and int(text) in LEVELS and not isinstance(cell, bool):
        return int(text)
    say = reading.words.say
    what = say("“{value}” is no level.", value=text[:40])
    reading.fault(row, what, say("Write 1, 2 or 3, or leave it empty."))
    return None


def _due(cell: RawCell, row: int, title: str, reading: _Reading) -> str | None:
    found: date | None = None
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    elif (match := _DATE.match(str(cell).strip())) is not None:
        day, month, year, *iso = match.groups()
        parts = (year, month, day) if year else iso
        try:
            found = date(*(int(part) for part in parts))
        except ValueError:
            found = None
    if found is not None and _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return found.isoformat()
    say = reading.words.say
    what = say("{column}: “{value}” is no date.", column=title, value=str(cell)[:40])
    reading.fault(row, what, say("Write it as 31/12/2026."))
    return None


def _state(text: str, row: int, reading: _Reading) -> str | None:
    words = reading.words
    code = _code("debrief_action_state", text, words)
    if code is None:
        known = [words.label("debrief_action_state", one) for one in ("open", "done", "dropped")]
        what = words.say("“{value}” is no state of an action.", value=text[:40])
        reading.fault(row, what, words.say("Choose among: {known}.", known=", ".join(known)))
    return code


def _code(context: str, text: str, words: Words) -> str | None:
    codes = words.catalogue.codes(context)
    return next((one for one in codes if _fold(words.label(context, one)) == _fold(text)), None)


def _at(cells: Sequence[RawCell], at: int) -> RawCell:
    return cells[at] if at < len(cells) else None


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("’", "'").replace("\u00a0", " "))
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join(bare.casefold().split())
