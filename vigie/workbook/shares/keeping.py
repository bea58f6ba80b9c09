"""The versions that people saved: kept by content in the house's folder, listed, found again.

Called by ``vigie.operations.publication`` and ``restoring``. Knows no workbook's inside.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from vigie.language import say
from vigie.problem import WorkbookError
from vigie.workbook.shares.folder import VERSIONS_FOLDER, keep_version, versions

_INDEX = "versions.jsonl"
_MARK_DIGITS = 12
"""As ``folder.keep_version`` writes them into names: digits of the SHA-256 of the bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version that people saved.

    Attributes:
        mark: First digits of the SHA-256 of its bytes: its name among the versions.
        kept_at: When it was taken in, aware UTC.
        revision: Revision that it was based on; 0 if it did not say.
        by: Whom the file names as the one who saved it; empty if nobody.
        origin: Name of the file on the share.
        reason: Empty, or why the machine kept it: ``before_restore``.
    """

    mark: str
    kept_at: datetime
    revision: int = 0
    by: str = ""
    origin: str = ""
    reason: str = ""


class KeptVersions:
    """The versions of one activation's workbook, in the house's own folder.

    Args:
        workbook: Path after which versions are named.
        folder: The activation's restricted folder.
        limit: How many are kept; the oldest go.
    """

    def __init__(self, workbook: Path, folder: Path, limit: int) -> None:
        self._workbook = workbook
        self._folder = folder / VERSIONS_FOLDER
        self._limit = limit

    def keep(self, data: bytes, version: Version) -> None:
        """Keep the bytes of a version; the same bytes are kept once.

        Raises:
            WorkbookError: The house's folder does not allow it.
        """
        known = any(
            (line.mark, line.origin, line.revision)
            == (version.mark, version.origin, version.revision)
            for line in self._lines()
        )
        keep_version(self._workbook, data, version.kept_at, self._folder, self._limit)
        if not known:
            self._note(version)

    def listed(self) -> list[Version]:
        """Return the versions whose bytes are still kept, in the order in which they came."""
        files = self._files()
        told: dict[str, Version] = {}
        for line in self._lines():
            if line.mark in files:
                told.setdefault(line.mark, line)
        return list(told.values())

    def is_known(self, data: bytes) -> bool:
        """Tell whether these bytes were taken in before, even if they are no longer kept."""
        mark = mark_of(data)
        return any(line.mark == mark for line in self._lines())

    def earlier(self, origin: str, revision: int) -> list[bytes]:
        """Return what was taken in from a file of this name and base, the newest first."""
        files = self._files()
        marks = [
            line.mark
            for line in self._lines()
            if (line.origin, line.revision) == (origin, revision) and line.mark in files
        ]
        return [files[mark].read_bytes() for mark in reversed(marks)]

    def find(self, text: str) -> tuple[Version, bytes]:
        """Return a version by its number in the list (1 is the oldest) or its mark.

        Raises:
            WorkbookError: There is none, or the beginning of a mark fits several.
        """
        listed = self.listed()
        wanted = text.strip().casefold().removeprefix("v")
        found = [
            version
            for number, version in enumerate(listed, start=1)
            if wanted == str(number) or (len(wanted) >= 4 and version.mark.startswith(wanted))
        ]
        exact = [version for version in found if version.mark == wanted] or found
        if len(exact) != 1:
            raise WorkbookError(
                text,
                say("There is no such version, or more than one."),
                say("See vigie workbook versions ID."),
            )
        return exact[0], self._files()[exact[0].mark].read_bytes()

    def _files(self) -> dict[str, Path]:
        return {file.stem[-_MARK_DIGITS:]: file for file in versions(self._workbook, self._folder)}

    def _lines(self) -> list[Version]:
        try:
            text = (self._folder / _INDEX).read_text(encoding="utf-8")
        except OSError:
            return []
        found = []
        for line in text.splitlines():
            # A line that a power cut tore is no reason to lose the others.
            with contextlib.suppress(ValueError, TypeError, KeyError):
                values = json.loads(line)
                values["kept_at"] = datetime.fromisoformat(values["kept_at"])
                found.append(Version(**values))
        return found

    def _note(self, version: Version) -> None:
        values = {**asdict(version), "kept_at": version.kept_at.isoformat()}
        line = f"{json.dumps(values, ensure_ascii=False)}\n".encode()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        try:
            descriptor = os.open(self._folder / _INDEX, flags, 0o600)
            with os.fdopen(descriptor, "ab") as handle:
                handle.write(line)
                handle.flush()
                os.fsync(handle.fileno())
        except OSError as error:
            raise WorkbookError(
                str(self._folder / _INDEX),
                say("The version cannot be noted: {fault}.", fault=error.strerror or str(error)),
                say("Check the folder's permissions and its free space."),
            ) from error


def mark_of(data: bytes) -> str:
    """Return the mark of a version's bytes."""
    return hashlib.sha256(data).hexdigest()[:_MARK_DIGITS]
