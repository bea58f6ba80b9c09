"""A rectangle of the earth that a convention names. Pure; called by the connectors."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from vigie.records.post import Point

Box = Annotated[list[float], Field(min_length=4, max_length=4)]
"""West, south, east, north; WGS84 degrees. Source: RFC 7946, section 5."""


def is_in(box: list[float] | None, point: Point | None) -> bool:
    """Tell whether a point lies in a box; without a box everything does."""
    if box is None:
        return True
    if point is None:
        return False
    west, south, east, north = box
    return west <= point.lon <= east and south <= point.lat <= north


def point_of(lon: Any, lat: Any) -> Point | None:
    """Return a point, or None where the two are no place on earth."""
    try:
        x, y = float(lon), float(lat)
    except (TypeError, ValueError):
        return None
    if not (math.isfinite(x) and math.isfinite(y)) or abs(x) > 180 or abs(y) > 90:
        return None
    return Point(x, y)


def middle_of(points: Iterable[tuple[Any, Any]]) -> Point | None:
    """Return the mean of (lon, lat) pairs, or None where none can be read."""
    found = [point for lon, lat in points if (point := point_of(lon, lat)) is not None]
    if not found:
        return None
    return Point(
        round(sum(point.lon for point in found) / len(found), 6),
        round(sum(point.lat for point in found) / len(found), 6),
    )
