"""What became of an imported file, told in lines for a terminal.

Called by ``vigie workbook import``. Reads nothing but what it is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from vigie.language import catalogue, current_language, say
from vigie.operations.importing import ImportedFile
from vigie.operations.merging import Foreseen
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.records.observation import CellValue
from vigie.records.sheet import Edit
from vigie.workbook.cell_text import clean
from vigie.workbook.cell_values import local_text
from vigie.workbook.sheets import table_columns
from vigie.workbook.wording import Wording

_SHOWN_EDITS = 100
_SHOWN_CHARACTERS = 120


def told_import(runtime: Runtime, activation: Activation, outcome: ImportedFile) -> Iterator[str]:
    """Yield the lines about one file."""
    name = _plain(outcome.name)
    if outcome.fault:
        yield f"{name} : {outcome.fault}"
        if outcome.aside is not None:
            yield "  " + say("A copy is set aside: {path}", path=outcome.aside)
        return
    if outcome.is_known:
        yield say("{name}: taken in before, nothing new.", name=name)
        return
    if outcome.foreseen is not None:
        convention = runtime.convention_of(activation)
        wording = Wording(
            catalogue(convention.workbook.language),
            convention.workbook.time_zones[0],
            convention.categories,
        )
        yield from _told_foreseen(name, outcome.foreseen, wording)
    else:
        yield say(
            "{name}: {edits} cell(s) changed, {added} row(s) added.",
            name=name,
            edits=outcome.edit_count,
            added=outcome.added_count,
        )
    for note in outcome.notes:
        yield f"  {note}"


def _told_foreseen(name: str, foreseen: Foreseen, wording: Wording) -> Iterator[str]:
    yield say(
        "{name}: {edits} cell(s) would change, {added} row(s) would be added; nothing is changed.",
        name=name,
        edits=len(foreseen.edits),
        added=len(foreseen.added),
    )
    for edit in foreseen.edits[:_SHOWN_EDITS]:
        yield f"  {_told_edit(edit, wording)}"
    for row in foreseen.added[:_SHOWN_EDITS]:
        words = " · ".join(_plain(value, wording) for value in row.values.values() if value)
        yield "  " + say(
            "new on {sheet} (line {line}): {words}",
            sheet=wording.sheet_title(row.sheet),
            line=row.row_number,
            words=words[:_SHOWN_CHARACTERS],
        )
    rest = max(len(foreseen.edits) - _SHOWN_EDITS, 0) + max(len(foreseen.added) - _SHOWN_EDITS, 0)
    if rest:
        yield "  " + say("… and {count} more.", count=rest)


def _told_edit(edit: Edit, wording: Wording) -> str:
    told = say(
        "{key} · {column}: “{current}” → “{value}”",
        key=_plain(edit.key),
        column=wording.column_name(edit.sheet, edit.column),
        current=_shown(edit, edit.current, wording),
        value=_shown(edit, edit.value, wording),
    )
    if edit.is_typed_over or edit.is_conflict:
        return f"{told} ({say('goes to Conflits')})"
    return told


def _shown(edit: Edit, value: CellValue, wording: Wording) -> str:
    if isinstance(value, str):
        for column in table_columns().get(edit.sheet, ()):
            if column.code == edit.column and column.choices_context:
                return _plain(wording.label(column.choices_context, value))
    return _plain(value, wording)


def _plain(value: CellValue, wording: Wording | None = None) -> str:
    """Return a value on one line and without control characters: a terminal obeys them."""
    if isinstance(value, datetime) and wording is not None:
        return local_text(value, wording)
    text = clean("" if value is None else str(value), catalogue(current_language()))
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
