"""What the XML of a workbook says: its sheets and their cells, nothing of its looks.

Called by ``reading`` and ``refreshing``. Read with lxml rather than openpyxl: one pass gives both
formula and last value, sparse sheets cost nothing, and it is several times faster.
Source: ECMA-376 part 1, 18 (SpreadsheetML); matched by local names, so strict files are read too.
"""

from __future__ import annotations

import io
import math
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import cell as cell_names
from openpyxl.utils import datetime as excel_time
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH

from vigie.language import say
from vigie.workbook.cell_text import unescape
from vigie.workbook.cell_values import Raw
from vigie.workbook.package.archive import open_archive, read_part, unusable
from vigie.workbook.package.swift import swift_cells, swift_strings

CELL_LIMIT = 4_000_000
"""Cells of one sheet: 20 000 rows of 29 columns are 580 000."""
MERGED_LIMIT = 2_000_000
"""Cells under merged or linked ranges: each becomes an object when the file is written into."""
_RANGES = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink) [^>]*?ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']"
)

_excel_time: Any = excel_time
_coordinate: Any = cell_names.coordinate_to_tuple


class Uncomputed:
    """The value of a formula that no editor has computed yet."""


UNCOMPUTED: Final = Uncomputed()
Cell = Raw | Uncomputed
RawRows = dict[int, dict[int, Cell]]


@dataclass(slots=True)
class RawSheet:
    """One sheet: row number → column number → value (both from 1), filled cells only.

    Attributes:
        formulas: (row, column) of the cells that hold a formula.
        merged: Ranges as (first row, first column, last row, last column).
    """

    title: str
    rows: RawRows = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class RawWorkbook:
    """The sheets in the order of their tabs, the defined names and who saved it when."""

    sheets: list[RawSheet]
    names: dict[str, str]
    modified: str = ""
    modified_by: str = ""


def read_parts(data: bytes) -> RawWorkbook:
    """Return the cells of every worksheet.

    Raises:
        WorkbookError: The file is no workbook, damaged, encrypted, too large or hostile.
    """
    archive = open_archive(data)
    try:
        return _Reader(archive).workbook()
    except (etree.XMLSyntaxError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise unusable(say("The file is truncated or damaged.")) from error


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: etree._Element, name: str) -> str:
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


class _Reader:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.strings: list[str] = []
        self.date_styles: set[int] = set()
        self.epoch = WINDOWS_EPOCH

    def workbook(self) -> RawWorkbook:
        part = self._workbook_part()
        root = self._tree(part)
        if root is None:
            raise unusable(say("The file is truncated or damaged."))
        targets = self._targets(part)
        named = {_local(child): child for child in root}
        if "workbookPr" in named and named["workbookPr"].get("date1904") in ("1", "true"):
            self.epoch = CALENDAR_MAC_1904
        self.strings = self._shared_strings(targets)
        self.date_styles = self._date_styles(targets)
        sheets = [
            self._sheet(str(sheet.get("name")), targets.get(_sheet_relation(sheet), ("", ""))[1])
            for sheet in named.get("sheets", ())
        ]
        names = {str(name.get("name")): name.text or "" for name in named.get("definedNames", ())}
        modified, modified_by = self._saved()
        return RawWorkbook(sheets, names, modified, modified_by)

    def _tree(self, part: str) -> etree._Element | None:
        content = read_part(self.archive, part) if part else b""
        if not content:
            return None
        return etree.fromstring(content, _parser())

    def _workbook_part(self) -> str:
        for kind, target in self._targets("").values():
            if kind == "officeDocument":
                return target
        return "xl/workbook.xml"

    def _targets(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (kind, part name) of a part's relations."""
        folder, name = posixpath.split(part)
        root = self._tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for relation in root if root is not None else ():
            kind = _attribute(relation, "Type").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, _attribute(relation, "Target")))
            found[_attribute(relation, "Id")] = (kind, target.lstrip("/"))
        return found

    def _part_of_kind(self, targets: dict[str, tuple[str, str]], kind: str) -> str:
        return next((target for known, target in targets.values() if known == kind), "")

    def _shared_strings(self, targets: dict[str, tuple[str, str]]) -> list[str]:
        part = self._part_of_kind(targets, "sharedStrings")
        swift = swift_strings(read_part(self.archive, part), unescape, _rich_text) if part else []
        if swift is not None:
            return swift
        root = self._tree(part)
        return [_text_of(item) for item in root] if root is not None else []

    def _date_styles(self, targets: dict[str, tuple[str, str]]) -> set[int]:
        root = self._tree(self._part_of_kind(targets, "styles"))
        if root is None:
            return set()
        formats = dict(BUILTIN_FORMATS)
        named = {_local(child): child for child in root}
        for own in named.get("numFmts", ()):
            formats[int(own.get("numFmtId", "0"))] = str(own.get("formatCode", ""))
        return {
            index
            for index, style in enumerate(named.get("cellXfs", ()))
            if is_date_format(formats.get(int(style.get("numFmtId", "0")), "General"))
        }

    def _saved(self) -> tuple[str, str]:
        root = self._tree("docProps/core.xml")
        texts = {_local(child): child.text or "" for child in root} if root is not None else {}
        return texts.get("modified", ""), texts.get("lastModifiedBy", "")

    def _sheet(self, title: str, part: str) -> RawSheet:
        sheet = RawSheet(title)
        content = read_part(self.archive, part) if part else b""
        if not content:
            return sheet
        sheet.merged = _merged(content)
        values = (self._number, self._typed, _rich_text)
        swift = swift_cells(content, self.strings, values, CELL_LIMIT)
        if swift is None:
            self._take_tree(sheet, content)
            return sheet
        found: tuple[Any, Any, Any] = swift
        rows, sheet.formulas, uncomputed = found
        sheet.rows = {number: cells for number, cells in rows.items() if cells}
        for row, column in uncomputed:
            sheet.rows.setdefault(row, {})[column] = UNCOMPUTED
        return sheet

    def _take_tree(self, sheet: RawSheet, content: bytes) -> None:
        column = row = count = 0
        for element in _cells(content):
            if _local(element) == "row":
                element.clear()
                row, column = int(element.get("r") or row + 1), 0
                continue
            reference = element.get("r")
            row_now, column = (
                _coordinate(str(reference))
                if reference
                else (_row_number(element) or row + 1, column + 1)
            )
            count += 1
            if count > CELL_LIMIT:
                raise unusable(say("The file is truncated or damaged."))
            self._take(sheet, row_now, column, element)

    def _take(self, sheet: RawSheet, row: int, column: int, element: etree._Element) -> None:
        children = {_local(child): child for child in element}
        value: Cell = self._value(element, children)
        if "f" in children:
            sheet.formulas.add((row, column))
            if (value is None and element.get("t") != "str") or element.get("t") == "e":
                value = UNCOMPUTED
        if value is not None:
            sheet.rows.setdefault(row, {})[column] = value

    def _value(self, element: etree._Element, children: dict[str, etree._Element]) -> Raw:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return _text_of(children["is"]) or None if "is" in children else None
        text = children["v"].text if "v" in children else None
        if not text:
            return None
        if kind == "n":
            return self._number(text, int(element.get("s", "0")))
        return self._typed(text, str(kind))

    def _typed(self, text: str, kind: str) -> Raw:
        if kind == "s":
            index = int(text)
            if index < 0:
                raise IndexError(index)
            return self.strings[index] or None
        if kind == "b":
            return text in ("1", "true")
        return _iso(text) if kind == "d" else unescape(text)

    def _number(self, text: str, style: int) -> Raw:
        number = float(text)
        if not math.isfinite(number):
            return text
        if style in self.date_styles:
            try:
                moment: Raw = _excel_time.from_excel(number, self.epoch)
            except (ValueError, OverflowError):
                return number
            return moment
        return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _merged(content: bytes) -> list[tuple[int, int, int, int]]:
    """Return the merged ranges of a worksheet part; giant ones are refused."""
    merged = 0
    ranges = []
    end = content.rfind(b"</sheetData>")
    around = content[: max(content.find(b"<sheetData"), 0)] + content[max(end, 0) :]
    for found in _RANGES.finditer(around):
        ref = found[1]
        first, last = (_coordinate(corner) for corner in ref.decode("ascii").split(":"))
        if b"mergeCell" in found[0][:20]:
            ranges.append((*first, *last))
        merged += (abs(last[0] - first[0]) + 1) * (abs(last[1] - first[1]) + 1)
    if merged > MERGED_LIMIT:
        raise unusable(
            say("The file merges more cells than a spreadsheet can carry."),
            say("Open it in a spreadsheet, undo the merged cells and save it again as .xlsx."),
        )
    return ranges


def _row_number(cell: etree._Element) -> int:
    parent = cell.getparent()
    return int(parent.get("r") or 0) if parent is not None else 0


def _sheet_relation(sheet: etree._Element) -> str:
    return _attribute(sheet, "id")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _cells(content: bytes) -> Iterator[etree._Element]:
    """Yield the cells and the ends of rows of a worksheet part."""
    events = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        tag=("{*}c", "{*}row"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    for _, element in events:
        yield element


def _text_of(item: etree._Element) -> str:
    """Return plain text of a shared or inline string, its phonetic guide left out."""
    pieces = []
    for element in item.iter("{*}t"):
        parent = element.getparent()
        if parent is None or _local(parent) != "rPh":
            pieces.append(element.text or "")
    return unescape("".join(pieces))


def _rich_text(inside: bytes) -> str:
    """Return the text of the inside of a string that is written in several runs."""
    return _text_of(etree.fromstring(b'<is xmlns="x">' + inside + b"</is>", _parser()))


def _iso(text: str) -> Raw:
    moment = _excel_time.from_ISO8601(text)
    return moment if isinstance(moment, datetime) else text
