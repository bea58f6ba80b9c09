"""Broken and hostile files, each made of a good workbook, with the sentence that must be said.

Used by the tests of reading and importing. Nothing here is kept as a file: bombs are made anew.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Mapping

DAMAGED = "Le fichier est tronqué ou abîmé."
PROTECTED = "Le fichier est protégé par un mot de passe"
NO_XLSX = "Ce n’est pas un classeur .xlsx."
TEXT = "C’est un document texte, pas un classeur."
DECLARED = "Le fichier porte des déclarations XML"
TOO_MUCH_MEMORY = "La lecture du fichier demande plus de 500 Mo de mémoire."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {"abcdefghij"[n + 1]} "{("&" + "abcdefghij"[n] + ";") * 10}">' for n in range(9)
)
_EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

Table = dict[str, tuple[bytes, str]]


def rezip(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Return a zip with parts replaced, added, or (None) left out."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return buffer.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def part(data: bytes, name: str) -> bytes:
    """Return one part of a zip."""
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def log_part(data: bytes) -> str:
    """Return the name of the part of the main log: the largest sheet."""
    sheets = [
        info
        for info in zipfile.ZipFile(io.BytesIO(data)).infolist()
        if info.filename.startswith("xl/worksheets/sheet")
    ]
    return max(sheets, key=lambda info: info.file_size).filename


def in_sheet(data: bytes, change: Callable[[str], str]) -> bytes:
    """Return a workbook whose main log's XML was changed."""
    name = log_part(data)
    return rezip(data, {name: change(part(data, name).decode()).encode()})


def in_directory(data: bytes, offset: int, value: bytes) -> bytes:
    """Return a zip with bytes of each entry of its central directory overwritten."""
    changed = bytearray(data)
    for found in re.finditer(b"PK\x01\x02", data):
        changed[found.start() + offset : found.start() + offset + len(value)] = value
    return bytes(changed)


def ods(content: str, manifest: str = "<m/>") -> bytes:
    """Return an .ods of one content part."""
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def ods_content(rows: str, title: str = "Main courante") -> str:
    """Return the content part of an .ods with one sheet."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    return (
        f'<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="{title}">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )


def broken_workbooks(good: bytes) -> Table:
    """Return name → (bytes, beginning of the French sentence): files that every way refuses."""
    xml = "<?xml version='1.0'?>"
    cell = '<c r="A9" t="s"><v>{}</v></c>'

    def row(content: str) -> Callable[[str], str]:
        return lambda text: text.replace("</sheetData>", f"<row>{content}</row></sheetData>")

    middle = len(good) // 2
    flipped = good[:middle] + bytes(byte ^ 0xFF for byte in good[middle : middle + 64])
    deep = "<a>" * 5_000 + "</a>" * 5_000
    return {
        "vide.xlsx": (b"", "Le fichier est vide."),
        "moitié.xlsx": (good[:middle], DAMAGED),
        "fin-coupée.xlsx": (good[:-40], DAMAGED),
        "octets-changés.xlsx": (flipped + good[middle + 64 :], DAMAGED),
        "début-seul.xlsx": (b"PK\x03\x04 rien", DAMAGED),
        "mot-de-passe.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), PROTECTED),
        "zip-chiffré.xlsx": (in_directory(good, 8, b"\x01\x00"), PROTECTED),
        "ancien.xls": (
            OLE + "Workbook".encode("utf-16-le"),
            "C’est un ancien classeur .xls, format qui n’est pas lu.",
        ),
        "ancien.doc": (OLE, NO_XLSX),
        "rapport.pdf": (b"%PDF-1.7\n%...", "C’est un PDF"),
        "photo.png": (b"\x89PNG\r\n\x1a\n....", "C’est une image ou une vidéo"),
        "photo.jpg": (b"\xff\xd8\xff\xe0..JFIF", "C’est une image ou une vidéo"),
        "film.mp4": (b"\0\0\0\x20ftypisom", "C’est une image ou une vidéo"),
        "programme.xlsx": (b"MZ\x90\0\x03", "C’est un programme"),
        "archive.gz": (gzip.compress(good), "C’est une archive d’autres fichiers"),
        "archive.zip": (zipped({"classeur.xlsx": good}), "C’est une archive d’autres fichiers"),
        "erreur.xlsx": (b"<html><body>502 Bad Gateway</body></html>", "C’est une page web"),
        "lettre.rtf": (b"{\\rtf1 Bonjour}", TEXT),
        "lettre.docx": (
            zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<d/>"}),
            TEXT,
        ),
        "diapositives.pptx": (
            zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
            "Ce sont des diapositives",
        ),
        "tableau.numbers": (
            zipped({"Index/Document.iwa": b"x"}),
            "C’est un document Apple Numbers",
        ),
        "binaire.xlsb": (
            rezip(good, {"xl/workbook.xml": None, "xl/workbook.bin": b"x"}),
            "C’est un classeur binaire .xlsb",
        ),
        "xml-2003.xml": (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "C’est un classeur en ancien XML",
        ),
        "quelconque.zip": (zipped({"a.bin": b"x"}), NO_XLSX),
        "bombe-déclarée.xlsx": (
            in_directory(good, 24, (2_000_000_000).to_bytes(4, "little")),
            "Une fois décompressé, le fichier dépasserait 400 Mo.",
        ),
        "cinq-mille-parties.xlsx": (
            rezip(good, {f"xl/media/{n}.txt": b"" for n in range(5_001)}),
            "Le fichier contient plus de 5000 éléments.",
        ),
        "rires.xlsx": (in_sheet(good, lambda text: f"{xml}{_BOMB}]><x>&j;</x>"), DECLARED),
        "entité-externe.xlsx": (
            rezip(good, {"xl/workbook.xml": f"{xml}{_EXTERNAL}<workbook>&a;</workbook>".encode()}),
            DECLARED,
        ),
        "utf-16.xlsx": (
            rezip(good, {log_part(good): f"{_EXTERNAL}<worksheet/>".encode("utf-16")}),
            DECLARED,
        ),
        "sans-classeur.xlsx": (rezip(good, {"xl/workbook.xml": None}), DAMAGED),
        "balise-ouverte.xlsx": (
            in_sheet(good, lambda text: text.replace("</sheetData>", "")),
            DAMAGED,
        ),
        "profond.xlsx": (in_sheet(good, lambda text: f"<worksheet>{deep}</worksheet>"), DAMAGED),
        "texte-absent.xlsx": (in_sheet(good, row(cell.format(999_999_999))), DAMAGED),
        "texte-négatif.xlsx": (in_sheet(good, row(cell.format(-1))), DAMAGED),
        "nombre-faux.xlsx": (in_sheet(good, row('<c r="A9"><v>douze</v></c>')), DAMAGED),
        "hors-grille.xlsx": (in_sheet(good, row('<c r="ZZZZ9"><v>1</v></c>')), DAMAGED),
        "fusion-géante.xlsx": (
            in_sheet(
                good,
                lambda text: text.replace(
                    "</sheetData>",
                    '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
                ),
            ),
            "Le fichier fusionne plus de cellules qu’un tableur ne peut en porter.",
        ),
    }


def memory_bomb(good: bytes) -> bytes:
    """Return a workbook within every declared limit whose cells fill the memory."""
    filled = '<c r="A1"/>' * 60
    return in_sheet(
        good,
        lambda text: text.replace(
            "</sheetData>", f"<row>{filled}</row>" * 560_000 + "</sheetData>"
        ),
    )


def broken_imports() -> Table:
    """Return files of the forms that only an import reads, with their sentences."""
    filled = (
        "<table:table-row{}><table:table-cell{}><text:p>x</text:p></table:table-cell>"
        "</table:table-row>"
    )
    text_cell = ' office:value-type="string"'
    many = filled.format(' table:number-rows-repeated="1048576"', text_cell)
    wide = filled.format(
        ' table:number-rows-repeated="900000"', f'{text_cell} table:number-columns-repeated="16000"'
    )
    encrypted = ods("<x/>", '<m><encryption-data xmlns="x"/></m>')
    whole = ods(ods_content(filled.format("", text_cell)))
    too_many = "Le fichier contient plus de 2000000 cellules remplies."
    return {
        "chiffré.ods": (encrypted, PROTECTED),
        "coupé.ods": (whole[: len(whole) // 2], DAMAGED),
        "sans-contenu.ods": (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
            DAMAGED,
        ),
        "entité.ods": (ods(f"{_EXTERNAL}<x>&a;</x>"), DECLARED),
        "rires.ods": (ods(f"{_BOMB}]><x>&j;</x>"), DECLARED),
        "répété.ods": (ods(ods_content(wide)), too_many),
        "répété-deux-fois.ods": (ods(ods_content(many + many)), too_many),
        "ouvert.ods": (ods("<a><b></a>"), DAMAGED),
        "lettre.odt": (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), TEXT),
        "sans-titres.csv": (b"a;b;c\r\n1;2;3\r\n", "La ligne de titres du classeur n’est pas dans"),
        "guillemet.csv": (
            'Réf;Statut;Résumé\r\nX;"'.encode() + b"jamais ; " * 30_000,
            "Un guillemet est ouvert dans le texte sans être refermé",
        ),
        "binaire.csv": (bytes(range(256)) * 20, NO_XLSX),
        "utf-16-nu.csv": (("Réf;Statut;Résumé\r\n" * 40).encode("utf-16-le"), NO_XLSX),
        "vide.csv": (b"\r\n \r\n", "Le fichier est vide."),
        "page.csv": (b"<!DOCTYPE html><html>", "C’est une page web"),
    }
