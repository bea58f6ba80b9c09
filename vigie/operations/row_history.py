"""One row's life, and the open questions of a workbook, as lines that a terminal can show.

Called by ``vigie workbook history`` and ``vigie workbook conflicts``. Reads the store, changes
nothing. Text from outside loses its control characters: a terminal obeys them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vigie.language import catalogue, current_language, say
from vigie.operations.contents import make_content
from vigie.operations.runtime import Runtime
from vigie.problem import UnknownActivationError
from vigie.records.observation import CellValue
from vigie.workbook.cell_text import clean
from vigie.workbook.cell_values import local_text
from vigie.workbook.content import Content
from vigie.workbook.layout import Row
from vigie.workbook.merging import fold_key
from vigie.workbook.rendering import build_tables, current_of
from vigie.workbook.sheets import conflicts, journal
from vigie.workbook.wording import fold

_LOG = "log"
_SHOWN_CHARACTERS = 140


def row_history(runtime: Runtime, activation_id: str, ref: str) -> list[str]:
    """Return what became of one row: how it arose, each change with its hand, file and revision.

    Args:
        runtime: Whose store.
        activation_id: Which activation.
        ref: ``CO21-0042``; a row of another sheet as ``team/T-1`` or ``Équipe/T-1``.

    Raises:
        UnknownActivationError: If no sheet holds such a row and the journal never named it.
    """
    content = make_content(runtime, runtime.store.activation(activation_id))
    sheet, key = _place(content, ref)
    subject = key if sheet == _LOG else f"{sheet}/{key}"
    numbers = {str(number) for number, entry in content.journal if entry.subject == subject}
    if sheet == _LOG:
        numbers |= {
            str(number)
            for number, entry in content.journal
            if entry.action == "alarm" and entry.subject.partition(":")[2] == key
        }
    timeline = [
        (row.values["at"], _journal_line(row))
        for row in journal.rows(content)
        if row.key in numbers
    ]
    if sheet == _LOG:
        names = {source.id: source.name for source in content.all_sources}
        for post in runtime.store.posts_of(activation_id, [key]).get(key, ()):
            told = say(
                "captured from {source}: {text}",
                source=names.get(post.source_id, post.source_id),
                text=_short(post.text),
            )
            timeline.append((post.captured_at, f"Vigie · {told}"))
    timeline.sort(key=lambda line: line[0].timestamp() if isinstance(line[0], datetime) else 0.0)
    asked = [row for row in conflicts.rows(content) if _is_about(row, content, sheet, key)]
    return [
        _head(content, sheet, key),
        *(f"  {_time(content, at)}  {line}" for at, line in timeline),
        *(f"  {_conflict_line(row, content)}" for row in asked),
    ]


def listed_conflicts(runtime: Runtime, activation_id: str, *, is_all: bool = False) -> list[str]:
    """Return one line a conflict on which nobody has chosen yet; with ``is_all`` all of them."""
    content = make_content(runtime, runtime.store.activation(activation_id))
    own = {str(conflict.id) for conflict in content.conflicts}
    return [
        _conflict_line(row, content)
        for row in conflicts.rows(content)
        if row.key in own and (is_all or not row.values.get("choice"))
    ]


def _head(content: Content, sheet: str, key: str) -> str:
    wording = content.wording
    now = current_of(build_tables(content), wording).cells.get(sheet, {}).get(key, {})
    told = [key, wording.sheet_title(sheet)]
    if sheet == _LOG:
        told += [
            wording.label("urgency", str(now.get("urgency") or "")),
            wording.label("status", str(now.get("status") or "")),
            _short(now.get("summary")),
        ]
    return " · ".join(part for part in told if part)


def _place(content: Content, ref: str) -> tuple[str, str]:
    """Return sheet and key of a row as people name it."""
    wanted_sheet, _, wanted = ref.rpartition("/")
    wording = content.wording
    cells = current_of(build_tables(content), wording).cells
    for sheet, rows in cells.items():
        if wanted_sheet and fold(wanted_sheet) not in (sheet, fold(wording.sheet_title(sheet))):
            continue
        if not wanted_sheet and sheet not in (_LOG, *_named_by_key(cells)):
            continue
        for key in rows:
            if fold_key(key) == fold_key(wanted):
                return sheet, key
    raise UnknownActivationError(
        ref,
        say("No row of this workbook has this reference."),
        say("Write it as the first column shows it; on other sheets as Équipe/T-1."),
    )


def _named_by_key(sheets: Iterable[str]) -> list[str]:
    """Return the sheets whose keys tell the sheet: numbers alone mean something else on each."""
    return [sheet for sheet in sheets if sheet not in ("journal", "checks", "conflicts")]


def _journal_line(row: Row) -> str:
    values = row.values
    words = [str(values.get("actor") or ""), _action(values.get("action"))]
    if values.get("field"):
        words.append(
            f"{_short(values['field'])} : « {_short(values.get('before'))} » → "
            f"« {_short(values.get('after'))} »"
        )
    elif values.get("after"):
        words.append(_short(values["after"]))
    if values.get("detail"):
        words.append(f"({_short(values['detail'])})")
    return " · ".join(_short(word) for word in words[:2]) + "  " + "  ".join(words[2:])


def _conflict_line(row: Row, content: Content) -> str:
    values = row.values
    choice = values.get("choice")
    told = say(
        "no. {number}  {at}  {sheet}/{key}  {column}: “{standing}” stands, “{other}” is kept "
        "({reason})",
        number=row.key,
        at=_time(content, values.get("at")),
        sheet=values.get("sheet_name"),
        key=values.get("row_key") or "-",
        column=values.get("column_name") or "-",
        standing=_short(_told(content, values.get("standing"))),
        other=_short(_told(content, values.get("other"))),
        reason=str(values.get("reason") or "").rstrip("."),
    )
    return f"{told}  → {content.wording.label('conflict_choice', str(choice))}" if choice else told


def _is_about(row: Row, content: Content, sheet: str, key: str) -> bool:
    return row.values.get("row_key") == key and row.values.get(
        "sheet_name"
    ) == content.wording.sheet_title(sheet)


def _action(code: CellValue) -> str:
    return catalogue(current_language()).label("action", str(code or ""))


def _told(content: Content, value: CellValue) -> CellValue:
    return local_text(value, content.wording) if isinstance(value, datetime) else value


def _time(content: Content, value: CellValue) -> str:
    return local_text(value, content.wording) if isinstance(value, datetime) else "-"


def _short(value: CellValue) -> str:
    text = clean("" if value is None else str(value), catalogue(current_language()))
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
