"""Our chart in people's file: found by the sheet that it reads, moved by its anchor's rows.

Called by ``xml_sheet``. Touches no other drawing, and of the chart nothing but its rows.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from lxml import etree

from vigie.workbook.package.marks import SHEET
from vigie.workbook.package.whole import RELATED, Package

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


def reads_ours(content: bytes) -> bool:
    """Tell whether a chart shows figures of the hidden sheet."""
    return SHEET.encode() + b"!" in content or SHEET.encode() + b"'!" in content
