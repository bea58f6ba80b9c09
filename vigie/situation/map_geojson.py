"""A map's items as GeoJSON (RFC 7946) and as a uMap file.

Called by ``vigie.operations.mapping``. Pure, and the same bytes for the same items. Longitude comes
first, at most seven decimals, no ``crs``; an item without a point has a null geometry (RFC 7946,
3.2), never a made-up one. Source: https://www.rfc-editor.org/rfc/rfc7946
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from vigie.situation.map_items import LonLat, MapItem
from vigie.situation.map_words import COLOURS, MapWording, family_of

_DECIMALS = 5
"""One metre: finer than any place that we know."""
_UMAP_ICONS = {"hazard": "Drop", "official": "Ball", "denial": "Circle"}
"""uMap's own icon classes. Source: ``umap/static/umap/js/modules/schema.js`` of umap-project."""
_TEMPLATE = "# {name}\n{time_text}\n{description}\n{link}"
"""uMap makes a link of a bare address, and nothing of an empty one."""
_MARKUP = re.compile(r"(?<=\[)\[|(?<=\{)\{|(?<=\*)\*|(?<=--)-|(?<=\|)\|")
_ZOOM = 9
_UNSEEN = re.compile("[\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]")
"""DEL, C1, line separators, direction marks and overrides. Source: Unicode TR9, 2.1 to 2.6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapHead:
    """What stands over a map's items.

    Attributes:
        title: Name of the map.
        notice: What everybody must read first: whom to call.
        updated_at: Aware UTC.
        is_exercise: Then each item says so too: people copy single items out of a file.
        made_at: When it was written by the wall's clock, from which its age is told: a played
            exercise has a time of its own. None where that is ``updated_at``.
    """

    title: str
    notice: str
    updated_at: datetime
    is_exercise: bool = False
    made_at: datetime | None = None


def feature_collection(
    items: Sequence[MapItem], head: MapHead, wording: MapWording, *, is_public: bool
) -> dict[str, Any]:
    """Return the items as a FeatureCollection; title, notice and time stand beside them."""
    make = _public_properties if is_public else _restricted_properties
    told = wording.exercise if head.is_exercise else str
    return {
        "type": "FeatureCollection",
        "title": head.title,
        "notice": head.notice,
        "updated_at": iso(head.updated_at),
        "features": [
            {
                "type": "Feature",
                "geometry": _geometry(item.point),
                "properties": make(item, wording, told),
            }
            for item in items
        ],
    }


def umap_document(
    items: Sequence[MapItem],
    head: MapHead,
    wording: MapWording,
    *,
    middle: LonLat,
    data_url: str | None,
) -> dict[str, Any]:
    """Return a file that uMap imports: its data inside, or read again from an address.

    Args:
        items: Public ones.
        head: Title, notice, time.
        wording: For the labels.
        middle: Where the map opens.
        data_url: Address of the public GeoJSON; None = the items stand in the file itself.

    Source: ``umap/tests/fixtures/remote_data.umap`` and ``test_upload_data.umap`` of umap-project.
    """
    options: dict[str, Any] = {
        "name": head.title,
        "displayOnLoad": True,
        "browsable": True,
        "color": COLOURS["hazard"],
        "popupShape": "Default",
        "popupTemplate": "Default",
        "popupContentTemplate": _TEMPLATE,
    }
    features: list[dict[str, Any]] = []
    if data_url is not None:
        # Dynamic would ask at every move of the map; the file changes every few minutes.
        options["remoteData"] = {
            "url": data_url,
            "format": "geojson",
            "dynamic": False,
            "proxy": False,
        }
    else:
        told = wording.exercise if head.is_exercise else str
        features = [_umap_feature(item, wording, told) for item in items]
    return {
        "type": "umap",
        "geometry": _geometry(middle),
        "properties": {
            "name": head.title,
            "description": head.notice,
            "zoom": _ZOOM,
            "captionBar": True,
            "onLoadPanel": "caption",
            "displayPopupFooter": False,
            "licence": "",
            "slideshow": {},
            "limitBounds": {},
        },
        "layers": [{"type": "FeatureCollection", "features": features, "_umap_options": options}],
    }


def json_text(document: dict[str, Any]) -> str:
    """Return a document as JSON text, ending with a line; the same for the same document.

    Marks that cannot be seen stand in it by their numbers: whoever opens the file in an editor
    reads it in its true order, and whoever parses it gets the text unaltered.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSEEN.sub(lambda mark: f"\\u{ord(mark.group()):04x}", text) + "\n"


def iso(at: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _geometry(point: LonLat | None) -> dict[str, Any] | None:
    if point is None:
        return None
    return {"type": "Point", "coordinates": [round(value, _DECIMALS) for value in point]}


def _public_properties(
    item: MapItem, wording: MapWording, told: Callable[[str], str]
) -> dict[str, Any]:
    """Return all that the public gets: ``name`` and ``description`` are what uMap shows."""
    return {
        "name": told(plain(f"{wording.title('category', item.category)}, {item.commune}")),
        "description": plain(item.summary),
        "category": item.category,
        "category_label": plain(wording.title("category", item.category)),
        "commune": plain(item.commune),
        "time": iso(item.observed_at) if item.observed_at else None,
        "time_text": _local(item, wording),
        "link": item.link or None,
    }


def _restricted_properties(
    item: MapItem, wording: MapWording, told: Callable[[str], str]
) -> dict[str, Any]:
    category = wording.title("category", item.category)
    return {
        "name": told(f"{item.ref} {category}".strip()),
        "ref": item.ref,
        "grouped_refs": list(item.members),
        "category": item.category or None,
        "category_label": category or None,
        "urgency": item.urgency or None,
        "urgency_label": wording.label("urgency", item.urgency) or None,
        "status": item.status,
        "status_label": wording.label("status", item.status),
        "typed_status": item.typed_status or None,
        "time": iso(item.observed_at) if item.observed_at else None,
        "summary": item.summary,
        "commune": item.commune or None,
        "place": item.place or None,
        "precision_metres": item.precision_metres,
        "source": item.source or None,
        "link": item.link or None,
        "corroboration_count": item.corroboration_count,
        "public": item.refusal == "",
        "not_public_because": item.refusal or None,
    }


def _umap_feature(item: MapItem, wording: MapWording, told: Callable[[str], str]) -> dict[str, Any]:
    family = family_of(item.category)
    look = {"color": COLOURS[family], "iconClass": _UMAP_ICONS.get(family, "Default")}
    return {
        "type": "Feature",
        "geometry": _geometry(item.point),
        "properties": {**_public_properties(item, wording, told), "_umap_options": look},
    }


def _local(item: MapItem, wording: MapWording) -> str:
    if item.observed_at is None:
        return ""
    return local_text(item.observed_at, wording)


def local_text(at: datetime, wording: MapWording) -> str:
    """Return a time as people of the convention's first zone read it."""
    return at.astimezone(ZoneInfo(wording.time_zone)).strftime("%d/%m/%Y %H:%M")


def plain(text: str) -> str:
    """Return a text in which uMap finds no markup: no link, image, frame or emphasis of its own.

    Source: "Syntaxe" of uMap's help (``[[…]]`` links, ``{{…}}`` images, ``{{{…}}}`` frames).
    """
    return _MARKUP.sub(lambda found: f" {found.group()}", text)
