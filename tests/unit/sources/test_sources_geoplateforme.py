"""The geocoder of the Géoplateforme: what is asked, and what may be read from its answers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.sources import geoplateforme
from vigie.sources.contract import Answer
from vigie.sources.failure import Failure
from vigie.sources.geoplateforme import Candidate, read, request_of, sure_one
from vigie.sources.registry import connectors

FOLDER = Path(__file__).resolve().parents[2] / "payloads" / "geocoding"
BASE = "https://data.geopf.example/geocodage/"


def answer(body: bytes) -> Answer:
    """A good answer with a body."""
    return Answer(
        status=200,
        headers={},
        body=body,
        url=f"{BASE}search",
        received_at=datetime(2026, 11, 20, tzinfo=UTC),
    )


def candidates(name: str, insee: str = "21231") -> list[Candidate]:
    """Return what is read from a payload."""
    found = read(answer((FOLDER / f"{name}.json").read_bytes()), insee)
    assert not isinstance(found, Failure)
    return found


def test_only_address_and_commune_are_asked_with() -> None:
    """The question holds five parameters, no body, no session."""
    request = request_of(BASE, "12 rue Monge", "21231")
    assert request.url == "https://data.geopf.example/geocodage/search"
    assert dict(request.params) == {
        "q": "12 rue Monge",
        "citycode": "21231",
        "limit": "3",
        "autocomplete": "0",
        "index": "address",
    }
    assert request.body is None
    assert request.session is None
    assert len(request_of(BASE, "x" * 900, "21231").params["q"]) == 200


def test_it_is_no_connector() -> None:
    """It gives no posts: no convention can name it as a source."""
    assert not hasattr(geoplateforme, "KIND")
    assert "geoplateforme" not in connectors()


@pytest.mark.parametrize(
    ("name", "insee", "kind", "metres"),
    [
        ("housenumber", "21231", "housenumber", 30),
        ("street", "21038", "street", 400),
        ("locality", "21038", "locality", 500),
        ("arrondissement", "75056", "housenumber", 30),
    ],
)
def test_a_good_answer_gives_a_point_with_its_precision(
    name: str, insee: str, kind: str, metres: int
) -> None:
    """The precision follows from the kind of the answer."""
    best = sure_one(candidates(name, insee))
    assert best is not None
    assert (best.kind, best.precision_metres) == (kind, metres)
    assert 2 < best.lon < 6
    assert 47 < best.lat < 49


@pytest.mark.parametrize(
    ("name", "insee"),
    [
        ("municipality", "21038"),
        ("other_commune", "21231"),
        ("weak", "21231"),
        ("empty", "21231"),
        ("broken_features", "21231"),
        ("arrondissement", "69123"),
        *((path.stem, "21231") for path in sorted(FOLDER.glob("hostile_*.json"))),
    ],
)
def test_what_is_not_sure_gives_nothing(name: str, insee: str) -> None:
    """Another commune, the commune itself, a low score, a broken feature: no candidate."""
    assert candidates(name, insee) == []


def test_two_streets_of_one_name_give_nothing() -> None:
    """In a merged commune nobody knows which « rue de l'Église » is meant."""
    twins = candidates("twins")
    assert len(twins) == 2
    assert sure_one(twins) is None
    assert sure_one(twins[:1]) is twins[0]
    assert sure_one([]) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"[]", b"{}", b'{"features": 3}', b"[" * 100_000, b"\xff\x00"],
)
def test_garbage_is_told_as_malformed(body: bytes) -> None:
    """What is no GeoCodeJSON is a failure in plain words, never an exception."""
    found = read(answer(body), "21231")
    assert isinstance(found, Failure)
    assert found.state == "malformed"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["properties", "geometry", "type", "coordinates", "score", "citycode"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_feature_is_read_without_raising(feature: object) -> None:
    """Whatever stands where a feature should stand."""
    import json

    body = json.dumps({"features": [feature]}).encode()
    assert not isinstance(read(answer(body), "21231"), Failure)
