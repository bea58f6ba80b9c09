"""People's workbook, into which the next revision is written part by part.

Called by ``refreshing``. Bears as much of openpyxl's workbook as ``refreshing``, ``marks`` and
``charts`` use; sheets of ours that lack are made by openpyxl and brought over. Parts that hold
nothing of ours are byte for byte those that people saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH
from openpyxl.workbook.child import avoid_duplicate_name

from vigie.workbook.package.marks import NAME, SHEET
from vigie.workbook.package.parts import RawWorkbook
from vigie.workbook.package.whole import RELATED, NeedsWholeError, Package, made, main
from vigie.workbook.package.xml_drawing import reads_ours
from vigie.workbook.package.xml_grafting import Grafter
from vigie.workbook.package.xml_sheet import PatchSheet
from vigie.workbook.package.xml_styles import EMPTY, Styles
from vigie.workbook.package.xml_values import write_sheet

_ORDER = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences", "definedNames", "calcPr"),
)
"""Source: ECMA-376 part 1, 18.2.27, up to what Vigie writes."""
_PLAIN = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml"
    r"|xl/(workbook|styles|sharedStrings|calcChain)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/theme/theme1\.xml|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?"
    r"|xl/(comments/)?comments?/?\d+\.xml|xl/drawings/(commentsDrawing|vmlDrawing)\d+\.vml"
    r"|xl/drawings/(_rels/)?drawing\d+\.xml(\.rels)?|xl/charts/chart\d+\.xml"
)
_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_HARD = (b"<extLst", b":extLst", b"AlternateContent", b"<xdr:sp>", b"<xdr:grpSp", b"<xdr:cxnSp")


class PatchBook:
    """One open workbook.

    Args:
        data: The file.
        raw: Its cells as read.

    Raises:
        NeedsWholeError: The file is not written as usual editors write it.
    """

    def __init__(self, data: bytes, raw: RawWorkbook) -> None:
        self.package = Package(data)
        office = [
            relation.target
            for relation in self.package.relations("").values()
            if relation.kind == "officeDocument"
        ]
        self._part = office[0] if office else "xl/workbook.xml"
        self._root = self.package.tree(self._part)
        if self._root.tag != main("workbook"):
            raise NeedsWholeError
        self._relations = self.package.relations(self._part)
        self._raw = {sheet.title: sheet for sheet in raw.sheets}
        self.sheetnames = [sheet.title for sheet in raw.sheets]
        self.defined_names: dict[str, Any] = {}
        self.active = None
        self._scratch: Any = Workbook()
        self._scratch.epoch = self._epoch()
        self.pattern = self._scratch.active
        self._styles = Styles(self.package, self._styles_part(), self._scratch)
        self._sheets: dict[str, PatchSheet] = {}
        self._fresh: dict[str, Any] = {}

    def __getitem__(self, title: str) -> Any:
        if title in self._fresh:
            return self._fresh[title]
        if title not in self._sheets:
            if title not in self._raw:
                raise NeedsWholeError(title)
            identifier = self._entry(title).get(f"{{{RELATED}}}id", "")
            part = self._relations[identifier].target
            raw = self._raw[title]
            self._sheets[title] = PatchSheet(self.package, part, raw, self._scratch, self._styles)
        return self._sheets[title]

    def create_sheet(self, title: str, index: int | None = None) -> Any:
        """Add a sheet; it is openpyxl's own until it is brought over."""
        title = avoid_duplicate_name(self.sheetnames, title)
        created = self._scratch.create_sheet(title)
        created.title = title
        place = len(self.sheetnames) if index is None else min(index, len(self.sheetnames))
        self.sheetnames.insert(place, title)
        self._fresh[title] = created
        return created

    def data(self) -> bytes:
        """Return the file with everything that was set."""
        lost_formula = False
        for sheet in self._sheets.values():
            has_lost = write_sheet(sheet, self._epoch())
            lost_formula = has_lost or lost_formula
            self.package.write(sheet.part, sheet.serialised())
        self.package.tree(self._part, is_changed=True)
        if self._fresh:
            self._bring()
        self._hide()
        self._name()
        self._extend_filters()
        self._child("calcPr").set("fullCalcOnLoad", "1")
        chain = next((r.target for r in self._relations.values() if r.kind == "calcChain"), "")
        if chain and lost_formula:
            self.package.remove(self._part, chain)
        return self.package.data()

    def _epoch(self) -> datetime:
        properties = self._root.find(main("workbookPr"))
        is_mac = properties is not None and properties.get("date1904") in ("1", "true")
        return CALENDAR_MAC_1904 if is_mac else WINDOWS_EPOCH

    def _styles_part(self) -> str:
        for relation in self._relations.values():
            if relation.kind == "styles":
                return relation.target
        name = self.package.free_name("xl/styles.xml")
        self.package.add(name, EMPTY, _STYLES)
        self.package.relate(self._part, "styles", name)
        return name

    def _bring(self) -> None:
        """Bring the new sheets over; places of sheets that are counted are counted anew."""
        entries = self._child("sheets")
        old = [str(item.get("name")) for item in entries]
        grafter = Grafter(self._scratch, self._styles)
        names: list[etree._Element] = []
        for title, sheet in self._fresh.items():
            part = grafter.bring(title, self.package)
            item = made("sheet")
            item.set("name", title)
            item.set("sheetId", str(max(int(known.get("sheetId", "0")) for known in entries) + 1))
            if sheet.sheet_state != "visible":
                item.set("state", sheet.sheet_state)
            item.set(f"{{{RELATED}}}id", self.package.relate(self._part, "worksheet", part))
            entries.append(item)
            names += self._owned(grafter.names(title), title)
        entries[:] = sorted(entries, key=lambda item: self.sheetnames.index(str(item.get("name"))))
        self._recount({str(number): title for number, title in enumerate(old)})
        for name in names:
            self._child("definedNames").append(name)

    def _owned(self, names: list[etree._Element], title: str) -> list[etree._Element]:
        for name in names:
            name.set("localSheetId", str(self.sheetnames.index(title)))
        return names

    def _recount(self, titles: Mapping[str, str]) -> None:
        for item in self._root.iter(main("definedName"), main("workbookView")):
            for mark in ("localSheetId", "activeTab", "firstSheet"):
                if item.get(mark) in titles:
                    item.set(mark, str(self.sheetnames.index(titles[str(item.get(mark))])))

    def _entry(self, title: str) -> etree._Element:
        for item in self._root.iterfind(f"{main('sheets')}/{main('sheet')}"):
            if item.get("name") == title:
                return item
        raise NeedsWholeError(title)

    def _child(self, name: str) -> etree._Element:
        found = self._root.find(main(name))
        if found is None:
            before = {main(known) for known in _ORDER[: _ORDER.index(name)]}
            places = [index + 1 for index, item in enumerate(self._root) if item.tag in before]
            found = made(name)
            self._root.insert(max(places, default=0), found)
        return found

    def _hide(self) -> None:
        if SHEET in self.sheetnames:
            self._entry(SHEET).set("state", "veryHidden")

    def _name(self) -> None:
        names = self._child("definedNames")
        known: set[tuple[str | None, str | None]] = set()
        for item in list(names):
            mark = item.get("name"), item.get("localSheetId")
            if mark in known:
                names.remove(item)  # LibreOffice writes printed titles twice, Excel refuses that
            known.add(mark)
        for item in [item for item in names if str(item.get("name", "")).casefold() == NAME]:
            names.remove(item)
        for name, definition in self.defined_names.items():
            item = etree.SubElement(names, main("definedName"))
            item.set("name", name)
            item.text = definition.attr_text

    def _extend_filters(self) -> None:
        """Let the hidden name of a filter reach as far as the filter."""
        for item in self._child("definedNames"):
            place = item.get("localSheetId")
            if item.get("name") != "_xlnm._FilterDatabase" or place is None:
                continue
            sheet = self._sheets.get(self.sheetnames[int(place)])
            if sheet is not None and sheet.auto_filter.ref and item.text:
                area = str(sheet.auto_filter.ref).replace("$", "")
                full = re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", area)
                item.text = f"{item.text.rpartition('!')[0]}!{full}"


def is_plain(data: bytes) -> bool:
    """Tell whether rewriting all of a file loses nothing of people's."""
    package = Package(data)
    for name in package.names():
        if not _PLAIN.fullmatch(name):
            return False
        content = package.read(name)
        if name.startswith(("xl/worksheets/", "xl/drawings/")) and any(
            mark in content for mark in _HARD
        ):
            return False
        # A chart of people's would lose what openpyxl does not know; ours was made by it.
        if name.startswith("xl/charts/") and not reads_ours(content):
            return False
    return True


def patched(data: bytes, raw: RawWorkbook, write: Callable[[Any], None]) -> bytes:
    """Return a file after something was written into it part by part.

    Args:
        data: The file.
        raw: Its cells as read.
        write: Does so on what takes the place of openpyxl's workbook.

    Raises:
        NeedsWholeError: The file lacks something, or is not written as usual editors write it.
    """
    book = PatchBook(data, raw)
    write(book)
    return book.data()
