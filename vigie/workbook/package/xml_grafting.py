"""Bringing whole parts from a workbook that openpyxl wrote into people's: a sheet, a drawing.

Called by ``xml_book`` and ``xml_drawing``. Parts come under names that are free, with all that they
lead to; nothing that is there is renamed or renumbered.
"""

from __future__ import annotations

import io
from copy import deepcopy
from typing import Any

from lxml import etree

from vigie.workbook.package.whole import RELATED, Package, main, serialised
from vigie.workbook.package.xml_styles import Styles


def graft(source: Package, part: str, target: Package) -> str:
    """Copy a part with all that it leads to; return its name in the other file."""
    name = target.free_name(part)
    target.add(name, source.read(part), source.content_type(part))
    for identifier, relation in source.relations(part).items():
        goal = relation.target if relation.is_external else graft(source, relation.target, target)
        target.relate(
            name, relation.kind, goal, identifier=identifier, is_external=relation.is_external
        )
    return name


def saved_apart(sheet: Any) -> tuple[Package, str]:
    """Return the scratch workbook of a sheet as a file, and the sheet's part in it."""
    return _saved(sheet.parent), _part_of(_saved(sheet.parent), sheet.title)


class Grafter:
    """The new sheets of the scratch workbook on their way into people's file.

    Args:
        scratch: The workbook that openpyxl holds.
        styles: The looks of people's file.
    """

    def __init__(self, scratch: Any, styles: Styles) -> None:
        self._source = _saved(scratch)
        self._looks = list(scratch._cell_styles)
        self._rules = list(scratch._differential_styles.styles)
        self._styles = styles

    def bring(self, title: str, target: Package) -> str:
        """Bring a sheet over; return the name of its part."""
        name = graft(self._source, _part_of(self._source, title), target)
        root = etree.fromstring(target.read(name))
        known: dict[str, str] = {}
        for element in root.iter(main("c"), main("row"), main("col")):
            mark = "style" if element.tag == main("col") else "s"
            number = element.get(mark)
            if number and number != "0":
                if number not in known:
                    known[number] = str(self._styles.index(self._looks[int(number)]))
                element.set(mark, known[number])
        for rule in root.iter(main("cfRule")):
            if rule.get("dxfId") is not None:
                look = self._rules[int(rule.get("dxfId", "0"))]
                rule.set("dxfId", str(self._styles.differential(look)))
        target.write(name, serialised(root))
        return name

    def names(self, title: str) -> list[etree._Element]:
        """Return the hidden names of a sheet: printed titles, its filter."""
        book = self._source.tree("xl/workbook.xml")
        titles = [item.get("name") for item in book.iterfind(f"{main('sheets')}/{main('sheet')}")]
        place = str(titles.index(title))
        found = book.iterfind(f"{main('definedNames')}/{main('definedName')}")
        return [deepcopy(item) for item in found if item.get("localSheetId") == place]


def _saved(scratch: Any) -> Package:
    buffer = io.BytesIO()
    scratch.save(buffer)
    return Package(buffer.getvalue())


def _part_of(package: Package, title: str) -> str:
    targets = package.relations("xl/workbook.xml")
    for item in package.tree("xl/workbook.xml").iterfind(f"{main('sheets')}/{main('sheet')}"):
        if item.get("name") == title:
            return targets[item.get(f"{{{RELATED}}}id", "")].target
    raise KeyError(title)
