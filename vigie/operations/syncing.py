"""What the next pass over the share would take in and write, said without doing any of it.

Called by ``vigie workbook sync --dry-run``; the pass itself is ``publication.publish``. Reads the
share, the store and the kept versions; changes none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vigie.language import catalogue, say
from vigie.operations.contents import make_content
from vigie.operations.freshness import is_fresh
from vigie.operations.importing import ImportedFile
from vigie.operations.incoming import Incoming
from vigie.operations.leases import turn
from vigie.operations.merging import foresee
from vigie.operations.placing import kept_versions, workbook_share
from vigie.operations.publication import saved_at
from vigie.operations.returning import Returned, find_returned
from vigie.operations.runtime import Runtime
from vigie.operations.withdrawing import sheets_of
from vigie.problem import BusyError
from vigie.records.activation import Activation
from vigie.workbook.rendering import cells_of
from vigie.workbook.shares.contract import Hold
from vigie.workbook.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenSync:
    """What a pass would do.

    Attributes:
        files: What each file says that is new, and those that would be set aside.
        revision: Number that would be written; None if nothing would be.
        hold: Who holds the workbook open: the revision would be written beside it.
        name: Of the workbook.
    """

    files: tuple[ImportedFile, ...]
    revision: int | None
    hold: Hold | None
    name: str


def foresee_sync(runtime: Runtime, activation_id: str) -> ForeseenSync:
    """Say what ``publish`` would take in and write, each file against the store as it is now.

    Raises:
        UnknownActivationError: If there is no such activation.
        BusyError: If its workbook is being written and does not become free within a minute.
        WorkbookError: If the share cannot be read.
    """
    activation = runtime.store.activation(activation_id)
    share = workbook_share(runtime, activation)
    busy = BusyError(
        activation_id,
        say("Its workbook is being written by another command."),
        say("Try again in a moment."),
    )
    with turn(runtime, f"workbook:{activation_id}", busy):
        found = find_returned(
            runtime, activation, share, kept_versions(runtime, activation), is_looking=True
        )
        files = (*_new(runtime, activation, found), *_faulty(found, share.name))
        number = runtime.store.last_revision_number(activation_id) + 1
        is_due = bool(files) or found.seen is None or _is_due(runtime, activation, found, number)
    return ForeseenSync(
        files=files, revision=number if is_due else None, hold=found.hold, name=share.name
    )


def _new(runtime: Runtime, activation: Activation, found: Returned) -> Iterator[ImportedFile]:
    beside = [copy.incoming for copy in found.copies]
    everything: list[Incoming] = [*found.others, *beside, found.incoming]
    for incoming in sorted(everything, key=saved_at):
        foreseen = foresee(runtime, activation, incoming)
        if foreseen.edits or foreseen.added:
            yield ImportedFile(name=incoming.name, foreseen=foreseen, notes=foreseen.notes)


def _faulty(found: Returned, name: str) -> Iterator[ImportedFile]:
    workbook = [] if found.fault is None else [(name, found.fault)]
    for file, fault in (*workbook, *found.faulty):
        told = f"{fault.what} {fault.cure}".strip()
        yield ImportedFile(name=file, fault=told, notes=(say("It would be set aside, unharmed."),))


def _is_due(runtime: Runtime, activation: Activation, found: Returned, number: int) -> bool:
    content = make_content(runtime, activation, revision=number)
    workbook = content.convention.workbook
    wording = Wording(
        catalogue(workbook.language), workbook.time_zones[0], content.convention.categories
    )
    last = runtime.store.last_revision(activation.id)
    sheets = sheets_of(content, found.incoming.read, last)
    is_saved = found.incoming.read is not None and not found.incoming.is_ours
    is_changed = is_saved and found.hold is None
    return is_changed or not is_fresh(last, cells_of(sheets, wording), content)
