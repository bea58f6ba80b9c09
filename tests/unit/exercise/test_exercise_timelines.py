"""The paging of simulated timelines, the rendered answers, and the comparison."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.exercise.bulletins import vigicrues_json, vigilance_json
from vigie.exercise.feeds import feed_xml
from vigie.exercise.material import load_material
from vigie.exercise.script import Toot
from vigie.exercise.statuses import content_html, status_json
from vigie.exercise.timelines import TimelineQuery, link_header, read_query, select_page

ROOT = Path(__file__).parents[3]
START = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
MATERIAL = load_material(ROOT / "data" / "demonstration")


def made(count: int, tag: str = "Ouche") -> list[dict]:
    """Return so many statuses, several of them in the same minute."""
    return [
        status_json(
            Toot(id=f"x{i}", at=i // 3, by="a@b.example", text=f"n{i} #{tag}"),
            instance_host="b.example",
            started_at=START,
            sequence=i,
        )
        for i in range(count)
    ]


@settings(deadline=None)
@given(count=st.integers(0, 90), limits=st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_forward_paging_gives_every_post_once(count, limits):
    """Whatever the page sizes, forward paging gives each post exactly once, in order."""
    statuses = made(count)
    got: list[str] = []
    mark, turn = 0, 0
    while True:
        query = read_query("ouche", {"min_id": str(mark), "limit": str(limits[turn % len(limits)])})
        page = select_page(statuses, query)
        if not page:
            break
        got += [s["id"] for s in reversed(page)]
        mark, turn = int(page[0]["id"]), turn + 1
    assert got == [s["id"] for s in statuses]


@given(count=st.integers(0, 90), limit=st.integers(1, 40))
def test_backward_paging_gives_every_post_once(count, limit):
    """Paging back with max_id gives each post exactly once, newest first."""
    statuses = made(count)
    got: list[str] = []
    params = {"limit": str(limit)}
    while page := select_page(statuses, read_query("ouche", params)):
        got += [s["id"] for s in page]
        params["max_id"] = page[-1]["id"]
    assert got == [s["id"] for s in reversed(statuses)]


def test_since_id_loses_the_middle_and_min_id_does_not():
    """since_id gives the latest page above the mark, min_id the one right after it."""
    statuses = made(60)
    mark = int(statuses[9]["id"])
    latest = select_page(statuses, TimelineQuery(tag="ouche", since_id=mark, limit=5))
    following = select_page(statuses, TimelineQuery(tag="ouche", min_id=mark, limit=5))
    assert [s["id"] for s in latest] == [s["id"] for s in statuses[:54:-1]]
    assert [s["id"] for s in following] == [s["id"] for s in statuses[14:9:-1]]


def test_limits_are_those_of_the_real_server():
    """20 by default, 40 at most, nonsense counts as absent."""
    assert read_query("x", {}).limit == 20
    assert read_query("x", {"limit": "400"}).limit == 40
    assert read_query("x", {"limit": "abc", "min_id": "-1"}) == TimelineQuery(tag="x")


def test_link_header_names_both_directions():
    """Next goes back in time with max_id, prev forward with min_id; an empty page has none."""
    page = select_page(made(30), TimelineQuery(tag="Tille", limit=3))
    assert page == []
    assert link_header(page, TimelineQuery(tag="Tille"), "http://h/s") == ""
    page = select_page(made(30, "Été"), query := TimelineQuery(tag="été", limit=3))
    link = link_header(page, query, "http://h/s")
    assert f'/tag/%C3%A9t%C3%A9?limit=3&max_id={page[-1]["id"]}>; rel="next"' in link
    assert f'min_id={page[0]["id"]}>; rel="prev"' in link


def test_local_timeline_leaves_out_other_servers():
    """With local, only accounts of the instance itself are shown."""
    other = status_json(
        Toot(id="y", at=1, by="a@elsewhere.example", text="#Ouche"),
        instance_host="b.example",
        started_at=START,
        sequence=0,
    )
    shown = select_page([other, *made(1)], read_query("ouche", {"local": "true"}))
    assert [s["account"]["acct"] for s in shown] == ["a"]


def test_status_html_is_escaped_and_readable():
    """Text is escaped; hashtags and addresses become links that read as they were written."""
    html = content_html(
        "a < b & c\nd #Été https://h.example/p?utm_source=x&y=1.\n\nfin", "i.example"
    )
    assert "a &lt; b &amp; c<br />d" in html
    assert html.count("<p>") == 2
    assert "#<span>Été</span>" in html
    text = "".join(ET.fromstring(f"<r>{html.replace('<br />', ' ')}</r>").itertext())
    assert "https://h.example/p?utm_source=x&y=1." in text


@pytest.mark.parametrize("wave", [1, 2, 3, 4])
def test_feeds_are_read_by_a_real_parser(wave):
    """Each feed is well formed, shows what its waves released and dates that have passed."""
    for source in MATERIAL.feed_sources():
        parsed = feedparser.parse(feed_xml(source, MATERIAL.play, wave, START))
        assert not parsed.bozo
        released = [i for i in source.items if MATERIAL.play.wave_of(i.at) <= wave]
        newest = sorted(released, key=lambda i: i.at, reverse=True)[: source.window]
        assert [e.id for e in parsed.entries] == [source.native_id(i) for i in newest]
        assert all(e.published_parsed for e in parsed.entries)


def test_feed_shows_its_newest_items_only():
    """A feed with a small window drops its oldest items."""
    feed = MATERIAL.sources["prefecture"].model_copy(update={"window": 3})
    parsed = feedparser.parse(feed_xml(feed, MATERIAL.play, 4, START))
    assert [e.id.rsplit("/", 1)[1] for e in parsed.entries] == ["o012", "o011", "o010"]


def test_revised_article_keeps_its_identity():
    """A later version of an article replaces the earlier one under the same id."""
    feed = MATERIAL.sources["presse-locale"]
    titles = []
    for wave in (2, 3):
        parsed = feedparser.parse(feed_xml(feed, MATERIAL.play, wave, START))
        titles += [e.title for e in parsed.entries if e.id.endswith("/p005")]
    assert len(titles) == 2
    assert titles[0] != titles[1]


def test_bulletins_change_only_levels_and_times():
    """Levels follow the script, references differ from wave to wave, the shape stays."""
    crues, vigilance = MATERIAL.sources["vigicrues"], MATERIAL.sources["vigilance"]
    templates, play = MATERIAL.templates, MATERIAL.play
    answers = [
        vigicrues_json(crues, templates[crues.template], play, w, START) for w in (1, 2, 3, 4)
    ]
    assert len({a["RefInfoVigiCru"] for a in answers}) == 4
    levels = [a["features"][0]["properties"]["NivInfViCr"] for a in answers]
    assert levels == crues.reaches["SA91"]
    maps = [
        vigilance_json(vigilance, templates[vigilance.template], play, w, START) for w in (1, 3)
    ]
    assert [m["product"]["global_max_color_id"] for m in maps] == ["2", "3"]
    for period in maps[1]["product"]["periods"]:
        assert period["begin_validity_time"] < period["end_validity_time"]
    assert maps[0]["product"].keys() == templates[vigilance.template]["product"].keys()


def test_bulletins_have_the_shape_of_the_recorded_ones():
    """The adapted templates have the property names of the real answers."""
    recorded = ROOT.parent / "shared" / "payloads" / "official"
    if not recorded.is_dir():
        pytest.skip(
            "../shared/payloads is not there: shapes are proved by the connectors' payloads"
        )
    real = json.loads((recorded / "vigicrues-infovigicru.geojson").read_text())
    ours = MATERIAL.templates["vigicrues.geojson"]
    assert ours.keys() == real.keys()
    assert ours["features"][0]["properties"].keys() == real["features"][0]["properties"].keys()
    real = json.loads((recorded / "meteofrance-cartevigilance.json").read_text())["product"]
    ours = MATERIAL.templates["vigilance.json"]["product"]
    assert ours.keys() == real.keys()
    assert ours["periods"][0].keys() == real["periods"][0].keys()


def test_boost_carries_the_boosted_status():
    """A boost has its own uri, no text, and the boosted status with its uri inside."""
    boost = next(p for p in MATERIAL.shown_on("piaille") if p.boost_of)
    inner = made(1)[0]
    status = status_json(
        boost, instance_host="piaille.example", started_at=START, sequence=1, boosted=inner
    )
    assert status["uri"] == boost.uri
    assert status["uri"].endswith("/activity")
    assert status["content"] == ""
    assert status["reblog"]["uri"] == inner["uri"]
