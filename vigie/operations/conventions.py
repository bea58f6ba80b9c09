"""Finding conventions and what they may name. Light: ``vigie check`` and ``plan`` import this."""

from __future__ import annotations

import functools
from pathlib import Path

from vigie.checks.registry import params_by_check
from vigie.convention.loader import Registry
from vigie.convention.schema import write_schema
from vigie.language import say
from vigie.problem import ConventionError
from vigie.signals.lexicons import lexicon_names
from vigie.sources.registry import params_by_kind
from vigie.workbook.shares.registry import share_kinds


@functools.cache
def convention_registry() -> Registry:
    """Return what a convention may name: kinds of source, checks, lexicons, kinds of share."""
    return Registry(params_by_kind(), params_by_check(), lexicon_names(), share_kinds())


def convention_path(folder: Path, name: str) -> Path:
    """Return the file of a convention given by id or path.

    Raises:
        ConventionError: If there is no such file; names those there are.
    """
    for path in (Path(name), folder / f"{name}.yml"):
        if path.is_file() and path.suffix == ".yml":
            return path
    known = ", ".join(sorted(path.stem for path in folder.glob("*.yml"))) or "-"
    raise ConventionError(
        name,
        say("There is no such convention in {folder}.", folder=folder),
        say("Known: {known}.", known=known),
    )


if __name__ == "__main__":
    # ``make schema``: after a change of the model, a connector's or a check's parameters.
    write_schema(Path("conventions") / "_schema.json", convention_registry())
