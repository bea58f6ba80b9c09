"""Debriefs: making a numbered run and writing its files.

Called by ``vigie debrief`` and by the debrief flow. A run's files are never written again; what
people fill in (``debrief_returning``) stands in the next run.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from vigie.debrief.retex import Retex, compose, plain_data
from vigie.debrief.sheets import tables
from vigie.debrief.wording import Words
from vigie.language import catalogue, say
from vigie.operations.debrief_pages import debrief_page
from vigie.operations.debriefing_known import gather_known
from vigie.operations.leases import turn
from vigie.operations.runtime import Runtime
from vigie.problem import BusyError, Problem, TransitionError
from vigie.records.activation import Activation, JournalEntry, State
from vigie.records.debrief import DebriefRun
from vigie.records.table import TableBook
from vigie.tables.writing import write_book

_STATES: tuple[State, ...] = ("active", "standby", "closed", "debriefed")
MACHINE = "vigie"


@dataclass(frozen=True, slots=True)
class Debriefed:
    """One run and where its files lie."""

    run: DebriefRun
    paths: tuple[Path, ...]


def make_debrief(
    runtime: Runtime, activation_id: str, *, by: str = MACHINE, names: bool | None = None
) -> Debriefed:
    """Make the next run: composed, kept, its three files written into the restricted folder.

    Args:
        runtime: Whose store, clock and house.
        activation_id: Which activation.
        by: Who asks for it.
        names: Whether volunteers are named; None leaves it to the convention.

    Raises:
        TransitionError: If the activation was never active.
        Problem: If names are wanted that the convention does not allow, or a file cannot be
            written.
        BusyError: If others make debriefs of the same activation for a minute.
    """
    activation = runtime.store.activation(activation_id)
    has_names = _may_name(runtime, activation, names)
    _require_lived(runtime, activation)
    with debrief_turn(runtime, activation_id):
        words = words_of(runtime, activation)
        known = gather_known(runtime, activation, has_names=has_names, now=runtime.clock())
        heads = runtime.store.debrief_heads(activation_id)
        number = heads[-1].number + 1 if heads else 1
        retex = compose(known, number=number, by=by, words=words)
        stem = _file_stem(activation, number)
        data = plain_data(retex)
        paths = _write_files(runtime, retex, words, stem, data)
        run = DebriefRun(
            number=number, issued_at=known.now, issued_by=by, file_stem=stem, data=data
        )
        entry = JournalEntry(
            at=known.now, actor=by, subject="debrief", action="debrief_run", after=str(number)
        )
        runtime.store.keep_debrief(activation_id, run, entry)
    return Debriefed(run, paths)


def words_of(runtime: Runtime, activation: Activation) -> Words:
    """Return the words and the zone in which an activation's debrief is told."""
    convention = runtime.convention_of(activation)
    zone = ZoneInfo(convention.workbook.time_zones[0])
    return Words(catalogue(convention.workbook.language), zone, convention.categories)


def debrief_turn(runtime: Runtime, activation_id: str) -> contextlib.AbstractContextManager[None]:
    """Return the right to work on an activation's debrief alone."""
    busy = BusyError(
        activation_id,
        say("A debrief is being made by another command."),
        say("Try again in a moment."),
    )
    return turn(runtime, f"debrief:{activation_id}", busy)


def _may_name(runtime: Runtime, activation: Activation, wanted: bool | None) -> bool:
    is_allowed = runtime.convention_of(activation).debrief.names
    if wanted and not is_allowed:
        raise Problem(
            activation.id,
            say("The convention does not allow volunteers to be named in a debrief."),
            say("Leave --names out; a convention allows it with debrief: {names: true}."),
        )
    return is_allowed if wanted is None else wanted


def _require_lived(runtime: Runtime, activation: Activation) -> None:
    if activation.state not in _STATES:
        word = catalogue(runtime.house.settings.lang).label("activation_state", activation.state)
        raise TransitionError(
            activation.id,
            say("It is {state}: there is nothing to debrief.", state=word),
            say("vigie activate first."),
        )


def _file_stem(activation: Activation, number: int) -> str:
    banner = "EXERCICE " if activation.kind == "exercise" else ""
    return f"{banner}{activation.id}-debrief-{number}"


def _write_files(
    runtime: Runtime, retex: Retex, words: Words, stem: str, data: Mapping[str, Any]
) -> tuple[Path, ...]:
    folder = runtime.house.restricted(retex.activation_id)
    told = json.dumps(data, ensure_ascii=False, indent=1)
    contents = {
        ".xlsx": write_book(_book(retex, words)),
        ".html": debrief_page(runtime, retex, words).encode("utf-8", "replace"),
        ".json": f"{told}\n".encode("utf-8", "replace"),
    }
    paths = []
    for ending, content in contents.items():
        path = folder / f"{stem}{ending}"
        try:
            _write_whole(path, content)
        except OSError as error:
            fault = error.strerror or type(error).__name__
            raise Problem(
                str(path),
                say("It cannot be written: {fault}.", fault=fault),
                say("Make room or give the folder back its rights, and try again."),
            ) from error
        paths.append(path)
    return tuple(paths)


def _book(retex: Retex, words: Words) -> TableBook:
    activation = retex.known.activation
    name = words.say("Debrief no. {number} · {id}", number=retex.number, id=activation.id)
    return TableBook(
        heading=f"{name} · {activation.event}",
        banner=words.say("EXERCISE · EXERCISE · EXERCISE") if retex.is_exercise else "",
        footer=f"{name} · {words.say('Restricted')}",
        tables=tables(retex, words),
        time_zone=words.zone.key,
        made_at=retex.issued_at,
        marks={"activation": activation.id, "debrief": str(retex.number)},
    )


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it and nobody's file is replaced."""
    _set_aside(path)
    handle, name = tempfile.mkstemp(prefix=".vigie-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o600)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _set_aside(path: Path) -> None:
    """Give a file that lies there already another name.

    A kill kept its run from being known; people may have filled it in all the same.
    """
    number = 1
    aside = path
    while aside.exists():
        aside = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    if aside != path:
        path.rename(aside)
