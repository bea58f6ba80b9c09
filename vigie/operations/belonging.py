"""Whose workbook is it? A file of another activation, or of the other world, is never merged.

Called by ``returning`` and ``importing`` with a file that has been read. Reads the store, changes
nothing.
"""

from __future__ import annotations

from vigie.language import say
from vigie.operations.basing import is_strange
from vigie.operations.runtime import Runtime
from vigie.problem import WorkbookError
from vigie.records.activation import Activation
from vigie.settings import kind_of
from vigie.workbook.merging import fold_key
from vigie.workbook.revisions import ReadBack

_LOG = "log"
_EXERCISE = "EX-"


class ForeignError(WorkbookError):
    """A workbook that belongs to another activation."""


class RealInExerciseError(ForeignError):
    """A real activation's workbook that came to an exercise: it is not even copied there."""


def check_belonging(runtime: Runtime, activation: Activation, found: ReadBack, name: str) -> None:
    """Do nothing if a file is this activation's, or does not say whose it is.

    Raises:
        ForeignError: It says that it is another's, or none of its references is known here.
    """
    if found.marks is not None:
        if found.marks.activation_id != activation.id:
            raise _foreign(activation, found.marks.activation_id, name)
        return
    if not is_strange(runtime, activation, found):
        return
    keys = [fold_key(row.key) for row in found.sheets.get(_LOG, ()) if row.key]
    is_exercise = any(key.startswith(_EXERCISE) for key in keys)
    if is_exercise != (activation.kind == "exercise"):
        raise _other_world(activation, keys[0], name)
    raise ForeignError(
        name,
        say("None of its references belongs to {id}.", id=activation.id),
        say("Put it back into its own folder."),
    )


def _foreign(activation: Activation, other: str, name: str) -> ForeignError:
    if kind_of(other) != activation.kind:
        return _other_world(activation, other, name)
    return ForeignError(
        name,
        say("This is the workbook of {other}.", other=other),
        say("Put it back into its own folder."),
    )


def _other_world(activation: Activation, other: str, name: str) -> ForeignError:
    if activation.kind == "exercise":
        return RealInExerciseError(
            name,
            say(
                "This workbook is of a real activation ({other}): nothing of it comes into an "
                "exercise.",
                other=other,
            ),
            say("Put it back into its own folder."),
        )
    return ForeignError(
        name,
        say(
            "This workbook is of an exercise ({other}): nothing of it comes into a real "
            "activation.",
            other=other,
        ),
        say("Put it back into its own folder."),
    )
