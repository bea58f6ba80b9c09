"""What is told about wrong conventions: one line a fault, all faults of all files in one go.

Raised by the loader, printed by ``vigie check`` and by every command that loads a convention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vigie.problem import ConventionError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in one file; ``str`` gives the line that people read.

    Attributes:
        file: Name of the file as it was given.
        line: From 1.
        path: ``sources[vigicrues].cadence_minutes``, or the word for the whole file.
        what: What is wrong.
        cure: How to write it.
    """

    file: str
    line: int
    path: str
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path}: {self.what} {self.cure}".rstrip()


class ConventionErrors(ConventionError):  # noqa: N818 - it carries several errors
    """All faults of all files that were loaded together; none of the files may be used.

    Args:
        faults: At least one, in the order in which they shall be read.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("", "\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
