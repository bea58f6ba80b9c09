"""Names of the files around a workbook: the machine's copies, people's, those set aside.

Called by the shares and by ``vigie.operations.copying``. Pure.
"""

from __future__ import annotations

import re
from pathlib import PurePath

_ASIDE = re.compile(r" \([^()]* \d{4}-\d{2}-\d{2} \d{6}Z\)( \d+)?$")
"""How ``folder.set_aside`` ends a name."""
_COPY = re.compile(r" \(r(\d{1,9})\)$")


def copy_name(name: str, revision: int) -> str:
    """Return the name of the machine's current copy beside a workbook."""
    path = PurePath(name)
    return f"{path.stem} (r{revision}){path.suffix}"


def copy_revision(name: str, workbook: str) -> int | None:
    """Return the revision that a name says if it is one of the machine's copies, else None."""
    stem = PurePath(workbook).stem
    found = _COPY.fullmatch(PurePath(name).stem.removeprefix(stem))
    return int(found.group(1)) if found and name.startswith(stem) else None


def is_copy(name: str, workbook: str) -> bool:
    """Tell whether a file is read back beside the workbook: ``NAME*.xlsx``, not set aside."""
    path, known = PurePath(name), PurePath(workbook)
    return (
        name != workbook
        and path.stem.startswith(known.stem)
        and path.suffix.casefold() == known.suffix.casefold()
        and not _ASIDE.search(path.stem)
    )


def aside_name(workbook: str, reason: str, stamp: str, number: int = 1) -> str:
    """Return a dated name for a file that is set aside; ``number`` where one lies there already."""
    path = PurePath(workbook)
    safe = "".join(mark if mark.isalnum() or mark in "-_ " else "-" for mark in reason)[:40]
    tail = f" {number}" if number > 1 else ""
    return f"{path.stem} ({safe} {stamp}){tail}{path.suffix}"
