"""Where an element of a worksheet belongs among the others: spreadsheets refuse any other order.

Called by the writers of worksheets (``xml_values``, ``xml_columns``, ``xml_drawing``).
"""

from __future__ import annotations

from lxml import etree

from vigie.workbook.package.whole import made, main

_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter"),
    *("rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags"),
    *("drawing", "legacyDrawing"),
)
"""Source: ECMA-376 part 1, 18.3.1.99, up to what Vigie writes."""


def insert(root: etree._Element, name: str) -> etree._Element:
    """Make an element of a worksheet in the place that the format wants."""
    before = {main(known) for known in _ORDER[: _ORDER.index(name) + 1]}
    place = max((index + 1 for index, child in enumerate(root) if child.tag in before), default=0)
    created = made(name)
    root.insert(place, created)
    return created
