"""Publication: what people wrote comes into the store, what the store holds goes into the workbook.

read back → merge against the base that the file itself carries → commit → refresh in place →
atomic swap. Called by the publication task, by ``vigie workbook sync`` and by a sweep made here.
Nothing typed is ever lost: a save in the last moment is merged at once, and a file that cannot be
used is set aside under a dated name and said aloud.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from vigie.language import say
from vigie.operations.alarms import alarms_of, ring
from vigie.operations.analysis import count_merged
from vigie.operations.choices import carry_out_choices
from vigie.operations.contents import make_content
from vigie.operations.copying import clear_copies, newest_edited
from vigie.operations.freshness import is_fresh
from vigie.operations.incoming import Incoming
from vigie.operations.isolation import note_barred, require_world
from vigie.operations.leases import analysis_turn, turn
from vigie.operations.mapping import refresh_maps
from vigie.operations.merging import carry_out_decisions, take_in
from vigie.operations.placing import kept_versions, workbook_path, workbook_share
from vigie.operations.published import Published, TakenFile
from vigie.operations.refusing import note_refusal, was_refused
from vigie.operations.returning import Returned, find_returned
from vigie.operations.revising import is_of, next_revision
from vigie.operations.runtime import Runtime
from vigie.operations.stages import mark_stage
from vigie.operations.withdrawing import sheets_of
from vigie.problem import BusyError, WorkbookError
from vigie.records.activation import Activation, JournalEntry
from vigie.records.barred import Barred
from vigie.records.sheet import WrittenRevision
from vigie.workbook.content import Content
from vigie.workbook.layout import Sheet
from vigie.workbook.rendering import cells_of
from vigie.workbook.revisions import fingerprint
from vigie.workbook.shares.contract import HeldError, Hold, LeadsAwayError, Placed, Share
from vigie.workbook.shares.keeping import KeptVersions, Version, mark_of
from vigie.workbook.shares.naming import copy_name

_TRIES_COUNT = 5
"""A file that people save while we merge is merged again, at most so often in one go."""


def publish(
    runtime: Runtime, activation_id: str, *, is_final: bool = False, is_forced: bool = False
) -> Published:
    """Read back, merge, write the next revision if anything changed.

    Args:
        runtime: Whose store and house.
        activation_id: Whose workbook.
        is_final: The last revision of a closed activation: written even if nothing changed.
        is_forced: A revision is written even if nothing changed.

    Raises:
        BusyError: If another publication of this workbook does not end within a minute.
        SettingsError: If the activation does not belong into this house.
        LeadsAwayError: If the share sends elsewhere; of an exercise it is journalled.
        WorkbookError: If people save faster than we merge, or the share cannot be written.
    """
    busy = BusyError(
        activation_id,
        say("Its workbook is being written by another command."),
        say("Try again in a moment."),
    )
    # An unknown activation is told before anything of it is made.
    activation = runtime.store.activation(activation_id)
    require_world(runtime, activation)
    try:
        with turn(runtime, f"workbook:{activation_id}", busy):
            published = _publish(runtime, activation_id, is_final=is_final, is_forced=is_forced)
    except LeadsAwayError as fault:
        barred = Barred(address=fault.target, cause="share_redirect")
        note_barred(runtime, activation, "workbook", [barred])
        raise
    finally:
        # Also where the workbook cannot be written: what was lifted must leave the public map.
        map_faults = refresh_maps(runtime, activation_id)
    return replace(published, notes=(*published.notes, *map_faults))


def _publish(runtime: Runtime, activation_id: str, *, is_final: bool, is_forced: bool) -> Published:
    activation = runtime.store.activation(activation_id)
    _ring(runtime, activation)
    run = _Run(
        runtime,
        activation,
        workbook_path(runtime, activation),
        workbook_share(runtime, activation),
        kept_versions(runtime, activation),
        is_final=is_final,
        is_forced=is_forced,
    )
    for _ in range(_TRIES_COUNT):
        written = run.go()
        if written is not None:
            number, is_written = written
            return Published(
                run.path,
                number,
                is_written,
                tuple(TakenFile(name, *counts) for name, counts in run.taken.items()),
                tuple(run.notes),
                run.place or run.share.place,
            )
    raise WorkbookError(
        run.share.place,
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
    share: Share
    kept: KeptVersions
    is_final: bool
    is_forced: bool
    notes: list[str] = field(default_factory=list)
    taken: dict[str, tuple[int, int]] = field(default_factory=dict)
    place: str = ""

    def go(self) -> tuple[int, bool] | None:
        """Return the revision and whether it was written; None if people saved in between."""
        found = find_returned(self.runtime, self.activation, self.share, self.kept)
        beside = [copy.incoming for copy in found.copies]
        claims: dict[str, Mapping[str, Mapping[int, str]]] = {}
        for file in sorted((*found.others, *beside, found.incoming), key=saved_at):
            taken = self._take(file)
            # The others bear the workbook's name too, and are not written into.
            if not any(file is other for other in found.others):
                claims[file.name] = taken
        carry_out_decisions(self.runtime, self.activation)
        self._note(*carry_out_choices(self.runtime, self.activation))
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
        if taken.edit_count or taken.added_count:
            edits, rows = self.taken.get(incoming.name, (0, 0))
            counts = edits + taken.edit_count, rows + taken.added_count
            self.taken[incoming.name] = counts
        if not incoming.is_ours:
            marks = incoming.read.marks
            version = Version(
                mark=mark_of(incoming.data),
                kept_at=self.runtime.clock(),
                revision=marks.revision if marks is not None else 0,
                by=incoming.read.modified_by,
                origin=incoming.name,
            )
            self.kept.keep(incoming.data, version)
        return taken.claims

    def _write(
        self, found: Returned, claims: Mapping[str, Mapping[str, Mapping[int, str]]]
    ) -> tuple[int, bool] | None:
        runtime, activation = self.runtime, self.activation
        last = runtime.store.last_revision(activation.id)
        number = (last.number if last else 0) + 1
        content = make_content(runtime, activation, revision=number, is_final=self.is_final)
        host = self._host(found)
        sheets = sheets_of(content, host.read, last) if host.is_usable else sheets_of(content)
        if self._stands(found, last, content, sheets):
            self._tidy(found, self.share.name, "")
            return number - 1, False
        refreshed, fault = next_revision(content, sheets, host, claims.get(host.name, {}), last)
        fault = fault or found.fault
        if refreshed.is_rewritten and host.is_usable:
            self._tell_rewritten(host.name)
        shown = self._shown(found, last, fault)
        is_asked = self.is_final or self.is_forced
        if shown is not None and not is_asked and is_fresh(last, refreshed.cells, content):
            self._tidy(found, shown, "")
            return (last.number if last else 0), False
        name = self.share.name if found.hold is None else copy_name(self.share.name, number)
        mark_stage(runtime.house, activation.id, f"r{number}", "workbook", runtime.clock(), name)
        # The store knows a revision before any file carries it; the reverse would be a base lost.
        runtime.store.save_revision(
            activation.id,
            WrittenRevision(
                number=number,
                written_at=runtime.clock(),
                fingerprint=fingerprint(refreshed.cells),
                file_name=name,
                file_hash=hashlib.sha256(refreshed.data).hexdigest(),
                is_final=self.is_final,
                cells=refreshed.cells,
            ),
        )
        if not self._put(found, refreshed.data, number, fault, host):
            return None
        mark_stage(runtime.house, activation.id, f"r{number}", "published", runtime.clock())
        return number, True

    def _stands(
        self,
        found: Returned,
        last: WrittenRevision | None,
        content: Content,
        sheets: Sequence[Sheet],
    ) -> bool:
        """Tell whether the file in its place is the last revision and still says what is so."""
        if last is None or self.is_final or self.is_forced or found.hold or found.fault:
            return False
        is_last = found.incoming.is_usable and is_of(found.incoming, last)
        return is_last and is_fresh(last, cells_of(sheets, content.wording), content)

    def _host(self, found: Returned) -> Incoming:
        """Return the file into which the next revision is written."""
        edited = newest_edited(found.copies) if found.hold is not None else None
        return found.incoming if edited is None else edited.incoming

    def _shown(
        self, found: Returned, last: WrittenRevision | None, fault: WorkbookError | None
    ) -> str | None:
        """Return the name of the file that shows the last revision; None if none does."""
        if found.incoming.is_usable and found.incoming.read is None and fault is None:
            return self.share.name
        if last is None or (
            found.hold is None and not was_refused(self.runtime, self.activation.id, last)
        ):
            return None
        names = [copy.seen.name for copy in found.copies if copy.file_hash == last.file_hash]
        return names[0] if names else None

    def _put(
        self,
        found: Returned,
        data: bytes,
        number: int,
        fault: WorkbookError | None,
        host: Incoming,
    ) -> bool:
        """Put a revision in its place, or beside a workbook that is held; False to try again."""
        hold = found.hold
        if hold is None:
            if found.seen is None and fault is not None:
                self._set_aside(self.share.name, fault)
            try:
                placed = self.share.put(data, found.seen)
            except HeldError as held:
                hold = held.hold
                note_refusal(self.runtime, self.activation, number)
            else:
                is_settled = self._is_settled(placed, found, fault)
                if is_settled:
                    self._tidy(found, self.share.name, "")
                return is_settled
        name = copy_name(self.share.name, number)
        if not self.share.put_beside(name, data):
            return False
        self._tell_hold(hold, name)
        self._tidy(found, name, host.name)
        return True

    def _tell_hold(self, hold: Hold, name: str) -> None:
        self.place = self.share.place.removesuffix(self.share.name) + name
        self._note(
            say(
                "The workbook is held open ({by}): the current revision lies beside it: {name}",
                by=hold.by or say("somebody"),
                name=name,
            )
            if hold.how != "refused"
            else say(
                "The share does not let the workbook be replaced: the current revision lies "
                "beside it: {name}",
                name=name,
            )
        )

    def _tidy(self, found: Returned, shown: str, written: str) -> None:
        """Delete the machine's copies that say nothing any more."""
        staying = [copy.file_hash for copy in found.copies if copy.seen.name == shown]
        clear_copies(self.share, found.copies, staying[0] if staying else "", written)

    def _is_settled(self, placed: Placed, found: Returned, fault: WorkbookError | None) -> bool:
        """Look at what came out: what was seen goes, or is set aside; anything else is merged."""
        out = placed.came_out
        if out is None:
            return placed.is_placed
        came = self.share.read(out)
        if came is None or found.seen is None or came.data != found.seen.data:
            return False
        if fault is not None:
            self._set_aside(out, fault)
        else:
            self.share.drop(out)
        return placed.is_placed

    def _set_aside(self, name: str, fault: WorkbookError) -> None:
        aside = self.share.set_aside(name, say("unreadable"), self.runtime.clock())
        self._note(
            say("{problem} It is set aside, unharmed: {path}", problem=str(fault), path=aside)
        )
        entry = JournalEntry(
            at=self.runtime.clock(),
            actor="vigie",
            subject="workbook",
            action="set_aside",
            after=aside,
            detail={"reason": str(fault)},
        )
        self.runtime.store.append_journal(self.activation.id, [entry])

    def _tell_rewritten(self, name: str) -> None:
        """Say that a file was written anew as a whole: nothing of people's was in it to be kept."""
        told = say(
            "{name} could not be written on in place: it is written anew as a whole.", name=name
        )
        self._note(told)
        entry = JournalEntry(
            at=self.runtime.clock(),
            actor="vigie",
            subject="workbook",
            action="rewrite",
            after=name,
            detail={"reason": told},
        )
        self.runtime.store.append_journal(self.activation.id, [entry])

    def _clear(self, found: Returned) -> None:
        """What a stopped publication had left is in the store by now."""
        for name in found.leftovers:
            self.share.drop(name)
        for name, fault in found.faulty:
            self._set_aside(name, fault)

    def _note(self, *notes: str) -> None:
        self.notes += [note for note in notes if note not in self.notes]


def saved_at(incoming: Incoming) -> tuple[str, str]:
    """Order files by the time at which their editor says that it saved them, then by content."""
    at = incoming.read.modified_at if incoming.read is not None else None
    return ("" if at is None else at.isoformat(), mark_of(incoming.data))
