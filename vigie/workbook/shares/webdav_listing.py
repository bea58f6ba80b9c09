"""What a WebDAV server says of the files of a folder: names, times, tags, locks.

Called by ``webdav``. Pure. The answer comes from outside and is read with entities refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

_DAV = "{DAV:}"
PROPERTIES = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>'
    b"<resourcetype/><getetag/><getlastmodified/><getcontentlength/><lockdiscovery/>"
    b"</prop></propfind>"
)
"""Body of PROPFIND. Source: RFC 4918, 9.1 and 15."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLock:
    """A write lock that a server tells of.

    Attributes:
        owner: Text that its taker gave; not proved.
        token: To be given back with it.
    """

    owner: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a folder.

    Attributes:
        modified_at: Aware UTC, to the second; None if the server does not say.
    """

    name: str
    tag: str = ""
    modified_at: datetime | None = None
    size: str = ""
    locks: tuple[ServerLock, ...] = ()


def read_listing(body: bytes) -> list[Entry] | None:
    """Return the files that an answer to PROPFIND names; None if it is no such answer."""
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    if root.tag != f"{_DAV}multistatus":
        return None
    return list(_entries(root))


def _entries(root: Element) -> Iterator[Entry]:
    for response in root.iter(f"{_DAV}response"):
        name = unquote(urlsplit(response.findtext(f"{_DAV}href", "").strip()).path)
        if response.find(f".//{_DAV}resourcetype/{_DAV}collection") is not None:
            continue
        name = name.rstrip("/").rpartition("/")[2]
        if not name or "\x00" in name or "\\" in name:
            continue
        yield Entry(
            name=name,
            tag=response.findtext(f".//{_DAV}getetag", "").strip(),
            modified_at=instant_of(response.findtext(f".//{_DAV}getlastmodified", "")),
            size=response.findtext(f".//{_DAV}getcontentlength", "").strip(),
            locks=tuple(_locks(response)),
        )


def _locks(response: Element) -> Iterator[ServerLock]:
    for lock in response.iter(f"{_DAV}activelock"):
        owner = lock.find(f"{_DAV}owner")
        yield ServerLock(
            owner="" if owner is None else " ".join("".join(owner.itertext()).split()),
            token=lock.findtext(f"{_DAV}locktoken/{_DAV}href", "").strip(),
        )


def instant_of(text: str) -> datetime | None:
    """Return an HTTP date as aware UTC; None where it is missing or no date."""
    with contextlib.suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
