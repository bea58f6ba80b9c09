"""The .xlsx file itself: the only place that knows openpyxl, zip and the file's XML.

``refreshing.refresh`` writes, ``reading.read`` reads back, ``lists.read_lists`` reads any workbook
as plain lists; all raise ``WorkbookError`` with one
clear sentence for a file that cannot be used. Called by ``vigie.operations.publication``.
"""

from vigie.workbook.package.lists import SheetList, read_lists
from vigie.workbook.package.reading import read
from vigie.workbook.package.refreshing import Known, refresh

__all__ = ["Known", "SheetList", "read", "read_lists", "refresh"]
