"""The replay server over real HTTP: paging, waves, conditional requests, faults, a process."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import feedparser
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.exercise.material import load_material
from vigie.exercise.networks.faults import GARBAGE
from vigie.exercise.networks.replay import ReplayServer
from vigie.exercise.script import Fault
from vigie.problem import Problem

FOLDER = Path(__file__).parents[3] / "data" / "demonstration"
MATERIAL = load_material(FOLDER)
TAGS = [*MATERIAL.play.hashtags, *(watch.tag for watch in MATERIAL.play.watch)]


@pytest.fixture(scope="module")
def server():
    """One running play for the tests that only read or that put back what they change."""
    with ReplayServer(MATERIAL, wave=4, requests_per_window=1_000_000) as running:
        yield running


@pytest.fixture(scope="module")
def client(server):
    """A client of that play."""
    with httpx.Client(base_url=server.address, timeout=10, trust_env=False) as open_client:
        yield open_client


def page_forward(client, source, tag, sizes) -> list[dict]:
    """Page forward from the beginning until an empty page."""
    found, mark = [], "0"
    while True:
        answer = client.get(
            f"/{source}/api/v1/timelines/tag/{quote(tag)}",
            params={"min_id": mark, "limit": next(sizes)},
        )
        answer.raise_for_status()
        page = answer.json()
        if not page:
            return found
        found += reversed(page)
        mark = page[0]["id"]


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_post_is_reached_exactly_once(client, seed):
    """With random page sizes, forward paging over all tags reaches every post, each tag once."""
    draw = random.Random(seed)
    sizes = iter(lambda: draw.randint(3, 45), None)
    for source in ("mastodon-social", "piaille"):
        uris = set()
        for tag in TAGS:
            found = [status["uri"] for status in page_forward(client, source, tag, sizes)]
            assert len(found) == len(set(found))
            uris |= set(found)
        assert uris == {post.uri for post in MATERIAL.shown_on(source)}


def test_link_header_can_be_followed_as_it_is(client):
    """rel=next leads back in time to the very first post, each post once."""
    address = "/piaille/api/v1/timelines/tag/Crue21?limit=7"
    ids = []
    while True:
        answer = client.get(address)
        if not answer.json():
            break
        ids += [int(status["id"]) for status in answer.json()]
        address = answer.links["next"]["url"]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) > 20


def test_accents_and_capitals_of_a_tag_do_not_matter(client):
    """The same posts come under CôtedOr, cotedor and COTEDOR."""
    answers = [
        client.get(f"/piaille/api/v1/timelines/tag/{quote(tag)}").json()
        for tag in ("CôtedOr", "cotedor", "COTEDOR")
    ]
    assert answers[0]
    assert answers[0] == answers[1] == answers[2]


def test_waves_release_and_keep(client, server):
    """A later wave shows all of the earlier ones and something new; wave 0 shows nothing."""
    seen: list[set[str]] = []
    try:
        for wave in range(5):
            told = client.post("/_control/wave", json={"wave": wave}).json()
            assert told["wave"] == wave
            sizes = iter(lambda: 40, None)
            found = page_forward(client, "mastodon-social", "Crue21", sizes)
            seen.append({status["uri"] for status in found})
    finally:
        server.set_wave(4)
    assert seen[0] == set()
    assert all(earlier < later for earlier, later in pairwise(seen))


def test_new_posts_come_above_the_mark_of_the_wave_before(client, server):
    """A sweep that goes on from its greatest id misses nothing that a later wave releases."""
    try:
        for source in ("mastodon-social", "piaille"):
            mark, found = "0", 0
            for wave in (1, 2, 3, 4):
                server.set_wave(wave)
                while page := client.get(
                    f"/{source}/api/v1/timelines/tag/ouche", params={"min_id": mark}
                ).json():
                    found += len(page)
                    mark = page[0]["id"]
            sizes = iter(lambda: 40, None)
            assert found == len(page_forward(client, source, "ouche", sizes))
    finally:
        server.set_wave(4)


def test_a_wave_that_does_not_exist_is_refused(client, server):
    """Wrong waves and wrong faults are refused and change nothing."""
    for body in ({"wave": 9}, {"wave": "x"}, {}, {"wave": -1}):
        assert client.post("/_control/wave", json=body).status_code == 422
    assert client.post("/_control/fault", json={"source": "piaille"}).status_code == 422
    wrong = {"source": "piaille", "fault": {"statut": 500}}
    assert client.post("/_control/fault", json=wrong).status_code == 422
    assert server.state.wave == 4


@pytest.mark.parametrize("source", ["presse-locale", "prefecture", "vigicrues", "vigilance"])
def test_unchanged_documents_answer_304(client, server, source):
    """ETag and Last-Modified both give 304 while nothing changed, and 200 after a new wave."""
    try:
        server.set_wave(2)
        first = client.get(f"/{source}")
        assert first.status_code == 200
        by_tag = client.get(f"/{source}", headers={"If-None-Match": first.headers["etag"]})
        since = {"If-Modified-Since": first.headers["last-modified"]}
        by_date = client.get(f"/{source}", headers=since)
        assert (by_tag.status_code, by_tag.content, by_date.status_code) == (304, b"", 304)
        server.set_wave(3)
        headers = {"If-None-Match": first.headers["etag"]} | since
        assert client.get(f"/{source}", headers=headers).status_code == 200
        assert client.get(f"/{source}", headers=since).status_code == 200
        assert client.get(f"/{source}", headers={"If-Modified-Since": "soon"}).status_code == 200
    finally:
        server.set_wave(4)


def test_documents_are_what_their_readers_expect(client):
    """Feeds parse, bulletins are JSON of the right kind, unknown sources are 404."""
    for source in ("presse-locale", "prefecture"):
        parsed = feedparser.parse(client.get(f"/{source}").content)
        assert not parsed.bozo
        assert parsed.entries
    assert client.get("/vigicrues").json()["type"] == "FeatureCollection"
    assert client.get("/vigilance").json()["product"]["periods"]
    assert b"<alert " in client.get("/alertes-fr/saone-1").content
    assert b"tgme_widget_message" in client.get("/telegram/s/exemple_info_cote_dor").content
    assert client.get("/bluesky/xrpc/app.bsky.feed.searchPosts?q=%23Crue21").json()["posts"]
    assert client.get("/youtube/youtube/v3/search?q=crue").json()["items"]
    for path in (
        *("/nobody", "/piaille", "/vigicrues/api/v1/timelines/tag/x", "/bluesky", "/telegram/s/x"),
        *("/alertes-fr/nothing", "/vigicrues/page"),
    ):
        assert client.get(path).status_code == 404


def test_written_answers_change_with_the_wave(server, client):
    """A document is its wave's, with times and its own address filled in; faults strike pages."""
    seen = []
    try:
        for wave in (1, 2, 3, 4):
            server.set_wave(wave)
            text = client.get("/alertes-fr").text
            assert "@@" not in text
            seen.append(
                re.findall(re.escape(f"{server.address}/alertes-fr/") + r"([a-z0-9-]+)", text)
            )
        assert seen == [[], ["ouche-1"], ["ouche-2"], ["ouche-3", "saone-1"]]
        server.set_wave(0)
        assert client.get("/telegram/s/exemple_info_cote_dor").status_code == 404
    finally:
        server.set_wave(4)
    server.set_fault("bluesky", Fault(status=503))
    try:
        path = "/bluesky/xrpc/app.bsky.feed.searchPosts?q=%23Crue21"
        assert client.get(path).status_code == 503
    finally:
        server.set_fault("bluesky", None)


def test_no_post_lies_in_the_future(client):
    """With everything released the newest post is a few minutes old, none is to come."""
    now = datetime.now(UTC)
    page = client.get("/piaille/api/v1/timelines/tag/crue21").json()
    newest = max(datetime.fromisoformat(status["created_at"]) for status in page)
    assert 0 < (now - newest).total_seconds() < 1800


def test_requests_are_logged_by_source(client):
    """The log tells path, query, status and wave of each request, by source."""
    client.get("/vigilance")
    client.get("/piaille/api/v1/timelines/tag/tille", params={"min_id": "7"})
    logged = client.get("/_control/requests").json()["requests"]
    assert logged["vigilance"][-1] == {
        "path": "/vigilance",
        "query": "",
        "status": 200,
        "wave": 4,
    }
    assert logged["piaille"][-1]["query"] == "min_id=7"


def test_rate_limit_is_told_and_kept():
    """The headers count down; beyond the grant the instance answers 429 with the reset time."""
    with (
        ReplayServer(MATERIAL, requests_per_window=2) as running,
        httpx.Client(base_url=running.address, trust_env=False) as asking,
    ):
        answers = [asking.get("/piaille/api/v1/timelines/tag/ouche") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a.headers["x-ratelimit-remaining"] for a in answers] == ["1", "0", "0"]
    assert datetime.fromisoformat(answers[2].headers["x-ratelimit-reset"]) > datetime.now(UTC)


def ask_with(client, fault: dict, source: str = "vigicrues", **more) -> httpx.Response:
    """Ask a source while it misbehaves, then let it behave."""
    client.post("/_control/fault", json={"source": source, "fault": fault}).raise_for_status()
    try:
        return client.get(f"/{source}", **more)
    finally:
        client.post("/_control/fault", json={"source": source, "fault": None})


def test_scripted_faults_are_real(client):
    """Status, garbage, flood without length, gzip bomb and redirect reach the client as such."""
    refused = ask_with(client, {"status": 429, "retry_after_seconds": 30, "body": "non"})
    assert (refused.status_code, refused.headers["retry-after"], refused.text) == (429, "30", "non")
    assert ask_with(client, {"garbage": True}).content == GARBAGE
    flood = ask_with(client, {"flood_bytes": 300_000})
    assert "content-length" not in flood.headers
    assert len(flood.content) == 300_000
    bomb = ask_with(client, {"bomb_bytes": 5_000_000})
    assert int(bomb.headers["content-length"]) < 20_000
    assert len(bomb.content) == 5_000_000
    away = ask_with(client, {"redirect_to": "http://elsewhere.example/"})
    assert (away.status_code, away.headers["location"]) == (302, "http://elsewhere.example/")
    assert client.get("/vigicrues").status_code == 200


def test_a_hanging_source_hangs_alone(client):
    """A hanging source times out while the others answer."""
    with pytest.raises(httpx.ReadTimeout):
        ask_with(client, {"hang_seconds": 30.0}, timeout=0.2)
    assert client.get("/vigilance").status_code == 200


def test_faults_of_the_material_hold_for_their_wave(tmp_path):
    """A fault written in the material strikes in its wave and in no other."""
    play = MATERIAL.play.model_copy(update={"faults": {"vigilance": {2: Fault(status=503)}}})
    material = type(MATERIAL)(play, MATERIAL.sources, MATERIAL.templates, MATERIAL.documents)
    with ReplayServer(material) as running:
        codes = []
        for wave in (1, 2, 3):
            running.set_wave(wave)
            codes.append(httpx.get(f"{running.address}/vigilance", trust_env=False).status_code)
    assert codes == [200, 503, 200]


def test_it_listens_on_loopback_only():
    """A simulated network refuses any other address."""
    with pytest.raises(Problem):
        ReplayServer(MATERIAL, host="0.0.0.0")


def test_wave_and_start_survive_a_restart(tmp_path):
    """A server started again with the same wave file goes on with the same wave and times."""
    kept = tmp_path / "wave.json"
    with ReplayServer(MATERIAL, wave_file=kept) as running:
        running.set_wave(3)
        before = httpx.get(f"{running.address}/presse-locale", trust_env=False).headers["etag"]
    with ReplayServer(MATERIAL, wave_file=kept) as running:
        assert running.state.wave == 3
        after = httpx.get(f"{running.address}/presse-locale", trust_env=False).headers["etag"]
    assert before == after


def test_as_a_process_it_outlives_and_ends_cleanly(tmp_path):
    """As a process it writes its port, answers, keeps its wave through kill -9, ends on SIGTERM."""
    port_file, wave_file = tmp_path / "port", tmp_path / "wave"
    command = [
        sys.executable, "-m", "vigie.exercise.networks", "--material", str(FOLDER),
        "--port-file", str(port_file), "--wave-file", str(wave_file),
    ]  # fmt: skip

    def start() -> tuple[subprocess.Popen, str]:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"VIGIE_LANG": "fr"}
        )
        address = process.stdout.readline().strip()
        assert address.endswith(f":{port_file.read_text()}")
        return process, address

    process, address = start()
    try:
        httpx.post(f"{address}/_control/wave", json={"wave": 2}, trust_env=False)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert json.loads(wave_file.read_text())["wave"] == 2
        process, address = start()
        assert httpx.get(f"{address}/_control/wave", trust_env=False).json()["wave"] == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait(10)


def test_wrong_material_ends_the_process_in_plain_words(tmp_path):
    """Without material the process says why and exits 1, without a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "vigie.exercise.networks", "--material", str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "material.yml" in done.stderr
    assert "Traceback" not in done.stderr
