"""A worksheet of people's file, of which only our cells, links, filter and page texts change.

Called by ``xml_book``. Bears as much of openpyxl's worksheet as ``tables``, ``blocks``,
``dressing``, ``stamping``, ``charts`` and ``marks`` use.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.worksheet.header_footer import HeaderFooter

from vigie.workbook.layout import BLOCK_COLUMN_COUNT, BLOCK_ROW_COUNT
from vigie.workbook.package.parts import RawSheet
from vigie.workbook.package.whole import RELATED, NeedsWholeError, Package, main, serialised
from vigie.workbook.package.xml_cells import TouchedCell
from vigie.workbook.package.xml_drawing import Drawn, charts_of
from vigie.workbook.package.xml_rows import Rows
from vigie.workbook.package.xml_shape import plain_shape
from vigie.workbook.package.xml_styles import Styles

_RELATION = f"{{{RELATED}}}id"
_LETTERS = re.compile(r"[A-Z]{1,3}")


@dataclass(slots=True)
class KnownLink:
    """A link that the file holds.

    Attributes:
        target: An address, or None.
        location: A place of this file, or None.
        element: As it stands in the part.
        identifier: Of the relation that holds the address.
    """

    target: str | None
    location: str | None
    element: etree._Element
    identifier: str | None


def _rows_of(content: bytes) -> Rows:
    try:
        return Rows(content)
    except NeedsWholeError:
        return Rows(plain_shape(content))


class _Colours:
    """The colour rules that are added, as openpyxl's ``conditional_formatting``."""

    def __init__(self) -> None:
        self.added: list[tuple[str, Any]] = []

    def add(self, area: str, rule: Any) -> None:
        """Add a rule for an area."""
        self.added.append((area, rule))


class Offers:
    """The lists of a sheet, as openpyxl's ``dataValidation``.

    Args:
        root: The worksheet's root.
    """

    def __init__(self, root: etree._Element) -> None:
        self._parent = root.find(main("dataValidations"))

    def __iter__(self) -> Iterator[Any]:
        for item in self._parent if self._parent is not None else ():
            yield SimpleNamespace(formula1=item.findtext(main("formula1")), element=item)

    def remove(self, offer: Any) -> None:
        """Take one away, and the group with the last one."""
        parent = self._parent
        if parent is None:
            return
        parent.remove(offer.element)
        parent.set("count", str(len(parent)))
        above = parent.getparent()
        if len(parent) == 0 and above is not None:
            above.remove(parent)


class _Cells:
    """The sheet's cells by place, as openpyxl's ``_cells``."""

    def __init__(self, sheet: PatchSheet) -> None:
        self._sheet = sheet

    def get(self, place: tuple[int, int]) -> Any:
        sheet = self._sheet
        touched = sheet.touched.get(place)
        if touched is not None:
            return touched
        row, column = place
        if sheet.value(row, column) is None and not sheet.is_link(row, column):
            return None
        return sheet.cell(row, column)

    def __setitem__(self, place: tuple[int, int], cell: Any) -> None:
        self._sheet.touched[place] = cell

    def __delitem__(self, place: tuple[int, int]) -> None:
        self._sheet.cleared.add(place)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._sheet.rows.places(BLOCK_ROW_COUNT, BLOCK_COLUMN_COUNT))


class PatchSheet:
    """One worksheet.

    Args:
        package: The file.
        part: The worksheet's part.
        raw: Its cells as read.
        scratch: The workbook that holds new looks.
        styles: The file's looks.
    """

    def __init__(
        self, package: Package, part: str, raw: RawSheet, scratch: Workbook, styles: Styles
    ) -> None:
        self.package, self.part, self.raw = package, part, raw
        self.parent, self.styles = scratch, styles
        self.title = raw.title
        self.rows = _rows_of(package.read(part))
        self.touched: dict[tuple[int, int], Any] = {}
        self.cleared: set[tuple[int, int]] = set()
        self.row_dimensions: dict[int, Any] = defaultdict(SimpleNamespace)
        self.sheet_state = ""
        self._cells = _Cells(self)
        self.links = self._links()
        self._merged = self._merged_places()
        found = self.rows.root.find(main("autoFilter"))
        self.auto_filter = SimpleNamespace(ref=found.get("ref") if found is not None else None)
        pages = self.rows.root.find(main("headerFooter"))
        read: Any = HeaderFooter
        self.pages = read.from_tree(pages) if pages is not None else read()
        self._charts: list[Drawn] = charts_of(package, part)
        self.column_dimensions: dict[str, Any] = defaultdict(SimpleNamespace)
        self.conditional_formatting = _Colours()
        self.validations: list[Any] = []
        self.drawn: list[Any] = []

    @property
    def oddHeader(self) -> Any:  # noqa: N802 - openpyxl's name
        """The texts above printed pages."""
        return self.pages.oddHeader

    @property
    def oddFooter(self) -> Any:  # noqa: N802 - openpyxl's name
        """The texts below printed pages."""
        return self.pages.oddFooter

    @property
    def max_column(self) -> int:
        """The last column that holds something; people's tables count whole."""
        places = [max(cells) for cells in self.raw.rows.values() if cells]
        places += [column for _, column in self.touched]
        places += [column for _, column in self._merged]
        for relation in self.package.relations(self.part).values():
            if relation.kind == "table":
                bounds: Any = range_boundaries(self.package.tree(relation.target).get("ref", "A1"))
                places.append(bounds[2])
        return max(places, default=0)

    def add_chart(self, chart: Any, anchor: str) -> None:
        """Draw a chart on a sheet of the scratch workbook, from which it is brought over."""
        apart: Any = self.parent.create_sheet()
        apart.add_chart(chart, anchor)
        self.drawn.append(apart)

    @property
    def data_validations(self) -> Any:
        """The lists that are offered, to be gone through and taken away."""
        return SimpleNamespace(dataValidation=Offers(self.rows.root))

    def add_data_validation(self, validation: Any) -> None:
        """Offer a list."""
        self.validations.append(validation)

    def cell(self, row: int, column: int) -> Any:
        """Return a cell; a new one takes no place until something is set."""
        touched = self.touched.get((row, column))
        if touched is not None:
            return touched
        if (row, column) in self._merged:
            inner: Any = self
            return MergedCell(inner, row, column)
        return TouchedCell(self, row, column)

    def touch(self, cell: TouchedCell) -> None:
        """Take a cell among those that are written."""
        self.touched[cell.row, cell.column] = cell

    def value(self, row: int, column: int) -> Any:
        """Return what people left in a cell."""
        cells = self.raw.rows.get(row)
        return cells.get(column) if cells else None

    def is_link(self, row: int, column: int) -> bool:
        """Tell whether a cell is a link."""
        return f"{get_column_letter(column)}{row}" in self.links

    def linked_columns(self) -> set[int]:
        """Return the columns of the cells that are links."""
        letters = {found.group() for found in map(_LETTERS.match, self.links) if found}
        return {column_index_from_string(one) for one in letters}

    def link(self, coordinate: str) -> Any:
        """Return where a cell leads, or None."""
        return self.links.get(coordinate)

    def format_of(self, style: Any) -> str:
        """Return the number format of a look of the scratch workbook."""
        return self.styles.number_format(self.styles.index(style))

    def _links(self) -> dict[str, KnownLink]:
        found: dict[str, KnownLink] = {}
        relations = self.package.relations(self.part)
        group = self.rows.root.find(main("hyperlinks"))
        for item in group if group is not None else ():
            identifier = item.get(_RELATION)
            relation = relations.get(identifier or "")
            target = relation.target if relation is not None else None
            found[item.get("ref", "")] = KnownLink(target, item.get("location"), item, identifier)
        return found

    def _merged_places(self) -> set[tuple[int, int]]:
        places: set[tuple[int, int]] = set()
        for item in self.rows.root.iterfind(f"{main('mergeCells')}/{main('mergeCell')}"):
            bounds: Any = range_boundaries(item.get("ref", "A1"))
            left, top, right, bottom = bounds
            places.update(
                (row, column)
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
                if (row, column) != (top, left)
            )
        return places

    def serialised(self) -> bytes:
        """Return the part."""
        return self.rows.content(serialised(self.rows.root))
