# ruff: noqa: E501 - the parts stand as editors write them
"""What people made stays: refreshes of a file with everything that openpyxl drops."""

import io
import re
import shutil
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from lxml import etree

from tests.integration.workbook.test_workbook_libreoffice import resave
from tests.unit.workbook import workbook_samples as samples
from tests.unit.workbook.test_workbook_package import NAUGHTY, back, is_quiet, merged, write
from vigie.problem import WorkbookError

M = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489".replace(" ", "")
    + "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
NAMESPACES = f'xmlns="{M}" xmlns:r="{R}" xmlns:x14="{X14}" xmlns:xm="{XM}"'
EXTENSIONS = (
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings>'
    '<x14:conditionalFormatting><x14:cfRule type="dataBar" id="{00000000-0001-0000-0000-000000000001}">'
    '<x14:dataBar minLength="0" maxLength="100" gradient="0"><x14:cfvo type="autoMin"/>'
    '<x14:cfvo type="autoMax"/><x14:negativeFillColor rgb="FFFF0000"/>'
    '<x14:axisColor rgb="FF000000"/></x14:dataBar></x14:cfRule><xm:sqref>B2:B5</xm:sqref>'
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext>"
    '<ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1" xmlns:xm="'
    + XM
    + '"><x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>\'Main courante\'!$A$3:'
    "$A$6</xm:f></x14:formula1><xm:sqref>D2:D5</xm:sqref></x14:dataValidation></x14:dataValidations>"
    '</ext><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups>'
    '<x14:sparklineGroup displayEmptyCellsAs="gap"><x14:colorSeries rgb="FF376092"/>'
    "<x14:sparklines><x14:sparkline><xm:f>'Nos calculs'!B2:B5</xm:f><xm:sqref>F2</xm:sqref>"
    "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
OWN_SHEET = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet {NAMESPACES}><sheetPr><tabColor rgb="FF00B050"/></sheetPr><dimension ref="A1:F5"/>
<sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/>
<cols><col min="1" max="1" width="33.3" customWidth="1"/><col min="3" max="3" width="9" hidden="1"
 customWidth="1"/></cols><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Mairie</t></is></c>
</row><row r="2"><c r="A2"><f>1+2</f><v>3</v></c><c r="B2"><v>4</v></c></row>
<row r="3"><c r="B3"><v>7</v></c></row><row r="4"><c r="A4"><f>SUM(B2:B5)</f><v>16</v></c>
<c r="B4"><v>2</v></c></row><row r="5"><c r="B5"><v>3</v></c></row></sheetData>
<autoFilter ref="A1:B5"/><conditionalFormatting sqref="B2:B5"><cfRule type="dataBar" priority="1">
<dataBar><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar><extLst>
<ext uri="{{B025F937-C7B1-47D3-B67F-A62EFF666E3E}}"><x14:id>{{00000000-0001-0000-0000-000000000001}}
</x14:id></ext></extLst></cfRule></conditionalFormatting><pageMargins left="1" right="1" top="1"
 bottom="1" header="0.3" footer="0.3"/><pageSetup paperSize="8" orientation="portrait"/>
<headerFooter><oddFooter>&amp;LMairie</oddFooter></headerFooter><drawing r:id="rId1"/>
<legacyDrawing r:id="rId2"/>{EXTENSIONS}</worksheet>"""
DRAWING = f"""<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:r="{R}">
<xdr:twoCellAnchor><xdr:from><xdr:col>7</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row>
<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>12</xdr:col><xdr:colOff>0</xdr:colOff>
<xdr:row>15</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>
<xdr:cNvPr id="2" name="Graphique"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off
 x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="{C}"><c:chart
 xmlns:c="{C}" r:id="rId1"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/>
</xdr:twoCellAnchor><xdr:oneCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff>
<xdr:row>20</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="95250" cy="95250"/><xdr:pic>
<xdr:nvPicPr><xdr:cNvPr id="3" name="Image"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip
 r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom
 prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>
<xdr:oneCellAnchor><xdr:from><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>20</xdr:row>
<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="952500" cy="952500"/><xdr:sp macro="" textlink="">
<xdr:nvSpPr><xdr:cNvPr id="4" name="Texte"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r>
<a:t>Appeler le maire</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:oneCellAnchor>
</xdr:wsDr>"""
CHART = f"""<c:chartSpace xmlns:c="{C}"><c:chart><c:plotArea><c:lineChart><c:grouping val="standard"/>
<c:ser><c:idx val="0"/><c:order val="0"/><c:val><c:numRef><c:f>'Nos calculs'!$B$2:$B$5</c:f>
</c:numRef></c:val></c:ser><c:axId val="1"/><c:axId val="2"/></c:lineChart><c:catAx><c:axId val="1"/>
<c:scaling/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling/>
<c:axPos val="l"/><c:crossAx val="1"/></c:valAx></c:plotArea></c:chart></c:chartSpace>"""
COMMENTS = f"""<comments xmlns="{M}"><authors><author>tc={{1}}</author></authors><commentList>
<comment ref="A2" authorId="0"><text><r><t>[Threaded comment] Vu</t></r></text></comment>
</commentList></comments>"""
THREAD = f"""<ThreadedComments xmlns="{THREADED}"><threadedComment ref="A2"
 dT="2026-11-21T10:00:00.00" personId="{{2}}" id="{{1}}"><text>Vu</text></threadedComment>
</ThreadedComments>"""
PERSONS = f'<personList xmlns="{THREADED}"><person displayName="Léa" id="{{2}}"/></personList>'
VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<v:shape type="#_x0000_t202" style="visibility:hidden"><x:ClientData ObjectType="Note"><x:Row>1
</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>"""
MS = "http://schemas.microsoft.com/office/2017/10/relationships"


def relations(*items):
    """A relations part, ids counted from 1."""
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(items, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{lines}</Relationships>'


OWN_PARTS = {
    "xl/worksheets/sheet90.xml": OWN_SHEET,
    "xl/worksheets/_rels/sheet90.xml.rels": relations(
        (f"{R}/drawing", "../drawings/drawing90.xml"),
        (f"{R}/vmlDrawing", "../drawings/vmlDrawing90.vml"),
        (f"{R}/comments", "../comments90.xml"),
        (f"{MS}/threadedComment", "../threadedComments/threadedComment90.xml"),
    ),
    "xl/drawings/drawing90.xml": DRAWING,
    "xl/drawings/_rels/drawing90.xml.rels": relations(
        (f"{R}/chart", "../charts/chart90.xml"), (f"{R}/image", "../media/image90.png")
    ),
    "xl/charts/chart90.xml": CHART,
    "xl/media/image90.png": PNG,
    "xl/comments90.xml": COMMENTS,
    "xl/drawings/vmlDrawing90.vml": VML,
    "xl/threadedComments/threadedComment90.xml": THREAD,
    "xl/persons/person.xml": PERSONS,
    "customXml/item1.xml": "<mairie>Dijon</mairie>",
}
OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "xl/worksheets/sheet90.xml": f"{OFFICE}.spreadsheetml.worksheet+xml",
    "xl/drawings/drawing90.xml": f"{OFFICE}.drawing+xml",
    "xl/charts/chart90.xml": f"{OFFICE}.drawingml.chart+xml",
    "xl/comments90.xml": f"{OFFICE}.spreadsheetml.comments+xml",
    "xl/threadedComments/threadedComment90.xml": "application/vnd.ms-excel.threadedcomments+xml",
    "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
    "xl/media/image90.png": "image/png",
    "xl/drawings/vmlDrawing90.vml": f"{OFFICE}.vmlDrawing",
    "customXml/item1.xml": "application/xml",
}
SMALL = samples.content(count=6)


def parts(data):
    """The bytes of each part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(held):
    """A file of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def log_part(held):
    """The name of the main log's part: the one with our header."""
    return next(
        name
        for name in held
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)
        and b'<pane xSplit="1" ySplit="2"' in held[name]
        and b'ref="A2:AC' in held[name]
    )


def with_people(data):
    """The file after people added all that openpyxl drops, put in as raw parts."""
    held = parts(data)
    held |= {n: p.encode() if isinstance(p, str) else p for n, p in OWN_PARTS.items()}
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in TYPES.items()
    )
    held["[Content_Types].xml"] = held["[Content_Types].xml"].replace(
        b"</Types>", types.encode() + b"</Types>"
    )
    more = (
        f'<Relationship Id="rId900" Type="{R}/worksheet" Target="worksheets/sheet90.xml"/>'
        f'<Relationship Id="rId901" Type="{MS}/person" Target="persons/person.xml"/>'
    )
    held["xl/_rels/workbook.xml.rels"] = held["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>", more.encode() + b"</Relationships>"
    )
    book = held["xl/workbook.xml"]
    entry = f'<sheet xmlns:r="{R}" name="Nos calculs" sheetId="900" r:id="rId900"/></sheets>'
    book = book.replace(b"</sheets>", entry.encode())
    name = b"<definedNames><definedName name=\"Totaux\">'Nos calculs'!$B$2:$B$5</definedName>"
    held["xl/workbook.xml"] = book.replace(b"<definedNames>", name)
    log = log_part(held)
    sheet = held[log].replace(
        b"<worksheet ", f'<worksheet xmlns:x14="{X14}" xmlns:xm="{XM}" '.encode(), 1
    )
    # A column of their own, beside ours, and extensions on our sheet.
    sheet = re.sub(
        rb'(<row r="4".*?)</row>', rb'\1<c r="AE4"><f>LEN(F4)</f><v>5</v></c></row>', sheet, count=1
    )
    held[log] = sheet.replace(b"</worksheet>", EXTENSIONS.encode() + b"</worksheet>")
    return zipped(held)


def content_of(number):
    """The content of one revision: other figures each time, one row more every tenth."""
    rows = [samples.observation(n) for n in range(1, 7 + number // 10)]
    changed = [
        replace(
            row, machine={**row.machine, "corroboration_count": number, "summary": f"Vu {number}"}
        )
        for row in rows
    ]
    return replace(SMALL, observations=changed)


def others(sheet):
    """A sheet's elements, canonical, without those of which Vigie writes something."""
    ours = {"sheetData", "dimension", "hyperlinks", "headerFooter", "autoFilter"}
    return [
        etree.tostring(child, method="c14n", exclusive=True)
        for child in etree.fromstring(sheet)
        if etree.QName(child).localname not in ours
    ]


def assert_only_ours_changed(before, after):
    """Every part that holds nothing of ours has its bytes; in sheets only our cells changed."""
    assert set(before) - set(after) <= {"xl/calcChain.xml"}
    touched = {name for name in before if name in after and before[name] != after[name]}
    is_ours = re.compile(
        r"xl/(workbook|styles)\.xml|xl/worksheets/(_rels/)?sheet(?!90)\d+\.xml(\.rels)?"
        r"|xl/drawings/drawing\d\.xml|xl/_rels/workbook.xml.rels|\[Content_Types\]\.xml"
    )
    assert [name for name in touched if not is_ours.fullmatch(name)] == []
    for name in touched:
        if name.startswith("xl/worksheets/sheet"):
            assert others(before[name]) == others(after[name]), name


def test_twelve_refreshes_leave_every_part_of_people_as_it_was():
    """Part by part the same each time; rows changed and added; looks not piled up.

    A hundred of them, on more kinds of files: ``python -m tests.refresh_proof``.
    """
    data = with_people(write(SMALL).data)
    before, looks = parts(data), 0
    for number in range(1, 13):
        content = content_of(number * 8)
        written = write(content, previous=data, revision=7 + number)
        data = written.data
        if number == 2:
            looks = len(parts(data)["xl/styles.xml"])
    after = parts(data)
    assert_only_ours_changed(before, after)
    for name in OWN_PARTS:
        assert before[name] == after[name], name
    assert len(after["xl/styles.xml"]) - looks < 4_000
    assert b'<c r="AE4"><f>LEN(F4)</f><v>5</v></c>' in after[log_part(after)]
    assert b'name="Totaux"' in after["xl/workbook.xml"]
    assert back(data).marks.revision == 19
    assert is_quiet(merged(data, written.cells, content))
    assert len(back(data).sheets["log"]) == len(content.observations) == 15
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Main courante"]
    assert sheet.auto_filter.ref == "A2:AC17"


def test_text_written_into_their_file_is_never_a_formula():
    """Every naughty text lands in an existing and in a new row as text."""
    data = with_people(write(SMALL).data)
    rows = [samples.observation(n, summary=text) for n, text in enumerate(NAUGHTY, 1)]
    content = replace(SMALL, observations=rows)
    written = write(content, previous=data)
    assert is_quiet(merged(written.data, written.cells, content))
    held = parts(written.data)
    assert held[log_part(held)].count(b"<f>") == 1


def test_a_file_that_could_only_be_rewritten_whole_is_refused_instead():
    """A row number twice in our sheet means two things: said, nothing of people's dropped."""
    held = parts(with_people(write(SMALL).data))
    log = log_part(held)
    held[log] = held[log].replace(b'<row r="5"', b'<row r="4"')
    with pytest.raises(WorkbookError):
        write(SMALL, previous=zipped(held))


def test_a_plain_file_of_that_kind_is_rewritten_and_it_is_told():
    """Without anything that would be lost, the file is written anew, and says so."""
    held = parts(write(SMALL).data)
    log = log_part(held)
    # An empty row whose number comes again.
    held[log] = held[log].replace(b'<row r="5"', b'<row r="4"/><row r="5"')
    written = write(SMALL, previous=zipped(held))
    assert written.is_rewritten
    assert is_quiet(merged(written.data, written.cells, SMALL))
    assert not write(SMALL, previous=write(SMALL).data).is_rewritten


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="NOT RUN: LibreOffice (soffice) is not installed"
)
def test_libreoffice_opens_what_was_refreshed_and_its_own_file_is_refreshed(tmp_path):
    """It converts our result to PDF and .xlsx; its file, refreshed, keeps its parts too."""
    data = write(content_of(3), previous=with_people(write(SMALL).data)).data
    assert resave(data, tmp_path, "pdf").startswith(b"%PDF")
    theirs = resave(data, tmp_path, "xlsx:Calc MS Excel 2007 XML")
    before = parts(theirs)
    own = [n for n in before if re.match(r"xl/(media|charts)/|xl/theme", n)]
    assert any("media" in name for name in own)
    content = content_of(25)
    written = write(content, previous=theirs, revision=9)
    after = parts(written.data)
    assert [name for name in own if before[name] != after[name]] == []
    for name in before:
        if re.match(r"xl/worksheets/sheet\d+\.xml", name):
            assert others(before[name]) == others(after[name]), name
    assert is_quiet(merged(written.data, written.cells, content))
    assert resave(written.data, tmp_path, "pdf").startswith(b"%PDF")
