"""Putting what was set on a sheet into its XML: values, looks, links, heights, filter, pages.

Called by ``xml_book`` once all sheets are filled. Text is always an inline string, never a formula.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lxml import etree
from openpyxl.utils import datetime as excel_time
from openpyxl.utils import get_column_letter, range_boundaries

from vigie.workbook.package.whole import RELATED, made, main
from vigie.workbook.package.xml_cells import TouchedCell
from vigie.workbook.package.xml_columns import write_columns
from vigie.workbook.package.xml_drawing import draw
from vigie.workbook.package.xml_formulas import hand_on
from vigie.workbook.package.xml_order import insert
from vigie.workbook.package.xml_sheet import PatchSheet

_excel_time: Any = excel_time
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def write_sheet(sheet: PatchSheet, epoch: datetime) -> bool:
    """Put into a sheet's XML what was set on it; tell whether a formula went."""
    lost_formula = False
    for place in sorted(sheet.cleared - set(sheet.touched)):
        lost_formula = _loses_formula(sheet, place) or lost_formula
        sheet.rows.remove(*place)
        _relink(sheet, f"{get_column_letter(place[1])}{place[0]}", None)
    for place, cell in sorted(sheet.touched.items()):
        is_old = isinstance(cell, TouchedCell)
        if not is_old or cell.is_written:
            lost_formula = _loses_formula(sheet, place) or lost_formula
        _write_cell(sheet, place, cell, epoch)
        if not is_old or cell.is_linked:
            _relink(sheet, cell.coordinate, cell._hyperlink)
    for number, dimension in sheet.row_dimensions.items():
        sheet.rows.heighten(number, dimension.height)
    write_columns(sheet)
    for drawing in sheet.drawn:
        draw(sheet, drawing)
    _reach(sheet)
    _write_pages(sheet)
    return lost_formula


def _loses_formula(sheet: PatchSheet, place: tuple[int, int]) -> bool:
    if place not in sheet.raw.formulas:
        return False
    hand_on(sheet.rows, place)
    return True


def _write_cell(sheet: PatchSheet, place: tuple[int, int], cell: Any, epoch: datetime) -> None:
    name = f"{get_column_letter(place[1])}{place[0]}"
    if isinstance(cell, TouchedCell):
        look = cell.look()
        element = sheet.rows.make(*place, name)
        is_written = cell.is_written
    else:
        look = sheet.styles.index(cell._style) if cell._style is not None else 0
        element = sheet.rows.make(*place, name)
        is_written = True
    if look or element.get("s"):
        element.set("s", str(look))
    if is_written:
        _set_value(element, cell._value, epoch)


def _set_value(element: etree._Element, value: Any, epoch: datetime) -> None:
    for name in ("t", "cm", "vm"):
        if name in element.attrib:
            del element.attrib[name]
    for child in list(element):
        element.remove(child)
    if value is None:
        return
    if isinstance(value, str):
        element.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(element, main("is")), main("t"))
        text.text = value
        text.set(_XML_SPACE, "preserve")
        return
    number = _excel_time.to_excel(value, epoch) if isinstance(value, datetime) else value
    if isinstance(value, bool):
        element.set("t", "b")
        number = int(value)
    etree.SubElement(element, main("v")).text = repr(number)


def _relink(sheet: PatchSheet, name: str, link: Any) -> None:
    known = sheet.links.get(name)
    if known is None and link is None:
        return
    if known is not None and _leads(known) == _leads(link):
        return
    parent = sheet.rows.root.find(main("hyperlinks"))
    if known is not None and parent is not None:
        del sheet.links[name]
        parent.remove(known.element)
        if known.identifier and all(
            other.identifier != known.identifier for other in sheet.links.values()
        ):
            sheet.package.unlink(sheet.part, known.identifier)
    if link is not None:
        _add_link(sheet, name, link)
    elif parent is not None and len(parent) == 0:
        sheet.rows.root.remove(parent)


def _leads(link: Any) -> tuple[object, object] | None:
    return (link.target, link.location) if link is not None else None


def _add_link(sheet: PatchSheet, name: str, link: Any) -> None:
    parent = sheet.rows.root.find(main("hyperlinks"))
    if parent is None:
        parent = insert(sheet.rows.root, "hyperlinks")
    item = etree.SubElement(parent, main("hyperlink"))
    item.set("ref", name)
    if link.target:
        known = sheet.package.relate(sheet.part, "hyperlink", str(link.target), is_external=True)
        item.set(f"{{{RELATED}}}id", known)
    if link.location:
        item.set("location", str(link.location))


def _reach(sheet: PatchSheet) -> None:
    """Let filter, dimension and tables reach to what was written."""
    root = sheet.rows.root
    found = root.find(main("autoFilter"))
    if found is not None and sheet.auto_filter.ref:
        found.set("ref", sheet.auto_filter.ref)
    dimension = root.find(main("dimension"))
    if dimension is not None and sheet.touched:
        bounds: Any = range_boundaries(dimension.get("ref") or "A1")
        rows = [place[0] for place in sheet.touched]
        columns = [place[1] for place in sheet.touched]
        left, top = min(bounds[0], *columns), min(bounds[1], *rows)
        right, bottom = max(bounds[2], *columns), max(bounds[3], *rows)
        letters = get_column_letter(left), get_column_letter(right)
        dimension.set("ref", f"{letters[0]}{top}:{letters[1]}{bottom}")
    old_last = max(sheet.raw.rows, default=0)
    new_last = max((place[0] for place in sheet.touched), default=0)
    if new_last > old_last:
        _extend_tables(sheet, old_last, new_last)


def _extend_tables(sheet: PatchSheet, old_last: int, new_last: int) -> None:
    """Let tables that people laid over our rows take in the new ones."""
    for relation in sheet.package.relations(sheet.part).values():
        if relation.kind != "table":
            continue
        root = sheet.package.tree(relation.target)
        start, _, end = root.get("ref", "").partition(":")
        letters = end.rstrip("0123456789")
        if end != f"{letters}{old_last}" or root.get("totalsRowCount", "0") != "0":
            continue
        sheet.package.tree(relation.target, is_changed=True)
        for element in (root, root.find(main("autoFilter"))):
            if element is not None:
                element.set("ref", f"{start}:{letters}{new_last}")


def _write_pages(sheet: PatchSheet) -> None:
    """Write the two texts of printed pages; every other page text stays."""
    root = sheet.rows.root
    fresh = sheet.pages.to_tree()
    texts = {name: fresh.findtext(name) for name in ("oddHeader", "oddFooter")}
    if not any(texts.values()):
        return
    parent = root.find(main("headerFooter"))
    if parent is None:
        parent = insert(root, "headerFooter")
    for place, (name, text) in enumerate(texts.items()):
        element = parent.find(main(name))
        if element is None and text:
            element = made(name)
            parent.insert(min(place, len(parent)), element)
        if element is not None and text and element.text != text:
            element.text = text
