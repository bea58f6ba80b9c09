"""A worksheet of people's file, of which only our cells, links, filter and page texts change.

Called by ``xml_book``. Bears as much of openpyxl's worksheet as ``tables``, ``blocks``,
``stamping`` and ``marks`` use; what they do that needs more raises ``NeedsWholeError``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NoReturn

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.header_footer import HeaderFooter

from vigie.workbook.layout import BLOCK_COLUMN_COUNT, BLOCK_ROW_COUNT
from vigie.workbook.package.parts import RawSheet
from vigie.workbook.package.whole import RELATED, NeedsWholeError, Package, main, serialised
from vigie.workbook.package.xml_cells import TouchedCell
from vigie.workbook.package.xml_drawing import Drawn, charts_of
from vigie.workbook.package.xml_rows import Rows
from vigie.workbook.package.xml_styles import Styles


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
        self.rows = Rows(package.read(part))
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

    @property
    def oddHeader(self) -> Any:  # noqa: N802 - openpyxl's name
        """The texts above printed pages."""
        return self.pages.oddHeader

    @property
    def oddFooter(self) -> Any:  # noqa: N802 - openpyxl's name
        """The texts below printed pages."""
        return self.pages.oddFooter

    @property
    def max_column(self) -> NoReturn:
        """Asked for only where a column lacks.

        Raises:
            NeedsWholeError: Always.
        """
        raise NeedsWholeError(self.title)

    def add_chart(self, chart: object, anchor: str) -> NoReturn:
        """Draw a chart.

        Raises:
            NeedsWholeError: Always.
        """
        raise NeedsWholeError(self.title)

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

    def link(self, coordinate: str) -> Any:
        """Return where a cell leads, or None."""
        return self.links.get(coordinate)

    def format_of(self, style: Any) -> str:
        """Return the number format of a look of the scratch workbook."""
        return self.styles.number_format(self.styles.index(style))

    def _links(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        relations = self.package.relations(self.part)
        for item in self.rows.root.iterfind(f"{main('hyperlinks')}/{main('hyperlink')}"):
            identifier = item.get(f"{{{RELATED}}}id")
            relation = relations.get(identifier or "")
            found[item.get("ref", "")] = SimpleNamespace(
                target=relation.target if relation is not None else None,
                location=item.get("location"),
                element=item,
                identifier=identifier,
            )
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
