"""The rows of a chronogramme as injects of a draft: times, people, channels, parameters.

Called by ``chronogramme_reading``. Pure. A column that the sheet lacks keeps what the inject of the
same number had; so does the sheet of parameters.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from vigie.convention.document import Path
from vigie.convention.model import Convention
from vigie.convention.wording import choose_among, shown
from vigie.exercise.chronogramme_cells import Wrong, meaning, text_of
from vigie.exercise.chronogramme_channels import CONTENT_CODES, put_content
from vigie.exercise.chronogramme_draft import Draft, got, put
from vigie.exercise.chronogramme_faults import Spot
from vigie.exercise.chronogramme_locating import Located, Row
from vigie.exercise.chronogramme_times import Clock, Moment, clock_of, moment_of, time_fault
from vigie.exercise.chronogramme_words import (
    COLUMNS,
    INJECTS,
    PARAMETER_FIELDS,
    PARAMETERS,
    Field,
    field_of,
    fold,
    parameter_name,
)
from vigie.exercise.scenario import Scenario, exercise_time, minutes_of
from vigie.language import say
from vigie.records.table import Formula

_LONGEST_MINUTES = 999 * 60
_DEFAULT_LIMIT = 24 * 60
_NUMBERED = re.compile(r"^i(\d+)$")
_PLAIN_FIELDS = tuple(
    field
    for field in COLUMNS[INJECTS]
    if field.kind != "time" and field.code not in (*CONTENT_CODES, "id", "place")
)


def start_and_limit(draft: Draft) -> tuple[int, int]:
    """Return the local start in minutes since midnight, and the length in minutes."""
    start = moment_of(str(draft.data.get("starts", "")))
    try:
        limit = minutes_of(str(draft.data.get("duration", "")))
    except ValueError:
        limit = _DEFAULT_LIMIT
    return (start.value if start is not None else 0), limit


def read_injects(
    sheet: Located,
    parameters: Located | None,
    existing: Scenario | None,
    conventions: Mapping[str, Convention],
    draft: Draft,
) -> None:
    """Put the injects of a sheet into the draft, in the order of its rows."""
    moments = _moments(sheet)
    clock = clock_of([m for _, m in sorted(moments.items()) if m], *start_and_limit(draft))
    _note_times(sheet, moments, clock, draft)
    before = {inject.id: inject for inject in existing.injects} if existing else {}
    convention = conventions.get(str(draft.data.get("convention", "")))
    told = _told_parameters(parameters, draft) if parameters is not None else None
    rows = [row for row in sheet.rows if not _is_preparation(sheet, row, moments, draft)]
    ids = _ids(sheet, rows)
    items: list[dict[str, Any]] = []
    draft.data["injects"] = items
    for row, name in zip(rows, ids, strict=True):
        path: Path = ("injects", len(items))
        old = before.get(name)
        item = copy.deepcopy(old.model_dump(exclude_none=True)) if old is not None else {}
        item["id"] = name
        items.append(item)
        draft.spots[path] = Spot(sheet.title, row.number)
        draft.spots[(*path, "id")] = sheet.spot(row.number, "id", INJECTS)
        _put_times(sheet, row, path, item, clock, draft)
        for field in _PLAIN_FIELDS:
            _put_plain(sheet, row, field, path, item, draft)
        _name_people(item, draft)
        own = None if told is None else told.get(name, ())
        put_content(sheet, row, path, item, convention, own, draft)
        _drop_empty(sheet, row, item)
    _note_places(sheet, rows, items, draft)
    if parameters is not None:
        _blame_unknown(parameters, told or {}, set(ids), draft)


def _moments(sheet: Located) -> dict[int, Moment | None]:
    is_minutes = "min" in fold(sheet.titles.get("at", "").replace("(", " ").replace(")", " "))
    return {
        row.number: moment_of(row.cells.get("at"), is_minutes=is_minutes)
        for row in sheet.rows
        if row.cells.get("at") is not None
    }


def _note_times(
    sheet: Located, moments: Mapping[int, Moment | None], clock: Clock, draft: Draft
) -> None:
    forms = {moment.form for moment in moments.values() if moment}
    if "clock" in forms and not clock.is_clock:
        draft.notes.append(
            say("{sheet}: hours such as 00:10 are read as time since the start.", sheet=sheet.title)
        )
    if "hours" in forms and clock.hours in ("minutes", "each"):
        draft.notes.append(
            say("{sheet}: H+n beyond the exercise's hours is read as minutes.", sheet=sheet.title)
        )


def _is_preparation(
    sheet: Located, row: Row, moments: Mapping[int, Moment | None], draft: Draft
) -> bool:
    """Tell whether a row lies whole days before the exercise: preparation, no inject."""
    moment = moments.get(row.number)
    if moment is None or moment.form != "days" or moment.value >= 0:
        return False
    draft.notes.append(
        say(
            "{where}: {time} is {days} day(s) before the exercise: preparation, no inject "
            "(for minutes write T-01:00).",
            where=sheet.spot(row.number, "at", INJECTS),
            time=text_of(row.cells.get("at")),
            days=-moment.value,
        )
    )
    return True


def _ids(sheet: Located, rows: list[Row]) -> list[str]:
    """Return the ids of the rows; a row without one takes the next free number."""
    field = COLUMNS[INJECTS][0]
    told = [meaning(row.cells.get("id"), field) for row in rows]
    numbers = [int(found[1]) for one in told if (found := _NUMBERED.match(str(one)))]
    following = max(numbers, default=0)
    ids = []
    for one in told:
        if isinstance(one, str):
            ids.append(one)
        else:
            following += 1
            ids.append(f"i{following:03d}")
    return ids


def _put_times(
    sheet: Located, row: Row, path: Path, item: dict[str, Any], clock: Clock, draft: Draft
) -> None:
    for code in ("at", "shown_at"):
        spot = sheet.spot(row.number, code, INJECTS)
        draft.spots[(*path, code)] = spot
        if code not in sheet.titles:
            continue
        cell = row.cells.get(code)
        if not text_of(cell):
            item.pop(code, None)
            continue
        is_minutes = "min" in fold(sheet.titles[code].replace("(", " ").replace(")", " "))
        moment = None if isinstance(cell, Formula) else moment_of(cell, is_minutes=is_minutes)
        minute = clock.minute(moment) if moment is not None else None
        if minute is None or abs(minute) >= _LONGEST_MINUTES:
            what, cure = time_fault(text_of(cell), moment if minute is None else None)
            draft.blame((*path, code), what, cure, spot)
        else:
            item[code] = exercise_time(minute)


def _put_plain(
    sheet: Located, row: Row, field: Field, path: Path, item: dict[str, Any], draft: Draft
) -> None:
    here = (*path, *field.path)
    draft.spots[here] = sheet.spot(row.number, field.code, INJECTS)
    if field.code not in sheet.titles:
        return
    value = meaning(row.cells.get(field.code), field)
    if isinstance(value, Wrong):
        draft.blame(here, value.what, value.cure)
    else:
        put(item, field.path, value)


def _drop_empty(sheet: Located, row: Row, item: dict[str, Any]) -> None:
    """Take the expectation away where the row, or the inject before it, says nothing of one."""
    is_told = any(code.startswith("expect.") and text_of(cell) for code, cell in row.cells.items())
    if not item.get("expect") or ("expect.reaction" in sheet.titles and not is_told):
        item.pop("expect", None)
    item.setdefault("truth", {})


def _name_people(item: dict[str, Any], draft: Draft) -> None:
    """Turn names of the cast and words of facts into their ids."""
    for key, part, name in (("sender", "cast", "name"), ("to", "cast", "name")):
        if key in item:
            item[key] = _id_of(item[key], draft.data.get(part), name)
    told = got(item, ("truth", "fact"))
    if told is not None:
        item["truth"]["fact"] = _id_of(told, draft.data.get("facts"), "summary")


def _id_of(said: str, items: Any, name: str) -> str:
    known = [one for one in items or [] if isinstance(one, dict)]
    if any(one.get("id") == said for one in known):
        return said
    wanted = fold(said)
    for key in ("id", name):
        named = [
            str(one["id"])
            for one in known
            if one.get("id") and fold(str(one.get(key, ""))) == wanted
        ]
        if len(named) == 1:
            return named[0]
    return said


def _note_places(
    sheet: Located, rows: list[Row], items: list[dict[str, Any]], draft: Draft
) -> None:
    """Say where the chronogramme names another place than the fact: the fact's is kept."""
    facts = {one.get("id"): one for one in draft.data.get("facts", []) if isinstance(one, dict)}
    for row, item in zip(rows, items, strict=True):
        said = text_of(row.cells.get("place"))
        fact = facts.get(got(item, ("truth", "fact")), {})
        if said and fold(said) != fold(str(fact.get("place", ""))):
            draft.notes.append(
                say(
                    "{where}: “{place}” is not kept: the place is the fact's, on its own sheet.",
                    where=sheet.spot(row.number, "place", INJECTS),
                    place=shown(said),
                )
            )


def _told_parameters(sheet: Located, draft: Draft) -> dict[str, list[tuple[str, Any, Spot]]]:
    """Return inject id to (parameter, value, cell) as the sheet of parameters says them."""
    told: dict[str, list[tuple[str, Any, Spot]]] = {}
    for row in sheet.rows:
        inject = meaning(row.cells.get("inject"), COLUMNS[PARAMETERS][0])
        name = text_of(row.cells.get("name"))
        field = field_of("inject_parameter", PARAMETER_FIELDS, name)
        here: Path = ("parameters", row.number)
        if field is None:
            known = [parameter_name(one.code) for one in PARAMETER_FIELDS]
            what = say("There is no parameter “{name}”.", name=shown(name))
            spot = sheet.spot(row.number, "name", PARAMETERS)
            draft.blame(here, what, choose_among(name, known), spot)
            told.setdefault(str(inject), []).append(("", None, spot))
            continue
        spot = sheet.spot(row.number, "value", PARAMETERS)
        value = meaning(row.cells.get("value"), field)
        if isinstance(value, Wrong):
            draft.blame(here, value.what, value.cure, spot)
            told.setdefault(str(inject), []).append(("", None, spot))
            continue
        told.setdefault(str(inject), []).append((field.code, value, spot))
    return told


def _blame_unknown(sheet: Located, told: Mapping[str, Any], ids: set[str], draft: Draft) -> None:
    for row in sheet.rows:
        inject = str(meaning(row.cells.get("inject"), COLUMNS[PARAMETERS][0]))
        if inject not in ids and inject in told:
            what = say("There is no inject {id}.", id=shown(inject))
            cure = (
                choose_among(inject, ids)
                if len(ids) <= 24
                else say("Correct the number, or remove the row.")
            )
            spot = sheet.spot(row.number, "inject", PARAMETERS)
            draft.blame(("parameters", row.number), what, cure, spot)
