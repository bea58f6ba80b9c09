"""Rules of lists: nothing stands twice where it can count only once. Called by the loader; pure."""

from __future__ import annotations

from collections.abc import Iterable

from vigie.convention.document import Breach, Document, Path
from vigie.convention.registry import Registry
from vigie.convention.wording import shown
from vigie.language import say

_LISTS: tuple[Path, ...] = (
    ("territory", "departments"),
    ("territory", "communes"),
    ("missions",),
    ("doors",),
    ("lexicons",),
    ("workbook", "time_zones"),
    ("workbook", "sheets"),
)


def nothing_twice(document: Document, _registry: Registry) -> Iterable[Breach]:
    """Plain lists, ids of sources and checks of one severity hold nothing twice."""
    for path in _LISTS:
        yield from _repeated(document, [((*path, at), text) for at, text in document.texts(*path)])
    sources = document.mappings("sources")
    yield from _repeated(
        document, [(("sources", at, "id"), item.get("id")) for at, item in sources]
    )
    checks = document.mappings("checks")
    yield from _repeated(
        document,
        [
            (("checks", at), f"{item['check']} ({item.get('severity', '')})")
            for at, item in checks
            if isinstance(item.get("check"), str)
        ],
    )


def _repeated(document: Document, places: list[tuple[Path, object]]) -> Iterable[Breach]:
    first: dict[str, Path] = {}
    for path, value in places:
        if not isinstance(value, str):
            continue
        if value in first:
            yield Breach(
                path,
                say("'{value}' stands twice in this list.", value=shown(value)),
                say("Keep one; the first is on line {line}.", line=document.line(first[value])),
            )
        first.setdefault(value, path)
