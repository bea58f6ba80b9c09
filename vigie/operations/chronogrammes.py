"""A scenario handed to trainers as a workbook, and taken back from one.

Called by ``vigie exercise export`` and ``import``. A file is read in a process of its own; either
all of it is taken or nothing.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from vigie.convention.model import Convention
from vigie.exercise.chronogramme import read_chronogramme, scenario_tables
from vigie.exercise.chronogramme_words import COLUMNS, INJECTS, column_title
from vigie.exercise.scenario import Scenario
from vigie.exercise.scenario_loading import parse_scenario
from vigie.exercise.scenario_writing import (
    NOTHING_KEPT,
    kept_of,
    lost_comment_count,
    scenario_text,
)
from vigie.language import say
from vigie.operations.guarded_reading import reader
from vigie.operations.scenarios import installed_conventions, named_scenario
from vigie.problem import Problem
from vigie.records.table import RawBook, TableBook
from vigie.settings import Settings
from vigie.tables.writing import write_book

_SIZE_LIMIT_BYTES = 20_000_000
_LISTS = ("injects", "cast", "facts")
_NEW_FILE = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an import does to one part of a scenario; ids in the order of the file."""

    part: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedScenario:
    """What an import does.

    Attributes:
        changes: Empty where the scenario says what the file says; then nothing is written.
        notes: What was understood in one of several ways, or passed over.
        lost_comment_count: Lines of comment whose item is gone.
    """

    scenario: Scenario
    changes: tuple[Changes, ...]
    notes: tuple[str, ...]
    lost_comment_count: int = 0


def export_scenario(name: str, path: Path, settings: Settings, now: datetime) -> Scenario:
    """Write a scenario as a workbook; return the scenario.

    Args:
        name: Id of a shipped scenario, or a file.
        path: Ends in ``.xlsx`` and does not exist yet.
        settings: Where the conventions lie.
        now: Time of making, aware.

    Raises:
        Problem: The path cannot be written, or the scenario holds what no cell can carry.
    """
    if path.suffix.lower() != ".xlsx":
        raise Problem(str(path), say("it is no .xlsx."), say("Give it a name that ends in .xlsx."))
    conventions = installed_conventions(settings)
    scenario, _text = named_scenario(name, settings)
    convention = conventions[scenario.convention]
    book = TableBook(
        heading=scenario.title,
        tables=scenario_tables(scenario),
        time_zone=convention.workbook.time_zones[0],
        made_at=now,
        banner=say("EXERCISE"),
        footer=scenario.id,
    )
    data = write_book(book)
    if read_chronogramme(_cells(data), None, conventions).scenario != scenario:
        raise Problem(
            name,
            say("it holds characters or lengths of text that no cell can carry."),
            say("Look for invisible characters in its texts."),
        )
    _write(path, data, is_new=True)
    return scenario


def import_chronogramme(
    file: Path, into: Path, settings: Settings, *, is_dry_run: bool
) -> ImportedScenario:
    """Take a workbook into a scenario's file; return what that changes.

    Args:
        file: .xlsx, .xlsm, .ods or .csv.
        into: ``…/<id>.yml``; may not exist yet.
        settings: Where the conventions lie.
        is_dry_run: Nothing is written.

    Raises:
        ChronogrammeErrors: Anything in the file is wrong; nothing is written.
        ScenarioErrors: The scenario that exists is wrong.
        Problem: A path cannot be read or written, or does not fit the scenario's id.
    """
    if into.suffix != ".yml":
        cure = say("Give a path such as data/scenarios/{id}.yml.", id=into.stem or "id")
        raise Problem(str(into), say("it is no file of a scenario."), cure)
    conventions = installed_conventions(settings)
    before = _existing(into, conventions)
    existing = parse_scenario(before, str(into), conventions) if before is not None else None
    read = read_chronogramme(_cells(_bytes(file)), existing, conventions)
    scenario = read.scenario
    if scenario.id != into.stem:
        what = say("the file holds the scenario {id}.", id=scenario.id)
        raise Problem(str(into), what, say("Import it into {name}.", name=f"{scenario.id}.yml"))
    kept = kept_of(before, existing) if before is not None and existing else NOTHING_KEPT
    changes = tuple(_changes(existing, scenario))
    if changes and not is_dry_run:
        text = scenario_text(scenario, kept)
        if parse_scenario(text, str(into), conventions) != scenario:
            raise Problem(str(into), say("it cannot be written as a file that says the same."))
        _write(into, text.encode("utf-8"), is_new=False)
    return ImportedScenario(
        scenario=scenario,
        changes=changes,
        notes=read.notes,
        lost_comment_count=lost_comment_count(kept, scenario),
    )


def told_changes(outcome: ImportedScenario) -> Iterator[str]:
    """Yield what an import changes, in lines for a terminal."""
    parts = {
        "injects": say("injects"),
        "cast": say("cast"),
        "facts": say("facts"),
        "breakdowns": say("breakdowns"),
        "settings": say("settings"),
        "order": say("order of the injects"),
    }
    for change in outcome.changes:
        words = [
            (say("added: {ids}"), change.added),
            (say("changed: {ids}"), change.changed),
            (say("removed: {ids}"), change.removed),
        ]
        told = [word.format(ids=", ".join(ids)) for word, ids in words if ids]
        yield (
            f"{parts[change.part]} : {' · '.join(told)}"
            if told
            else say("{part}: changed", part=parts[change.part])
        )


def _changes(existing: Scenario | None, scenario: Scenario) -> Iterator[Changes]:
    for part in _LISTS:
        old = {one.id: one for one in getattr(existing, part)} if existing else {}
        new = {one.id: one for one in getattr(scenario, part)}
        change = Changes(
            part=part,
            added=tuple(name for name in new if name not in old),
            changed=tuple(name for name in new if name in old and new[name] != old[name]),
            removed=tuple(name for name in old if name not in new),
        )
        if change.added or change.changed or change.removed:
            yield change
        elif list(old) != list(new):
            yield Changes(part="order" if part == "injects" else part)
    if existing is None:
        return
    if existing.breakdowns != scenario.breakdowns:
        yield Changes(part="breakdowns")
    if _settings_of(existing) != _settings_of(scenario):
        yield Changes(part="settings")


def _settings_of(scenario: Scenario) -> Mapping[str, Any]:
    return scenario.model_dump(exclude={*_LISTS, "breakdowns"})


def _existing(into: Path, conventions: Mapping[str, Convention]) -> str | None:
    if not into.is_file():
        return None
    try:
        return into.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = say("The file cannot be opened: {reason}.", reason=str(error))
        raise Problem(str(into), what, say("Check the path and the right to read it.")) from None


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as handle:
            data = handle.read(_SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        what = say("The file cannot be opened: {reason}.", reason=error.strerror or str(error))
        raise Problem(str(file), what, say("Check the path and the right to read it.")) from None
    if len(data) > _SIZE_LIMIT_BYTES:
        limit = _SIZE_LIMIT_BYTES // 1_000_000
        what = say("The file is larger than {limit} MB.", limit=limit)
        raise Problem(str(file), what, say("Is this the right file?"))
    return data


def _cells(data: bytes) -> RawBook:
    titles: Sequence[str] = [column_title(INJECTS, field.code) for field in COLUMNS[INJECTS]]
    return reader().read_tables(data, titles)


def _write(path: Path, data: bytes, *, is_new: bool) -> None:
    """Put a whole file in place, or none."""
    if is_new and path.exists():
        cure = say("Choose another name, or move the file away: somebody may have worked in it.")
        raise Problem(str(path), say("it exists already."), cure)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(data)
        beside.chmod(_NEW_FILE)
        os.replace(beside, path)  # noqa: PTH105 - the name says that it is atomic
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        what = say("it cannot be written: {reason}.", reason=error.strerror or str(error))
        raise Problem(
            str(path), what, say("Check the folder and the right to write in it.")
        ) from None
