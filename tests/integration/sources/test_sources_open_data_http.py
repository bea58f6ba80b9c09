"""Open data over real HTTP: paging with 206, since, 304, 401, 403 in HTML, 429, chained files."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug import Response

from vigie.convention.model import Budget, Source
from vigie.sources.collection import collect
from vigie.sources.contract import SourceContext
from vigie.sources.registry import connectors
from vigie.sources.transport import Limits, Transport
from vigie.sources.transport_addresses import AddressPolicy

NOW = datetime(2026, 8, 26, 12, 0, tzinfo=UTC)
PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "sources"
OUCHE = "U132401001"
STATIONS = {
    "stations": [
        {"code": OUCHE, "grandeur": "H", "name": "Plombières", "levels": [1.5]},
        {"code": OUCHE, "grandeur": "Q", "name": "Plombières", "levels": [50]},
    ]
}
KINDS = {
    "cap": {},
    "datex": {},
    "gdacs": {},
    "geojson": {"identity": "id", "title": "titre"},
    "hubeau": STATIONS,
}


def _source(kind, address, queries=None, **more):
    return Source(
        id="s",
        name="S",
        kind=kind,
        address=address,
        queries=KINDS[kind] if queries is None else queries,
        cadence_minutes=5,
        silence_minutes=60,
        budget=Budget(requests=100, per_minutes=5),
        **more,
    )


def _sweep(source, before=None, now=NOW, environ=None):
    """One whole collection of one source, going on from an earlier one."""

    async def run():
        transport = Transport(
            limits=Limits(total_seconds=10),
            policy=AddressPolicy(kind="exercise"),
            clock=lambda: now,
            spend=lambda host, source_id, now: None,
        )
        async with transport:
            return await collect(
                connectors()[source.kind],
                source,
                SourceContext.of(source, environ or {}),
                before.cursor if before else {},
                before.validators if before else {},
                transport,
                sweep_id="s1",
                since_at=NOW - timedelta(hours=6),
                clock=lambda: now,
            )

    return asyncio.run(run())


class Gauges:
    """Hub'Eau's observations: ``date_debut_obs``, ``sort``, ``size``, ``cursor``, 206 and 200."""

    def __init__(self, count, size):
        self.rows = [
            {
                "code_station": code,
                "grandeur_hydro": grandeur,
                "date_obs": f"{NOW - timedelta(minutes=5 * n):%Y-%m-%dT%H:%M:%SZ}",
                "resultat_obs": 700 + n,
            }
            for n in range(count, 0, -1)
            for code, grandeur in ((OUCHE, "H"), (None, "H"), (OUCHE, "Q"))
        ]
        self.size = size
        self.asked = []

    def __call__(self, request):
        self.asked.append(dict(request.args))
        begin = request.args["date_debut_obs"]
        rows = [
            row
            for row in self.rows
            if row["grandeur_hydro"] == request.args["grandeur_hydro"] and row["date_obs"] >= begin
        ]
        start = int(request.args.get("cursor", "0"))
        following = None
        if start + self.size < len(rows):
            query = request.query_string.decode().partition("&cursor=")[0]
            following = f"http://hubeau.invalid/tr?{query}&cursor={start + self.size}"
        body = {"count": len(rows), "next": following, "data": rows[start : start + self.size]}
        return Response(json.dumps(body), 206 if following else 200)


def test_hubeau_pages_to_the_end_and_goes_on_from_there(httpserver):
    """206 is followed to the last page; the next sweep asks from the last value on."""
    gauges = Gauges(40, size=25)
    httpserver.expect_request("/tr").respond_with_handler(gauges)
    source = _source("hubeau", httpserver.url_for("/tr"))
    first = _sweep(source)
    assert (first.state, len(first.posts), first.seen_count) == ("ok", 80, 120)
    assert [args.get("cursor") for args in gauges.asked if args["grandeur_hydro"] == "H"] == [
        *(None, "25", "50", "75"),
    ]
    gauges.asked.clear()
    second = _sweep(source, first)
    assert (second.state, second.posts) == ("unchanged", ())
    assert {args["date_debut_obs"] for args in gauges.asked} == {"2026-08-26T11:25:00Z"}


def test_hubeau_keeps_what_it_read_before_an_outage(httpserver):
    """A page that fails leaves the pages before it, and the next sweep reads the rest."""
    gauges = Gauges(40, size=25)
    fails = [False, False, True]

    def handler(request):
        if request.args["grandeur_hydro"] == "H" and fails and fails.pop(0):
            return Response("no", 503)
        return gauges(request)

    httpserver.expect_request("/tr").respond_with_handler(handler)
    source = _source("hubeau", httpserver.url_for("/tr"))
    first = _sweep(source)
    assert first.state == "unreachable"
    second = _sweep(source, first)
    got = [post.native_id for post in (*first.posts, *second.posts)]
    assert len(got) == len(set(got)) == 80


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("gdacs", "list.xml"),
        ("geojson", "road_map.geojson"),
        ("datex", "adapted_cote_dor.xml"),
    ],
)
def test_the_same_list_again_is_unchanged(httpserver, kind, name):
    """A list that is read again brings nothing, and is "unchanged", not "empty"."""
    body = (PAYLOADS / kind / name).read_bytes()
    httpserver.expect_request("/feed").respond_with_data(body)
    source = _source(kind, httpserver.url_for("/feed"))
    first = _sweep(source)
    assert first.posts
    second = _sweep(source, first)
    assert second.state == "unchanged"
    assert second.posts == ()


@pytest.mark.parametrize("kind", ["cap", "gdacs", "geojson"])
def test_validators_are_sent_and_304_is_unchanged(httpserver, kind):
    """Where no end can come by time alone, the next request is conditional."""
    body = {
        "cap": b'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>t</title></feed>',
        "gdacs": b'<rss xmlns:gdacs="http://www.gdacs.org"><channel></channel></rss>',
        "geojson": b'{"type":"FeatureCollection","features":[]}',
    }[kind]

    def handler(request):
        if request.headers.get("If-None-Match") == '"v1"':
            return Response(status=304)
        return Response(body, headers={"ETag": '"v1"'})

    httpserver.expect_request("/feed").respond_with_handler(handler)
    source = _source(kind, httpserver.url_for("/feed"))
    first = _sweep(source)
    assert first.validators
    assert _sweep(source, first).state == "unchanged"
    assert "If-None-Match" in httpserver.log[-1][0].headers


def test_an_end_by_time_is_seen_although_nothing_changed_there(httpserver):
    """With an end to come the file is asked for whole, so that its passing lifts the row."""
    body = (PAYLOADS / "datex" / "adapted_cote_dor.xml").read_bytes()

    def handler(request):
        if request.headers.get("If-None-Match"):
            return Response(status=304)
        return Response(body, headers={"ETag": '"v1"'})

    httpserver.expect_request("/feed").respond_with_handler(handler)
    source = _source("datex", httpserver.url_for("/feed"), {"roads": ["N274"]})
    first = _sweep(source)
    evening = _sweep(source, first, NOW + timedelta(hours=6, minutes=1))
    assert [(post.native_id, post.is_ended) for post in evening.posts] == [("D-5", True)]


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize(
    ("status", "headers", "body", "state"),
    [
        (401, {}, '{"error":"key"}', "refused"),
        (403, {"Content-Type": "text/html"}, "<html>Request forbidden</html>", "refused"),
        (429, {"Retry-After": "90"}, "slow down", "refused"),
        (502, {}, "<html>", "unreachable"),
    ],
)
def test_refusals_are_told_and_end_nothing(httpserver, kind, status, headers, body, state):
    """A refusal or an outage is a state and a sentence; it moves no mark and ends no alert."""
    httpserver.expect_request("/feed").respond_with_data(body, status, headers=headers)
    collected = _sweep(_source(kind, httpserver.url_for("/feed")))
    assert (collected.state, collected.posts, dict(collected.cursor)) == (state, (), {})
    assert str(status) in collected.detail
    if status == 429:
        assert collected.retry_at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_web_page_in_place_of_data_is_malformed(httpserver, kind):
    """A login page with status 200 is malformed, never an empty list that would end things."""
    httpserver.expect_request("/feed").respond_with_data("<!doctype html><p>hi")
    collected = _sweep(_source(kind, httpserver.url_for("/feed")))
    assert (collected.state, collected.posts) == ("malformed", ())


def test_a_token_travels_in_its_header(httpserver):
    """A department's feed may ask for a token: from the environment, in the header only."""
    httpserver.expect_request(
        "/feed", headers={"Authorization": "Bearer s3cret"}
    ).respond_with_json({"type": "FeatureCollection", "features": []})
    source = _source("geojson", httpserver.url_for("/feed"), secrets={"token": "${env:ROADS}"})
    assert _sweep(source, environ={"ROADS": "s3cret"}).state == "empty"


def test_cap_files_of_an_index_are_read_once(httpserver):
    """An index leads to its files, foreign ones are named; the next sweep reads new ones only."""
    alert = (PAYLOADS / "cap" / "alert_orange.xml").read_text("utf-8")
    second = alert.replace("2026-0001", "2026-0009").replace("Ouche", "Tille")
    entries = ['<entry><link href="/cap/1.xml"/></entry>']

    def index(request):
        del request
        whole = "".join(entries)
        return Response(f'<feed xmlns="http://www.w3.org/2005/Atom">{whole}</feed>')

    httpserver.expect_request("/feed").respond_with_handler(index)
    httpserver.expect_request("/cap/1.xml").respond_with_data(alert)
    httpserver.expect_request("/cap/2.xml").respond_with_data(second)
    source = _source("cap", httpserver.url_for("/feed"))
    first = _sweep(source)
    assert [post.level for post in first.posts] == [3]
    entries.append('<entry><link href="/cap/2.xml"/></entry>')
    entries.append('<entry><link href="https://elsewhere.example/3.xml"/></entry>')
    later = _sweep(source, first)
    assert ["Tille" in post.text for post in later.posts] == [True]
    assert "elsewhere.example" in later.detail
    paths = [request.path for request, _ in httpserver.log]
    assert paths.count("/cap/1.xml") == paths.count("/cap/2.xml") == 1
    ended = _sweep(source, later, NOW + timedelta(days=2))
    assert {post.is_ended for post in ended.posts} == {True}
    assert len(ended.posts) == 2
