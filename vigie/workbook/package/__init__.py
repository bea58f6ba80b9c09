"""The .xlsx file itself: the only place that knows openpyxl, zip and the file's XML.

``refreshing.refresh`` writes, ``reading.read`` reads back; both raise ``WorkbookError`` with one
clear sentence for a file that cannot be used. Called by ``vigie.operations.publication``.
"""

from vigie.workbook.package.reading import read
from vigie.workbook.package.refreshing import refresh

__all__ = ["read", "refresh"]
