"""The transport and the collection against real servers on 127.0.0.1, the nasty ones included."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug import Response

from vigie.convention.model import Budget, Source
from vigie.sources.collection import collect, is_worth_retrying
from vigie.sources.contract import Answer, Request, SourceContext
from vigie.sources.failure import Failure
from vigie.sources.registry import connectors
from vigie.sources.transport import Limits, Transport
from vigie.sources.transport_addresses import AddressPolicy

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIMITS = Limits(
    total_seconds=0.8, connect_seconds=0.4, read_seconds=0.4, answer_bytes=1_000_000, redirects=3
)
HANG_SECONDS = 20.0
"""Beyond the total time, this is no longer a busy machine but a hang."""
FEED = "<rss version='2.0'><channel><title>t</title><item><title>{0}</title>"
FEED += "<link>https://x.test/{0}</link></item></channel></rss>"


def make_transport(spend=lambda host, source_id, now: None, **more):
    """A transport of an exercise with short time-outs."""
    options = {"policy": AddressPolicy(kind="exercise"), "limits": LIMITS, **more}
    return Transport(clock=lambda: NOW, spend=spend, **options)


def fetch(url, **more) -> Answer | Failure:
    """One request through a fresh transport."""
    validators = more.pop("validators", ("", ""))
    headers = more.pop("headers", {})

    async def run():
        async with make_transport(**more) as transport:
            return await transport.fetch(Request(url=url, headers=headers), "s", validators)

    return asyncio.run(run())


def make_source(kind, address, queries=None, **more):
    """A source as a convention writes it."""
    return Source(
        id="s",
        name="S",
        kind=kind,
        address=address,
        queries=queries or {},
        cadence_minutes=5,
        silence_minutes=60,
        budget=Budget(requests=100, per_minutes=5),
        **more,
    )


def sweep(source, cursor=None, validators=None, environ=None, sweep_id="s1", **more):
    """One whole collection of one source."""

    async def run():
        async with make_transport(**more) as transport:
            return await collect(
                connectors()[source.kind],
                source,
                SourceContext.of(source, environ or {}),
                cursor or {},
                validators or {},
                transport,
                sweep_id=sweep_id,
                since_at=NOW - timedelta(hours=6),
                clock=lambda: NOW,
            )

    return asyncio.run(run())


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(handler: Handler):
    """A server that speaks bytes; ends with the block."""

    async def guarded(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
    finally:
        server.close()


def fetch_raw(handler: Handler, **more) -> tuple[Answer | Failure, float]:
    """One request to a raw server, and the seconds it took."""

    async def run():
        async with raw_server(handler) as url, make_transport(**more) as transport:
            begin = time.monotonic()
            outcome = await transport.fetch(Request(url=url), "s")
            return outcome, time.monotonic() - begin

    return asyncio.run(run())


def _statuses(numbers):
    return [
        {
            "id": str((int(NOW.timestamp() * 1000) - 3_600_000 + n * 1000) << 16),
            "uri": f"https://m.test/{n}",
            "created_at": (NOW - timedelta(hours=1) + timedelta(seconds=n)).isoformat(),
            "content": f"<p>post {n}</p>",
        }
        for n in numbers
    ]


class Timeline:
    """A hashtag timeline over HTTP that pages by min_id."""

    def __init__(self, count, fails_at_page=None):
        self.items = _statuses(range(count))
        self.pages = 0
        self.fails_at_page = fails_at_page

    def __call__(self, request):
        self.pages += 1
        if self.pages == self.fails_at_page:
            return Response("no", status=503)
        start = int(request.args["min_id"])
        later = [item for item in self.items if int(item["id"]) > start][:40]
        return Response(json.dumps(later[::-1]), content_type="application/json")


def test_mastodon_pages_forward_to_the_end(httpserver):
    """A burst of 130 posts is read whole, and a second sweep with nothing new is "unchanged"."""
    httpserver.expect_request("/api/v1/timelines/tag/crue").respond_with_handler(Timeline(130))
    source = make_source("mastodon", httpserver.url_for("/"), {"hashtags": ["crue"]})
    first = sweep(source)
    assert (first.state, len(first.posts), first.seen_count) == ("ok", 130, 130)
    assert [p.native_id for p in first.posts] == [f"https://m.test/{n}" for n in range(130)]
    second = sweep(source, cursor=first.cursor)
    assert second.cursor == first.cursor
    assert second.state == "unchanged"


def test_what_was_read_before_an_outage_is_kept(httpserver):
    """Two good pages, then a 503: 80 posts stay, and the next sweep goes on behind them."""
    timeline = Timeline(130, fails_at_page=3)
    httpserver.expect_request("/api/v1/timelines/tag/crue").respond_with_handler(timeline)
    source = make_source("mastodon", httpserver.url_for("/"), {"hashtags": ["crue"]})
    first = sweep(source)
    assert (first.state, len(first.posts)) == ("unreachable", 80)
    assert is_worth_retrying(first)
    second = sweep(source, cursor=first.cursor)
    got = {p.native_id for p in first.posts} | {p.native_id for p in second.posts}
    assert len(got) == 130


def test_one_dead_hashtag_does_not_silence_the_others(httpserver):
    """A 404 for one tag is told; the posts of the other are there."""
    httpserver.expect_request("/api/v1/timelines/tag/crue").respond_with_handler(Timeline(3))
    httpserver.expect_request("/api/v1/timelines/tag/x").respond_with_data("", status=404)
    source = make_source("mastodon", httpserver.url_for("/"), {"hashtags": ["x", "crue"]})
    collected = sweep(source)
    assert (collected.state, len(collected.posts)) == ("refused", 3)
    assert set(collected.cursor) == {"crue"}


def test_conditional_request_gives_unchanged(httpserver):
    """The validators of a good answer come back in the next request, and 304 is "unchanged"."""

    def handler(request):
        if request.headers.get("If-None-Match") == '"v1"':
            return Response(status=304)
        return Response(FEED.format("un"), headers={"ETag": '"v1"'}, content_type="text/xml")

    httpserver.expect_request("/feed").respond_with_handler(handler)
    source = make_source("rss", httpserver.url_for("/feed"))
    first = sweep(source)
    assert (first.state, len(first.posts)) == ("ok", 1)
    second = sweep(source, validators=first.validators)
    assert (second.state, len(second.posts)) == ("unchanged", 0)
    assert second.validators == first.validators


def test_broken_answer_is_never_taken_for_unchanged(httpserver):
    """A damaged feed gives what it can, says so, and leaves no validators behind."""
    body = FEED.format("un")[:-20]
    httpserver.expect_request("/feed").respond_with_data(body, headers={"ETag": '"v1"'})
    collected = sweep(make_source("rss", httpserver.url_for("/feed")))
    assert (collected.state, len(collected.posts)) == ("malformed", 1)
    assert collected.validators == {}
    assert collected.detail


@pytest.mark.parametrize(
    ("status", "headers", "state"),
    [
        (401, {}, "refused"),
        (403, {"Content-Type": "text/html"}, "refused"),
        (404, {}, "refused"),
        (429, {"Retry-After": "90"}, "refused"),
        (500, {}, "unreachable"),
        (503, {"Retry-After": "Fri, 20 Nov 2026 12:01:30 GMT"}, "unreachable"),
    ],
)
def test_refusals_and_outages_are_told(httpserver, status, headers, state):
    """Each status becomes a state and a sentence that names host and status only."""
    httpserver.expect_request("/secret-path").respond_with_data("<p>", status, headers=headers)
    outcome = fetch(httpserver.url_for("/secret-path?key=s3cret"))
    assert outcome.state == state
    assert str(status) in outcome.sentence
    assert "s3cret" not in outcome.sentence
    assert "secret-path" not in outcome.sentence
    assert (outcome.retry_at == NOW + timedelta(seconds=90)) == ("Retry-After" in headers)


def test_key_travels_in_its_header_and_a_missing_one_asks_nobody(httpserver):
    """Vigilance sends its key as ``apikey``; an unset variable refuses this source unasked."""
    body = json.dumps({"product": {"update_time": "2026-11-20T10:00:00Z", "periods": []}})
    httpserver.expect_request("/map", headers={"apikey": "s3cret"}).respond_with_data(body)
    source = make_source(
        "vigilance",
        httpserver.url_for("/map"),
        {"domains": ["21"]},
        secrets={"apikey": "${env:METEO_KEY}"},
    )
    assert sweep(source, environ={"METEO_KEY": "s3cret"}).state == "empty"
    asked = len(httpserver.log)
    collected = sweep(source)
    assert collected.state == "refused"
    assert "METEO_KEY" in collected.detail
    assert len(httpserver.log) == asked


def test_web_page_in_place_of_data_is_malformed(httpserver):
    """A login page with status 200 is malformed for every kind, whatever its content type."""
    httpserver.expect_request("/x").respond_with_data("<!doctype html><p>hi", content_type="a/b")
    for kind, queries in (("rss", {}), ("vigicrues", {}), ("vigilance", {"domains": ["21"]})):
        collected = sweep(make_source(kind, httpserver.url_for("/x"), queries))
        assert (collected.state, collected.posts) == ("malformed", ())


def test_redirects_stay_at_home(httpserver):
    """Within the host a redirect is followed; away it is refused and told; in circles it ends."""
    httpserver.expect_request("/old").respond_with_data("", 301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data("new")
    httpserver.expect_request("/away").respond_with_data(
        "", 302, headers={"Location": "http://localhost:1/?key=s3cret"}
    )
    httpserver.expect_request("/loop").respond_with_data("", 302, headers={"Location": "/loop"})
    httpserver.expect_request("/odd").respond_with_data("", 302, headers={"Location": "file:///x"})
    assert fetch(httpserver.url_for("/old")).body == b"new"
    away = fetch(httpserver.url_for("/away"))
    assert away.state == "refused"
    assert "localhost" in away.sentence
    assert "s3cret" not in away.sentence
    assert fetch(httpserver.url_for("/loop")).state == "refused"
    assert fetch(httpserver.url_for("/odd")).state == "refused"


def test_no_cookie_and_our_own_name(httpserver):
    """Cookies set by one answer are not sent with the next, and we say who we are."""
    httpserver.expect_request("/a").respond_with_data("", headers={"Set-Cookie": "id=1"})

    async def run():
        async with make_transport() as transport:
            for _ in range(2):
                await transport.fetch(Request(url=httpserver.url_for("/a")), "s")

    asyncio.run(run())
    for request, _ in httpserver.log:
        assert "Cookie" not in request.headers
        assert request.headers["User-Agent"].startswith("Vigie/")


def test_spent_budget_asks_nobody(httpserver):
    """With the budget spent no request leaves; with one left, its page is kept and told."""
    httpserver.expect_request("/api/v1/timelines/tag/crue").respond_with_handler(Timeline(100))
    source = make_source("mastodon", httpserver.url_for("/"), {"hashtags": ["crue"]})
    free_at = NOW + timedelta(minutes=3)
    none = sweep(source, spend=lambda host, source_id, now: free_at)
    assert (none.state, none.retry_at, none.posts) == ("refused", free_at, ())
    assert not httpserver.log
    left = [None]
    some = sweep(source, spend=lambda host, source_id, now: left.pop() if left else free_at)
    assert (some.state, some.retry_at, len(some.posts)) == ("ok", free_at, 40)
    assert "127.0.0.1" not in some.cursor
    assert "12:03:00" in some.detail


def test_environment_proxies_are_ignored(httpserver, monkeypatch):
    """A proxy named in the environment is not used."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    httpserver.expect_request("/a").respond_with_data("ok")
    assert fetch(httpserver.url_for("/a")).body == b"ok"


def test_exercise_reaches_this_machine_only():
    """In an exercise a public address, a private one and a name that leads there are refused."""

    async def outside(host, port):
        return ["127.0.0.1", "93.184.216.34"]

    for url, more in (
        ("http://93.184.216.34/", {}),
        ("http://10.0.0.1/", {}),
        ("http://mixed.test/", {"resolve": outside}),
    ):
        outcome = fetch(url, **more)
        assert (outcome.state, outcome.is_permanent) == ("refused", True)


def test_real_source_never_reaches_inside(httpserver):
    """A real source that leads to this machine is refused, unless development allows it."""
    httpserver.expect_request("/a").respond_with_data("ok")
    url = httpserver.url_for("/a")
    assert fetch(url, policy=AddressPolicy(kind="real")).state == "refused"
    allowed = AddressPolicy(kind="real", is_loopback_allowed=True)
    assert fetch(url, policy=allowed).body == b"ok"
    assert not isinstance(fetch("http://a:b@127.0.0.1/"), Answer)
    assert not isinstance(fetch("file:///etc/passwd"), Answer)


@pytest.mark.parametrize(
    "location", ["http://0177.0.0.2:1/a", "http://[::1", "http://a b/", "http://x:99999/", "\x7f"]
)
def test_a_redirection_that_cannot_be_read_is_a_refusal(location):
    """An address that no client can read is told as a refusal and stops no other source."""

    async def answer(_reader, writer):
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode())
        await writer.drain()

    outcome, _ = fetch_raw(answer)
    assert isinstance(outcome, Failure)
    assert outcome.state in ("refused", "malformed")


def test_what_no_header_can_carry_is_not_sent(httpserver):
    """A mark that a server gave is left out if unfit; a key that is unfit is told, not shown."""
    httpserver.expect_request("/a").respond_with_data("ok")
    url = httpserver.url_for("/a")
    for mark in ('"é"', "a\r\nb", "\x00"):
        assert fetch(url, validators=(mark, mark)).body == b"ok"
        refused = fetch(url, headers={"apikey": mark})
        assert refused.state == "refused"
        assert mark not in refused.sentence


def test_second_answer_of_the_name_server_has_no_say(httpserver):
    """The connection goes to the address that was judged: each connection asks once."""
    httpserver.expect_request("/a").respond_with_data("ok")
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def rebinding(host, port):
        return answers.pop(0)

    url = (
        httpserver.url_for("/a").replace("localhost", "rebind.test").replace("127.0.0.1", "r.test")
    )
    assert fetch(url, resolve=rebinding).body == b"ok"
    assert len(answers) == 1
    assert fetch(url, resolve=rebinding).state == "refused"


def test_unknown_name_and_closed_door_are_unreachable():
    """A name nobody knows and a port nobody listens on are outages, worth another try."""

    async def unknown(host, port):
        raise OSError("no such host")

    for outcome in (fetch("http://x.test/", resolve=unknown), fetch("http://127.0.0.1:1/")):
        assert (outcome.state, outcome.is_permanent) == ("unreachable", False)


async def hang(reader, writer):
    """Say nothing."""
    await reader.read()


async def drip(reader, writer):
    """Send a byte now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def garble(reader, writer):
    """Speak something that is not HTTP."""
    writer.write(b"\x00\xffSSH-2.0 nonsense\r\n\r\n\r\n")
    await writer.drain()


async def truncate(reader, writer):
    """Promise more than is sent."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
    await writer.drain()


async def hang_up(reader, writer):
    """Hang up without a word."""


async def flood(reader, writer):
    """Send 50 MB without saying how much."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for _ in range(800):
        writer.write(piece)
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def bomb(reader, writer):
    """Send 50 MB packed into 50 kB."""
    packed = gzip.compress(b"0" * 50_000_000)
    head = f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    writer.write(b"HTTP/1.1 200 OK\r\n" + head.encode() + packed)
    await writer.drain()


async def announce(reader, writer):
    """Announce 50 MB."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
    await reader.read()


async def false_gzip(reader, writer):
    """Call plain text gzip."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")
    await writer.drain()


@pytest.mark.parametrize(
    ("handler", "state", "permanent"),
    [
        (hang, "unreachable", False),
        (drip, "unreachable", False),
        (garble, "malformed", True),
        (truncate, "unreachable", False),
        (hang_up, "unreachable", False),
        (flood, "malformed", True),
        (bomb, "malformed", True),
        (announce, "malformed", True),
        (false_gzip, "malformed", True),
    ],
)
def test_nasty_servers_are_survived_in_time(handler, state, permanent):
    """Whatever a server does, the answer is a told failure within the total time."""
    outcome, seconds = fetch_raw(handler)
    assert isinstance(outcome, Failure)
    assert (outcome.state, outcome.is_permanent) == (state, permanent)
    assert outcome.sentence
    assert seconds < LIMITS.total_seconds + HANG_SECONDS


def test_hanging_host_costs_one_time_out_only():
    """Ten hashtags of a hanging server cost one time-out, not ten."""
    asked: list[int] = []

    async def count_and_hang(reader, writer):
        asked.append(1)
        await hang(reader, writer)

    async def run():
        async with raw_server(count_and_hang) as url, make_transport() as transport:
            tags = [f"t{n}" for n in range(10)]
            source = make_source("mastodon", url.removesuffix("/feed"), {"hashtags": tags})
            return await collect(
                connectors()["mastodon"],
                source,
                SourceContext.of(source, {}),
                {},
                {},
                transport,
                sweep_id="s",
                since_at=NOW,
                clock=lambda: NOW,
            )

    assert asyncio.run(run()).state == "unreachable"
    assert len(asked) <= 2
