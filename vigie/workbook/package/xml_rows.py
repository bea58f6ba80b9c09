"""The rows of a worksheet part as bytes, of which only the touched ones are parsed.

Called by ``xml_sheet``. A row that nobody touches is written as the very bytes that were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from vigie.workbook.package.whole import NeedsWholeError, made, main, parser

_ROOT = re.compile(rb"<worksheet(?=[\s>])[^>]*>")
_DATA = re.compile(rb"<sheetData\s*/>|<sheetData\s*>(.*)</sheetData\s*>", re.DOTALL)
_ROW = re.compile(rb"<row(?=[\s/>])[^>]*?(?:/>|>.*?</row\s*>)|\s+|(.)", re.DOTALL)
_BEGINNINGS = (b"<row ", b"<row>")
_NUMBER = re.compile(rb'<row\s(?:[^>]*?\s)?r="(\d{1,7})"')
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"']([\w.-]+)[\"']")
_NAMELESS = re.compile(rb"<c(?=[\s/>])(?![^>]*\sr=)")
"""A cell that does not name its place."""
_COLUMN = re.compile(r"[A-Z]{1,3}")
_PLACEHOLDER = b"<sheetData/>"


class Rows:
    """The rows of one worksheet.

    Args:
        content: The part.

    Raises:
        NeedsWholeError: The part is not written as usual editors write it.
    """

    def __init__(self, content: bytes) -> None:
        root, data = _ROOT.search(content), _DATA.search(content)
        if root is None or data is None or is_odd(content):
            raise NeedsWholeError
        self._start = root.group()
        self._chunks: dict[int, bytes] = {}
        self._parsed: dict[int, etree._Element] = {}
        for row in _split(data.group(1) or b""):
            number = _NUMBER.match(row)
            if number is None or int(number[1]) in self._chunks:
                raise NeedsWholeError
            self._chunks[int(number[1])] = row
        skeleton = content[: data.start()] + _PLACEHOLDER + content[data.end() :]
        self.root = etree.fromstring(skeleton, parser())
        if self.root.tag != main("worksheet"):
            raise NeedsWholeError

    @property
    def last(self) -> int:
        """The last row's number; 0 without rows."""
        return max(max(self._chunks, default=0), max(self._parsed, default=0))

    def places(self, last_row: int, last_column: int) -> list[tuple[int, int]]:
        """Return the places of all cells, empty ones too, of the sheet's upper left area."""
        numbers = [number for number in self._chunks if number <= last_row]
        return [
            (number, column)
            for number in numbers
            for column in (column_of(cell) for cell in self._row(number))
            if column <= last_column
        ]

    def cell(self, row: int, column: int) -> etree._Element | None:
        """Return a cell, or None."""
        element = self._row(row) if row in self._chunks or row in self._parsed else ()
        return next((cell for cell in element if column_of(cell) == column), None)

    def make(self, row: int, column: int, name: str) -> etree._Element:
        """Return a cell, made in its place where it lacks."""
        parent = self._row(row)
        place = len(parent)
        for index, cell in enumerate(parent):
            there = column_of(cell)
            if there == column:
                return cell
            if there > column:
                place = index
                break
        created = made("c")
        created.set("r", name)
        parent.insert(place, created)
        if "spans" in parent.attrib:
            del parent.attrib["spans"]
        return created

    def heighten(self, row: int, points: float) -> None:
        """Set a row's height."""
        element = self._row(row)
        element.set("ht", f"{points:g}")
        element.set("customHeight", "1")

    def remove(self, row: int, column: int) -> None:
        """Take a cell away."""
        cell = self.cell(row, column)
        parent = cell.getparent() if cell is not None else None
        if cell is not None and parent is not None:
            parent.remove(cell)

    def content(self, root: bytes) -> bytes:
        """Return the part, from its other elements as bytes with all rows put into them."""
        numbers = sorted({*self._chunks, *self._parsed})
        pieces = [
            _inside(self._parsed[number]) if number in self._parsed else self._chunks[number]
            for number in numbers
        ]
        data = b"<sheetData>" + b"".join(pieces) + b"</sheetData>"
        return root.replace(_PLACEHOLDER, data, 1)

    def _row(self, number: int) -> etree._Element:
        if number not in self._parsed:
            chunk = self._chunks.get(number, b'<row r="%d"/>' % number)
            wrapper = etree.fromstring(self._start + chunk + b"</worksheet>", parser())
            self._parsed[number] = wrapper[0]
        return self._parsed[number]


def _split(data: bytes) -> Iterator[bytes]:
    """Yield the rows, each as it is written.

    Raises:
        NeedsWholeError: Something else stands between them.
    """
    end = b"</row>"
    lines = data.split(end)
    is_plain = data.count(b"<row") == len(lines) - 1 and not lines[-1].strip()
    if is_plain and all(line.startswith(_BEGINNINGS) for line in lines[:-1]):
        yield from (line + end for line in lines[:-1])
        return
    for token in _ROW.finditer(data):
        if token.group(1) is not None:
            raise NeedsWholeError
        if token.group()[:1] == b"<":
            yield token.group()


def is_odd(content: bytes) -> bool:
    """Tell whether a part's bytes are not those of its text: other encodings, comments, CDATA."""
    encoding = _ENCODING.match(content)
    if encoding is not None and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        return True
    if b"<!" in content:
        return True
    # Counting takes a tenth of searching, and nearly every cell names its place first.
    begin, end = content.find(b"<sheetData"), content.rfind(b"</sheetData")
    is_named = content.count(b"<c", begin, end) == content.count(b'<c r="', begin, end)
    return not (is_named and 0 <= begin < end) and bool(_NAMELESS.search(content))


def column_of(cell: etree._Element) -> int:
    """Return a cell's column from 1; beyond all of them for what is no cell."""
    found = _COLUMN.match(cell.get("r") or "")
    if found is None:
        return 1 << 20
    number = 0
    for letter in found.group():
        number = number * 26 + ord(letter) - 64
    return number


def _inside(row: etree._Element) -> bytes:
    """Return a row without the names of namespaces, which the sheet's root already bears."""
    parent = row.getparent()
    whole: bytes = etree.tostring(
        row if parent is None else parent, encoding="UTF-8", xml_declaration=False
    )
    return whole[whole.index(b">") + 1 : whole.rindex(b"</")]
