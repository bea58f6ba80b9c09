"""Where the files of points de situation lie, and writing those that are missing.

Called by ``reporting``. A file that lies there is never touched: what was issued stays, and what
people did to it is theirs.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from vigie.language import say
from vigie.operations.placing import workbook_path
from vigie.operations.runtime import Runtime
from vigie.records.activation import Activation
from vigie.records.report import Report


def report_folders(runtime: Runtime, activation: Activation) -> tuple[Path, ...]:
    """Return where reports are written: the restricted folder, and beside a shared workbook."""
    restricted = runtime.house.restricted(activation.id)
    shared = workbook_path(runtime, activation).parent
    return (restricted,) if shared == restricted else (restricted, shared)


def write_files(
    runtime: Runtime, activation: Activation, report: Report
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Write a report's files where they are missing; one that lies there is never touched.

    Returns:
        Where they lie, and what people must hear: a folder that could not be written into.
    """
    written, notes = [], []
    for folder in report_folders(runtime, activation):
        is_shared = folder != runtime.house.restricted(activation.id)
        for ending, content in ((".html", report.html), (".txt", report.text)):
            path = folder / f"{report.file_stem}{ending}"
            try:
                if not path.exists():
                    _write_whole(path, content, is_shared=is_shared)
                written.append(path)
            except OSError as error:
                fault = error.strerror or type(error).__name__
                notes.append(
                    say(
                        "Report no. {number} is issued, but {path} cannot be written: {fault}.",
                        number=report.number,
                        path=path,
                        fault=fault,
                    )
                )
    return tuple(written), tuple(notes)


def _write_whole(path: Path, content: str, *, is_shared: bool) -> None:
    """Write a file so that nobody ever sees half of it and nobody's file is replaced."""
    handle, name = tempfile.mkstemp(prefix=".vigie-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8", "replace"))
        Path(name).chmod(0o660 if is_shared else 0o600)
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        except OSError:
            # Some shares know no second name; there nobody else writes reports either.
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
