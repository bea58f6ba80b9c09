"""A draft of a scenario judged as a whole: each value, then the rules, each fault at its cell.

Called by ``vigie.exercise.chronogramme``. Pure. Rows that are wrong do not hide what is wrong with
the others, and give no faults that would vanish with their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vigie.convention.document import Breach, Document, Path
from vigie.convention.explanation import explain
from vigie.convention.model import Convention
from vigie.convention.wording import shown
from vigie.exercise.chronogramme_draft import Draft, got
from vigie.exercise.scenario import Breakdown, CastMember, Fact, Inject, Scenario
from vigie.exercise.scenario_rules import (
    RULES,
    Rule,
    accounts_fit,
    facts_known,
    references_known,
)
from vigie.language import say

_PARTS: Mapping[str, type[BaseModel]] = {
    "cast": CastMember,
    "facts": Fact,
    "injects": Inject,
    "breakdowns": Breakdown,
}
_OWNERS: Mapping[Rule, str] = {
    facts_known: "facts",
    accounts_fit: "cast",
    references_known: "injects",
}
"""The part in which a rule looks up what an inject names."""
_LONGEST = "T+999:59"


def judge(draft: Draft, conventions: Mapping[str, Convention]) -> Scenario | None:
    """Return the scenario that a draft is, or None; every fault stands in the draft then."""
    parts: dict[str, list[tuple[int, Any]]] = {
        part: _items(draft, part, model) for part, model in _PARTS.items()
    }
    _judge_rest(draft)
    _apply_rules(draft, parts, conventions)
    if draft.faults or draft.wrong:
        return None
    return Scenario.model_validate(draft.data)


def _items(draft: Draft, part: str, model: type[BaseModel]) -> list[tuple[int, Any]]:
    """Return position and model of each item of a part that is right."""
    found = []
    for at, item in enumerate(draft.data.get(part, [])):
        try:
            found.append((at, model.model_validate(item)))
        except ValidationError as error:
            _blame_all(draft, error, model, (part, at))
            draft.wrong.add((part, at, ""))
    return found


def _judge_rest(draft: Draft) -> None:
    """Judge the settings; the lists of items are judged one by one."""
    try:
        Scenario.model_validate(draft.data)
    except ValidationError as error:
        inside = {(part, at) for part in _PARTS for at in range(len(draft.data.get(part, [])))}
        _blame_all(draft, error, Scenario, (), inside)


def _blame_all(
    draft: Draft,
    error: ValidationError,
    model: type[BaseModel],
    under: Path,
    passed_over: set[tuple[str, int]] | None = None,
) -> None:
    for one in _plain(error):
        path = (*under, *one["loc"])
        if passed_over and path[:2] in passed_over:
            continue
        told = _told(one)
        if told is None:
            for breach in explain([one], model, Document(text="", data=draft.data)):
                told = (breach.what, breach.cure)
        if told is not None:
            draft.blame(path, *told)


def _plain(error: ValidationError) -> Iterator[ErrorDetails]:
    """Yield the errors with paths as in the draft: pydantic adds the name of a chosen channel."""
    for one in error.errors(include_url=False):
        where = list(one["loc"])
        if "content" in where[:-1]:
            del where[where.index("content") + 1]
        yield ErrorDetails(**{**one, "loc": tuple(where)})


def _told(error: ErrorDetails) -> tuple[str, str] | None:
    """Return what a table's reader is told where the words for YAML files would mislead."""
    if error["type"] in ("missing", "string_too_short"):
        return say("Nothing is written here."), say("Fill it in.")
    if error["type"] != "string_pattern_mismatch":
        return None
    what = say("“{text}” does not have the form that is expected here.", text=shown(error["input"]))
    name = str(error["loc"][-1])
    if name == "handle":
        return what, say("Write its handle: name@host.example, or name.bsky.example on Bluesky.")
    if name in ("at", "shown_at", "starts", "ends", "duration"):
        return what, say("Write a time: T+01:05.")
    return what, say("Write small letters without accents, digits and hyphens, a letter first.")


def _apply_rules(
    draft: Draft,
    parts: Mapping[str, list[tuple[int, Any]]],
    conventions: Mapping[str, Convention],
) -> None:
    data = draft.data
    is_long = draft.is_told(("duration",)) or "duration" not in data
    values: dict[str, Any] = {
        "convention": str(data.get("convention", "")),
        "duration": _LONGEST if is_long else data["duration"],
        "noise": None,
        **{part: [model for _, model in found] for part, found in parts.items()},
    }
    # Only what is right stands in it, so that the rules can look at the rest of the file.
    scenario = Scenario.model_construct(None, **values)
    positions = {part: [at for at, _ in found] for part, found in parts.items()}
    for rule in RULES:
        for breach in rule(scenario, conventions):
            path = _path_in_draft(breach.path, positions)
            if not _falls_with_another(rule, breach, path, scenario, draft):
                draft.blame(path, breach.what, breach.cure)


def _path_in_draft(path: Path, positions: Mapping[str, list[int]]) -> Path:
    if len(path) > 1 and path[0] in positions and isinstance(path[1], int):
        return (path[0], positions[str(path[0])][path[1]], *path[2:])
    return path


def _falls_with_another(
    rule: Rule, breach: Breach, path: Path, scenario: Scenario, draft: Draft
) -> bool:
    """Tell whether a breach is but the echo of a row that is wrong itself."""
    if len(path) < 2 or not isinstance(breach.path[1], int):
        return False
    if rule is facts_known and path[0] == "facts":
        told = {got(item, ("truth", "fact")) for item in draft.data.get("injects", [])}
        known = {item.get("id") for item in draft.data["facts"]}
        # Who names a fact that is not there may have meant the one that nobody tells.
        return scenario.facts[breach.path[1]].id in told or not told - {None} <= known
    owner = _OWNERS.get(rule)
    if owner is None or path[0] != "injects":
        return False
    named = got(draft.data["injects"][path[1]], path[2:])
    return (owner,) in draft.wrong or any(
        item.get("id") == named and (owner, at, "") in draft.wrong
        for at, item in enumerate(draft.data.get(owner, []))
    )
