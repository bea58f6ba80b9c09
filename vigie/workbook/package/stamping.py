"""Whose file this is, on every sheet and every printed page: banner, page header and footer.

Called by ``refreshing`` at every revision. Replaces only its own words: a banner or a footer that
people wrote themselves stays.
"""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from vigie.records.activation import Kind
from vigie.workbook.package.cells import new_cell
from vigie.workbook.package.palette import Palette
from vigie.workbook.package.parts import RawSheet
from vigie.workbook.revisions import Marks
from vigie.workbook.wording import Wording

_START = "Vigie · "
_HEADER_LIMIT = 60
"""A page header holds 255 characters in all: a long title is cut."""


def stamp_table(
    sheet: Worksheet,
    before: RawSheet | None,
    header_row: int,
    text: str,
    style: object,
) -> None:
    """Write the line above the header over its whole width, or renew it where people moved it."""
    if before is None:
        for column in range(1, sheet.max_column + 1):
            new_cell(sheet, 1, column, text if column == 1 else None, style)
        return
    for number in range(1, header_row):
        for column, value in before.rows.get(number, {}).items():
            if isinstance(value, str) and _START in value:
                cell = sheet.cell(row=number, column=column)
                cell.value = text
                return


def banner_text(title: str, marks: Marks, wording: Wording, kind: Kind) -> str:
    """Return the line above a table: title, activation, revision, EXERCICE or restricted."""
    say = wording.catalogue.say
    text = say(
        "Vigie · {title} · {id} · revision {revision}",
        title=title,
        id=marks.activation_id,
        revision=marks.revision,
    )
    text = say("{banner} · restricted", banner=text)
    if kind == "exercise":
        text = say("EXERCISE · EXERCISE · EXERCISE · {banner}", banner=text)
    return text


def stamp_pages(sheet: Worksheet, marks: Marks, wording: Wording, kind: Kind) -> None:
    """Write header and footer of the printed pages, unless people wrote their own footer."""
    say = wording.catalogue.say
    footer: Any = sheet.oddFooter
    if footer.left.text and not str(footer.left.text).startswith("Vigie"):
        return
    header: Any = sheet.oddHeader
    restricted = say("Restricted")
    header.left.text = _safe(wording.sheet_title("log") if not sheet.title else sheet.title)
    header.center.text = say("EXERCISE · EXERCISE · EXERCISE") if kind == "exercise" else restricted
    header.right.text = restricted if kind == "exercise" else ""
    revision = say("revision {revision}", revision=marks.revision)
    footer.left.text = _safe(f"Vigie · {marks.activation_id} · {revision}")
    footer.right.text = say("Page {page} of {pages}", page="&P", pages="&N")


def banner_style(palette: Palette, kind: Kind) -> object:
    """Return the style of the line above a table."""
    style: object = palette.banner(is_exercise=kind == "exercise")
    return style


def _safe(text: str) -> str:
    """An ampersand begins a code in page headers; doubled it is itself."""
    return text[:_HEADER_LIMIT].replace("&", "&&")
