"""The official bulletins of a scenario: Vigicrues' reaches and Météo-France's colours by minute.

Called by ``vigie.exercise.staging``. Pure. Shapes follow the recorded answers, values are the
scenario's. Source: Vigicrues ``InfoVigiCru.geojson``; Météo-France, DPVigilance v1.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from vigie.convention.model import Source
from vigie.exercise.inject_channels import ReachContent, VigilanceContent
from vigie.exercise.scenario import Scenario
from vigie.exercise.script import Colour, VigicruesSource, VigilanceSource
from vigie.exercise.staging_documents import Written
from vigie.exercise.timeline import ShownInject

_PHENOMENA = ("1", "2", "3", "4", "5", "6", "7", "8", "9")


def vigicrues_source(scenario: Scenario, source: Source, own: list[ShownInject]) -> Written:
    """Return the reaches that the scenario names, green until their first change."""
    changes = [(int(o.minute), o.inject.content) for o in own]
    reaches: dict[str, str] = {}
    levels: dict[str, list[int]] = {}
    for minute, content in changes:
        if not isinstance(content, ReachContent):
            continue
        reaches[content.reach] = content.name
        row = levels.setdefault(content.reach, [1] * (scenario.duration_minutes + 1))
        row[minute:] = [content.level] * (len(row) - minute)
    name = f"{source.id}.geojson"
    features = [_reach(at, code, title) for at, (code, title) in enumerate(reaches.items())]
    template = {
        "type": "FeatureCollection",
        "name": "template-vigicrues-v1.1-WGS84.geojson",
        "features": features,
    }
    staged = VigicruesSource.model_validate(
        {
            "kind": "vigicrues",
            "id": source.id,
            "template": name,
            "reaches": levels,
            "issued": _issued([minute for minute, _ in changes], scenario),
        }
    )
    return Written(staged, templates={name: template})


def vigilance_source(scenario: Scenario, source: Source, own: list[ShownInject]) -> Written:
    """Return the colours of the domains that the scenario names, green until their change."""
    levels: dict[tuple[str, str, str], list[int]] = {}
    for one in own:
        content, minute = one.inject.content, int(one.minute)
        if isinstance(content, VigilanceContent):
            key = (content.domain, content.phenomenon, content.horizon)
            row = levels.setdefault(key, [1] * (scenario.duration_minutes + 1))
            row[minute:] = [content.level] * (len(row) - minute)
    name = f"{source.id}.json"
    asked = {str(domain) for domain in source.queries.get("domains", [])}
    domains = sorted(asked | {domain for domain, _, _ in levels})
    staged = VigilanceSource(
        kind="vigilance",
        id=source.id,
        template=name,
        colours=[
            Colour.model_validate(
                {"domain": domain, "phenomenon": phenomenon, "horizon": horizon, "levels": row}
            )
            for (domain, phenomenon, horizon), row in levels.items()
        ],
        issued=_issued([int(one.minute) for one in own], scenario),
    )
    return Written(staged, templates={name: _map(domains)})


def _issued(minutes: list[int], scenario: Scenario) -> list[int]:
    """Return, for each minute, the minute of the last change: an old bulletin stays the same."""
    issued, last = [], 0
    changes = set(minutes)
    for minute in range(scenario.duration_minutes + 1):
        last = minute if minute in changes else last
        issued.append(last)
    return issued


def _reach(at: int, code: str, title: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "CdTCC": "TCC00",
            "id": str(9001 + at),
            "CdEntCru": code,
            "typentcru": "8",
            "lbentcru": title,
            "acroentcru": code,
            "stentcru": "Validé",
            "NivInfViCr": 1,
        },
        "geometry": {"type": "MultiLineString", "coordinates": []},
    }


def _map(domains: list[str]) -> dict[str, Any]:
    def domain_at(domain: str) -> dict[str, Any]:
        items = [
            {"phenomenon_id": one, "phenomenon_max_color_id": 1, "timelaps_items": []}
            for one in _PHENOMENA
        ]
        return {"domain_id": domain, "max_color_id": 1, "phenomenon_items": items}

    periods: list[dict[str, Any]] = [
        {
            "echeance": horizon,
            "begin_validity_time": "",
            "end_validity_time": "",
            "timelaps": {"domain_ids": []},
        }
        for horizon in ("J", "J1")
    ]
    for period, domain in product(periods, domains):
        period["timelaps"]["domain_ids"].append(domain_at(domain))
    head = {
        "warning_type": "vigilance",
        "type_cdp": "cdp_carte_externe",
        "version_vigilance": "V6",
        "version_cdp": "1.0.0",
        "update_time": "",
        "domain_id": "FRA",
        "global_max_color_id": "1",
    }
    return {"product": {**head, "periods": periods}}
