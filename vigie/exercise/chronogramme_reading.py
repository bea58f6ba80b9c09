"""From the rows of a file to a draft of a scenario: sheets other than the injects' own.

Called by ``vigie.exercise.chronogramme``. Pure. A sheet that the file lacks keeps what the scenario
had; a sheet that it holds replaces that part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vigie.convention.document import Path
from vigie.convention.model import Convention
from vigie.convention.wording import choose_among, shown
from vigie.exercise.chronogramme_cells import Wrong, meaning, text_of
from vigie.exercise.chronogramme_draft import Draft, got, put
from vigie.exercise.chronogramme_faults import Spot
from vigie.exercise.chronogramme_injects import read_injects, start_and_limit
from vigie.exercise.chronogramme_locating import Located, Row
from vigie.exercise.chronogramme_times import clock_of, moment_of, time_fault
from vigie.exercise.chronogramme_words import (
    BREAKDOWNS,
    CAST,
    COLUMNS,
    FACTS,
    INJECTS,
    PARAMETERS,
    SETTING_FIELDS,
    SETTINGS,
    Field,
    field_of,
    setting_name,
    sheet_title,
)
from vigie.exercise.scenario import Scenario, exercise_time
from vigie.language import say
from vigie.records.table import RawCell

_SETTING_PARTS = ("schema_version", *(str(field.path[0]) for field in SETTING_FIELDS))
_LONGEST_MINUTES = 999 * 60
_TABLES = {CAST: "cast", FACTS: "facts", BREAKDOWNS: "breakdowns"}


def read_draft(
    located: Mapping[str, Located],
    existing: Scenario | None,
    conventions: Mapping[str, Convention],
    draft: Draft,
) -> None:
    """Fill a draft from the sheets that were found.

    Args:
        located: By code.
        existing: What the file is imported into, or None.
        conventions: By id.
        draft: Is filled.
    """
    if existing is not None:
        draft.data.update(existing.model_dump(mode="python", exclude_none=True))
    for part in (*_SETTING_PARTS, *_TABLES.values(), "injects"):
        sheet = next((code for code, key in _TABLES.items() if key == part), SETTINGS)
        draft.spots[(part,)] = Spot(sheet_title(INJECTS if part == "injects" else sheet))
    if SETTINGS in located:
        _read_settings(located[SETTINGS], draft)
    for sheet, part in _TABLES.items():
        if sheet in located:
            _read_table(sheet, part, located[sheet], draft)
    if INJECTS in located:
        read_injects(located[INJECTS], located.get(PARAMETERS), existing, conventions, draft)
    _require_parts(located, draft)


def _require_parts(located: Mapping[str, Located], draft: Draft) -> None:
    needed = {SETTINGS: "title", CAST: "cast", FACTS: "facts", INJECTS: "injects"}
    for sheet, part in needed.items():
        if sheet not in located and part not in draft.data:
            what = say("The file has no sheet “{sheet}”.", sheet=sheet_title(sheet))
            cure = say(
                "Import it into a scenario that exists, or export one to see how the sheet is made."
            )
            draft.blame((part,), what, cure, Spot(sheet_title(sheet)))
            draft.wrong.update((one,) for one in _SETTING_PARTS if sheet == SETTINGS)


def _read_settings(sheet: Located, draft: Draft) -> None:
    for part in _SETTING_PARTS:
        draft.data.pop(part, None)
        draft.spots[(part,)] = Spot(sheet.title)
    draft.data["schema_version"] = 1
    seen: set[str] = set()
    has_stranger = False
    for row in sheet.rows:
        name = text_of(row.cells.get("name"))
        field = field_of("scenario_setting", SETTING_FIELDS, name)
        spot = sheet.spot(row.number, "name", SETTINGS)
        here: Path = ("settings", row.number)
        if field is None:
            known = [setting_name(one.code) for one in SETTING_FIELDS]
            what = say("There is no setting “{name}”.", name=shown(name))
            draft.blame(here, what, choose_among(name, known), spot)
            has_stranger = True
        elif field.code in seen and not field.is_list:
            what = say("“{name}” stands there twice.", name=shown(name))
            draft.blame(here, what, say("Keep one of the two rows."), spot)
        else:
            seen.add(field.code)
            _put_setting(sheet, row, field, draft)
    if has_stranger:
        # One of the missing settings is perhaps the misspelt one: not asked for once more.
        draft.wrong.update((part,) for part in _SETTING_PARTS if part not in draft.data)


def _put_setting(sheet: Located, row: Row, field: Field, draft: Draft) -> None:
    spot = sheet.spot(row.number, "value", SETTINGS)
    value = setting_meaning(row.cells.get("value"), field)
    draft.spots.setdefault(field.path, spot)
    draft.spots[(field.path[0],)] = spot
    if isinstance(value, Wrong):
        draft.blame(field.path, value.what, value.cure, spot)
    elif field.is_list and value is not None:
        items = [*(got(draft.data, field.path) or []), value]
        draft.spots[(*field.path, len(items) - 1)] = spot
        put(draft.data, field.path, items)
    elif value is not None:
        put(draft.data, field.path, value)


def setting_meaning(cell: RawCell, field: Field) -> Any:
    """Return what the value of a setting says: as any cell, but lengths of time are read too."""
    if field.kind != "time" or not text_of(cell):
        return meaning(cell, field)
    moment = moment_of(cell)
    if moment is None or moment.form not in ("exact", "clock", "hours"):
        return Wrong(
            say("“{text}” is no length of an exercise.", text=shown(text_of(cell))),
            say("Write hours and minutes: T+06:00."),
        )
    return exercise_time(moment.value * (60 if moment.form == "hours" else 1))


def _read_table(sheet: str, part: str, found: Located, draft: Draft) -> None:
    items: list[dict[str, Any]] = []
    draft.spots[(part,)] = Spot(found.title)
    for row in found.rows:
        at = len(items)
        items.append({})
        draft.spots[(part, at)] = Spot(found.title, row.number)
        for field in COLUMNS[sheet]:
            _put_cell(found, row, sheet, field, (part, at), items[at], draft)
        if sheet == BREAKDOWNS:
            items[at].setdefault("fault", {})
    draft.data[part] = items


def _put_cell(
    found: Located,
    row: Row,
    sheet: str,
    field: Field,
    item_path: Path,
    item: dict[str, Any],
    draft: Draft,
) -> None:
    spot = found.spot(row.number, field.code, sheet)
    path = (*item_path, *field.path)
    draft.spots[path] = spot
    cell = row.cells.get(field.code)
    value: Any = meaning(cell, field)
    if field.kind == "time" and value is not None and not isinstance(value, Wrong):
        value = _plain_time(cell, draft)
    if isinstance(value, Wrong):
        draft.blame(path, value.what, value.cure, spot)
    elif value is not None:
        put(item, field.path, value)


def _plain_time(cell: RawCell, draft: Draft) -> str | Wrong:
    moment = moment_of(cell)
    clock = clock_of([moment] if moment else [], *start_and_limit(draft))
    minute = clock.minute(moment) if moment is not None else None
    if minute is None or abs(minute) >= _LONGEST_MINUTES:
        return Wrong(*time_fault(cell, moment if minute is None else None))
    return exercise_time(minute)
