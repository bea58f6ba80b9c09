"""A note on one of our titles, put beside the notes that people's sheet has.

Called by ``xml_columns``. A note is a text in one part and a box in another (VML); both are only
added to. Source: ECMA-376 part 1, 18.7, and part 4, 19.4 (the box).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree
from openpyxl.utils import get_column_letter

from vigie.workbook.package.whole import MAIN, RELATED, made, main
from vigie.workbook.package.xml_order import insert

if TYPE_CHECKING:
    from vigie.workbook.package.xml_sheet import PatchSheet

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"
_X = "urn:schemas-microsoft-com:office:excel"
_NO_NOTES = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_NO_BOXES = (
    f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"><v:shapetype id="_x0000_t202"'
    ' coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke'
    ' joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
).encode()
_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_BOXES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BOX = (
    '<v:shape xmlns:v="{v}" xmlns:o="{o}" xmlns:x="{x}" id="_vigie{row}_{column}"'
    ' type="#_x0000_t202" style="position:absolute;width:{width}px;height:{height}px;z-index:1;'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow'
    ' color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox'
    ' style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
    "<x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def write_note(sheet: PatchSheet, row: int, column: int, comment: Any) -> None:
    """Add a note to a cell that has none."""
    name = f"{get_column_letter(column)}{row}"
    part = _part(sheet, "comments", "xl/comments.xml", _NO_NOTES, _NOTES_TYPE)
    root = sheet.package.tree(part)
    known = root.find(main("commentList"))
    authors = root.find(main("authors"))
    if known is None or authors is None or any(item.get("ref") == name for item in known):
        return
    sheet.package.tree(part, is_changed=True)
    names = [author.text or "" for author in authors]
    if comment.author not in names:
        etree.SubElement(authors, main("author")).text = comment.author
        names.append(comment.author)
    item = made("comment")
    item.set("ref", name)
    item.set("authorId", str(names.index(comment.author)))
    text = etree.SubElement(etree.SubElement(item, main("text")), main("t"))
    text.text = comment.text
    text.set(_SPACE, "preserve")
    known.append(item)
    _write_box(sheet, row, column, comment)


def _write_box(sheet: PatchSheet, row: int, column: int, comment: Any) -> None:
    part = _part(sheet, "vmlDrawing", "xl/drawings/vmlDrawing.vml", _NO_BOXES, _BOXES_TYPE)
    if sheet.rows.root.find(main("legacyDrawing")) is None:
        related = sheet.package.relations(sheet.part).items()
        identifier = next(key for key, known in related if known.target == part)
        insert(sheet.rows.root, "legacyDrawing").set(f"{{{RELATED}}}id", identifier)
    box = _BOX.format(
        v=_V,
        o=_O,
        x=_X,
        row=row - 1,
        column=column - 1,
        width=comment.width,
        height=comment.height,
    )
    # As bytes: VML need not be XML that parses.
    start, end, rest = sheet.package.read(part).rpartition(b"</xml>")
    sheet.package.write(part, start + box.encode() + end + rest)


def _part(sheet: PatchSheet, kind: str, name: str, empty: bytes, content_type: str) -> str:
    """Return the sheet's part of a kind, made where it lacks."""
    package = sheet.package
    for known in package.relations(sheet.part).values():
        if known.kind == kind and package.read(known.target):
            return known.target
    fresh = package.free_name(name)
    package.add(fresh, empty, content_type)
    package.relate(sheet.part, kind, fresh)
    return fresh
