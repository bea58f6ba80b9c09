"""What every spreadsheet demands of a workbook's parts, for tests of writing into a file."""

import io
import itertools
import posixpath
import zipfile

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter"),
    *("rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags"),
    *("drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects"),
    *("controls", "webPublishItems", "tableParts", "extLst"),
)


def parts(data):
    """The bytes of each part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)), "a part stands twice in the file"
        return {name: archive.read(name) for name in names}


def zipped(held):
    """A file of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def part_of(held, title):
    """The name of a sheet's part."""
    book = etree.fromstring(held["xl/workbook.xml"])
    entry = next(item for item in book.iter(f"{MAIN}sheet") if item.get("name") == title)
    return relations(held, "xl/workbook.xml")[entry.get(f"{RELATED}id")][1]


def titles(held):
    """The sheets in the order of their tabs."""
    book = etree.fromstring(held["xl/workbook.xml"])
    return [item.get("name") for item in book.iter(f"{MAIN}sheet")]


def relations(held, part):
    """A part's relations: id → (kind, where it leads)."""
    folder, name = posixpath.split(part)
    content = held.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    found = {}
    for item in etree.fromstring(content) if content else ():
        target = item.get("Target")
        if item.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        assert item.get("Id") not in found, f"{part}: an id twice"
        found[item.get("Id")] = (item.get("Type").rpartition("/")[2], target)
    return found


def without_sheet(held, title):
    """The parts after somebody deleted a sheet."""
    held, part = dict(held), part_of(held, title)
    book = etree.fromstring(held["xl/workbook.xml"])
    place = titles(held).index(title)
    entry = next(item for item in book.iter(f"{MAIN}sheet") if item.get("name") == title)
    identifier = entry.get(f"{RELATED}id")
    entry.getparent().remove(entry)
    for name in list(book.iter(f"{MAIN}definedName")):
        local = int(name.get("localSheetId", "-1"))
        if local == place:
            name.getparent().remove(name)
        elif local > place:
            name.set("localSheetId", str(local - 1))
    held["xl/workbook.xml"] = etree.tostring(book)
    rels = etree.fromstring(held["xl/_rels/workbook.xml.rels"])
    for item in [item for item in rels if item.get("Id") == identifier]:
        rels.remove(item)
    held["xl/_rels/workbook.xml.rels"] = etree.tostring(rels)
    types = etree.fromstring(held["[Content_Types].xml"])
    for item in [item for item in types if item.get("PartName") == f"/{part}"]:
        types.remove(item)
    held["[Content_Types].xml"] = etree.tostring(types)
    folder, name = posixpath.split(part)
    held.pop(posixpath.join(folder, "_rels", f"{name}.rels"), None)
    del held[part]
    return held


def assert_sound(data):
    """Types, relations, numbers of looks and the order of elements are as the format wants them."""
    held = parts(data)
    types = etree.fromstring(held["[Content_Types].xml"])
    endings = {item.get("Extension") for item in types}
    named = [item.get("PartName").lstrip("/") for item in types if item.get("PartName")]
    assert len(named) == len(set(named)), "a type twice"
    for name in held:
        is_known = name in named or name.rpartition(".")[2] in endings
        assert is_known or name == "[Content_Types].xml", f"{name} has no type"
        if not name.endswith(".rels") and "/_rels/" not in name:
            for kind, target in relations(held, name).values():
                assert kind == "hyperlink" or "://" in target or target in held, (name, target)
    styles = etree.fromstring(held["xl/styles.xml"])
    counts = {etree.QName(child).localname: len(child) for child in styles}
    book = etree.fromstring(held["xl/workbook.xml"])
    found = [item.get("sheetId") for item in book.iter(f"{MAIN}sheet")]
    assert len(found) == len(set(found)), "a number of a sheet twice"
    names = [(n.get("name"), n.get("localSheetId")) for n in book.iter(f"{MAIN}definedName")]
    assert len(names) == len(set(names)), f"a name twice: {names}"
    for title in titles(held):
        _assert_sheet(held, part_of(held, title), counts)


def _assert_sheet(held, part, counts):
    root = etree.fromstring(held[part])
    tags = [etree.QName(child).localname for child in root if isinstance(child.tag, str)]
    if etree.QName(root).localname != "worksheet":
        return
    places = [ORDER.index(tag) for tag in tags if tag in ORDER]
    assert places == sorted(places), (part, tags)
    for item in root.iter(f"{MAIN}c"):
        assert int(item.get("s") or 0) < counts["cellXfs"], (part, item.get("r"))
    for item in root.iter(f"{MAIN}cfRule"):
        assert int(item.get("dxfId") or 0) < max(counts.get("dxfs", 0), 1), part
    columns = [(int(c.get("min")), int(c.get("max"))) for c in root.iter(f"{MAIN}col")]
    assert all(a[1] < b[0] for a, b in itertools.pairwise(columns)), (part, columns)
    known = relations(held, part)
    for item in root.iter():
        identifier = item.get(f"{RELATED}id")
        assert identifier is None or identifier in known, (part, item.tag)
