"""XML from outside: decoded without trusting it, refused if it declares a DTD or entities. Pure.

Called by the XML connectors before any parser sees the bytes. Must not know any of them.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from xml.sax import ContentHandler, SAXException

from defusedxml.common import DefusedXmlException
from defusedxml.sax import parseString

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32's mark begins with UTF-16's: it comes first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FIRST_SIGNS = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
"""How ``<`` begins in each encoding. Source: XML 1.0, appendix F."""
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
# Encodings in which "<" can be written in a second way, by which a DTD could pass the check.
_PLAIN_ASCII = re.compile(
    r"^(utf_?8|ascii|iso8859_\d+|latin_?1|cp125\d|cp874|koi8_[rut]|mac_roman|big5(hkscs)?|gbk|gb2312"
    r"|gb18030|euc_\w+|shift_jis\w*|cp9\d\d|tis_620)$"
)
_QUOTED = (("<![CDATA[", "]]>"), ("<!--", "-->"))
_DECLARATION = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


class ForbiddenXmlError(ValueError):
    """The XML declares a document type or entities."""


@dataclass(frozen=True, slots=True)
class XmlText:
    """XML that declares neither DTD nor entities.

    Attributes:
        text: Without byte order mark and ``<?xml …?>``.
        is_well_formed: False if a parser stops somewhere in it.
        is_decoded: False if some bytes meant nothing in any likely encoding.
    """

    text: str
    is_well_formed: bool
    is_decoded: bool


def read_xml(body: bytes, content_type: str = "") -> XmlText:
    """Decode XML and prove that it declares nothing.

    Args:
        body: As received.
        content_type: The header, for its ``charset``.

    Raises:
        ForbiddenXmlError: If there is a DTD or an entity declaration, in whatever encoding.
    """
    text, is_decoded = _decode(body, content_type)
    text = _PROLOG.sub("", text, count=1).lstrip()
    try:
        parseString(text.encode("utf-8", "replace"), ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ForbiddenXmlError(type(error).__name__) from error
    except (SAXException, ValueError):
        # Not well-formed: no parser's word for it, so the text itself is searched.
        if _DECLARATION.search(_unquoted(text)):
            raise ForbiddenXmlError("DOCTYPE") from None
        return XmlText(text, is_well_formed=False, is_decoded=is_decoded)
    return XmlText(text, is_well_formed=True, is_decoded=is_decoded)


def _unquoted(text: str) -> str:
    """The text without CDATA and comments.

    In one pass: a pattern would search to the end of the text for each end that is not there.
    """
    kept: list[str] = []
    at = 0
    next_begin = {begin: text.find(begin) for begin, _ in _QUOTED}
    while True:
        found = [
            (next_begin[begin], begin, end) for begin, end in _QUOTED if next_begin[begin] >= 0
        ]
        if not found:
            break
        start, begin, end = min(found)
        stop = text.find(end, start + len(begin))
        if stop < 0:
            break
        kept.append(text[at:start])
        at = stop + len(end)
        for other, _ in _QUOTED:
            if 0 <= next_begin[other] < at:
                next_begin[other] = text.find(other, at)
    return "".join([*kept, text[at:]])


def _decode(body: bytes, content_type: str) -> tuple[str, bool]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _decode_as(body[len(mark) :], [encoding])
    for signs, encoding in _FIRST_SIGNS:
        if body.startswith(signs):
            return _decode_as(body, [encoding])
    named = _IN_HEADER.search(content_type)
    declared = _DECLARED.match(body[:400])
    stated = [declared[1].decode("ascii")] if declared else []
    stated += [named[1]] if named else []
    # What is well-formed UTF-8 beyond ASCII is hardly ever anything else, whatever it says.
    return _decode_as(body, ["utf-8", *filter(_is_plain, stated), "cp1252"])


def _decode_as(body: bytes, encodings: list[str]) -> tuple[str, bool]:
    for encoding in encodings:
        try:
            return body.decode(encoding), True
        except UnicodeError:
            continue
    return body.decode(encodings[0], "replace"), False


def _is_plain(encoding: str) -> bool:
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return False
    return bool(_PLAIN_ASCII.match(name.replace("-", "_")))
