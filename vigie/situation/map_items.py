"""What a map shows of one observation, for those who may see everything.

Called by ``vigie.operations.mapping``. Pure. The public's share is decided in ``map_public``; this
file must never be asked what the public may see.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

from vigie.records.observation import CellValue, Observation

LonLat = tuple[float, float]
"""WGS84 degrees, longitude first. Source: RFC 7946, 3.1.1."""

_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapItem:
    """One fact on a map. Times are aware UTC; absent texts are empty.

    Attributes:
        point: Where it is drawn; None = it stands in the list only.
        commune: As the convention's people call it.
        summary: What people may read; on the public map only what a person typed.
        link: ``http(s)`` address, or empty.
        ref: And all that follows: restricted side only.
        status: The effective one.
        typed_status: What stands in the workbook, where that is another.
        refusal: Why it is not on the public map; empty = it is.
    """

    category: str
    observed_at: datetime | None
    commune: str
    point: LonLat | None
    summary: str = ""
    link: str = ""
    ref: str = ""
    urgency: str = ""
    status: str = ""
    typed_status: str = ""
    place: str = ""
    source: str = ""
    precision_metres: int | None = None
    corroboration_count: int = 0
    refusal: str = ""


def restricted_items(
    observations: Iterable[Observation], refusals: Mapping[str, str]
) -> list[MapItem]:
    """Return every row that is not withdrawn, in the order of the log; nothing is left out.

    Args:
        observations: Of one activation.
        refusals: ``Réf`` to why it is not public (``map_public.refusal``); absent = it is.
    """
    return [
        _item(observation, refusals.get(observation.ref, ""))
        for observation in observations
        if not observation.is_withdrawn
    ]


def _item(observation: Observation, refusal: str) -> MapItem:
    status = observation.effective_status()
    typed = text_of(observation.value("status")) or "unverified"
    precision = observation.value("precision_metres")
    voices = observation.value("corroboration_count")
    return MapItem(
        category=text_of(observation.value("category")),
        observed_at=time_of(observation.value("observed_at")),
        commune=text_of(observation.value("commune")),
        point=point_of(observation),
        summary=text_of(observation.value("summary")),
        link=web_address(observation.value("link")),
        ref=observation.ref,
        urgency=text_of(observation.value("urgency")),
        status=status,
        typed_status=typed if typed != status else "",
        place=text_of(observation.value("place")),
        source=text_of(observation.value("source")),
        precision_metres=round(precision) if is_number(precision) and precision > 0 else None,
        corroboration_count=voices if isinstance(voices, int) else 0,
        refusal=refusal,
    )


def point_of(observation: Observation) -> LonLat | None:
    """Return a row's own point; None where there is none or it lies on no earth."""
    lon, lat = observation.value("lon"), observation.value("lat")
    if not (is_number(lon) and is_number(lat)):
        return None
    if abs(lon) > 180 or abs(lat) > 90:
        return None
    return (float(lon), float(lat))


def time_of(value: CellValue) -> datetime | None:
    """Return a cell's time; None where people typed something else."""
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def text_of(value: CellValue) -> str:
    """Return a cell's text without its outer spaces; unpaired surrogates are replaced.

    They come from broken sources and cannot be written in UTF-8.
    """
    text = "" if value is None else str(value).strip()
    return (
        text
        if text.isascii()
        else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def web_address(value: CellValue) -> str:
    """Return an ``http(s)`` address that can be opened by a click, else an empty text."""
    text = text_of(value)
    is_web = text.lower().startswith(_WEB) and text.isprintable() and " " not in text
    return text if is_web else ""


def is_number(value: CellValue) -> TypeGuard[int | float]:
    """Tell whether a cell holds a finite number (a truth value is none)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
