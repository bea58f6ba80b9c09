"""A worksheet of a rare shape in the shape that usual editors write: the same, said plainly.

Called by ``xml_sheet`` for our own sheets only. Some writers leave out where a row or a cell
stands, put a prefix before every name, or write comments; read as a spreadsheet reads it, each
is one thing only. What could mean two things raises ``NeedsWholeError``.
"""

from __future__ import annotations

from typing import Any

from lxml import etree
from openpyxl.utils import get_column_letter

from vigie.workbook.package.whole import MAIN, NeedsWholeError, main, serialised
from vigie.workbook.package.xml_rows import column_of


def plain_shape(content: bytes) -> bytes:
    """Return a worksheet part whose rows and cells say where they stand, without prefixes.

    Raises:
        NeedsWholeError: The part is no worksheet, or two rows or cells stand in the same place.
    """
    reader = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(content, reader)
    if root.tag != main("worksheet"):
        raise NeedsWholeError
    data = root.find(main("sheetData"))
    if data is None:
        raise NeedsWholeError
    _number(data)
    return serialised(_unprefixed(root))


def _number(data: etree._Element) -> None:
    row = 0
    for line in data:
        number = int(line.get("r") or row + 1)
        if number <= row:
            raise NeedsWholeError
        row, column = number, 0
        line.set("r", str(row))
        for cell in line.iterfind(main("c")):
            place = column_of(cell) if cell.get("r") else column + 1
            if place <= column:
                raise NeedsWholeError
            column = place
            cell.set("r", f"{get_column_letter(column)}{row}")


def _unprefixed(root: etree._Element) -> etree._Element:
    """Return a copy in which spreadsheets' names bear no prefix."""
    names = _others(root)
    names[None] = MAIN
    created = etree.Element(root.tag, attrib=_marks(root), nsmap=names)
    _copy(root, created)
    return created


def _marks(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _others(element: etree._Element) -> Any:
    """Return the prefixes of other names than spreadsheets'."""
    known: Any = element.nsmap
    return {prefix: space for prefix, space in known.items() if space != MAIN}


def _copy(source: etree._Element, target: etree._Element) -> None:
    target.text = source.text
    for child in source:
        inside = etree.SubElement(target, child.tag, attrib=_marks(child), nsmap=_others(child))
        inside.tail = child.tail
        _copy(child, inside)
