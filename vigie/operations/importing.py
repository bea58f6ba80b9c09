"""Files that come back by other ways: mailed copies, a USB stick, .ods, .xlsm, .csv.

Called by ``vigie workbook import``. Each file is read in a guarded process and merged against its
own base as additions and changes; rows that it lacks say nothing. What cannot be used is copied
under a dated name into the activation's folder; the file itself is never touched.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vigie.language import say
from vigie.operations.belonging import ForeignError, RealInExerciseError, check_belonging
from vigie.operations.guarded_reading import reader, words_of
from vigie.operations.incoming import Incoming, Origin
from vigie.operations.leases import turn
from vigie.operations.merging import Foreseen, foresee, take_in
from vigie.operations.placing import kept_versions
from vigie.operations.runtime import Runtime
from vigie.problem import BusyError, Problem, WorkbookError
from vigie.records.activation import Activation, JournalEntry
from vigie.workbook.package.archive import FILE_LIMIT_MB
from vigie.workbook.revisions import ReadBack
from vigie.workbook.shares.folder import replace as write_whole
from vigie.workbook.shares.keeping import Version, mark_of

ASIDE_FOLDER = "mis-de-cote"
_SUFFIXES = frozenset({".xlsx", ".xlsm", ".ods", ".csv"})
"""Looked at in a folder; a file that is named itself is read whatever its name is."""
_NOT_FILES = (".", "~$")
"""Beginnings of the names of hidden files and of editors' locks."""
_MOST_FILES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """What became of one file.

    Attributes:
        name: As it was given.
        foreseen: With ``is_dry_run`` only: what it would change.
        fault: Why it was not taken in; empty if it was.
        aside: Where a copy of a file that cannot be used was put; None if nowhere.
        is_known: These very bytes were taken in before.
    """

    name: str
    edit_count: int = 0
    added_count: int = 0
    foreseen: Foreseen | None = None
    notes: tuple[str, ...] = field(default=())
    fault: str = ""
    aside: Path | None = None
    is_known: bool = False

    @property
    def has_changed(self) -> bool:
        """Whether the store holds anything of it that it did not hold before."""
        return bool(self.edit_count or self.added_count)


@dataclass(frozen=True, slots=True)
class _Opened:
    name: str
    incoming: Incoming
    saved_at: datetime


def import_files(
    runtime: Runtime,
    activation_id: str,
    paths: Sequence[Path],
    *,
    by: str,
    is_dry_run: bool = False,
) -> list[ImportedFile]:
    """Take in files and folders of files, the earliest saved first.

    Args:
        runtime: Whose store and house.
        activation_id: Whose workbook they are.
        paths: Files, or folders whose workbooks are taken.
        by: Who imports them.
        is_dry_run: Say what would change, change nothing, copy nothing.

    Raises:
        BusyError: If a publication of this workbook does not end within a minute.
        Problem: If a path is no file and no folder, or nobody says who imports.
    """
    activation = runtime.store.activation(activation_id)
    if not by.strip():
        raise Problem("--by", say("The name of the person who decides is missing."), "")
    outcomes: list[ImportedFile] = []
    opened: list[_Opened] = []
    for path in _files(paths):
        found = _opened(runtime, activation, path, by, is_dry_run=is_dry_run)
        if isinstance(found, ImportedFile):
            outcomes.append(found)
        else:
            opened.append(found)
    # The order in which they were saved, not that of their names: any order gives the same.
    opened.sort(key=lambda item: (item.saved_at, hashlib.sha256(item.incoming.data).digest()))
    busy = BusyError(
        activation_id,
        say("Its workbook is being written by another command."),
        say("Try again in a moment."),
    )
    for item in opened:
        if is_dry_run:
            outcomes.append(_foreseen(runtime, activation, item))
            continue
        with turn(runtime, f"workbook:{activation_id}", busy):
            outcomes.append(_taken(runtime, activation, item, by))
    return outcomes


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                entry
                for entry in path.iterdir()
                if entry.is_file()
                and entry.suffix.casefold() in _SUFFIXES
                and not entry.name.startswith(_NOT_FILES)
            )
        elif path.is_file():
            found.append(path)
        else:
            raise Problem(
                str(path),
                say("There is no such file or folder."),
                say("Check the path and the right to read it."),
            )
    if len(found) > _MOST_FILES:
        raise Problem(
            str(paths[0]),
            say("There are more than {limit} files.", limit=_MOST_FILES),
            say("Import them in several goes."),
        )
    return list(dict.fromkeys(found))


def _opened(
    runtime: Runtime, activation: Activation, path: Path, by: str, *, is_dry_run: bool
) -> _Opened | ImportedFile:
    data = b""
    try:
        data, changed_at = _bytes(path)
        found = reader().read(data, words_of(runtime.convention_of(activation)), is_any_form=True)
        check_belonging(runtime, activation, found, path.name)
        if found.marks is None and not any(
            row.key for rows in found.sheets.values() for row in rows
        ):
            raise WorkbookError(
                path.name,
                say("No reference of {id} is in the file.", id=activation.id),
                say("Lists of other origin are entered with “vigie intake”."),
            )
    except WorkbookError as fault:
        aside = None if is_dry_run else _set_aside(runtime, activation, path, data, fault, by)
        return ImportedFile(name=path.name, fault=f"{fault.what} {fault.cure}".strip(), aside=aside)
    incoming = Incoming(
        name=path.name,
        data=data,
        read=found,
        is_usable=True,
        earlier=_earlier(runtime, activation, path.name, found),
        origin=Origin(file_name=path.name, by=by),
    )
    return _Opened(path.name, incoming, _saved_at(found.modified_at, changed_at, runtime.clock()))


def _origin(name: str) -> str:
    """Return how the kept versions name an imported file: a file of the share is another one."""
    return f"import: {name}"


def _earlier(
    runtime: Runtime, activation: Activation, name: str, found: ReadBack
) -> tuple[ReadBack, ...]:
    """Return what a file of this name and base said when it was imported before.

    Somebody goes on writing in a private copy and sends it again: what it said the first time may
    have been changed since by people who saw it.
    """
    if found.marks is None or found.form != "xlsx":
        return ()
    words = words_of(runtime.convention_of(activation))
    earlier = []
    for data in kept_versions(runtime, activation).earlier(_origin(name), found.marks.revision)[:3]:
        with contextlib.suppress(WorkbookError):
            earlier.append(reader().read(data, words))
    return tuple(earlier)


def _bytes(path: Path) -> tuple[bytes, datetime]:
    """Return a file's content and when it was changed; a giant is not even read."""
    try:
        status = path.stat()
        if status.st_size > FILE_LIMIT_MB * 1_000_000:
            raise WorkbookError(
                path.name,
                say("The file is larger than {limit} MB.", limit=FILE_LIMIT_MB),
                say("Send the file that Vigie wrote."),
            )
        return path.read_bytes(), datetime.fromtimestamp(status.st_mtime, UTC)
    except OSError as error:
        raise Problem(
            str(path),
            say("The file cannot be opened: {reason}.", reason=error.strerror or str(error)),
            say("Check the path and the right to read it."),
        ) from error


def _saved_at(told: datetime | None, changed_at: datetime, now: datetime) -> datetime:
    """Return when a file was saved: as it says itself where that can be, else its file's time."""
    if told is not None and told <= now:
        return told
    return min(changed_at, now)


def _foreseen(runtime: Runtime, activation: Activation, item: _Opened) -> ImportedFile:
    if _is_known(runtime, activation, item.incoming.data):
        return ImportedFile(name=item.name, is_known=True)
    foreseen = foresee(runtime, activation, item.incoming)
    return ImportedFile(name=item.name, foreseen=foreseen, notes=foreseen.notes)


def _taken(runtime: Runtime, activation: Activation, item: _Opened, by: str) -> ImportedFile:
    incoming = item.incoming
    if _is_known(runtime, activation, incoming.data):
        return ImportedFile(name=item.name, is_known=True)
    taken = take_in(runtime, activation, incoming)
    found = incoming.read
    assert found is not None
    if found.form == "xlsx":
        kept_versions(runtime, activation).keep(
            incoming.data,
            Version(
                mark=mark_of(incoming.data),
                kept_at=runtime.clock(),
                revision=found.marks.revision if found.marks is not None else 0,
                by=found.modified_by or by,
                origin=_origin(item.name),
            ),
        )
    _note(runtime, activation, by, "import", item.name, {"hash": _hash(incoming.data)})
    return ImportedFile(
        name=item.name,
        edit_count=taken.edit_count,
        added_count=taken.added_count,
        notes=taken.notes,
    )


def _is_known(runtime: Runtime, activation: Activation, data: bytes) -> bool:
    """Tell whether these bytes were taken in before: people may have changed them since."""
    if kept_versions(runtime, activation).is_known(data):
        return True
    mark = _hash(data)
    return any(
        entry.action == "import" and entry.detail.get("hash") == mark
        for _, entry in runtime.store.journal(activation.id)
    )


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _set_aside(
    runtime: Runtime,
    activation: Activation,
    path: Path,
    data: bytes,
    fault: WorkbookError,
    by: str,
) -> Path | None:
    """Copy a file that cannot be used under a dated name; return where, None if it is not copied.

    A real activation's workbook is not copied into an exercise, whose folder players may see.
    """
    target: Path | None = None
    if data and not isinstance(fault, RealInExerciseError):
        reason = say("other-activation") if isinstance(fault, ForeignError) else say("unreadable")
        folder = runtime.house.restricted(activation.id) / ASIDE_FOLDER
        stamp = f"{runtime.clock().astimezone(UTC):%Y-%m-%d %H%M%S}Z"
        target = folder / f"{path.stem[:80]} ({reason} {stamp} {_hash(data)[:6]}){path.suffix[:10]}"
        write_whole(target, data)
    name = target.name if target is not None else path.name
    _note(runtime, activation, by, "set_aside", name, {"reason": f"{path.name}: {fault.what}"})
    return target


def _note(
    runtime: Runtime,
    activation: Activation,
    by: str,
    action: str,
    after: str,
    detail: dict[str, str],
) -> None:
    entry = JournalEntry(
        at=runtime.clock(),
        actor=by,
        subject="workbook",
        action=action,
        after=after,
        channel="import",
        detail=detail,
    )
    runtime.store.append_journal(activation.id, [entry])
