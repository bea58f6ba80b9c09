"""The parts of a workbook's package: changed ones are written anew, all others byte for byte.

Called by ``xml_book`` and what it holds. Knows zip and relations, nothing of spreadsheets.
Source: ECMA-376 part 2 (Open Packaging Conventions).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass

from lxml import etree

from vigie.workbook.package.archive import open_archive, read_part

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
"""Source: ECMA-376 part 1, annex A."""
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_COMPRESSION = 3
"""Half the time of zlib's usual 6 for a seventh more bytes."""
_CONTENT_TYPES = "[Content_Types].xml"


class NeedsWholeError(Exception):
    """The file lacks something that only rewriting all of it can add, or is of a rare shape."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: its kind (last word of its type) and where it leads."""

    kind: str
    target: str
    is_external: bool


class Package:
    """The parts of one file.

    Args:
        data: The .xlsx file.

    Raises:
        WorkbookError: The file cannot be opened.
    """

    def __init__(self, data: bytes) -> None:
        self._archive = open_archive(data)
        self._trees: dict[str, etree._Element] = {}
        self._touched: set[str] = set()
        self._written: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._ids: dict[str, set[str]] = {}

    def names(self) -> list[str]:
        """Return the names of all parts, without folders."""
        return [name for name in self._archive.NameToInfo if not name.endswith("/")]

    def has(self, name: str) -> bool:
        """Tell whether there is such a part by now."""
        return name in self._archive.NameToInfo or name in self._trees or name in self._written

    def read(self, name: str) -> bytes:
        """Return a part's bytes, as people saved it or as written since; empty without one."""
        if name in self._written:
            return self._written[name]
        return read_part(self._archive, name)

    def tree(self, name: str, *, is_changed: bool = False) -> etree._Element:
        """Return a part's root; said to be changed, it is written anew.

        Raises:
            NeedsWholeError: There is no such part.
        """
        if name not in self._trees:
            content = self.read(name)
            if not content:
                raise NeedsWholeError(name)
            self._trees[name] = etree.fromstring(content, parser())
        if is_changed:
            self._touched.add(name)
            self._written.pop(name, None)  # what was written is in the tree
        return self._trees[name]

    def write(self, name: str, content: bytes) -> None:
        """Replace a part."""
        self._written[name] = content

    def relations(self, part: str) -> dict[str, Relation]:
        """Return a part's relations by their ids."""
        name = relations_of(part)
        if not self.has(name):
            return {}
        folder = posixpath.dirname(part)
        found = {}
        for item in self.tree(name):
            target, is_external = item.get("Target", ""), item.get("TargetMode") == "External"
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = item.get("Type", "").rpartition("/")[2]
            found[item.get("Id", "")] = Relation(kind, target, is_external)
        return found

    def relate(
        self, part: str, kind: str, target: str, *, identifier: str = "", is_external: bool = False
    ) -> str:
        """Add a relation to a part; return its id.

        Args:
            part: Whose relation it is.
            kind: Last word of its type.
            target: The other part's name, or an address outside.
            identifier: Its id; empty for one that is free.
            is_external: Whether ``target`` is an address.
        """
        name = relations_of(part)
        if not self.has(name):
            empty = f'<Relationships xmlns="{_RELATIONS}"/>'
            self._trees[name] = etree.fromstring(empty, parser())
        root = self.tree(name, is_changed=True)
        if not identifier:
            identifier = self._free_id(name, root)
        self._ids.get(name, set()).add(identifier)
        item = etree.SubElement(root, f"{{{_RELATIONS}}}Relationship")
        item.set("Id", identifier)
        item.set("Type", f"{RELATED}/{kind}")
        item.set("Target", target if is_external else f"/{target}")
        if is_external:
            item.set("TargetMode", "External")
        return identifier

    def _free_id(self, name: str, root: etree._Element) -> str:
        # Thousands of rows may each bring a link: the ids are gone through once.
        if name not in self._ids:
            self._ids[name] = {item.get("Id", "") for item in root}
        taken = self._ids[name]
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        return f"rId{number}"

    def add(self, name: str, content: bytes, content_type: str) -> None:
        """Add a part of a type."""
        self._written[name] = content
        types = self.tree(_CONTENT_TYPES, is_changed=True)
        item = etree.SubElement(types, types.tag.replace("}Types", "}Override"))
        item.set("PartName", f"/{name}")
        item.set("ContentType", content_type)

    def content_type(self, name: str) -> str:
        """Return a part's type, its own or its ending's; empty without one."""
        by_ending = ""
        for item in self.tree(_CONTENT_TYPES):
            if item.get("PartName") == f"/{name}":
                return item.get("ContentType", "")
            if name.endswith(f".{item.get('Extension')}"):
                by_ending = item.get("ContentType", "")
        return by_ending

    def free_name(self, name: str) -> str:
        """Return this name or, where a part bears it, one like it with another number."""
        if not self.has(name):
            return name
        stem, ending = posixpath.splitext(name)
        stem, number = stem.rstrip("0123456789"), 1
        while self.has(f"{stem}{number}{ending}"):
            number += 1
        return f"{stem}{number}{ending}"

    def unlink(self, part: str, identifier: str) -> None:
        """Take a relation of a part away."""
        root = self.tree(relations_of(part), is_changed=True)
        for item in [item for item in root if item.get("Id") == identifier]:
            root.remove(item)

    def remove(self, owner: str, name: str) -> None:
        """Take a part away, with its owner's relation and its content type."""
        for identifier, relation in self.relations(owner).items():
            if relation.target == name:
                self.unlink(owner, identifier)
        types = self.tree(_CONTENT_TYPES, is_changed=True)
        for item in [item for item in types if item.get("PartName") == f"/{name}"]:
            types.remove(item)
        self._removed.add(name)

    def data(self) -> bytes:
        """Return the file: parts in their old order, new relations at the end."""
        changed = {name: serialised(self._trees[name]) for name in self._touched} | self._written
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as target:
            for name, info in self._archive.NameToInfo.items():
                if name in self._removed:
                    continue
                content = changed.pop(name, None)
                entry = zipfile.ZipInfo(name, info.date_time)
                entry.external_attr = info.external_attr
                # Not ``read_part``: what is carried along unread need not be XML.
                kept = self._archive.read(name) if content is None else content
                target.writestr(entry, kept, zipfile.ZIP_DEFLATED, _COMPRESSION)
            for name, content in changed.items():
                target.writestr(name, content, zipfile.ZIP_DEFLATED, _COMPRESSION)
        return buffer.getvalue()


def relations_of(part: str) -> str:
    """Return the name of the part that holds a part's relations."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def parser() -> etree.XMLParser:
    """Return a parser that opens nothing outside; one a call, because it keeps state."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, strip_cdata=False
    )


def serialised(root: etree._Element) -> bytes:
    """Return a part's bytes."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def main(name: str) -> str:
    """Return a name in the namespace of spreadsheets."""
    return f"{{{MAIN}}}{name}"


def made(name: str) -> etree._Element:
    """Return a new element of spreadsheets, without a prefix as all editors write it."""
    return etree.fromstring(f'<{name} xmlns="{MAIN}"/>', parser())
