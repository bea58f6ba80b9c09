"""Where the online geocoder placed an address: what analysis, use case and store hand each other.

Made by ``vigie.operations.geocoding``, kept by the store, laid over rows by ``addressing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedAddress:
    """The point of an address.

    Attributes:
        lon: WGS84 degrees.
        lat: WGS84 degrees.
        precision_metres: How far from the point what is told may be.
    """

    lon: float
    lat: float
    precision_metres: int


KnownAddresses = Mapping[str, PlacedAddress | None]
"""Digest of (address, commune's code) to its point; None = asked, and there is none to be sure of.
A question that is absent was never answered."""
