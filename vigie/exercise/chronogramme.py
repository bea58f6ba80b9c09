"""A scenario as the tables that trainers know: the chronogramme and the sheets around it, and back.

Called by ``vigie.operations.chronogrammes``. Pure: gets and gives plain tables, reads no file.
What a table holds that is no fault and no value is told in ``Imported.notes``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vigie.convention.model import Convention
from vigie.exercise.chronogramme_channels import field_at, parameters_of
from vigie.exercise.chronogramme_checking import judge
from vigie.exercise.chronogramme_draft import Draft, got
from vigie.exercise.chronogramme_faults import CellFault, ChronogrammeErrors, Spot
from vigie.exercise.chronogramme_locating import locate
from vigie.exercise.chronogramme_reading import read_draft
from vigie.exercise.chronogramme_words import (
    BREAKDOWNS,
    CAST,
    COLUMNS,
    FACTS,
    INJECTS,
    PARAMETER_FIELDS,
    PARAMETERS,
    SETTING_FIELDS,
    SETTINGS,
    Field,
    codes_of,
    column_title,
    label,
    parameter_name,
    setting_name,
    sheet_title,
)
from vigie.exercise.scenario import Scenario
from vigie.language import say
from vigie.records.table import RawBook, Table, TableCell, TableColumn

_OFFERED_CODES = 40
_BLANK_ROWS = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file holds.

    Attributes:
        notes: What was understood in one of several ways, or passed over.
    """

    scenario: Scenario
    notes: tuple[str, ...]


def read_chronogramme(
    book: RawBook, existing: Scenario | None, conventions: Mapping[str, Convention]
) -> Imported:
    """Return the scenario that a file is, together with the one that it is imported into.

    Args:
        book: The file's cells.
        existing: Keeps what the file has no sheet or column for; None for a new scenario.
        conventions: Those that are installed, by id.

    Raises:
        ChronogrammeErrors: Anything is wrong; it carries every fault.
    """
    draft = Draft({})
    located = locate(book, draft.notes, draft.faults)
    if not located and not draft.faults:
        what = say("The file has no sheet “{sheet}”.", sheet=sheet_title(INJECTS))
        wanted = [column_title(INJECTS, field.code) for field in COLUMNS[INJECTS]]
        cure = say("Name the columns: {titles}.", titles=", ".join(wanted))
        raise ChronogrammeErrors([CellFault(Spot(say("whole file")), what, cure)])
    read_draft(located, existing, conventions, draft)
    scenario = judge(draft, conventions)
    if scenario is None:
        order = {sheet.title: at for at, sheet in enumerate(book.sheets)}
        raise ChronogrammeErrors(
            sorted(
                draft.faults,
                key=lambda fault: (order.get(fault.spot.sheet, len(order)), fault.spot.row),
            )
        )
    return Imported(scenario, tuple(draft.notes))


def scenario_tables(scenario: Scenario) -> tuple[Table, ...]:
    """Return the sheets of a scenario, from which ``read_chronogramme`` makes the same again."""
    facts = {fact.id: fact for fact in scenario.facts}
    rows = []
    for inject in scenario.injects:
        item = inject.model_dump()
        fact = facts.get(inject.truth.fact or "")
        item["place"] = fact.place if fact is not None else ""
        rows.append(tuple(_inject_cell(item, field) for field in COLUMNS[INJECTS]))
    return (
        _table(INJECTS, rows, say("One row an inject. Times from the start: T+01:05.")),
        _table(PARAMETERS, list(_parameter_rows(scenario)), say("What a channel needs besides.")),
        _table(CAST, _item_rows(CAST, scenario.cast), say("Fictitious accounts: …@….example.")),
        _table(FACTS, _item_rows(FACTS, scenario.facts), say("What is so, and what is rumour.")),
        _table(
            BREAKDOWNS,
            _item_rows(BREAKDOWNS, scenario.breakdowns),
            say("Networks that misbehave for a while."),
        ),
        _table(SETTINGS, list(_setting_rows(scenario)), say("One value a row.")),
    )


def _table(sheet: str, rows: Sequence[tuple[TableCell, ...]], note: str) -> Table:
    columns = tuple(
        TableColumn(
            title=column_title(sheet, field.code),
            width=field.width,
            choices=_offered(sheet, field),
        )
        for field in COLUMNS[sheet]
    )
    return Table(
        title=sheet_title(sheet),
        columns=columns,
        rows=tuple(rows),
        notes=(note,),
        blank_count=_BLANK_ROWS,
    )


def _offered(sheet: str, field: Field) -> tuple[str, ...]:
    if field.kind == "yes":
        return tuple(label("yes_no", code) for code in codes_of("yes_no"))
    if sheet == PARAMETERS and field.code == "name":
        return tuple(parameter_name(one.code) for one in PARAMETER_FIELDS)
    if field.kind != "choice":
        return ()
    return tuple(label(field.context, code) for code in codes_of(field.context))[:_OFFERED_CODES]


def _inject_cell(item: Mapping[str, Any], field: Field) -> TableCell:
    if field.code.startswith("content.") and field.code != "content.channel":
        name = field_at(item["content"]["channel"], field.code)
        return _cell(item["content"].get(name), field) if name is not None else None
    return _cell(got(item, field.path), field)


def _item_rows(sheet: str, items: Sequence[Any]) -> list[tuple[TableCell, ...]]:
    dumped = [item.model_dump(exclude_defaults=sheet == BREAKDOWNS) for item in items]
    return [
        tuple(_cell(got(item, field.path), field) for field in COLUMNS[sheet]) for item in dumped
    ]


def _cell(value: Any, field: Field) -> TableCell:
    if value is None or value == "":
        return None
    if field.kind == "yes":
        return label("yes_no", "yes" if value else "no")
    if field.kind == "choice":
        return label(field.context, value)
    return value if isinstance(value, (int, float)) else str(value)


def _parameter_rows(scenario: Scenario) -> Iterator[tuple[TableCell, ...]]:
    kinds = {field.code: field for field in PARAMETER_FIELDS}
    for inject in scenario.injects:
        content = inject.content.model_dump()
        for name in parameters_of(content["channel"]):
            values = content[name] if kinds[name].is_list else [content[name]]
            for value in values:
                if value is not None:
                    yield inject.id, parameter_name(name), _cell(value, kinds[name])


def _setting_rows(scenario: Scenario) -> Iterator[tuple[TableCell, ...]]:
    data = scenario.model_dump()
    for field in SETTING_FIELDS:
        value = got(data, field.path)
        for one in value if field.is_list and value else [value]:
            if one is not None and one != []:
                yield setting_name(field.code), _cell(one, field)
