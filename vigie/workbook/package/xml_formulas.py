"""Formulas that several cells share: one that gives way hands its formula on to the next.

Called by ``xml_values`` before one of our cells, over which people filled down a formula, gets its
value again. Source: ECMA-376 part 1, 18.3.1.40: the first cell bears the text, others its number.
"""

from __future__ import annotations

from typing import Any

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter, range_boundaries

from vigie.workbook.package.whole import main
from vigie.workbook.package.xml_rows import Rows

_translator: Any = Translator


def hand_on(rows: Rows, place: tuple[int, int]) -> None:
    """Let the next cell of a shared formula bear it; the cells of an array keep their values."""
    formula = _formula(rows, place)
    if formula is None or formula.get("t") != "shared" or not formula.get("ref"):
        return
    bounds: Any = range_boundaries(formula.get("ref", ""))
    left, top, right, bottom = bounds
    heirs = [
        (there, heir)
        for there in ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
        if there != place and (heir := _formula(rows, there)) is not None
        if heir.get("t") == "shared" and heir.get("si") == formula.get("si")
    ]
    if not heirs:
        return
    there, heir = heirs[0]
    text = _translator(f"={formula.text or ''}", origin=_name(place)).translate_formula(
        _name(there)
    )
    heir.text = str(text)[1:]
    first = min(row for (row, _), _ in heirs), min(column for (_, column), _ in heirs)
    last = max(row for (row, _), _ in heirs), max(column for (_, column), _ in heirs)
    heir.set("ref", f"{_name(first)}:{_name(last)}")


def _formula(rows: Rows, place: tuple[int, int]) -> etree._Element | None:
    cell = rows.cell(*place)
    return cell.find(main("f")) if cell is not None else None


def _name(place: tuple[int, int]) -> str:
    return f"{get_column_letter(place[1])}{place[0]}"
