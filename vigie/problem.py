"""The one root of Vigie's exceptions, made to be read by the person who can act.

Called by every room. Must not log, print or know any room.
"""

from __future__ import annotations


class Problem(Exception):  # noqa: N818 - what a person reads, not always an error of theirs
    """A fault told as where it is, what is wrong and how to mend it.

    All three parts are sentences in the reader's language, without secrets.

    Args:
        where: File and line, activation, source or cell.
        what: What is wrong there.
        cure: What the reader can do about it; empty where nothing can be done.
    """

    def __init__(self, where: str, what: str, cure: str = "") -> None:
        super().__init__(where, what, cure)
        self.where = where
        self.what = what
        self.cure = cure

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.cure}".rstrip()


class ConventionError(Problem):
    """A convention that cannot be used as it is written."""


class TransitionError(Problem):
    """A step that the activation's state does not allow."""


class UnknownActivationError(Problem):
    """An activation (or observation) that the store does not hold."""


class BusyError(Problem):
    """Somebody else holds the lock or lease; try again later."""


class WorkbookError(Problem):
    """A workbook that cannot be read back or written."""


class ServiceError(Problem):
    """The local service (Prefect's server or the worker) cannot do what was asked."""


class SettingsError(Problem):
    """A setting or a file of the installation that is missing or wrong."""
