"""Turns pydantic's complaints about a convention into sentences with a cure.

Called by the loader, for the model of the convention and for the ``queries`` and ``params`` that
connectors and checks define. Pure. Never shows a value that may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from vigie.convention.document import Breach, Document, Path
from vigie.convention.shape import keys_at
from vigie.convention.telling import TELLERS
from vigie.convention.wording import Told, choose_among, closest, shown
from vigie.language import say


def explain(
    errors: Iterable[ErrorDetails],
    shape: type[BaseModel],
    document: Document,
    under: Path = (),
) -> list[Breach]:
    """Return one breach for each mistake that pydantic found.

    An unknown key that resembles a missing one is told once, as the misspelling that it is.

    Args:
        errors: ``ValidationError.errors()``.
        shape: The model that was validated against.
        document: The file, for the characters as they were written.
        under: Path of the validated mapping in the file.
    """
    all_errors = list(errors)
    missing = {_path(error) for error in all_errors if error["type"] == "missing"}
    misspelt: set[Path] = set()
    breaches: list[Breach] = []
    for error in all_errors:
        if error["type"] != "extra_forbidden":
            continue
        here = _path(error)
        wanted = [str(path[-1]) for path in missing if path[:-1] == here[:-1]]
        best = closest(str(here[-1]), wanted)
        if best:
            misspelt.add((*here[:-1], best))
        breaches.append(Breach(under + here, *_unknown_key(here, shape)))
    for error in all_errors:
        here = _path(error)
        if error["type"] != "extra_forbidden" and here not in misspelt:
            breaches.append(Breach(under + here, *_tell(error, document.raw.get(under + here))))
    return breaches


def _path(error: ErrorDetails) -> Path:
    # pydantic marks a wrong key of a mapping with a last step "[key]".
    return tuple(step for step in error["loc"] if step != "[key]")


def _unknown_key(path: Path, shape: type[BaseModel]) -> Told:
    what = say("The key '{key}' is not known here.", key=shown(path[-1]))
    return what, choose_among(path[-1], keys_at(shape, path[:-1]))


def _tell(error: ErrorDetails, raw: str | None) -> Told:
    value, context = error["input"], error.get("ctx", {})
    if value is None and error["type"] not in {"missing", "value_error"}:
        return say("Nothing is written here."), say("Write a value, or remove the line.")
    teller = TELLERS.get(error["type"])
    if teller is None:
        reason = str(context.get("error", error["msg"]))
        return say("This value is refused: {reason}", reason=reason), ""
    return teller(value, context, raw)
