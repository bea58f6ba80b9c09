"""Our chart in people's file: found by the sheet that it reads, moved by its anchor's rows.

Called by ``xml_sheet`` and ``xml_values``. Touches no other drawing, and of the chart nothing but
its rows; a chart that is drawn for the first time comes beside the drawings that are there.
"""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from lxml import etree

from vigie.workbook.package.marks import SHEET
from vigie.workbook.package.whole import RELATED, Package
from vigie.workbook.package.xml_grafting import graft, saved_apart
from vigie.workbook.package.xml_order import insert

if TYPE_CHECKING:
    from vigie.workbook.package.xml_sheet import PatchSheet

_PLACED = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
"""Source: ECMA-376 part 1, annex A."""


class _Corner:
    """A corner of an anchor; rows and columns from 0."""

    def __init__(self, package: Package, part: str, element: etree._Element) -> None:
        self._package, self._part, self._element = package, part, element

    @property
    def col(self) -> int:
        return self._number("col")

    @property
    def row(self) -> int:
        return self._number("row")

    @row.setter
    def row(self, number: int) -> None:
        self._package.tree(self._part, is_changed=True)
        child = self._element.find(f"{{{_PLACED}}}row")
        if child is not None:
            child.text = str(max(0, number))

    def _number(self, name: str) -> int:
        return int(self._element.findtext(f"{{{_PLACED}}}{name}") or 0)


class Drawn:
    """A chart that shows our figures, with as much of openpyxl's as ``charts`` uses."""

    def __init__(self, package: Package, part: str, anchor: etree._Element) -> None:
        reference = SimpleNamespace(numRef=SimpleNamespace(f=SHEET))
        self.series = [SimpleNamespace(val=reference)]
        corners: dict[str, Any] = {}
        for name, ours in (("from", "_from"), ("to", "to")):
            element = anchor.find(f"{{{_PLACED}}}{name}")
            corners[ours] = _Corner(package, part, element) if element is not None else None
        self.anchor = SimpleNamespace(**corners)


def charts_of(package: Package, sheet_part: str) -> list[Drawn]:
    """Return the charts on a sheet that show figures of the hidden sheet."""
    found = []
    for relation in package.relations(sheet_part).values():
        if relation.kind != "drawing" or not package.read(relation.target):
            continue
        targets = package.relations(relation.target)
        for anchor in package.tree(relation.target):
            for chart in anchor.iter(f"{{{_CHART}}}chart"):
                known = targets.get(chart.get(f"{{{RELATED}}}id", ""))
                if known is not None and reads_ours(package.read(known.target)):
                    found.append(Drawn(package, relation.target, anchor))
    return found


def draw(sheet: PatchSheet, apart: Any) -> None:
    """Bring the drawing of a sheet of the scratch workbook onto people's sheet."""
    source, part = saved_apart(apart)
    package = sheet.package
    drawing = _drawing_of(source, part)
    known = _drawing_of(package, sheet.part)
    if not known:
        name = graft(source, drawing, package)
        identifier = package.relate(sheet.part, "drawing", name)
        insert(sheet.rows.root, "drawing").set(f"{{{RELATED}}}id", identifier)
        return
    targets = source.relations(drawing)
    root = package.tree(known, is_changed=True)
    numbers = [int(item.get("id") or 0) for item in root.iter(f"{{{_PLACED}}}cNvPr")]
    for anchor in source.tree(drawing):
        fresh = deepcopy(anchor)
        for chart in fresh.iter(f"{{{_CHART}}}chart"):
            target = graft(source, targets[chart.get(f"{{{RELATED}}}id", "")].target, package)
            chart.set(f"{{{RELATED}}}id", package.relate(known, "chart", target))
        for item in fresh.iter(f"{{{_PLACED}}}cNvPr"):
            numbers.append(max(numbers, default=0) + 1)
            item.set("id", str(numbers[-1]))
        root.append(fresh)


def _drawing_of(package: Package, sheet_part: str) -> str:
    targets = package.relations(sheet_part).values()
    return next((known.target for known in targets if known.kind == "drawing"), "")


def reads_ours(content: bytes) -> bool:
    """Tell whether a chart shows figures of the hidden sheet."""
    return SHEET.encode() + b"!" in content or SHEET.encode() + b"'!" in content
