"""What a played volunteer writes into the workbook (``volunteer.yml``).

Called by the demonstration's driver, which writes the cells through the workbook room: nothing
here knows a workbook. ``parse_volunteer`` is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import yaml
from pydantic import Field, ValidationError, model_validator

from vigie.exercise.material import MaterialError
from vigie.exercise.script import Section, ShortId, Text
from vigie.language import say
from vigie.records.observation import COLUMNS

CellText = Text | int | float | None
"""A cell as the volunteer types it: words in the workbook's language; None empties the cell."""


class CellEdit(Section):
    """One cell of the row that holds a group of the expected table.

    Attributes:
        value: What is typed.
        names: Group whose row's ``Réf`` is typed instead.
        is_now: The present time is typed instead.
    """

    group: ShortId
    column: str
    value: CellText = None
    names: ShortId | None = None
    is_now: bool = False

    @model_validator(mode="after")
    def _types_one_thing(self) -> Self:
        given = self.model_fields_set & {"value", "names", "is_now"}
        if len(given) != 1:
            raise ValueError(say("a cell needs one of {names}", names="value, names, is_now"))
        return self

    def typed(self, refs: Mapping[str, str], now: str) -> CellText:
        """Return what is typed into the cell.

        Args:
            refs: Group to the ``Réf`` of its row.
            now: The present as people write it.
        """
        if self.is_now:
            return now
        return refs[self.names] if self.names is not None else self.value


class Volunteer(Section):
    """One person at work between two sweeps.

    Attributes:
        after_wave: The edits are made once this wave has been swept and published.
        edits: Cells of the main log.
        added_row: Column code to value of a row typed at the bottom of the main log.
        paragraph: The coordinator's words in the last situation report.
    """

    name: Text
    after_wave: int = Field(ge=1)
    edits: list[CellEdit] = Field(min_length=1)
    added_row: dict[str, CellText] = Field(min_length=1)
    paragraph: str = ""


def load_volunteer(path: Path) -> Volunteer:
    """Read the script of a played volunteer.

    Args:
        path: A YAML file.

    Raises:
        MaterialError: The file is missing or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise MaterialError(str(path), str(error), say("Put the file back or mend it.")) from error
    return parse_volunteer(text, path.name)


def parse_volunteer(text: str, name: str = "volunteer.yml") -> Volunteer:
    """Build the script from its text.

    Args:
        text: YAML.
        name: Named in errors.

    Raises:
        MaterialError: It is no script, or names a column that the main log does not have.
    """
    try:
        script = Volunteer.model_validate(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as error:
        raise MaterialError(name, str(error), say("Correct the material.")) from error
    named = {edit.column for edit in script.edits} | set(script.added_row)
    unknown = sorted(named - set(COLUMNS))
    if unknown:
        raise MaterialError(
            name,
            say("the main log has no column {columns}", columns=", ".join(unknown)),
            say("Correct the material."),
        )
    return script
