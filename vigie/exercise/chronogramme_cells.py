"""What one cell of a chronogramme means for the field that it fills.

Called by ``chronogramme_reading``. Pure. A cell that means nothing there gives a ``Wrong`` with its
cure; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from vigie.convention.wording import choose_among, shown
from vigie.exercise.chronogramme_times import DAY_MINUTES, moment_of
from vigie.exercise.chronogramme_words import Field, code_of, codes_of, label
from vigie.language import say
from vigie.records.table import Formula, RawCell

_NUMBERED = re.compile(r"^(\d{1,6})\s*([a-zA-Z]{0,4})$")
_DECIMAL = re.compile(r"^[+-]?\d+(?:[.,]\d+)?$")
_DURATION = re.compile(r"^(?:(\d{1,2})\s*(?:h|heures?))?\s*(\d{1,4})?\s*(?:mn|min|minutes?|m|')?$")
_SHOWN = ((datetime, "%d/%m/%Y %H:%M"), (date, "%d/%m/%Y"), (time, "%H:%M"))
_YES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be what its column holds."""

    what: str
    cure: str


Meaning = str | int | float | bool | None | Wrong


def text_of(cell: RawCell) -> str:
    """Return a cell as the text that people see, without outer spaces."""
    if isinstance(cell, bool):
        return label("yes_no", "yes" if cell else "no")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    for kind, form in _SHOWN:
        if isinstance(cell, kind):
            return format(cell, form)
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return "" if cell is None else str(cell).replace("\r\n", "\n").strip()


def meaning(cell: RawCell, field: Field) -> Meaning:
    """Return what a cell says, None where it is empty; times of the exercise stay to be read."""
    if isinstance(cell, Formula):
        return Wrong(
            say("The cell holds a formula that was never computed."),
            say("Open the file in a spreadsheet and save it again, or write the value."),
        )
    text = text_of(cell)
    if not text:
        return None
    reader = _READERS.get(field.kind)
    return reader(cell, text, field) if reader else text


def inject_id(text: str) -> str:
    """Return the id that a number of people's means: ``7`` is ``i007``, ``12 bis`` ``i012bis``."""
    found = _NUMBERED.match(text)
    if found is not None:
        return f"i{int(found[1]):03d}{found[2].lower()}"
    return re.sub(r"[\s_.]+", "-", text.strip()).lower()


def _number(cell: RawCell, text: str, _field: Field) -> Meaning:
    return inject_id(text)


def _whole(cell: RawCell, text: str, _field: Field) -> Meaning:
    bare = "".join(text.split())
    if re.fullmatch(r"[+-]?\d{1,15}", bare):
        return int(bare)
    return Wrong(
        say("A whole number is expected here, not “{text}”.", text=shown(text)),
        say("Write digits only."),
    )


def _decimal(cell: RawCell, text: str, _field: Field) -> Meaning:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    bare = "".join(text.split())
    if _DECIMAL.match(bare):
        return float(bare.replace(",", "."))
    return Wrong(
        say("A number is expected here, not “{text}”.", text=shown(text)),
        say("Write digits with a comma or a point."),
    )


def _yes(cell: RawCell, text: str, _field: Field) -> Meaning:
    code = code_of("yes_no", text)
    if code is not None:
        return _YES[code]
    words = [label("yes_no", one) for one in codes_of("yes_no")]
    return Wrong(say("“{text}” is not known here.", text=shown(text)), choose_among(text, words))


def _choice(cell: RawCell, text: str, field: Field) -> Meaning:
    code = code_of(field.context, text)
    if code is not None:
        return code
    words = [label(field.context, one) for one in codes_of(field.context)]
    return Wrong(say("“{text}” is not known here.", text=shown(text)), choose_among(text, words))


def _insee(cell: RawCell, text: str, _field: Field) -> Meaning:
    code = text.upper()
    # A spreadsheet takes 01004 for the number 1004.
    code = code.zfill(5) if code.isdigit() else code
    if re.fullmatch(r"[0-9][0-9AB][0-9]{3}", code):
        return code
    return Wrong(
        say("“{text}” is no INSEE code of a commune.", text=shown(text)),
        say("Write its five characters, for example 21231; not its name or postcode."),
    )


def _minutes(cell: RawCell, text: str, _field: Field) -> Meaning:
    if isinstance(cell, (time, timedelta, datetime)) or (isinstance(cell, float) and cell < 1):
        moment = moment_of(cell)
        return moment.value % DAY_MINUTES if moment is not None else None
    found = _DURATION.match(text.casefold().replace("\u2019", "'"))
    if found is not None and (found[1] or found[2]):
        return int(found[1] or 0) * 60 + int(found[2] or 0)
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text)
    if clock is not None:
        return int(clock[1]) * 60 + int(clock[2])
    return Wrong(
        say("“{text}” is no number of minutes.", text=shown(text)),
        say("Write the minutes: 15."),
    )


def _clock(cell: RawCell, text: str, _field: Field) -> Meaning:
    moment = moment_of(cell)
    if moment is not None and moment.form == "clock" and 0 <= moment.value < DAY_MINUTES:
        return f"{moment.value // 60:02d}:{moment.value % 60:02d}"
    return Wrong(
        say("“{text}” is no hour of the clock.", text=shown(text)), say("Write it so: 06:35.")
    )


_READERS = {
    "number": _number,
    "int": _whole,
    "float": _decimal,
    "yes": _yes,
    "choice": _choice,
    "insee": _insee,
    "minutes": _minutes,
    "clock": _clock,
}
