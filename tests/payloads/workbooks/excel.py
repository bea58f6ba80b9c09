# ruff: noqa: E501 - the parts stand as Excel writes them
"""Our workbook as Excel saves it, with what only Excel makes: written by hand, part by part.

Excel cannot be run by the tests. The elements, attributes and relations are those of ECMA-376 and
of Microsoft's published extensions ([MS-XLSX]); ``excel_workbooks`` adds them to a file of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Parts = dict[str, bytes]

M = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
X14AC = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
X15AC = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
XR = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
DYNAMIC = "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"
RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
MS = "http://schemas.microsoft.com/office"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
ROOT = (
    f'<worksheet xmlns="{M}" xmlns:r="{R}" xmlns:mc="{MC}" mc:Ignorable="x14ac xr"'
    f' xmlns:x14ac="{X14AC}" xmlns:xr="{XR}" xr:uid="{{5D1B6A11-0000-4000-8000-000000000001}}">'
)
OWN = "Cellule"
"""Name of the sheet that people added."""
LAST_VALUE = "Vu par Léa"


def excel_workbooks(held: Parts, log: str) -> dict[str, tuple[Parts, tuple[str, ...]]]:
    """Return each workbook by its name, with the parts that must keep their bytes.

    Args:
        held: The parts of a workbook that Vigie wrote.
        log: Name of the main log's part.
    """
    makers: dict[str, Callable[[Parts, str], tuple[str, ...]]] = {
        "shared strings, rich text, absolute path": _strings,
        "table, slicer, alternate content": _slicer,
        "dynamic array, cell metadata, rich value": _dynamic,
        "external link, threaded comments, x14 rules": _linked,
    }
    found = {}
    for name, maker in makers.items():
        parts = dict(held)
        found[name] = (parts, maker(parts, log))
    return found


def _strings(held: Parts, log: str) -> tuple[str, ...]:
    """Texts in the shared table, some in runs and with phonetic guides; rows as Excel writes them."""
    items: list[str] = []

    def share(found: re.Match[bytes]) -> bytes:
        text = found[3].decode()
        number = len(items)
        items.append(_item(text, number))
        return b'<c r="%s"%s t="s"><v>%d</v></c>' % (found[1], found[2], number)

    pattern = rb'<c r="(\w+)"((?: s="\d+")?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>'
    sheet = re.sub(pattern, share, held[log])
    sheet = sheet.replace(
        f'<worksheet xmlns="{M}"'.encode(),
        f'<worksheet xmlns="{M}" xmlns:mc="{MC}" mc:Ignorable="x14ac" xmlns:x14ac="{X14AC}"'.encode(),
        1,
    )
    held[log] = re.sub(
        rb'<row r="(\d+)"', rb'<row r="\1" spans="1:29" x14ac:dyDescent="0.25"', sheet
    )
    strings = f'{HEAD}<sst xmlns="{M}" count="{len(items)}" uniqueCount="{len(items)}">'
    strings += "".join(items) + "</sst>"
    _add(held, "xl/sharedStrings.xml", strings, f"{SHEETS}.sharedStrings+xml")
    _relate(held, "xl/workbook.xml", f"{R}/sharedStrings", "sharedStrings.xml")
    path = (
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x15"><x15ac:absPath'
        f' url="C:\\Users\\lea\\Crise\\" xmlns:x15ac="{X15AC}"/></mc:Choice></mc:AlternateContent>'
        f'<xr:revisionPtr revIDLastSave="0" documentId="13_ncr:1_{{A1}}" xr6:coauthVersionLast="47"'
        f' xmlns:xr="{XR}" xmlns:xr6="{MS}/spreadsheetml/2016/revision6"/>'
    )
    book = held["xl/workbook.xml"].decode()
    book = book.replace(
        "<workbook ", f'<workbook xmlns:mc="{MC}" xmlns:x15="{X15}" mc:Ignorable="x15" ', 1
    )
    held["xl/workbook.xml"] = re.sub(r"(<workbookPr[^>]*/>)", rf"\1{_literal(path)}", book).encode()
    return ("xl/sharedStrings.xml",)


def _item(text: str, number: int) -> str:
    """A shared string: every third in runs, every fifth with a phonetic guide."""
    space = ' xml:space="preserve"' if text.strip() != text or "\n" in text else ""
    if number % 3 == 1 and len(text) > 4 and "&" not in text and "_x" not in text:
        runs = (
            f'<r><rPr><b/><sz val="9"/><rFont val="Calibri"/></rPr><t xml:space="preserve">{text[:3]}</t></r>'
            f'<r><t xml:space="preserve">{text[3:]}</t></r>'
        )
        return f"<si>{runs}</si>"
    if number % 5 == 2:
        guide = (
            '<rPh sb="0" eb="1"><t>カタカナ</t></rPh><phoneticPr fontId="1" type="noConversion"/>'
        )
        return f"<si><t{space}>{text}</t>{guide}</si>"
    return f"<si><t{space}>{text}</t></si>"


def _slicer(held: Parts, log: str) -> tuple[str, ...]:
    """A table of people's with a slicer, drawn as alternate content; a table over our log."""
    table = (
        f'{HEAD}<table xmlns="{M}" id="71" name="Sacs" displayName="Sacs" ref="A1:B3" totalsRowShown="0">'
        '<autoFilter ref="A1:B3"/><tableColumns count="2"><tableColumn id="1" name="Commune"/>'
        '<tableColumn id="2" name="Sacs"><calculatedColumnFormula>LEN(Sacs[[#This Row],[Commune]])'
        '</calculatedColumnFormula></tableColumn></tableColumns><tableStyleInfo name="TableStyleMedium2"'
        ' showRowStripes="1"/></table>'
    )
    slicer = (
        f'{HEAD}<slicers xmlns="{X14}" xmlns:mc="{MC}" mc:Ignorable="x"><slicer name="Commune"'
        ' cache="Segment_Commune" caption="Commune" rowHeight="241300"/></slicers>'
    )
    cache = (
        f'{HEAD}<slicerCacheDefinition xmlns="{X14}" name="Segment_Commune" sourceName="Commune">'
        f'<extLst><x:ext xmlns:x="{M}" uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{X15}">'
        '<x15:tableSlicerCache tableId="71" column="1"/></x:ext></extLst></slicerCacheDefinition>'
    )
    drawing = (
        f'{HEAD}<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{A}"><xdr:twoCellAnchor editAs="oneCell"><xdr:from>'
        "<xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff>"
        "</xdr:from><xdr:to><xdr:col>7</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0"
        f'</xdr:rowOff></xdr:to><mc:AlternateContent xmlns:mc="{MC}"><mc:Choice'
        f' xmlns:sle15="{MS}/drawing/2012/slicer" Requires="sle15"><xdr:graphicFrame macro="">'
        '<xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Commune"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{MS}/drawing/2010/slicer"><sle:slicer xmlns:sle="{MS}/drawing/2010/slicer"'
        ' name="Commune"/></a:graphicData></a:graphic></xdr:graphicFrame></mc:Choice><mc:Fallback/>'
        "</mc:AlternateContent><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    sheet = (
        f'{HEAD}{ROOT}<dimension ref="A1:B3"/><sheetViews><sheetView workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/><sheetData><row r="1" spans="1:2"'
        ' x14ac:dyDescent="0.25"><c r="A1" t="inlineStr"><is><t>Commune</t></is></c><c r="B1" t="inlineStr">'
        '<is><t>Sacs</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Genlis</t></is></c><c r="B2">'
        '<f>LEN(Sacs[[#This Row],[Commune]])</f><v>6</v></c></row><row r="3"><c r="A3" t="inlineStr"><is>'
        '<t>Auxonne</t></is></c><c r="B3"><f>LEN(Sacs[[#This Row],[Commune]])</f><v>7</v></c></row></sheetData>'
        '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        '<drawing r:id="rId1"/><tableParts count="1"><tablePart r:id="rId2"/></tableParts><extLst><ext'
        f' uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}" xmlns:x14="{X14}"><x14:slicerList><x14:slicer'
        ' r:id="rId3"/></x14:slicerList></ext></extLst></worksheet>'
    )
    part = _own_sheet(held, sheet)
    _add(held, "xl/tables/table71.xml", table, f"{SHEETS}.table+xml")
    _add(held, "xl/slicers/slicer71.xml", slicer, "application/vnd.ms-excel.slicer+xml")
    _add(
        held, "xl/slicerCaches/slicerCache71.xml", cache, "application/vnd.ms-excel.slicerCache+xml"
    )
    _add(
        held,
        "xl/drawings/drawing71.xml",
        drawing,
        "application/vnd.openxmlformats-officedocument.drawing+xml",
    )
    _relate(held, part, f"{R}/drawing", "../drawings/drawing71.xml")
    _relate(held, part, f"{R}/table", "../tables/table71.xml")
    _relate(held, part, f"{MS}/2007/relationships/slicer", "../slicers/slicer71.xml")
    cached = _relate(
        held,
        "xl/workbook.xml",
        f"{MS}/2007/relationships/slicerCache",
        "slicerCaches/slicerCache71.xml",
    )
    _extend(
        held,
        "xl/workbook.xml",
        f'<extLst><ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}" xmlns:x15="{X15}"><x15:slicerCaches xmlns:x14="{X14}"><x14:slicerCache r:id="{cached}" xmlns:r="{R}"/></x15:slicerCaches></ext></extLst></workbook>',
    )
    return (
        part,
        "xl/tables/table71.xml",
        "xl/slicers/slicer71.xml",
        "xl/slicerCaches/slicerCache71.xml",
        "xl/drawings/drawing71.xml",
    )


def _dynamic(held: Parts, log: str) -> tuple[str, ...]:
    """A formula that spills, a value of a rich type, on people's sheet and in a column of the log."""
    metadata = (
        f'{HEAD}<metadata xmlns="{M}" xmlns:xda="{DYNAMIC}" xmlns:xlrd="{RICH}"><metadataTypes count="2">'
        '<metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" cellMeta="1"/>'
        '<metadataType name="XLRICHVALUE" minSupportedVersion="120000" copy="1"/></metadataTypes>'
        '<futureMetadata name="XLDAPR" count="1"><bk><extLst><ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
        '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
        '<futureMetadata name="XLRICHVALUE" count="1"><bk><extLst><ext uri="{3e2802c4-a4d2-4d8b-9148-e3be6c30e623}">'
        '<xlrd:rvb i="0"/></ext></extLst></bk></futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/></bk>'
        '</cellMetadata><valueMetadata count="1"><bk><rc t="2" v="0"/></bk></valueMetadata></metadata>'
    )
    values = f'{HEAD}<rvData xmlns="{RICH}" count="1"><rv s="0"><v>Dijon</v></rv></rvData>'
    sheet = (
        f'{HEAD}{ROOT}<dimension ref="A1:B4"/><sheetData><row r="1"><c r="A1" t="str" cm="1"><f t="array"'
        ' ref="A1:A3">_xlfn._xlws.SORT(\'Main courante\'!I3:I5)</f><v>Auxonne</v></c><c r="B1" t="e" vm="1">'
        '<v>#VALUE!</v></c></row><row r="2"><c r="A2" t="str"><v>Genlis</v></c></row><row r="3"><c r="A3" t="str">'
        "<v>Longvic</v></c></row></sheetData></worksheet>"
    )
    part = _own_sheet(held, sheet)
    _add(held, "xl/metadata.xml", metadata, f"{SHEETS}.sheetMetadata+xml")
    _add(held, "xl/richData/rdrichvalue.xml", values, "application/vnd.ms-excel.rdrichvalue+xml")
    _relate(held, "xl/workbook.xml", f"{R}/sheetMetadata", "metadata.xml")
    _relate(
        held,
        "xl/workbook.xml",
        f"{MS}/2017/06/relationships/rdRichValue",
        "richData/rdrichvalue.xml",
    )
    # In people's column of the log a formula that spills, in ``Suivi par`` one whose value is merged.
    log_sheet = re.sub(
        rb'(<row r="4".*?)</row>',
        rb'\1<c r="AE4" t="str" cm="1"><f t="array" ref="AE4:AE5">_xlfn.UNIQUE(I3:I4)</f><v>Genlis</v></c></row>',
        held[log],
        count=1,
        flags=re.DOTALL,
    )
    new = rf'\1 t="str"><f>"Vu par "&amp;"Léa"</f><v>{LAST_VALUE}</v></c>'
    held[log] = re.sub(
        rb'(<c r="X3"[^>]*?)(?: t="\w+")?(?:/>|>.*?</c>)', new.encode(), log_sheet, count=1
    )
    return (part, "xl/metadata.xml", "xl/richData/rdrichvalue.xml")


def _linked(held: Parts, log: str) -> tuple[str, ...]:
    """A link to another workbook, a conversation, x14 colours, lists and sparklines on our log."""
    link = (
        f'{HEAD}<externalLink xmlns="{M}" xmlns:mc="{MC}" xmlns:r="{R}"><externalBook r:id="rId1"><sheetNames>'
        '<sheetName val="Moyens"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>12</v>'
        "</cell></row></sheetData></sheetDataSet></externalBook></externalLink>"
    )
    sheet = (
        f'{HEAD}{ROOT}<dimension ref="A1"/><sheetData><row r="1"><c r="A1"><f>[1]Moyens!$A$1</f><v>12</v></c></row>'
        f'</sheetData><pageSetup paperSize="9" r:id="rId1"/><customProperties><customPr name="classe" r:id="rId2"/></customProperties></worksheet>'
    )
    part = _own_sheet(held, sheet)
    _add(held, "xl/externalLinks/externalLink71.xml", link, f"{SHEETS}.externalLink+xml")
    held["xl/externalLinks/_rels/externalLink71.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        f' Type="{R}/externalLinkPath" Target="file:///C:\\Crise\\Moyens.xlsx" TargetMode="External"/></Relationships>'
    ).encode()
    _add(
        held,
        "xl/printerSettings/printerSettings71.bin",
        "imprimante\x01\x02",
        f"{SHEETS}.printerSettings",
    )
    _add(held, "xl/customProperty71.bin", "\x00R\x00", f"{SHEETS}.customProperty")
    _relate(held, part, f"{R}/printerSettings", "../printerSettings/printerSettings71.bin")
    _relate(held, part, f"{R}/customProperty", "../customProperty71.bin")
    known = _relate(
        held, "xl/workbook.xml", f"{R}/externalLink", "externalLinks/externalLink71.xml"
    )
    book = held["xl/workbook.xml"].replace(
        b"<definedNames>",
        f'<externalReferences><externalReference xmlns:r="{R}" r:id="{known}"/></externalReferences><definedNames>'.encode(),
    )
    held["xl/workbook.xml"] = book
    thread = (
        f'{HEAD}<ThreadedComments xmlns="{THREADED}"><threadedComment ref="X3" dT="2026-11-21T10:00:00.00"'
        ' personId="{0A}" id="{0B}"><text>Qui rappelle ?</text></threadedComment><threadedComment ref="X3"'
        ' dT="2026-11-21T10:02:00.00" personId="{0A}" id="{0C}" parentId="{0B}"><text>Moi</text></threadedComment>'
        "</ThreadedComments>"
    )
    persons = f'{HEAD}<personList xmlns="{THREADED}"><person displayName="Léa" id="{{0A}}" userId="lea" providerId="None"/></personList>'
    _add(
        held,
        "xl/threadedComments/threadedComment71.xml",
        thread,
        "application/vnd.ms-excel.threadedcomments+xml",
    )
    _add(held, "xl/persons/person.xml", persons, "application/vnd.ms-excel.person+xml")
    _relate(
        held,
        log,
        f"{MS}/2017/10/relationships/threadedComment",
        "../threadedComments/threadedComment71.xml",
    )
    _relate(held, "xl/workbook.xml", f"{MS}/2017/10/relationships/person", "persons/person.xml")
    rules = (
        f'<extLst><ext xmlns:x14="{X14}" uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings>'
        f'<x14:conditionalFormatting xmlns:xm="{XM}"><x14:cfRule type="iconSet" priority="90" id="{{0D}}"><x14:iconSet'
        ' iconSet="3Stars"><x14:cfvo type="percent"><xm:f>0</xm:f></x14:cfvo><x14:cfvo type="percent"><xm:f>33</xm:f>'
        '</x14:cfvo><x14:cfvo type="percent"><xm:f>67</xm:f></x14:cfvo></x14:iconSet></x14:cfRule><xm:sqref>Q3:Q99'
        f'</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext><ext xmlns:x14="{X14}"'
        f' uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}"><x14:dataValidations xmlns:xm="{XM}" count="1">'
        f'<x14:dataValidation type="list"><x14:formula1><xm:f>{OWN}!$A$1:$A$9</xm:f></x14:formula1><xm:sqref>X3:X99'
        f'</xm:sqref></x14:dataValidation></x14:dataValidations></ext><ext xmlns:x14="{X14}"'
        f' uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}"><x14:sparklineGroups xmlns:xm="{XM}"><x14:sparklineGroup'
        " type=\"column\"><x14:sparklines><x14:sparkline><xm:f>'Main courante'!Q3:Q9</xm:f><xm:sqref>AE3</xm:sqref>"
        "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst></worksheet>"
    )
    _extend(held, log, rules)
    return (
        *(part, "xl/externalLinks/externalLink71.xml", "xl/printerSettings/printerSettings71.bin"),
        *("xl/externalLinks/_rels/externalLink71.xml.rels", "xl/customProperty71.bin"),
        *("xl/threadedComments/threadedComment71.xml", "xl/persons/person.xml"),
    )


def _own_sheet(held: Parts, content: str) -> str:
    part = "xl/worksheets/sheet71.xml"
    _add(held, part, content, f"{SHEETS}.worksheet+xml")
    known = _relate(held, "xl/workbook.xml", f"{R}/worksheet", "worksheets/sheet71.xml")
    entry = f'<sheet xmlns:r="{R}" name="{OWN}" sheetId="71" r:id="{known}"/></sheets>'
    held["xl/workbook.xml"] = held["xl/workbook.xml"].replace(b"</sheets>", entry.encode())
    return part


def _add(held: Parts, name: str, content: str, kind: str) -> None:
    held[name] = content.encode()
    override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    held["[Content_Types].xml"] = held["[Content_Types].xml"].replace(
        b"</Types>", override.encode()
    )


def _relate(held: Parts, part: str, kind: str, target: str) -> str:
    folder, _, name = part.rpartition("/")
    place = f"{folder}/_rels/{name}.rels"
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    known = held.get(place, empty)
    number = known.count(b"<Relationship ") + 1
    identifier = f"rId{number}" if name.startswith("sheet71") else f"rId7{number}"
    item = f'<Relationship Id="{identifier}" Type="{kind}" Target="{target}"/></Relationships>'
    held[place] = known.replace(b"</Relationships>", item.encode())
    return identifier


def _extend(held: Parts, part: str, ending: str) -> None:
    start, _, _ = held[part].rpartition(b"</")
    held[part] = start + ending.encode()


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\")
