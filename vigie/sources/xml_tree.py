"""XML from outside as a tree whose names are read without their namespaces. Pure.

Called by the XML connectors after ``read_xml`` has proved that nothing is declared. Must not know
any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vigie.sources.xml_answer import XmlText

if TYPE_CHECKING:
    from lxml import etree

_MOST_DEPTH_TEXT = 20_000
_WEB_PAGE = re.compile(
    r"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL
)


def tree_of(xml: XmlText) -> etree._Element | None:
    """Return the root, of broken XML as far as it can be read; None if there is none."""
    from lxml import etree  # noqa: PLC0415 - `vigie check` imports connectors and must be quick

    parser = etree.XMLParser(
        recover=not xml.is_well_formed,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(xml.text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def name_of(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of a name, whatever their namespace."""
    return (child for child in element if name_of(child) == name)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first descendant along a path of names, or None."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def descendants(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield everything of a name below an element."""
    return (one for one in element.iter() if name_of(one) == name)


def text_at(element: etree._Element | None, *path: str) -> str:
    """Return the text at a path, trimmed; nothing where it is missing."""
    found = child(element, *path)
    if found is None:
        return ""
    return "".join(str(part) for part in found.itertext())[:_MOST_DEPTH_TEXT].strip()


def as_text(element: etree._Element) -> str:
    """Return an element as XML text that any database can hold."""
    from lxml import etree  # noqa: PLC0415 - as above

    written = etree.tostring(element, encoding="unicode", with_tail=False)
    return str(written).replace("\x00", "")


def is_web_page(body: bytes) -> bool:
    """Tell whether an answer is a page for people (a login, a refusal) instead of data."""
    return bool(_WEB_PAGE.match(body[:1000].decode("latin-1")))
