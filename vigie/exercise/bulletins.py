"""Turns the adapted templates of Vigicrues and Météo-France into the answer of one wave.

Called by ``networks``. Pure. Only levels, references and times are written; shapes and names stay
those of the template, which is a recorded answer adapted to Côte-d'Or (see the material's README).
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from vigie.exercise.script import Play, VigicruesSource, VigilanceSource, resolve

ISSUED_BEFORE_WAVE_END = timedelta(minutes=20)
"""A wave's bulletin is issued so long before the wave ends. Ours: any moment within it would do."""
FLOODS = "4"
"""Phenomenon whose ``timelaps_items`` are empty. Source: a capture of cartevigilance (2026)."""


def issued_at(
    source: VigicruesSource | VigilanceSource, play: Play, wave: int, started_at: datetime
) -> datetime:
    """Return when a source's bulletin of a wave was issued, aware UTC, whole seconds."""
    if source.issued:
        at = resolve(source.issued[wave - 1], started_at)
    else:
        at = resolve(play.waves[wave - 1].until, started_at) - ISSUED_BEFORE_WAVE_END
    return at.astimezone(UTC).replace(microsecond=0)


def vigicrues_json(
    source: VigicruesSource, template: Any, play: Play, wave: int, started_at: datetime
) -> Any:
    """Return the InfoVigiCru collection of a wave (1 …)."""
    answer = copy.deepcopy(template)
    issued = issued_at(source, play, wave, started_at)
    answer["RefInfoVigiCru"] = issued.strftime("%d%m%Y_%H")
    answer["DtHrInfoVigiCru"] = issued.isoformat()
    for feature in answer["features"]:
        levels = source.reaches.get(feature["properties"]["CdEntCru"])
        if levels is not None:
            feature["properties"]["NivInfViCr"] = levels[wave - 1]
    return answer


def vigilance_json(
    source: VigilanceSource, template: Any, play: Play, wave: int, started_at: datetime
) -> Any:
    """Return the vigilance map of a wave (1 …), both horizons."""
    answer = copy.deepcopy(template)
    issued = issued_at(source, play, wave, started_at)
    product = answer["product"]
    product["update_time"] = _zulu(issued)
    chosen: dict[tuple[str, str, str], int] = {
        (c.domain, c.phenomenon, c.horizon): c.levels[wave - 1] for c in source.colours
    }
    midnight = (issued + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    bounds = {
        "J": (issued.replace(minute=0, second=0), midnight),
        "J1": (midnight, midnight + timedelta(days=1)),
    }
    highest = 1
    for period in product["periods"]:
        begin, end = bounds[period["echeance"]]
        period["begin_validity_time"], period["end_validity_time"] = _zulu(begin), _zulu(end)
        for domain in period["timelaps"]["domain_ids"]:
            _colour_domain(domain, chosen, period["echeance"], begin, end)
            highest = max(highest, domain["max_color_id"])
    product["global_max_color_id"] = str(highest)
    return answer


def _colour_domain(
    domain: dict[str, Any],
    chosen: dict[tuple[str, str, str], int],
    horizon: str,
    begin: datetime,
    end: datetime,
) -> None:
    for item in domain["phenomenon_items"]:
        key = (domain["domain_id"], item["phenomenon_id"], horizon)
        colour = chosen.get(key, item["phenomenon_max_color_id"])
        item["phenomenon_max_color_id"] = colour
        lapse = {"begin_time": _zulu(begin), "end_time": _zulu(end), "color_id": colour}
        item["timelaps_items"] = [] if item["phenomenon_id"] == FLOODS else [lapse]
    domain["max_color_id"] = max(i["phenomenon_max_color_id"] for i in domain["phenomenon_items"])


def _zulu(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
