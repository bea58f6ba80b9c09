"""Publication: what people wrote comes into the store, what the store holds goes into the workbook.

read back → merge against the base that the file itself carries → commit → refresh in place →
atomic swap. Called by the publication task, by ``vigie workbook publish`` and by a sweep made here.
Nothing typed is ever lost: a save in the last moment is merged at once, and a file that cannot be
used is set aside under a dated name and said aloud.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from vigie.language import catalogue, say
from vigie.operations.alarms import alarms_of, ring
from vigie.operations.analysis import count_merged
from vigie.operations.contents import make_content
from vigie.operations.leases import analysis_turn, turn
from vigie.operations.mapping import refresh_maps
from vigie.operations.merging import carry_out_decisions, take_in
from vigie.operations.placing import workbook_path
from vigie.operations.returning import Incoming, Returned, find_returned
from vigie.operations.runtime import Runtime
from vigie.operations.stages import mark_stage
from vigie.problem import BusyError, WorkbookError
from vigie.records.activation import Activation, JournalEntry
from vigie.records.sheet import Cells, WrittenRevision
from vigie.workbook.content import Content
from vigie.workbook.package import refresh
from vigie.workbook.rendering import build_tables
from vigie.workbook.revisions import Marks, Refreshed, fingerprint
from vigie.workbook.shares import folder
from vigie.workbook.shares.swapping import Swap, swap

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
    # An unknown activation is told before anything of it is made.
    runtime.store.activation(activation_id)
    try:
        with turn(runtime, f"workbook:{activation_id}", busy):
            published = _publish(runtime, activation_id, is_final=is_final)
    finally:
        # Also where the workbook cannot be written: what was lifted must leave the public map.
        map_faults = refresh_maps(runtime, activation_id)
    return replace(published, notes=(*published.notes, *map_faults))


def _publish(runtime: Runtime, activation_id: str, *, is_final: bool) -> Published:
    activation = runtime.store.activation(activation_id)
    _ring(runtime, activation)
    run = _Run(runtime, activation, workbook_path(runtime, activation), is_final=is_final)
    for _ in range(_TRIES_COUNT):
        written = run.go()
        if written is not None:
            number, is_written = written
            return Published(
                run.path, number, is_written, run.edit_count, run.added_count, tuple(run.notes)
            )
    raise WorkbookError(
        str(run.path),
        say("It is being saved again and again while it is merged."),
        say("Nothing is lost; the next publication takes it up."),
    )


def _ring(runtime: Runtime, activation: Activation) -> None:
    observations = runtime.store.observations(activation.id)
    healths = runtime.store.healths(activation.id)
    ring(runtime, activation, alarms_of(runtime, activation, observations, healths))


@dataclass(slots=True)
class _Run:
    """One publication; each ``go`` merges what lies there and writes the next revision."""

    runtime: Runtime
    activation: Activation
    path: Path
    is_final: bool
    notes: list[str] = field(default_factory=list)
    edit_count: int = 0
    added_count: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether partners open files of this folder; in our own house nobody else does."""
        return self.path.parent != self.runtime.house.restricted(self.activation.id)

    def go(self) -> tuple[int, bool] | None:
        """Return the revision and whether it was written; None if people saved in between."""
        found = find_returned(self.runtime, self.activation, self.path)
        for other in found.others:
            self._take(other)
        claims = self._take(found.incoming)
        carry_out_decisions(self.runtime, self.activation)
        with analysis_turn(self.runtime, self.activation.id):
            count_merged(self.runtime, self.activation)
        written = self._write(found, claims)
        if written is not None:
            self._clear(found)
        return written

    def _take(self, incoming: Incoming) -> Mapping[str, Mapping[int, str]]:
        if incoming.read is None:
            return {}
        taken = take_in(self.runtime, self.activation, incoming)
        self._note(*taken.notes)
        self.edit_count += taken.edit_count
        self.added_count += taken.added_count
        if not incoming.is_ours:
            folder.keep_version(
                self.path, incoming.data, self.runtime.clock(), is_shared=self.is_shared
            )
        return taken.claims

    def _write(
        self, found: Returned, claims: Mapping[str, Mapping[int, str]]
    ) -> tuple[int, bool] | None:
        runtime, activation = self.runtime, self.activation
        last = runtime.store.last_revision(activation.id)
        number = (last.number if last else 0) + 1
        content = make_content(runtime, activation, revision=number, is_final=self.is_final)
        refreshed, fault = _refreshed(content, found.incoming, claims)
        fault = fault or found.fault
        is_untouched = found.incoming.is_usable and found.incoming.read is None and fault is None
        if is_untouched and not self.is_final and _is_fresh(last, refreshed.cells, content):
            return (last.number if last else 0), False
        mark_stage(
            runtime.house, activation.id, f"r{number}", "workbook", runtime.clock(), self.path.name
        )
        # The store knows a revision before any file carries it; the reverse would be a base lost.
        runtime.store.save_revision(
            activation.id,
            WrittenRevision(
                number=number,
                written_at=runtime.clock(),
                fingerprint=fingerprint(refreshed.cells),
                file_name=self.path.name,
                file_hash=hashlib.sha256(refreshed.data).hexdigest(),
                is_final=self.is_final,
                cells=refreshed.cells,
            ),
        )
        swapped = swap(self.path, refreshed.data, found.on_disk, is_shared=self.is_shared)
        if not self._is_settled(swapped, found, fault):
            return None
        mark_stage(runtime.house, activation.id, f"r{number}", "published", runtime.clock())
        return number, True

    def _is_settled(self, swapped: Swap, found: Returned, fault: WorkbookError | None) -> bool:
        """Look at what came out: what was seen goes, or is set aside; anything else is merged."""
        out = swapped.came_out
        if out is None:
            return swapped.is_placed
        if folder.read_back(out) != found.on_disk:
            return False
        if fault is not None:
            self._set_aside(out, fault)
        else:
            out.unlink(missing_ok=True)
        return swapped.is_placed

    def _set_aside(self, file: Path, fault: WorkbookError) -> None:
        aside = folder.set_aside(file, say("unreadable"), self.runtime.clock(), self.path)
        self._note(
            say("{problem} It is set aside, unharmed: {path}", problem=str(fault), path=aside.name)
        )
        entry = JournalEntry(
            at=self.runtime.clock(),
            actor="vigie",
            subject="workbook",
            action="set_aside",
            after=aside.name,
            detail={"reason": str(fault)},
        )
        self.runtime.store.append_journal(self.activation.id, [entry])

    def _clear(self, found: Returned) -> None:
        """What a stopped publication had left is in the store by now."""
        for file in found.leftovers:
            file.unlink(missing_ok=True)
        for file, fault in found.faulty:
            self._set_aside(file, fault)

    def _note(self, *notes: str) -> None:
        self.notes += [note for note in notes if note not in self.notes]


def _refreshed(
    content: Content, incoming: Incoming, claims: Mapping[str, Mapping[int, str]]
) -> tuple[Refreshed, WorkbookError | None]:
    """Return the next revision, and why it could not be written into the file as people left it.

    A file that can be read and not written into gets a fresh one in its place: what people typed
    into its cells has been taken in by then.
    """
    workbook = content.convention.workbook
    sheets = build_tables(content)
    marks = Marks(activation_id=content.activation.id, revision=content.revision, fingerprint="")

    def written(previous: bytes | None) -> Refreshed:
        return refresh(
            previous,
            sheets,
            marks,
            catalogue(workbook.language),
            workbook.time_zones[0],
            content.activation.kind,
            categories=content.convention.categories,
            claims=claims if previous is not None else {},
        )

    if not incoming.is_usable:
        return written(None), None
    try:
        return written(incoming.data), None
    except WorkbookError as fault:
        return written(None), fault


def _is_fresh(last: WrittenRevision | None, cells: Cells, content: Content) -> bool:
    """Tell whether the file still says what is so: then it is left alone, people have it open."""
    if last is None or _told(last.cells) != _told(cells):
        return False
    age = content.now - last.written_at
    return age < (_URGENT_AGE if content.alarms else _FULL_AGE)


def _told(cells: Cells) -> str:
    """Fingerprint what people act on; clocks and counters alone are no reason to rewrite."""
    return fingerprint({code: rows for code, rows in cells.items() if code not in _CLOCK_SHEETS})
