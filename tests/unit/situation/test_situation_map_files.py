"""GeoJSON, uMap, ground and the page's data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.situation.map_samples import (
    GENLIS,
    HEAD,
    NOW,
    WORDING,
    confirmed,
    row,
    rules,
)
from vigie.records.observation import CATEGORIES
from vigie.situation.map_geojson import feature_collection, json_text, plain, umap_document
from vigie.situation.map_ground import GroundCommune, make_ground, steps
from vigie.situation.map_items import MapItem, restricted_items
from vigie.situation.map_page import content_policy, embedded, page_data
from vigie.situation.map_public import public_items
from vigie.situation.map_words import COLOURS, FAMILIES, family_of, legend, script_words

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = "</script><!--<script>\u2028\u2029&amp;\u0000\u007f\ud800\u202e🌊{{{x}}}[[y]]"


def assert_rfc7946(document: dict[str, Any]) -> None:
    """Assert the shape that RFC 7946 asks for, longitude first."""
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    for feature in document["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        assert feature["type"] == "Feature"
        shape = feature["geometry"]
        if shape is not None:
            assert shape["type"] == "Point"
            lon, lat = shape["coordinates"]
            assert -180 <= lon <= 180
            assert -90 <= lat <= 90
            assert all(len(str(value).partition(".")[2]) <= 7 for value in (lon, lat))


def test_restricted_geojson_holds_every_row_also_without_a_place() -> None:
    """Nothing is left out: a row without a usable point has a null geometry."""
    rows = [
        row("CO21-0001"),
        row("CO21-0002", lat=None),
        row("CO21-0003", lat="47,2", lon=5.0),
        row("CO21-0004", lat=120.0),
        row("CO21-0005", lat=float("nan")),
        row("CO21-0006", lat=True),
    ]
    items = restricted_items(rows, {"CO21-0001": "not_confirmed"})
    document = feature_collection(items, HEAD, WORDING, is_public=False)
    assert_rfc7946(document)
    shapes = [feature["geometry"] for feature in document["features"]]
    assert shapes[0] == {"type": "Point", "coordinates": [5.2211, 47.2433]}
    assert shapes[1:] == [None] * 5
    first = document["features"][0]["properties"]
    assert first["not_public_because"] == "not_confirmed"
    assert first["time"] == "2026-11-20T10:00:00Z"
    assert not [name for name in first if "author" in name or "text" in name]


def test_an_effective_status_is_shown_with_what_was_typed() -> None:
    """A typed confirmation without its conditions counts as in progress, and says what it was."""
    [item] = restricted_items([row(people={"status": "confirmed"})], {})
    assert (item.status, item.typed_status) == ("in_progress", "confirmed")
    [item] = restricted_items([confirmed()], {})
    assert (item.status, item.typed_status) == ("confirmed", "")


def test_public_geojson_carries_the_rule_and_no_reference() -> None:
    """Title, notice and time stand beside the features; a feature has the allowed fields only."""
    document = feature_collection(
        public_items([confirmed()], rules()), HEAD, WORDING, is_public=True
    )
    assert_rfc7946(document)
    assert document["notice"] == "18 ou 112"
    assert document["updated_at"] == "2026-11-20T11:00:00Z"
    [feature] = document["features"]
    assert feature["geometry"]["coordinates"] == list(GENLIS.point)
    assert set(feature["properties"]) == {
        *("name", "description", "category", "category_label"),
        *("commune", "time", "time_text", "link"),
    }
    assert feature["properties"]["name"] == "Route coupée, Genlis"
    assert feature["properties"]["time_text"] == "20/11/2026 11:00"
    assert "CO21" not in json_text(document)


def test_umap_reads_again_where_it_can_and_else_holds_its_data() -> None:
    """With an address the layer is remote and empty; without one the items are inside."""
    items = public_items([confirmed()], rules())
    url = "https://carte.example.fr/carte.geojson"
    remote = umap_document(items, HEAD, WORDING, middle=(5.0, 47.3), data_url=url)
    [layer] = remote["layers"]
    assert remote["type"] == "umap"
    assert remote["properties"]["description"] == "18 ou 112"
    assert layer["features"] == []
    assert layer["_umap_options"]["remoteData"] == {
        "url": url,
        "format": "geojson",
        "dynamic": False,
        "proxy": False,
    }
    [inside] = umap_document(items, HEAD, WORDING, middle=(5.0, 47.3), data_url=None)["layers"]
    assert_rfc7946(inside | {"_umap_options": None})
    assert inside["features"][0]["properties"]["_umap_options"]["color"] == COLOURS["roads"]
    assert "remoteData" not in inside["_umap_options"]


def test_typed_markup_means_nothing_to_umap() -> None:
    """No link, image or frame can be made from a summary."""
    text = plain("{{{https://x.example}}} [[https://x.example|ici]] --- **gras**")
    assert not re.search(r"\[\[|\{\{|---|\*\*", text)
    assert plain("D10 - Genlis (80 cm)") == "D10 - Genlis (80 cm)"


def test_files_are_the_same_for_the_same_rows() -> None:
    """Deterministic: nothing but the rows and the time decides the bytes."""
    rows = [confirmed(f"CO21-{number:04d}") for number in range(1, 9)]
    texts = {
        json_text(feature_collection(public_items(some, rules()), HEAD, WORDING, is_public=True))
        for some in (rows, rows[::-1])
    }
    assert len(texts) == 1


@given(st.text())
def test_embedded_data_cannot_leave_its_block(text: str) -> None:
    """Whatever a text holds, the block's end is not in it, and JSON gives it back unaltered."""
    made = embedded({"x": text + HOSTILE})
    assert not set(made) & {"<", ">", "&", "\u2028", "\u2029", "\u0000", "\u007f"}
    assert json.loads(made) == {"x": text + HOSTILE}


def test_hostile_text_can_be_written_as_utf_8() -> None:
    """Unpaired surrogates are replaced, everything else stays."""
    [item] = restricted_items([row(summary=HOSTILE, commune=HOSTILE, place=HOSTILE)], {})
    data = page_data([item], HEAD, WORDING, is_public=False, stale_minutes=10)
    assert embedded(data).encode()
    assert item.summary == HOSTILE.replace("\ud800", "\ufffd")


def test_the_policy_names_scripts_by_hash_and_allows_no_request() -> None:
    """Nothing runs but what is hashed; no inline handler, no network, no form."""
    policy = content_policy(["alert(1)"], ["a{}"])
    digest = base64.b64encode(hashlib.sha256(b"alert(1)").digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_public_page_data_has_no_restricted_field() -> None:
    """The page of the public knows neither reference, urgency, status nor source."""
    data = page_data(
        public_items([confirmed()], rules()), HEAD, WORDING, is_public=True, stale_minutes=10
    )
    assert data["items"] == [
        {
            "c": "road_closed",
            "t": int(NOW.timestamp()) - 3600,
            "m": "Genlis",
            "p": [5.22356, 47.24185],
        }
    ]
    assert "urgencies" not in data
    assert "statuses" not in data


def test_every_category_has_a_family_a_sign_and_a_word() -> None:
    """The legend knows the whole tree; what a convention adds comes last under its own name."""
    assert sorted(code for codes in FAMILIES.values() for code in codes) == sorted(CATEGORIES)
    script = (ROOT / "templates" / "map" / "map.js").read_text(encoding="utf-8")
    for code in CATEGORIES:
        assert f"    {code}: " in script, code
    for family in FAMILIES:
        assert f"    {family}:" in script, family
    lines = legend(WORDING, frozenset({"avalanche", "", *CATEGORIES}))
    assert [line["code"] for line in lines] == [*CATEGORIES, "", "avalanche"]
    assert lines[-1]["label"] == "Coulée"
    assert family_of("avalanche") == "other"
    labels = [line["label"] for line in lines]
    assert len(set(labels)) == len(labels)


def test_the_script_finds_every_word_that_it_says() -> None:
    """Each ``words.x`` of the script is given by the catalogue."""
    script = (ROOT / "templates" / "map" / "map.js").read_text(encoding="utf-8")
    said = set(re.findall(r"\bwords\.(\w+)", script))
    given_words = set(script_words(WORDING))
    assert said == given_words


def test_steps_add_up_to_the_ring() -> None:
    """Half a ten-thousandth of a degree is all that is lost; points that meet are one."""
    ring = [(5.0, 47.0), (5.00001, 47.0), (5.1, 47.25), (5.0, 47.0)]
    made = steps(ring)
    xs, ys = [sum(made[0:n:2]) for n in (1, 3, 5)], [sum(made[1:n:2]) for n in (2, 4, 6)]
    assert list(zip(xs, ys, strict=True)) == [(10000, 94000), (10200, 94500), (10000, 94000)]


def test_ground_draws_territory_and_neighbours() -> None:
    """Inside strongly, beside faintly, others not at all; overseas the communes stand in."""
    contours = json.loads((ROOT / "data" / "map" / "departements.geojson").read_text("utf-8"))
    commune = GroundCommune("21292", "Genlis", "21", 5500, GENLIS.point)
    ground = make_ground(contours["features"], [commune], inside={"21"}, beside={"39", "70"})
    assert {one["name"]: one["inside"] for one in ground["departments"]} == {
        "Côte-d'Or": True,
        "Jura": False,
        "Haute-Saône": False,
    }
    west, south, east, north = ground["bounds"]
    assert 4.0 < west < 4.1 < 5.5 < east < 5.6
    assert 46.8 < south < 47.0 < 48.0 < north < 48.1
    island = GroundCommune("97123", "Saint-Barthélemy", "977", 10000, (-62.83, 17.9))
    assert make_ground(contours["features"], [island], inside={"977"}, beside=())["bounds"] == [
        *island.point,
        *island.point,
    ]


def test_shipped_contours_follow_the_right_hand_rule() -> None:
    """All 96 metropolitan departments; outer rings counter-clockwise, holes clockwise, closed."""
    contours = json.loads((ROOT / "data" / "map" / "departements.geojson").read_text("utf-8"))
    assert len(contours["features"]) == 96
    for feature in contours["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for number, ring in enumerate(polygon):
                assert ring[0] == ring[-1]
                area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
                assert (area > 0) == (number == 0)


@pytest.mark.parametrize("name", ["leaflet.js", "leaflet.css"])
def test_the_vendored_library_is_what_its_readme_says(name: str) -> None:
    """The library is the published one, byte for byte, with its licence beside it."""
    vendor = ROOT / "templates" / "map" / "vendor"
    digest = hashlib.sha256((vendor / name).read_bytes()).hexdigest()
    assert f"| `{name}` (`dist/{name}`) | `{digest}` |" in (vendor / "README.md").read_text("utf-8")
    assert "BSD 2-Clause" in (vendor / "LICENSE").read_text("utf-8")


def test_an_item_without_anything_is_still_an_item() -> None:
    """An empty row that a person added appears in list and file, and breaks nothing."""
    item = MapItem(category="", observed_at=None, commune="", point=None)
    for is_public in (True, False):
        document = feature_collection([item], HEAD, WORDING, is_public=is_public)
        assert_rfc7946(document)
        data = page_data([item], HEAD, WORDING, is_public=is_public, stale_minutes=10)
        assert len(data["items"]) == 1
