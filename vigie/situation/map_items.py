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
from vigie.situation.map_groups import Rows, drawn_apart, groups_of, worst_urgency

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
        members: ``Réf`` of the rows that people merged into this one; they are drawn nowhere else.
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
    members: tuple[str, ...] = ()


def restricted_items(
    observations: Iterable[Observation], refusals: Mapping[str, str]
) -> list[MapItem]:
    """Return every fact that is not withdrawn, in the order of the log; nothing is left out.

    Rows that people merged are one item with the most pressing urgency among them.

    Args:
        observations: Of one activation.
        refusals: ``Réf`` to why it is not public (``map_public.refusals``); absent = it is.
    """
    return [
        _item(rows, refusals) for group in groups_of(observations) for rows in drawn_apart(group)
    ]


def _item(rows: Rows, refusals: Mapping[str, str]) -> MapItem:
    observation = rows[0]
    # Where the fact's own row has no point, a row that tells the same may have one.
    placed = next((row for row in rows if point_of(row)), observation)
    reasons = [refusals.get(row.ref, "") for row in rows]
    status = observation.effective_status()
    typed = text_of(observation.value("status")) or "unverified"
    precision = placed.value("precision_metres")
    voices = observation.value("corroboration_count")
    return MapItem(
        category=text_of(observation.value("category")),
        observed_at=time_of(observation.value("observed_at")),
        commune=text_of(placed.value("commune")),
        point=point_of(placed),
        summary=text_of(observation.value("summary")),
        link=web_address(observation.value("link")),
        ref=observation.ref,
        urgency=worst_urgency(rows) or text_of(observation.value("urgency")),
        status=status,
        typed_status=typed if typed != status else "",
        place=text_of(placed.value("place")),
        source=text_of(observation.value("source")),
        precision_metres=round(precision) if is_number(precision) and precision > 0 else None,
        corroboration_count=voices if isinstance(voices, int) else 0,
        refusal="" if "" in reasons else reasons[0],
        members=tuple(row.ref for row in rows[1:]),
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
