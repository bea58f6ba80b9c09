"""A column of ours that people's sheet lacks: its width, its list, its colours, its note.

Called by ``xml_values``. Everything is added beside what people made; their rules come first.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lxml import etree
from openpyxl.utils import column_index_from_string
from openpyxl.xml.functions import tostring

from vigie.workbook.package.whole import MAIN, made, main, parser
from vigie.workbook.package.xml_notes import write_note
from vigie.workbook.package.xml_order import insert

if TYPE_CHECKING:
    from vigie.workbook.package.xml_sheet import PatchSheet


def write_columns(sheet: PatchSheet) -> None:
    """Put into a sheet's XML what was added for new columns."""
    root = sheet.rows.root
    for letters, dimension in sheet.column_dimensions.items():
        column = _own_column(root, column_index_from_string(letters))
        column.set("width", f"{dimension.width:g}")
        column.set("customWidth", "1")
        column.set("style", str(sheet.styles.index(dimension._style)))
    _offer(sheet)
    _colour(sheet)
    for cell in list(sheet.touched.values()):
        comment = getattr(cell, "_comment", None)
        if comment is not None:
            write_note(sheet, cell.row, cell.column, comment)


def _own_column(root: etree._Element, number: int) -> etree._Element:
    """Return the looks of one column, taken out of a range that bore it with others."""
    parent = root.find(main("cols"))
    if parent is None:
        parent = insert(root, "cols")
    created = made("col")
    created.set("min", str(number))
    created.set("max", str(number))
    place = 0
    for item in list(parent):
        first, last = int(item.get("min", "1")), int(item.get("max", "1"))
        if last < number:
            place = parent.index(item) + 1
        elif first <= number:
            place = _split(parent, item, first, last, number)
    parent.insert(place, created)
    return created


def _split(parent: etree._Element, item: etree._Element, first: int, last: int, number: int) -> int:
    """Take a column out of a range of columns; return where it belongs."""
    place = parent.index(item)
    parent.remove(item)
    for start, end in ((first, number - 1), (number + 1, last)):
        if start > end:
            continue
        piece = deepcopy(item)
        piece.set("min", str(start))
        piece.set("max", str(end))
        parent.insert(place, piece)
        if end < number:
            place += 1
    return place


def _offer(sheet: PatchSheet) -> None:
    if not sheet.validations:
        return
    parent = sheet.rows.root.find(main("dataValidations"))
    if parent is None:
        parent = insert(sheet.rows.root, "dataValidations")
    for validation in sheet.validations:
        parent.append(_brought(validation.to_tree("dataValidation")))
    parent.set("count", str(len(parent)))


def _colour(sheet: PatchSheet) -> None:
    root = sheet.rows.root
    for area, rule in sheet.conditional_formatting.added:
        rule.dxfId = sheet.styles.differential(rule.dxf)
        known = [int(item.get("priority") or 0) for item in root.iter(main("cfRule"))]
        rule.priority = max(known, default=0) + 1
        parent = insert(root, "conditionalFormatting")
        parent.set("sqref", area)
        parent.append(_brought(rule.to_tree("cfRule")))


def _brought(element: Any) -> etree._Element:
    """Return what openpyxl writes without a namespace in that of spreadsheets."""
    text = tostring(element).decode()
    wrapper = etree.fromstring(f'<x xmlns="{MAIN}">{text}</x>', parser())
    return wrapper[0]
