"""Publication: what people wrote comes into the store, what the store holds goes into the workbook.

read back → merge against the base that the file itself carries → commit → refresh in place →
atomic replace. Called by the publication task, by ``vigie workbook publish`` and by a sweep made
here. Nothing typed is ever lost: a file that cannot be read back is set aside under a dated name
and said aloud.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from vigie.language import catalogue, say
from vigie.operations.alarms import alarms_of, ring
from vigie.operations.contents import make_content
from vigie.operations.leases import turn
from vigie.operations.merging import Incoming, take_in
from vigie.operations.placing import workbook_path
from vigie.operations.runtime import Runtime
from vigie.operations.stages import mark_stage
from vigie.problem import BusyError, WorkbookError
from vigie.records.activation import Activation, JournalEntry
from vigie.records.sheet import Cells, WrittenRevision
from vigie.workbook.content import Content
from vigie.workbook.package import read, refresh
from vigie.workbook.rendering import build_tables
from vigie.workbook.revisions import Marks, ReadBack, fingerprint
from vigie.workbook.shares import folder

_CLOCK_SHEETS = ("readme", "summary", "sources")
_FULL_AGE = timedelta(minutes=10)
"""Clocks and counters may be that old."""
_URGENT_AGE = timedelta(minutes=1)
"""With an alarm open, its minutes are counted in front of people."""
_TRIES_COUNT = 5
"""A file that people save while we merge is merged again, at most so often in one go."""


@dataclass(frozen=True, slots=True)
class Published:
    """One publication.

    Attributes:
        revision: Number of the newest revision.
        notes: What people must hear: files set aside, cells typed over, rows missing.
    """

    path: Path
    revision: int
    is_written: bool
    edit_count: int = 0
    added_count: int = 0
    notes: tuple[str, ...] = field(default=())


def publish(runtime: Runtime, activation_id: str, *, is_final: bool = False) -> Published:
    """Read back, merge, write the next revision if anything changed.

    Args:
        runtime: Whose store and house.
        activation_id: Whose workbook.
        is_final: The last revision of a closed activation: written even if nothing changed.

    Raises:
        BusyError: If another publication of this workbook does not end within a minute.
        WorkbookError: If people save faster than we merge, or the share cannot be written.
    """
    busy = BusyError(
        activation_id,
        say("Its workbook is being written by another command."),
        say("Try again in a moment."),
    )
    with turn(runtime, f"workbook:{activation_id}", busy):
        return _publish(runtime, activation_id, is_final=is_final)


def _publish(runtime: Runtime, activation_id: str, *, is_final: bool) -> Published:
    activation = runtime.store.activation(activation_id)
    _ring(runtime, activation)
    path = workbook_path(runtime, activation)
    notes: list[str] = []
    edit_count = added_count = 0
    for _ in range(_TRIES_COUNT):
        data = folder.read_back(path)
        last = runtime.store.last_revision(activation_id)
        incoming = _read_back(runtime, activation, path, data, last, notes)
        claims: Mapping[str, Mapping[int, str]] = {}
        if incoming.read is not None:
            taken = take_in(runtime, activation, incoming)
            notes += [note for note in taken.notes if note not in notes]
            edit_count += taken.edit_count
            added_count += taken.added_count
            claims = taken.claims
            folder.keep_version(path, incoming.data, runtime.clock())
        written = _write(
            runtime,
            activation,
            path,
            seen=data,
            incoming=incoming,
            claims=claims,
            is_final=is_final,
        )
        if written is not None:
            number, is_written = written
            return Published(path, number, is_written, edit_count, added_count, tuple(notes))
    raise WorkbookError(
        str(path),
        say("It is being saved again and again while it is merged."),
        say("Nothing is lost; the next publication takes it up."),
    )


def _ring(runtime: Runtime, activation: Activation) -> None:
    observations = runtime.store.observations(activation.id)
    healths = runtime.store.healths(activation.id)
    ring(runtime, activation, alarms_of(runtime, activation, observations, healths))


def _read_back(
    runtime: Runtime,
    activation: Activation,
    path: Path,
    data: bytes | None,
    last: WrittenRevision | None,
    notes: list[str],
) -> Incoming:
    """Return what people left in the file, or nothing where it is as we wrote it or unusable."""
    if data is None:
        return Incoming(b"", None, is_usable=False)
    if last is not None and last.file_hash == hashlib.sha256(data).hexdigest():
        return Incoming(data, None, is_usable=True)
    convention = runtime.convention_of(activation)
    try:
        found = read(
            data,
            catalogue(convention.workbook.language),
            convention.workbook.time_zones[0],
            convention.categories,
        )
        _check_marks(activation, path, found)
    except WorkbookError as problem:
        aside = folder.set_aside(path, say("unreadable"), runtime.clock())
        note = say(
            "{problem} It is set aside, unharmed: {path}", problem=str(problem), path=aside.name
        )
        notes.append(note)
        runtime.store.append_journal(
            activation.id,
            [
                JournalEntry(
                    at=runtime.clock(),
                    actor="vigie",
                    subject="workbook",
                    action="set_aside",
                    after=aside.name,
                    detail={"reason": str(problem)},
                )
            ],
        )
        return Incoming(b"", None, is_usable=False)
    return Incoming(data, found, is_usable=True)


def _check_marks(activation: Activation, path: Path, found: ReadBack) -> None:
    if found.marks is not None and found.marks.activation_id != activation.id:
        raise WorkbookError(
            path.name,
            say("This is the workbook of {other}.", other=found.marks.activation_id),
            say("Put it back into its own folder."),
        )


def _write(
    runtime: Runtime,
    activation: Activation,
    path: Path,
    *,
    seen: bytes | None,
    incoming: Incoming,
    claims: Mapping[str, Mapping[int, str]],
    is_final: bool,
) -> tuple[int, bool] | None:
    """Write the next revision; None if people saved in between and it must be merged first."""
    last = runtime.store.last_revision(activation.id)
    number = (last.number if last else 0) + 1
    content = make_content(runtime, activation, revision=number, is_final=is_final)
    sheets = build_tables(content)
    marks = Marks(activation_id=activation.id, revision=number, fingerprint="")
    convention = content.convention
    refreshed = refresh(
        incoming.data if incoming.is_usable else None,
        sheets,
        marks,
        catalogue(convention.workbook.language),
        convention.workbook.time_zones[0],
        activation.kind,
        categories=convention.categories,
        claims=claims,
    )
    is_untouched = incoming.is_usable and incoming.read is None
    if is_untouched and not is_final and _is_fresh(last, refreshed.cells, content):
        return (last.number if last else 0), False
    mark_stage(runtime.house, activation.id, f"r{number}", "workbook", runtime.clock(), path.name)
    # The store knows a revision before any file carries it; the reverse would be a base lost.
    runtime.store.save_revision(
        activation.id,
        WrittenRevision(
            number=number,
            written_at=runtime.clock(),
            fingerprint=fingerprint(refreshed.cells),
            file_name=path.name,
            file_hash=hashlib.sha256(refreshed.data).hexdigest(),
            is_final=is_final,
            cells=refreshed.cells,
        ),
    )
    if folder.read_back(path) != seen and path.exists():
        return None
    folder.replace(path, refreshed.data)
    mark_stage(runtime.house, activation.id, f"r{number}", "published", runtime.clock())
    return number, True


def _is_fresh(last: WrittenRevision | None, cells: Cells, content: Content) -> bool:
    """Tell whether the file still says what is so: then it is left alone, people have it open."""
    if last is None or _told(last.cells) != _told(cells):
        return False
    age = content.now - last.written_at
    return age < (_URGENT_AGE if content.alarms else _FULL_AGE)


def _told(cells: Cells) -> str:
    """Fingerprint what people act on; clocks and counters alone are no reason to rewrite."""
    return fingerprint({code: rows for code, rows in cells.items() if code not in _CLOCK_SHEETS})
