"""Reading a labelled table: which posts, and what a careful person says of each.

Called by ``vigie.operations.evaluating``. Columns are documented in ``docs/evaluation.md``. Must
not judge a text.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vigie.language import say
from vigie.problem import Problem
from vigie.records.observation import CATEGORIES, URGENCIES

_FIRST_AT = datetime(2026, 1, 1, tzinfo=UTC)
_YES, _NO = frozenset({"yes", "oui", "1", "true"}), frozenset({"no", "non", "0", "false"})
_NONE = "-"
_MOST_BYTES = 200_000_000


class EvaluationError(Problem):
    """A labelled table that cannot be read as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One labelled post. None (or an empty tuple's absence) means: not labelled for that.

    Attributes:
        id: Unique in its table.
        source: Who speaks.
        posted_at: Aware; where the table says nothing, a minute after the line before.
        group: Posts with the same group tell the same fact; empty = not labelled.
        alike: Label that look-alikes share, which must stay apart; empty = none.
        territory: Codes of the departments of the convention that would read it.
        communes: INSEE codes that the text speaks of, best first; empty tuple = it names none.
        roads: As ``D974 PR 12``; empty tuple = it names none.
        is_life, is_useful, is_urgent, is_request: What a careful person says.
        category: Code of the category tree, or empty.
        urgency: Code, or empty.
    """

    id: str
    text: str
    source: str
    posted_at: datetime
    kind: str = "message"
    group: str = ""
    alike: str = ""
    territory: tuple[str, ...] = ()
    communes: tuple[str, ...] | None = None
    roads: tuple[str, ...] | None = None
    trap: str = ""
    is_life: bool | None = None
    is_useful: bool | None = None
    is_urgent: bool | None = None
    is_request: bool | None = None
    category: str = ""
    urgency: str = ""


def read_table(path: Path) -> tuple[Sample, ...]:
    """Return the labelled posts of a CSV file, in its order.

    UTF-8, or Windows-1252 as French Excel saves it; separated by commas or semicolons.

    Raises:
        EvaluationError: If the file cannot be read, holds no ``id`` and ``text``, repeats an id, or
            a label is not among those documented; it names the line.
    """
    rows = csv.DictReader(io.StringIO(_text_of(path)), delimiter=_delimiter_of(path))
    missing = {"id", "text"} - set(rows.fieldnames or ())
    if missing:
        raise EvaluationError(
            str(path),
            say("The table lacks the columns {names}.", names=", ".join(sorted(missing))),
            say("docs/evaluation.md says which columns there are."),
        )
    samples: list[Sample] = []
    known: set[str] = set()
    for row in rows:
        where = f"{path}:{rows.line_num}"
        before = samples[-1].posted_at if samples else _FIRST_AT
        sample = _sample(_clean(row), where, before)
        if sample.id in known:
            raise EvaluationError(where, say("The id {id} stands twice.", id=sample.id))
        known.add(sample.id)
        samples.append(sample)
    return tuple(samples)


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()[:_MOST_BYTES]
    except OSError as error:
        raise EvaluationError(str(path), say("The table cannot be read.")) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _delimiter_of(path: Path) -> str:
    head = _text_of(path).partition("\n")[0]
    return ";" if head.count(";") > head.count(",") else ","


def _clean(row: dict[str, str | None]) -> dict[str, str]:
    return {name.strip(): (value or "").strip() for name, value in row.items() if name is not None}


def _sample(row: dict[str, str], where: str, before: datetime) -> Sample:
    return Sample(
        id=row["id"],
        text=row["text"],
        source=row.get("source") or "?",
        posted_at=_instant(row.get("posted_at", ""), where, before),
        kind=_one_of(row, "kind", ("message", "article", "alert"), where) or "message",
        group=row.get("group", ""),
        alike=row.get("alike", ""),
        territory=_many(row.get("territory", "")) or (),
        communes=_many(row.get("communes", "")),
        roads=_many(row.get("roads", "")),
        trap=row.get("trap", ""),
        is_life=_flag(row, "life_at_risk", where),
        is_useful=_flag(row, "useful", where),
        is_urgent=_flag(row, "urgent", where),
        is_request=_flag(row, "request", where),
        category=_one_of(row, "category", CATEGORIES, where),
        urgency=_one_of(row, "urgency", URGENCIES, where),
    )


def _many(value: str) -> tuple[str, ...] | None:
    if not value:
        return None
    return tuple(part.strip() for part in value.split("|") if part.strip() not in ("", _NONE))


def _flag(row: dict[str, str], name: str, where: str) -> bool | None:
    value = row.get(name, "").casefold()
    if not value:
        return None
    if value in _YES or value in _NO:
        return value in _YES
    raise EvaluationError(
        where, say("{name}: {value} is neither yes nor no.", name=name, value=value[:40])
    )


def _one_of(row: dict[str, str], name: str, choices: tuple[str, ...], where: str) -> str:
    value = row.get(name, "")
    if value in ("", _NONE) or value in choices:
        return "" if value == _NONE else value
    raise EvaluationError(
        where,
        say("{name}: {value} is not known.", name=name, value=value[:40]),
        say("Known: {known}.", known=", ".join(choices)),
    )


def _instant(value: str, where: str, before: datetime) -> datetime:
    if not value:
        return before + timedelta(minutes=1)
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError as error:
        raise EvaluationError(
            where,
            say("posted_at: {value} is no time.", value=value[:40]),
            say("Write it as 2026-11-20T14:30:00+01:00."),
        ) from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
