"""Described GeoJSON feeds and the world's alerts: what the convention says, is done."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vigie.sources import gdacs, geojson
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.geojson_shape import representative_point
from vigie.sources.written_times import read_time

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "sources"
NOW = datetime(2026, 8, 26, 12, 0, tzinfo=UTC)
SOURCE = SourceContext(id="s", key="k:https://s.test", address="https://s.test/feed")
PARIS = ZoneInfo("Europe/Paris")


def _sweep(connector, params, body, cursor=None, now=NOW):
    request = connector.first(params, cursor or {}, SOURCE, NOW)[0]
    answer = Answer(status=200, headers={}, body=body, url="u", received_at=now)
    page = connector.read(request, answer, params, SOURCE)
    return page, {**(cursor or {}), **page.cursor}


def _feed(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _feature(name, geometry=None, **properties):
    return {"type": "Feature", "properties": {"id": name, **properties}, "geometry": geometry}


@pytest.mark.parametrize(
    ("geometry", "point"),
    [
        ({"type": "Point", "coordinates": [5.0, 47.0, 200]}, (5.0, 47.0)),
        ({"type": "MultiPoint", "coordinates": [[5.0, 47.0]]}, (5.0, 47.0)),
        ({"type": "LineString", "coordinates": [[1, 1], [2, 5], [3, 1]]}, (2.0, 5.0)),
        (
            {"type": "MultiLineString", "coordinates": [[[9, 9]], [[1, 1], [2, 5], [3, 1]]]},
            (2.0, 5.0),
        ),
        ({"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}, (1, 1)),
        (
            {"type": "MultiPolygon", "coordinates": [[[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]]},
            (1, 1),
        ),
        (
            {
                "type": "GeometryCollection",
                "geometries": [{"type": "Point", "coordinates": [3, 4]}],
            },
            (3, 4),
        ),
        ({"type": "Point", "coordinates": [500, 4]}, None),
        ({"type": "Point", "coordinates": []}, None),
        ({"type": "Point", "coordinates": "x"}, None),
        ({"type": "LineString", "coordinates": [[[[[[[[1, 2]]]]]]]]}, None),
        (None, None),
    ],
)
def test_every_geometry_has_one_point_or_none(geometry, point):
    """Points, lines and polygons give a point of theirs; nonsense gives none."""
    found = representative_point(geometry)
    assert (None if found is None else (found.lon, found.lat)) == point


@given(
    st.recursive(st.none() | st.floats() | st.text(max_size=3), lambda c: st.lists(c, max_size=4))
)
def test_no_coordinates_raise(coordinates):
    """Whatever stands for coordinates, a point of the earth or none comes out."""
    for kind in ("Point", "LineString", "Polygon", "MultiPolygon"):
        found = representative_point({"type": kind, "coordinates": coordinates})
        assert found is None or (abs(found.lon) <= 180 and abs(found.lat) <= 90)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-08-26T14:00:00+02:00", 12),
        ("2026-08-26T14:00:00", 12),
        ("2026-08-26T12:00:00Z", 12),
        ("26/08/2026 14:00", 12),
        ("26/08/2026 à 14h00", 12),
        ("26/08/2026 14h", 12),
        (1787745600, 12),
        ("1787745600000", 12),
        ("26/08/2026", 22),
    ],
)
def test_times_are_read_as_feeds_write_them(written, hour):
    """ISO, French and epoch times are read, local ones in the zone of the convention."""
    moment = read_time(written, PARIS)
    assert moment is not None
    assert (moment.tzinfo, moment.hour) == (UTC, hour)


@pytest.mark.parametrize(
    "written", ["", "demain", "31/02/2026", True, None, [], 1e30, "9" * 13 + "x"]
)
def test_what_is_no_time_is_none(written):
    """Anything else is no time, and raises nothing."""
    assert read_time(written, PARIS) is None


def test_vanishing_means_ended_only_where_the_convention_says_so():
    """A feature that is gone has ended in an exhaustive feed only."""
    for says, count in ((True, 1), (False, 0)):
        params = geojson.Params(identity="id", title="t", vanishing_means_ended=says)
        _, cursor = _sweep(geojson, params, _feed(_feature("a", t="x"), _feature("b", t="y")))
        page, _ = _sweep(geojson, params, _feed(_feature("a", t="x")), cursor)
        assert [post.is_ended for post in page.posts] == [True] * count


def test_the_map_of_words_gives_categories():
    """Values become categories in any case; an unknown word is left to triage."""
    params = geojson.Params.model_validate(
        {"identity": "id", "title": "t", "category": "k.n", "categories": {"Coupée": "road_closed"}}
    )
    body = _feed(_feature("a", t="x", k={"n": "COUPÉE"}), _feature("b", t="y", k={"n": "autre"}))
    page, _ = _sweep(geojson, params, body)
    assert [post.category for post in page.posts] == ["road_closed", None]


def test_a_feature_may_be_named_by_its_own_id():
    """Where no property has the name of the identity, the feature's ``id`` stands for it."""
    params = geojson.Params(identity="id", title="t")
    body = _feed({"type": "Feature", "id": 7, "properties": {"t": "x"}, "geometry": None})
    assert [post.native_id for post in _sweep(geojson, params, body)[0].posts] == ["7"]


@pytest.mark.parametrize(
    "wrong",
    [{"categories": {"a": "coupée"}}, {"time_zone": "Europe/Dijon"}, {"box": [1.0, 2.0]}, {"x": 1}],
)
def test_a_wrong_description_is_refused(wrong):
    """A category, a zone or a box that is none is refused when the convention is read."""
    with pytest.raises(ValidationError):
        geojson.Params.model_validate({"identity": "id", "title": "t", **wrong})


def test_a_new_episode_is_news_and_the_end_an_end():
    """The list again is no news; an episode more is; an event that is not current has ended."""
    body = (PAYLOADS / "gdacs" / "list.xml").read_bytes()
    params = gdacs.Params(countries=["MTQ"])
    page, cursor = _sweep(gdacs, params, body)
    assert [(post.native_id, post.level) for post in page.posts] == [("TC1009001", 4)]
    page, cursor = _sweep(gdacs, params, body, cursor)
    assert page.posts == ()
    page, cursor = _sweep(
        gdacs, params, (PAYLOADS / "gdacs" / "api_list.json").read_bytes(), cursor
    )
    assert [(post.native_id, post.is_ended) for post in page.posts] == [("TC1009001", False)]
    over = body.replace(b"<gdacs:iscurrent>true", b"<gdacs:iscurrent>false")
    page, _ = _sweep(gdacs, params, over, cursor)
    assert [(post.native_id, post.is_ended) for post in page.posts] == [("TC1009001", True)]


def test_alert_filters():
    """Alert level, kind, country and place are what the convention asks for."""
    body = (PAYLOADS / "gdacs" / "list.xml").read_bytes()

    def kept(**params):
        return {post.native_id for post in _sweep(gdacs, gdacs.Params(**params), body)[0].posts}

    assert kept() == {"TC1009001", "FL1109002"}
    assert kept(from_alert="red") == {"TC1009001"}
    assert kept(kinds=["FL"]) == {"FL1109002"}
    assert kept(countries=["FRA"]) == {"FL1109002"}
    assert kept(box=[-62.0, 14.0, -60.0, 15.0]) == {"TC1009001"}
    assert kept(box=[-62.0, 14.0, -60.0, 15.0], countries=["FRA"]) == kept()


def test_an_event_that_falls_below_what_is_asked_is_over():
    """An alert that goes back to a colour nobody asked for lifts its row."""
    body = (PAYLOADS / "gdacs" / "list.xml").read_bytes()
    params = gdacs.Params(from_alert="orange")
    _, cursor = _sweep(gdacs, params, body)
    calm = body.replace(b"<gdacs:alertlevel>Red", b"<gdacs:alertlevel>Green")
    page, _ = _sweep(gdacs, params, calm, cursor, NOW + timedelta(minutes=10))
    assert [(post.native_id, post.is_ended) for post in page.posts] == [("TC1009001", True)]
