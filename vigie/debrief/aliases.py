"""Volunteers without their names: "volontaire 1" and, where the roster says it, the role.

Called by the use case before anything is counted, so that nothing that follows can name anybody.
Pure. Numbers follow the first appearance, so that they stay the same from run to run.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vigie.debrief.known import Known, Scores
from vigie.language import Catalogue
from vigie.records.activation import JournalEntry
from vigie.records.debrief import DebriefEntry
from vigie.records.evidence import names_in
from vigie.records.observation import CellValue, Observation
from vigie.records.sheet import Conflict, PeopleRow

MACHINE = "vigie"
_NOBODY = frozenset({MACHINE, "people", "workbook", "import"})
_NAME_COLUMNS = ("entered_by", "verified_by", "followed_by")
_ROSTER_PRIVATE = ("telephone",)
_LEAST_CHARACTERS = 3
_PARTICLES = frozenset({"des", "les", "von", "van", "del"})


@dataclass(frozen=True, slots=True)
class Aliases:
    """Name (folded) to what stands for it."""

    by_name: Mapping[str, str]

    def of(self, name: str) -> str:
        """Return what stands for a name; several in one cell each get theirs."""
        known = self.by_name.get(_fold(name))
        return known if known is not None else self.mask(name)

    def mask(self, text: str) -> str:
        """Return a text with every known name in it replaced, the longest first.

        A part of a name counts only as a capitalised word of its own: « Rose » but not « rose »,
        « Martin » but not « Saint-Martin ».
        """
        for pattern, alias in _patterns(tuple(self.by_name.items())):
            text = pattern.sub(alias, text)
        return text


def aliases_of(known: Known, words: Catalogue) -> Aliases:
    """Return what stands for every name that the activation knows."""
    names: dict[str, str] = {}
    somebody = _fold(words.say("somebody"))
    for name in _names(known):
        if _fold(name) != somebody:
            names.setdefault(_fold(name), name)
    roles = {
        _fold(str(row.values["name"])): str(row.values["role"])
        for row in known.people_rows
        if row.sheet == "team" and row.values.get("name") and row.values.get("role")
    }
    found: dict[str, str] = {}
    for number, folded in enumerate(names, start=1):
        alias = words.say("volunteer {number}", number=number)
        if folded in roles:
            alias = f"{alias} ({words.label('team_role', roles[folded])})"
        found[folded] = alias
    parts: dict[str, str] = {}
    for folded, alias in found.items():
        for part in folded.split():
            if len(part) >= _LEAST_CHARACTERS and part not in _PARTICLES and part not in found:
                parts.setdefault(part, alias)
    return Aliases({**parts, **found})


def without_names(known: Known, words: Catalogue) -> Known:
    """Return the same knowledge with every volunteer's name replaced."""
    aliases = aliases_of(known, words)
    activation = replace(
        known.activation,
        opened_by=aliases.of(known.activation.opened_by),
        caller="",
    )
    return replace(
        known,
        activation=activation,
        observations=[_observation(row, aliases) for row in known.observations],
        journal=[(number, _entry(entry, aliases)) for number, entry in known.journal],
        findings=[replace(one, decision=aliases.mask(one.decision)) for one in known.findings],
        conflicts=[_conflict(one, aliases) for one in known.conflicts],
        people_rows=[_people_row(row, aliases) for row in known.people_rows],
        scores=_scores(known.scores, aliases),
        reports=[replace(one, issued_by=_actor(one.issued_by, aliases)) for one in known.reports],
        entries=[_written(one, aliases) for one in known.entries],
        earlier_actions=[_written(one, aliases) for one in known.earlier_actions],
    )


def _names(known: Known) -> Iterable[str]:
    yield from names_in(known.activation.opened_by)
    for _, entry in known.journal:
        if not _is_nobody(entry.actor):
            yield from names_in(entry.actor)
        if entry.field in _NAME_COLUMNS:
            yield from names_in(entry.before)
            yield from names_in(entry.after)
    for row in known.people_rows:
        for column in ("name", "moderated_by", "approved_by"):
            yield from names_in(str(row.values.get(column) or ""))
    for observation in known.observations:
        for column in _NAME_COLUMNS:
            yield from names_in(str(observation.value(column) or ""))
    yield from _signers(known)


def _signers(known: Known) -> Iterable[str]:
    """Return who issued reports and who decided about scores."""
    for report in known.reports:
        if not _is_nobody(report.issued_by):
            yield from names_in(report.issued_by)
    for ruling in known.scores.rulings if known.scores else ():
        yield from names_in(ruling.by)


def _actor(actor: str, aliases: Aliases) -> str:
    return actor if _is_nobody(actor) else aliases.of(actor)


def _is_nobody(actor: str) -> bool:
    return _fold(actor) in _NOBODY


def _observation(row: Observation, aliases: Aliases) -> Observation:
    people = {column: _cell(value, aliases) for column, value in row.people.items()}
    return replace(row, people=people)


def _people_row(row: PeopleRow, aliases: Aliases) -> PeopleRow:
    values = {
        column: _cell(value, aliases)
        for column, value in row.values.items()
        if column not in _ROSTER_PRIVATE
    }
    return replace(row, values=values)


def _conflict(one: Conflict, aliases: Aliases) -> Conflict:
    standing, other = _cell(one.standing, aliases), _cell(one.other, aliases)
    return replace(one, standing=standing, other=other, choice=aliases.mask(one.choice))


def _scores(scores: Scores | None, aliases: Aliases) -> Scores | None:
    """Return a play's scores without the names of who decided otherwise."""
    if scores is None:
        return None
    rulings = tuple(
        replace(one, by=aliases.of(one.by), reason=aliases.mask(one.reason))
        for one in scores.rulings
    )
    return replace(scores, rulings=rulings)


def _entry(entry: JournalEntry, aliases: Aliases) -> JournalEntry:
    if _is_nobody(entry.actor) and entry.field not in _NAME_COLUMNS:
        detail = {name: aliases.mask(text) for name, text in entry.detail.items()}
        return replace(entry, detail=detail)
    return replace(
        entry,
        actor=_actor(entry.actor, aliases),
        before=aliases.mask(entry.before),
        after=aliases.mask(entry.after),
        detail={
            name: aliases.mask(text) for name, text in entry.detail.items() if name != "caller"
        },
    )


def _written(one: DebriefEntry, aliases: Aliases) -> DebriefEntry:
    values = {
        column: aliases.mask(value) if isinstance(value, str) else value
        for column, value in one.values.items()
    }
    return replace(one, values=values)


def _cell(value: CellValue, aliases: Aliases) -> CellValue:
    return aliases.mask(value) if isinstance(value, str) else value


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


@functools.lru_cache(maxsize=8)
def _patterns(names: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what is looked for and what stands for it, the longest names first."""
    ordered = sorted(names, key=lambda item: len(item[0]), reverse=True)
    return tuple((_pattern(name), alias) for name, alias in ordered)


def _pattern(name: str) -> re.Pattern[str]:
    """Return where a name stands as words of its own, capitalised or as it was typed."""
    parts = r"\s+".join(_capital(part) for part in name.split())
    return re.compile(rf"(?<![\w-]){parts}(?![\w-])")


def _capital(part: str) -> str:
    shouted, titled = re.escape(part.upper()), re.escape(part.title())
    plain = re.escape(part[:1].upper() + part[1:])
    return f"(?:{plain}|{titled}|{shouted})"
