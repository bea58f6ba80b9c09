"""From a value of the store to what a cell holds, and back from what people left there.

Called by ``package`` (writing, reading), ``rendering`` and the tests. Pure. A text that cannot be
understood as a date, number or choice stays the text that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vigie.records.observation import CellValue
from vigie.workbook.cell_text import clean, is_plain
from vigie.workbook.layout import Column
from vigie.workbook.wording import Wording

Raw = str | int | float | bool | datetime | date | time | timedelta | None
"""What a cell of a file holds; times are naive and local."""
Encoder = Callable[[CellValue], "str | int | float | datetime | None"]
Decoder = Callable[[Raw], CellValue]

TEXT_KINDS = frozenset({"text", "long_text", "link"})
"""Kinds of columns whose cells hold their text."""
_NUMBER_KINDS = frozenset({"integer", "decimal"})
_DATE = re.compile(
    r"^(?:[^\W\d]+\.?\s+)?(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})[/.\-](?P<year>\d{4}|\d{2})"
    r"(?:[\s,]+(?:[àa]\s+)?(?P<hour>\d{1,2})\s*[:hH]\s*(?P<minute>\d{2})?(?::(?P<second>\d{2}))?)?$"
)
_ISO = re.compile(
    r"^(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
    r"(?:[T\s](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?$"
)
_LAST_YEAR_OF_NUMBERS = 1902
_SERIAL_DAYS = (20_000.0, 80_000.0)
"""Serial days 1954 to 2119: a bare number outside of it in a time column is no date."""
_SERIAL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells hold naive local times
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
_LARGEST_NUMBER = 1e15
"""Whole numbers beyond it lose digits in a spreadsheet: they are written as text."""
_YEARS = range(1950, 2150)
"""Dates outside of it are taken for text: spreadsheets disagree on dates before 1900."""


def encoder(column: Column, wording: Wording) -> Encoder:
    """Return the function that turns a column's values into what its cells hold.

    Its results are None, text (see ``clean``), numbers, or naive local times in whole seconds.
    """
    if column.kind == "choice":
        return _choice_encoder(column.choices_context, wording)
    if column.kind in ("integer", "decimal"):
        return lambda value: _number_out(value, wording)
    if column.kind == "datetime":
        return lambda value: (
            local_naive(value, wording)
            if isinstance(value, datetime) and value.year in _YEARS
            else _text_out(value, wording)
        )
    return _text_encoder(wording)


def decoder(column: Column, wording: Wording) -> Decoder:
    """Return the function that reads a column's cells: codes, numbers, aware UTC times, text."""
    if column.kind == "choice":
        context = column.choices_context

        known: dict[str, CellValue] = {}

        def choice(raw: Raw) -> CellValue:
            text = _text_in(raw, wording)
            if text is None:
                return None
            if text not in known:
                known[text] = wording.code_of(context, text) or text
            return known[text]

        return choice
    if column.kind == "integer":
        return lambda raw: _number_in(raw, wording, is_integer=True)
    if column.kind == "decimal":
        return lambda raw: _number_in(raw, wording, is_integer=False)
    if column.kind == "datetime":
        return _datetime_decoder(wording)
    return _text_decoder(wording)


def _text_decoder(wording: Wording) -> Decoder:
    def text(raw: Raw) -> CellValue:
        if isinstance(raw, str) and is_plain(raw):
            return raw or None
        return _text_in(raw, wording)

    return text


def _datetime_decoder(wording: Wording) -> Decoder:
    zone = wording.zone
    known: dict[Raw, CellValue] = {}

    def moment(raw: Raw) -> CellValue:
        if raw is None:
            return None
        if raw not in known:
            known[raw] = _datetime_in(raw, wording, zone)
        return known[raw]

    return moment


def projector(column: Column, wording: Wording) -> Callable[[CellValue], CellValue]:
    """Return the function that gives a value as it comes back after being written."""
    return _Projected(column, wording).__getitem__


class _Projected(dict[CellValue, CellValue]):
    """Values as they come back; most texts and hours of a column come in many rows."""

    def __init__(self, column: Column, wording: Wording) -> None:
        super().__init__()
        self._encode, self._decode = encoder(column, wording), decoder(column, wording)
        self._is_number, self._is_decimal = column.kind in _NUMBER_KINDS, column.kind == "decimal"
        self._is_time, self._zone = column.kind == "datetime", wording.zone
        self._steady: dict[date, bool] = {}

    def __missing__(self, value: CellValue) -> CellValue:
        if self._is_number and (
            value.__class__ is int or (self._is_decimal and value.__class__ is float)
        ):
            number: Any = value
            if abs(number) < _LARGEST_NUMBER:
                return value
        elif self._is_time and isinstance(value, datetime) and self._is_steady(value):
            return value.replace(microsecond=0)
        projected = self._decode(self._encode(value))
        # Numbers are not kept: 1, 1.0 and True would be taken for each other.
        if isinstance(value, (str, datetime)):
            self[value] = projected
        return projected

    def _is_steady(self, moment: datetime) -> bool:
        """Tell whether a UTC time comes back as it is: its day is none when clocks change."""
        day = moment.date()
        if moment.tzinfo is not UTC:
            return False
        if day not in self._steady:
            noon = datetime.combine(day, time(12), UTC)
            around = (noon - timedelta(days=1), noon + timedelta(days=1))
            offsets = {one.astimezone(self._zone).utcoffset() for one in around}
            self._steady[day] = len(offsets) == 1 and moment.year in _YEARS[1:-1]
        return self._steady[day]


def local_naive(moment: datetime, wording: Wording) -> datetime:
    """Return an aware time as the naive local one that cells hold, in whole seconds."""
    return moment.astimezone(wording.zone).replace(tzinfo=None, microsecond=0, fold=0)


def local_text(moment: datetime, wording: Wording) -> str:
    """Return an aware time as people read it: ``21/11/2026 14:05`` in the workbook's zone."""
    return f"{moment.astimezone(wording.zone):%d/%m/%Y %H:%M}"


def _choice_encoder(context: str, wording: Wording) -> Encoder:
    known: dict[str, str] = {}

    def encode(value: CellValue) -> str | int | float | datetime | None:
        if not isinstance(value, str):
            return _text_out(value, wording)
        shown = known.get(value)
        if shown is None:
            shown = known[value] = clean(wording.label(context, value), wording.catalogue)
        return shown or None

    return encode


def _text_encoder(wording: Wording) -> Encoder:
    def encode(value: CellValue) -> str | int | float | datetime | None:
        if isinstance(value, str) and is_plain(value):
            return value or None
        return _text_out(value, wording)

    return encode


def _text_out(value: CellValue, wording: Wording) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return clean(value, wording.catalogue) or None
    if isinstance(value, datetime):
        return local_text(value, wording)
    return _number_text(value)


def _number_out(value: CellValue, wording: Wording) -> str | int | float | None:
    if isinstance(value, (int, float)) and abs(value) < _LARGEST_NUMBER:
        return value
    return _text_out(value, wording)


def _number_text(value: float) -> str:
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_NUMBER
    return str(int(value)) if is_whole else str(value)


def _text_in(raw: Raw, wording: Wording) -> str | None:
    """Return the text of a cell; a date or number that an editor made of it is written out."""
    if raw is None:
        return None
    if isinstance(raw, str):
        return clean(raw, wording.catalogue) or None
    if isinstance(raw, bool):
        return wording.catalogue.say("TRUE") if raw else wording.catalogue.say("FALSE")
    return _number_text(raw) if isinstance(raw, (int, float)) else _clock_text(raw)


def _clock_text(raw: date | time | timedelta) -> str:
    if isinstance(raw, datetime):
        has_time = raw.time().replace(microsecond=0) != time(0)
        return f"{raw:%d/%m/%Y %H:%M}" if has_time else f"{raw:%d/%m/%Y}"
    if isinstance(raw, date):
        return f"{raw:%d/%m/%Y}"
    return f"{raw:%H:%M}" if isinstance(raw, time) else str(raw)


def _number_in(raw: Raw, wording: Wording, *, is_integer: bool) -> CellValue:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return int(raw) if is_integer and float(raw).is_integer() else raw
    if (serial := _serial_of(raw)) is not None:
        return int(serial) if serial.is_integer() else serial
    text = _text_in(raw, wording)
    if text is None:
        return None
    bare = "".join(text.split()).replace("\u2212", "-").replace(",", ".")
    if not _NUMBER.match(bare) or not bare.isascii() or abs(float(bare)) >= _LARGEST_NUMBER:
        return text
    number = float(bare)
    return int(number) if number.is_integer() and (is_integer or "." not in bare) else number


def _serial_of(raw: Raw) -> float | None:
    """Return the number that a date's format shows as a day of 1900 to 1902: nobody meant the day.

    A cell moved or pasted over another keeps that one's format: 1 then shows as 01/01/1900.
    Source: ECMA-376 part 1, 18.17.4.1 (serial dates; 1900 counts a 29 February).
    """
    if isinstance(raw, time):
        return (raw.hour * 3600 + raw.minute * 60 + raw.second) / 86_400
    if not isinstance(raw, date) or raw.year > _LAST_YEAR_OF_NUMBERS:
        return None
    moment = raw if isinstance(raw, datetime) else datetime.combine(raw, time(0))
    is_before_leap = moment < datetime(1900, 3, 1)  # noqa: DTZ001 - a spreadsheet's naive day
    first = datetime(1899, 12, 31) if is_before_leap else _SERIAL_EPOCH  # noqa: DTZ001 - as above
    return (moment - first) / timedelta(days=1)


def _datetime_in(raw: Raw, wording: Wording, zone: ZoneInfo) -> CellValue:
    naive: datetime | None = None
    if isinstance(raw, datetime):
        naive = raw
    elif isinstance(raw, date):
        naive = datetime.combine(raw, time(0))
    elif isinstance(raw, (int, float)) and _SERIAL_DAYS[0] <= raw <= _SERIAL_DAYS[1]:
        naive = _SERIAL_EPOCH + timedelta(days=float(raw))
    elif isinstance(raw, str):
        naive = _typed_datetime(raw)
    if naive is None or naive.year not in _YEARS:
        return _text_in(raw, wording)
    if naive.microsecond:
        naive = (naive + timedelta(milliseconds=500)).replace(microsecond=0)
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _typed_datetime(text: str) -> datetime | None:
    match = _DATE.match(text.strip()) or _ISO.match(text.strip())
    if match is None:
        return None
    part = {name: int(digits or 0) for name, digits in match.groupdict().items()}
    year = part["year"] + 2000 if part["year"] < 100 else part["year"]
    try:
        return datetime(  # noqa: DTZ001 - the zone is the workbook's, put on by the caller
            year, part["month"], part["day"], part["hour"], part["minute"], part["second"]
        )
    except ValueError:
        return None
