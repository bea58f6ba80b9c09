"""The data of the map's page, and what lets the page run nothing but its own script.

Called by ``vigie.operations.mapping``. Pure. Everything here ends inside an HTML file that people
open from their disk: the data is embedded so that no text can end its block, and the page's policy
forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from vigie.situation.map_geojson import MapHead, iso
from vigie.situation.map_items import MapItem
from vigie.situation.map_words import MapWording, legend, scale, script_words

_ESCAPES = (
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
    ("\u007f", "\\u007f"),
)
"""What could end a script block, begin a comment in it, or end a line of older scripts.
Source: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements"""
_DECIMALS = 5


def page_data(
    items: Sequence[MapItem],
    head: MapHead,
    wording: MapWording,
    *,
    is_public: bool,
    stale_minutes: int,
) -> dict[str, Any]:
    """Return what the page's script shows, without the ground.

    Args:
        items: As ``public_items`` or ``restricted_items`` return them.
        head: Title, notice, time.
        wording: Language and time zone.
        is_public: Then category and time are all there is to filter by.
        stale_minutes: From that age on the page says that it is old.
    """
    shown = {
        "title": head.title,
        "written_at": int(head.updated_at.timestamp()),
        "made_at": int((head.made_at or head.updated_at).timestamp()),
        "written_at_text": iso(head.updated_at),
        "zone": wording.time_zone,
        "language": wording.catalogue.code,
        "public": is_public,
        "stale_minutes": stale_minutes,
        "words": script_words(wording),
        "categories": legend(wording, frozenset(item.category for item in items)),
        "items": [_public(item) if is_public else _restricted(item, wording) for item in items],
    }
    if not is_public:
        shown["urgencies"] = scale(wording, "urgency")
        shown["statuses"] = scale(wording, "status")
    return shown


def embedded(document: object) -> str:
    """Return a document as JSON that may stand inside a ``<script type="application/json">``."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark, escape in _ESCAPES:
        text = text.replace(mark, escape)
    return text


def content_policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return the page's Content-Security-Policy: these scripts and styles by hash, nothing else.

    No request of any kind, no inline handler, no ``style`` attribute, no form, no other base.

    Source: https://www.w3.org/TR/CSP3/
    """
    return (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def _public(item: MapItem) -> dict[str, Any]:
    return _filled(
        {
            "c": item.category,
            "t": _seconds(item),
            "m": item.commune,
            "p": _point(item),
            "x": item.summary,
            "l": item.link,
        }
    )


def _restricted(item: MapItem, wording: MapWording) -> dict[str, Any]:
    return _filled(
        {
            **_public(item),
            "r": item.ref,
            "u": item.urgency,
            "s": item.status,
            "y": wording.label("status", item.typed_status) if item.typed_status else "",
            "w": item.place,
            "o": item.source,
            "a": item.precision_metres,
            "n": item.corroboration_count if item.corroboration_count > 1 else None,
            "f": wording.label("map_refusal", item.refusal) if item.refusal else "",
            "g": ", ".join(item.members),
        }
    )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: five thousand items are read on a telephone."""
    return {name: value for name, value in values.items() if value not in (None, "")}


def _seconds(item: MapItem) -> int | None:
    return int(item.observed_at.timestamp()) if item.observed_at else None


def _point(item: MapItem) -> list[float] | None:
    return [round(value, _DECIMALS) for value in item.point] if item.point else None
