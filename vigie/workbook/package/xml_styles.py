"""Styles appended to those of people's file, never renumbered.

Called by ``xml_sheet``. Looks that are there already are used again: a hundred refreshes add no
style twice. Source: ECMA-376 part 1, 18.8.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_REVERSE
from openpyxl.xml.functions import tostring

from vigie.workbook.package.whole import MAIN, NeedsWholeError, Package, made, main, parser

_FIRST_OWN_FORMAT = 164
_ORDER = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"),
)
EMPTY = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill'
    ' patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/>'
    '<bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>'
).encode()
"""What a file without looks is given. Source: ECMA-376 part 1, 18.8: the first looks are fixed."""


class Styles:
    """The styles part of one file.

    Args:
        package: The file.
        part: Name of its styles.
        scratch: The workbook whose looks are brought over.
    """

    def __init__(self, package: Package, part: str, scratch: Workbook) -> None:
        self._package, self._part = package, part
        self._root = package.tree(part)
        self._scratch: Any = scratch
        self._keys: dict[str, dict[bytes, int]] = {}
        self._known: dict[tuple[int, ...], int] = {}
        self._changed: dict[tuple[int, bool, str | None], int] = {}
        if self._root.find(main("cellXfs")) is None:
            raise NeedsWholeError

    def index(self, style: Any) -> int:
        """Return the number of a look of the scratch workbook in people's file."""
        key = tuple(style)
        if key not in self._known:
            book = self._scratch
            look = made("xf")
            names = {
                "numFmtId": self._format(_format_code(book, style.numFmtId)),
                "fontId": self._add("fonts", _element(book._fonts[style.fontId], "font")),
                "fillId": self._add("fills", _element(book._fills[style.fillId], "fill")),
                "borderId": self._add("borders", _element(book._borders[style.borderId], "border")),
                "xfId": 0,
            }
            for name, value in names.items():
                look.set(name, str(value))
            for name in ("NumberFormat", "Font", "Fill", "Border"):
                look.set(f"apply{name}", "1")
            if style.quotePrefix:
                look.set("quotePrefix", "1")
            if style.alignmentId:
                look.set("applyAlignment", "1")
                look.append(_element(book._alignments[style.alignmentId], "alignment"))
            self._known[key] = self._add("cellXfs", look)
        return self._known[key]

    def differential(self, look: Any) -> int:
        """Return the number of a look that a rule lays over cells."""
        return self._add("dxfs", _element(look, "dxf"))

    def changed(self, index: int, *, is_quoted: bool, code: str | None) -> int:
        """Return the number of a look of people's with another number format or quote mark."""
        key = (index, is_quoted, code)
        if key not in self._changed:
            look = deepcopy(self._look(index))
            _drop(look, "quotePrefix")
            if is_quoted:
                look.set("quotePrefix", "1")
            if code is not None:
                look.set("numFmtId", str(self._format(code)))
                look.set("applyNumberFormat", "1")
            self._changed[key] = self._add("cellXfs", look)
        return self._changed[key]

    def is_quoted(self, index: int) -> bool:
        """Tell whether a look says that its cell is text whatever it begins with."""
        return self._look(index).get("quotePrefix") in ("1", "true")

    def number_format(self, index: int) -> str:
        """Return a look's number format."""
        number = int(self._look(index).get("numFmtId", "0"))
        for own in self._root.iterfind(f"{main('numFmts')}/{main('numFmt')}"):
            if own.get("numFmtId") == str(number):
                return own.get("formatCode", "General")
        return str(BUILTIN_FORMATS.get(number, "General"))

    def _look(self, index: int) -> etree._Element:
        looks = self._root.findall(f"{main('cellXfs')}/{main('xf')}")
        return looks[index] if index < len(looks) else looks[0]

    def _format(self, code: str) -> int:
        if code in BUILTIN_FORMATS_REVERSE:
            return int(BUILTIN_FORMATS_REVERSE[code])
        own = self._group("numFmts")
        taken = [int(item.get("numFmtId", "0")) for item in own]
        for item in own:
            if item.get("formatCode") == code:
                return int(item.get("numFmtId", "0"))
        item = made("numFmt")
        item.set("numFmtId", str(max([_FIRST_OWN_FORMAT - 1, *taken]) + 1))
        item.set("formatCode", code)
        self._append(own, item)
        return int(item.get("numFmtId", "0"))

    def _add(self, group: str, item: etree._Element) -> int:
        parent = self._group(group)
        if group not in self._keys:
            self._keys[group] = {}
            for index, known in enumerate(parent):
                self._keys[group].setdefault(_key(known), index)
        keys, key = self._keys[group], _key(item)
        if key not in keys:
            keys[key] = len(parent)
            self._append(parent, item)
        return keys[key]

    def _group(self, name: str) -> etree._Element:
        found = self._root.find(main(name))
        if found is None:
            found = made(name)
            before = {main(known) for known in _ORDER[: _ORDER.index(name)]}
            self._root.insert(sum(child.tag in before for child in self._root), found)
        return found

    def _append(self, parent: etree._Element, item: etree._Element) -> None:
        parent.append(item)
        parent.set("count", str(len(parent)))
        self._package.tree(self._part, is_changed=True)


def _format_code(book: Any, number: int) -> str:
    if number < _FIRST_OWN_FORMAT:
        return str(BUILTIN_FORMATS.get(number, "General"))
    return str(book._number_formats[number - _FIRST_OWN_FORMAT])


def _element(look: Any, name: str) -> etree._Element:
    """Return what openpyxl writes without a namespace in that of spreadsheets."""
    text = tostring(look.to_tree(name)).decode()
    wrapper = etree.fromstring(f'<x xmlns="{MAIN}">{text}</x>', parser())
    return wrapper[0]


def _drop(element: etree._Element, name: str) -> None:
    if name in element.attrib:
        del element.attrib[name]


def _key(element: etree._Element) -> bytes:
    lone = deepcopy(element)
    lone.tail = None
    return bytes(etree.tostring(lone, method="c14n", exclusive=True))
