"""Rows for the map's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from vigie.language import catalogue
from vigie.records.observation import Observation
from vigie.situation.map_geojson import MapHead
from vigie.situation.map_items import LonLat
from vigie.situation.map_public import CommuneSpot, PublicRules
from vigie.situation.map_words import MapWording

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
GENLIS = CommuneSpot("Genlis", (5.22356, 47.24185))
WORDING = MapWording(catalogue("fr"), "Europe/Paris", {"avalanche": "coulée"})
HEAD = MapHead(title="Crue de la Tille", notice="18 ou 112", updated_at=NOW)


def spot(name: str, _point: LonLat | None) -> CommuneSpot | None:
    """Know Genlis only."""
    return GENLIS if name == "Genlis" else None


def rules(**changes: Any) -> PublicRules:
    """Return the rules of a convention with 15 minutes of delay."""
    values: dict[str, Any] = {
        "now": NOW,
        "delay": timedelta(minutes=15),
        "max_age": timedelta(hours=24),
        "official_refs": frozenset(),
        "commune_spot": spot,
    }
    return PublicRules(**{**values, **changes})


def row(
    ref: str = "CO21-0001", people: dict[str, Any] | None = None, **machine: Any
) -> Observation:
    """Return a row of the machine's, with what people typed into it."""
    at = NOW - timedelta(hours=1)
    values: dict[str, Any] = {
        "observed_at": at,
        "received_at": at,
        "urgency": "normal",
        "status": "unverified",
        "category": "road_closed",
        "summary": "La D10 est coupée, dit @lea au 06 12 34 56 78",
        "original_text": "La D10 est coupée devant chez moi, 12 rue du Port",
        "commune": "Genlis",
        "place": "12 rue du Port",
        "lat": 47.2433,
        "lon": 5.2211,
        "precision_metres": 200,
        "source": "Mastodon (piaille.fr)",
        "link": "https://piaille.example/@lea/1",
        "author": "a1b2c3",
        "corroboration_count": 1,
        "source_grade": "F",
        "entered_by": "Vigie",
    }
    return Observation(ref=ref, machine={**values, **machine}, people=people or {})


CONFIRMED: dict[str, Any] = {
    "status": "confirmed",
    "verified_by": "Luc",
    "evidence": "appel au CODIS 10 h 12",
}


def confirmed(ref: str = "CO21-0001", **people: Any) -> Observation:
    """Return a row that people confirmed as they must."""
    return row(ref, {**CONFIRMED, **people})
