"""Conventions take the sources of open data, and refuse them written wrongly, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.checks.registry import params_by_check
from vigie.convention.loader import Registry, load_convention
from vigie.problem import ConventionError
from vigie.signals.lexicons import lexicon_names
from vigie.sources.registry import params_by_kind

ROOT = Path(__file__).resolve().parents[3]
REGISTRY = Registry(params_by_kind(), params_by_check(), lexicon_names())
SOURCES = """\
  - id: hubeau
    name: Hub'Eau (hauteurs et débits)
    kind: hubeau
    address: https://hubeau.eaufrance.fr/api/v2/hydrometrie/observations_tr
    # Stations et seuils : à arrêter avec le service de prévision des crues.
    queries:
      stations:
        - {code: "U132401001", grandeur: H, name: L'Ouche à Plombières-lès-Dijon, levels: [1.5, 2.0, 2.5]}
        - {code: "U120401001", grandeur: Q, name: La Tille à Arceau, levels: [30, 45, 60]}
    cadence_minutes: 10
    silence_minutes: 60
    budget: {requests: 12, per_minutes: 10}
  - id: bison-fute
    name: Bison Futé (réseau national)
    kind: datex
    address: https://tipi.bison-fute.gouv.fr/bison-fute-ouvert/publicationsDIR/Evenementiel-DIR/grt/RRN/content.xml
    queries:
      departments: ["21"]
      roads: [A6, A31, A36, A38, A39, N274]
      box: [4.06, 46.90, 5.52, 48.03]
    cadence_minutes: 5
    silence_minutes: 30
    budget: {requests: 4, per_minutes: 10}
  - id: inforoutes
    name: Inforoutes 21
    kind: geojson
    # Flux à convenir avec le conseil départemental.
    address: https://inforoutes.example.invalid/cote-dor/evenements.geojson
    queries:
      identity: id
      title: titre
      text: [description]
      category: nature
      categories: {route coupée: road_closed, déviation: diversion, inondation: water}
      start: debut
      end: fin
      url: lien
      vanishing_means_ended: true
    cadence_minutes: 5
    silence_minutes: 30
    budget: {requests: 4, per_minutes: 10}
    grade: A
  - id: alertes-cap
    name: Alertes CAP (MeteoAlarm)
    kind: cap
    address: https://feeds.meteoalarm.org/feeds/meteoalarm-legacy-atom-france
    queries:
      areas: [Côte-d'Or, FR026]
      from_severity: moderate
      vanishing_means_ended: true
    cadence_minutes: 10
    silence_minutes: 60
    budget: {requests: 40, per_minutes: 10}
  - id: gdacs
    name: GDACS
    kind: gdacs
    address: https://www.gdacs.org/xml/rss.xml
    queries: {countries: [FRA], from_alert: orange}
    cadence_minutes: 30
    silence_minutes: 180
    budget: {requests: 2, per_minutes: 10}
"""  # noqa: E501 - YAML as people write it


def _convention(tmp_path, sources):
    text = (ROOT / "conventions" / "cote-dor.yml").read_text("utf-8")
    begin = text.index("\nlexicons:")
    path = tmp_path / "cote-dor.yml"
    path.write_text(text[:begin].rstrip() + "\n" + sources + text[begin:], "utf-8")
    return path


def test_a_convention_takes_every_open_source(tmp_path):
    """One source of each kind, as a convention would write it, is right."""
    convention = load_convention(_convention(tmp_path, SOURCES), REGISTRY)
    assert {source.kind for source in convention.sources} >= {
        *("cap", "datex", "gdacs", "geojson", "hubeau")
    }


@pytest.mark.parametrize(
    ("right", "wrong", "word"),
    [
        ("levels: [30, 45, 60]", "levels: [60, 45]", "croître"),
        ("grandeur: Q", "grandeur: debit", "grandeur"),
        ('departments: ["21"]', 'departments: ["211"]', "departments"),
        ("roads: [A6, ", "roads: [RN 6, ", "roads"),
        ("route coupée: road_closed", "route coupée: coupee", "road_closed"),
        ("identity: id", "identite: id", "identity"),
        ("from_severity: moderate", "from_severity: orange", "from_severity"),
        ("countries: [FRA]", "countries: [France]", "countries"),
    ],
)
def test_a_wrong_one_is_refused_in_words(tmp_path, right, wrong, word):
    """The fault is named where it stands, with what can be written."""
    assert right in SOURCES
    with pytest.raises(ConventionError) as caught:
        load_convention(_convention(tmp_path, SOURCES.replace(right, wrong)), REGISTRY)
    assert word in str(caught.value)
    assert "cote-dor.yml" in str(caught.value)
