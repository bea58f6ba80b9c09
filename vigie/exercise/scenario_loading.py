"""Loads scenarios strictly: all faults of a file in one go, or a scenario that is right.

Called by the exercise commands and by tests, with the conventions that are installed. Reads the
file and nothing else. A file with a fault is never half-played.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vigie.convention.document import WHOLE_FILE, Breach, Document, spoken_path
from vigie.convention.explanation import explain
from vigie.convention.faults import Fault
from vigie.convention.model import Convention
from vigie.convention.reading import read_document
from vigie.exercise.scenario import Inject, Scenario
from vigie.exercise.scenario_rules import RULES, sources_there
from vigie.language import say
from vigie.problem import Problem

SIZE_LIMIT_BYTES = 2 * 1024 * 1024
"""A scenario of a thousand injects is half of it."""


class ScenarioErrors(Problem):
    """All faults of one scenario.

    Args:
        faults: At least one, in the order in which they shall be read.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("", "\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def load_scenario(
    path: Path, conventions: Mapping[str, Convention], *, is_played: bool = False
) -> Scenario:
    """Return the scenario of one file.

    Args:
        path: ``data/scenarios/<id>.yml``.
        conventions: Those that are installed, by id.
        is_played: As in ``parse_scenario``.

    Raises:
        ScenarioErrors: The file cannot be read, or anything in it is wrong.
    """
    name = str(path)
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        cure = say("Save it with the encoding UTF-8; accents are often the place.")
        raise _whole(name, say("The file is not written in UTF-8."), cure) from None
    except OSError as error:
        what = say("The file cannot be opened: {reason}.", reason=error.strerror or str(error))
        raise _whole(name, what, say("Check the path and the right to read it.")) from None
    if len(data) > SIZE_LIMIT_BYTES:
        what = say("The file is larger than {limit} kB.", limit=SIZE_LIMIT_BYTES // 1024)
        raise _whole(name, what, say("Is this the right file?"))
    return parse_scenario(text, name, conventions, is_played=is_played)


def parse_scenario(
    text: str, name: str, conventions: Mapping[str, Convention], *, is_played: bool = False
) -> Scenario:
    """Return the scenario that a text holds.

    Args:
        text: YAML.
        name: What stands before the line number in messages; if it ends in ``.yml``, the
            scenario's id must be the file's name.
        conventions: Those that are installed, by id.
        is_played: A convention may have lost sources since the scenario was written: what is
            played on them is shown to nobody, as it will be on the day.

    Raises:
        ScenarioErrors: Anything is wrong; it carries every fault.
    """
    document = read_document(text)
    breaches = list(document.breaches)
    scenario: Scenario | None = None
    if document.is_readable:
        try:
            scenario = Scenario.model_validate(document.data)
        except ValidationError as error:
            breaches += explain(_plain(error), Scenario, document)
        if scenario is not None:
            for rule in RULES:
                if rule is not sources_there or not is_played:
                    breaches += rule(scenario, conventions)
        breaches += _named_like_id(document, name)
    if scenario is None or breaches:
        raise ScenarioErrors(_faults(name, document, breaches))
    return scenario


def parse_inject(path: Path) -> Inject:
    """Return the one inject that a file holds, as it would stand in a scenario.

    Raises:
        ScenarioErrors: The file cannot be read, or anything in it is wrong.
    """
    name = str(path)
    try:
        document = read_document(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        what = say("The file cannot be opened: {reason}.", reason=str(error))
        raise _whole(name, what, say("Check the path and the right to read it.")) from None
    try:
        return Inject.model_validate(document.data)
    except ValidationError as error:
        breaches = [*document.breaches, *explain(_plain(error), Inject, document)]
        raise ScenarioErrors(_faults(name, document, breaches)) from None


def _plain(error: ValidationError) -> list[ErrorDetails]:
    """Return the errors with paths as in the file: pydantic adds the name of a chosen channel."""
    found = []
    for one in error.errors(include_url=False):
        where = list(one["loc"])
        if "content" in where[:-1]:
            del where[where.index("content") + 1]
        found.append(ErrorDetails(**{**one, "loc": tuple(where)}))
    return found


def _named_like_id(document: Document, name: str) -> Iterable[Breach]:
    own, path = document.value("id"), Path(name)
    if path.suffix == ".yml" and isinstance(own, str) and own != path.stem:
        what = say("The id {id} is not the file's name.", id=own)
        yield Breach(("id",), what, say("Rename the file: {name}.", name=f"{own}.yml"))


def _faults(name: str, document: Document, breaches: Iterable[Breach]) -> list[Fault]:
    found: dict[tuple[object, ...], Fault] = {}
    for breach in breaches:
        line = breach.line if breach.line is not None else document.line(breach.path)
        path = spoken_path(document, breach.path, say("whole file"))
        key = (breach.path, line) if breach.path != WHOLE_FILE else (breach.what,)
        found.setdefault(key, Fault(name, line, path, breach.what, breach.cure))
    return sorted(found.values())


def _whole(name: str, what: str, cure: str) -> ScenarioErrors:
    return ScenarioErrors([Fault(name, 1, say("whole file"), what, cure)])
