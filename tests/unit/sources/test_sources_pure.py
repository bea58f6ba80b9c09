"""The pure parts of the sources: paging, texts, XML, bodies, waits, health, addresses."""

from __future__ import annotations

import dataclasses
import gzip
import json
import subprocess
import sys
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.convention.model import Budget, Source
from vigie.records.collected import Collected
from vigie.sources import mastodon, vigicrues, vigilance
from vigie.sources.collection import is_worth_retrying, postponed
from vigie.sources.contract import Answer, Request, SourceContext
from vigie.sources.decoding import BoundedBody, BrokenEncodingError, TooLargeError
from vigie.sources.failure import failure_of_status
from vigie.sources.health import is_silent, next_health
from vigie.sources.plain_text import clean, from_html, web_address
from vigie.sources.retry_times import LONGEST_WAIT_SECONDS, allowance_ends_at, wish_to_wait
from vigie.sources.rss import _pieces
from vigie.sources.transport_addresses import AddressPolicy
from vigie.sources.xml_answer import ForbiddenXmlError, read_xml

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SOURCE = SourceContext(id="m", key="mastodon:https://m.test", address="https://m.test")


def _snowflake(moment):
    return int(moment.timestamp() * 1000) << 16


def _answer(items):
    return Answer(status=200, headers={}, body=json.dumps(items).encode(), url="u", received_at=NOW)


def _status(number, at):
    return {"id": str(number), "uri": f"u{number}", "created_at": at.isoformat(), "content": "x"}


class Server:
    """A timeline that pages as Mastodon documents: after min_id, the oldest first."""

    def __init__(self, ids):
        self.ids = sorted(ids)
        self.asked = 0

    def page(self, request):
        self.asked += 1
        start = request.params.get("min_id")
        later = [i for i in self.ids if start is None or i > int(start)]
        chosen = later[:40] if start is not None else later[-40:]
        return _answer(
            [_status(i, datetime.fromtimestamp((i >> 16) / 1000, UTC)) for i in reversed(chosen)]
        )


def _sweep(server, cursor, since_at):
    params = mastodon.Params(hashtags=["Crue"])
    request, got = mastodon.first(params, cursor, SOURCE, since_at)[0], []
    while request is not None:
        page = mastodon.read(request, server.page(request), params, SOURCE)
        got += [post.native_id for post in page.posts]
        cursor = {**cursor, **page.cursor}
        request = page.next
    return got, cursor


@given(st.lists(st.integers(0, 7200), min_size=0, max_size=300, unique=True), st.integers(0, 7200))
def test_mastodon_two_sweeps_lose_nothing(seconds, pause):
    """However posts fall around a pause between two sweeps, each is read by one of them."""
    begin = NOW - timedelta(hours=2)
    ids = [_snowflake(begin + timedelta(seconds=s)) + s for s in seconds]
    cut = _snowflake(begin + timedelta(seconds=pause))
    first, cursor = _sweep(Server([i for i in ids if i < cut]), {}, begin)
    second, cursor = _sweep(Server(ids), cursor, begin)
    assert set(first) | set(second) == {f"u{i}" for i in ids}
    if ids:
        assert cursor == {"crue": str(max(ids))}


def test_mastodon_late_arrival_within_overlap_is_read():
    """A post that federates late, with an id behind the mark, is still found."""
    mark = _snowflake(NOW)
    late = _snowflake(NOW - timedelta(minutes=5))
    got, cursor = _sweep(Server([late, mark]), {"crue": str(mark)}, NOW - timedelta(days=1))
    assert f"u{late}" in got
    assert cursor == {"crue": str(mark)}


def test_mastodon_server_that_ignores_min_id_ends():
    """A server that gives the same page for ever is asked twice at most."""
    page = [_status(_snowflake(NOW), NOW)]
    params = mastodon.Params(hashtags=["crue"])
    request = mastodon.first(params, {}, SOURCE, NOW - timedelta(hours=1))[0]
    following = mastodon.read(request, _answer(page), params, SOURCE).next
    assert following is not None
    assert mastodon.read(following, _answer(page), params, SOURCE).next is None


def test_mastodon_ids_that_are_no_numbers():
    """A server with other ids gives its latest page, and marks of its own kind from then on."""
    params = mastodon.Params(hashtags=["crue"])
    since_at = NOW - timedelta(hours=1)
    first = mastodon.first(params, {}, SOURCE, since_at)[0]
    latest = mastodon.read(first, _answer([]), params, SOURCE).next
    assert latest is not None
    assert "min_id" not in latest.params
    items = [_status("01J9Z", NOW), _status("01J8A", NOW - timedelta(days=3))]
    page = mastodon.read(latest, _answer(items), params, SOURCE)
    assert [post.native_id for post in page.posts] == ["u01J9Z"]
    assert page.next is None
    assert mastodon.first(params, page.cursor, SOURCE, since_at)[0].params["min_id"] == "01J9Z"


def test_mastodon_addresses_and_token():
    """Accents are encoded, a token travels in a header only and shows in no repr."""
    source = dataclasses.replace(SOURCE, secrets={"token": "s3cret"})
    params = mastodon.Params(hashtags=["Côte-d'Or", "côte-d'or", "crue"], local_only=True)
    requests = mastodon.first(params, {}, source, NOW)
    assert [r.url.rsplit("/", 1)[1] for r in requests] == ["C%C3%B4te-d%27Or", "crue"]
    assert requests[0].headers["Authorization"] == "Bearer s3cret"
    assert requests[0].params["local"] == "true"
    assert "s3cret" not in repr(requests) + repr(source)


def test_bulletins_already_read_are_unchanged():
    """The same bulletin or map again is "unchanged", not "empty"."""
    body = {"RefInfoVigiCru": "1", "DtHrInfoVigiCru": "2026-11-20T10:00:00Z", "features": []}
    request = Request(url="u", chain="bulletin", floor="1|2026-11-20T10:00:00Z")
    page = vigicrues.read(request, _answer(body), vigicrues.Params(), SOURCE)
    assert page.state == "unchanged"
    product = {"product": {"update_time": "2026-11-20T10:00:00Z", "periods": []}}
    request = Request(url="u", chain="map", floor="2026-11-20T10:00:00Z")
    params = vigilance.Params(domains=["21"])
    assert vigilance.read(request, _answer(product), params, SOURCE).state == "unchanged"


def test_vigicrues_filters_reaches_and_territories():
    """Only followed reaches are kept, by code or by forecasting service, in any case."""
    feature = {"properties": {"cdentcru": "CO1", "CDENSUP_1": 26, "NIVINFVICR": "2"}}
    body = {"RefInfoVigiCru": "1", "features": [feature]}
    for params, count in (
        (vigicrues.Params(reaches=["co1"]), 1),
        (vigicrues.Params(territories=["26"]), 1),
        (vigicrues.Params(reaches=["CO2"], territories=["9"]), 0),
    ):
        page = vigicrues.read(Request(url="u"), _answer(body), params, SOURCE)
        assert len(page.posts) == count


@given(st.text())
def test_text_is_always_storable_and_stable(text):
    """Cleaned text is valid UTF-8 without NUL, and cleaning it again changes nothing."""
    once = clean(text)
    assert "\x00" not in once
    once.encode("utf-8")
    assert clean(once) == once
    assert "\x00" not in from_html(text)


def test_html_hides_no_address():
    """A link whose words pretend to be another address shows where it leads."""
    html = '<a href="https://evil.example/?https://gouv.fr">https://gouv.fr</a><style>a{}</style>'
    assert from_html(html) == "https://gouv.fr (https://evil.example/?https://gouv.fr)"
    assert web_address("javascript:alert(1)") is None
    assert web_address("https://a b") is None
    assert web_address("http://[::1") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
@pytest.mark.parametrize("tail", ["<rss/>", "<rss><broken"])
def test_dtd_is_refused_in_every_encoding(encoding, tail):
    """A document type is found in any encoding, in sound and in broken XML."""
    with pytest.raises(ForbiddenXmlError):
        read_xml(f'<!DOCTYPE r [<!ENTITY a "b">]>{tail}'.encode(encoding))


def test_encodings_that_hide_a_dtd_are_not_followed():
    """UTF-7, in which "<" can be spelt otherwise, is read as if it had not been declared."""
    body = b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE r+AD4-<rss/>'
    assert not read_xml(body).is_well_formed


@given(st.binary(max_size=5000), st.integers(1, 700), st.sampled_from(["", "gzip", "deflate"]))
def test_bodies_survive_any_cut(body, size, encoding):
    """Whatever the pieces and the packing, the same body comes out."""
    packed = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}[encoding](body)
    taken = BoundedBody(encoding, 20_000)
    for begin in range(0, len(packed), size):
        taken.add(packed[begin : begin + size])
    assert taken.whole() == body


def test_bombs_and_stumps_are_stopped():
    """A bomb stops one byte beyond the limit; stumps and unasked encodings are named broken."""
    bomb = BoundedBody("gzip", 1000)
    with pytest.raises(TooLargeError):
        bomb.add(gzip.compress(b"0" * 10_000_000))
    assert len(bomb._body) <= 1001
    stump = BoundedBody("gzip", 1000)
    stump.add(gzip.compress(b"hello")[:-9])
    with pytest.raises(BrokenEncodingError):
        stump.whole()
    with pytest.raises(BrokenEncodingError):
        BoundedBody("br", 1000)
    many = BoundedBody("gzip", 1_000_000)
    with pytest.raises(BrokenEncodingError):
        many.add(gzip.compress(b"") * 1000)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Fri, 20 Nov 2026 12:02:00 GMT"}, 120),
        ({"x-ratelimit-reset": "2026-11-20T12:02:00.5Z"}, 120.5),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 120)}, 120),
        ({"ratelimit-reset": "30"}, 30),
        ({"retry-after": "99999999"}, LONGEST_WAIT_SECONDS),
        ({"retry-after": "Fri, 20 Nov 2020 12:02:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_waits_are_understood(headers, seconds):
    """Every way to say "later" gives the same kind of time, cut to something sane."""
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert wish_to_wait(headers, NOW) == expected


def test_used_up_allowance_is_noticed():
    """A good answer that used the last request says when the next may be."""
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}
    assert allowance_ends_at(headers, NOW) == NOW + timedelta(seconds=60)
    assert allowance_ends_at({**headers, "x-ratelimit-remaining": "7"}, NOW) is None


@pytest.mark.parametrize(
    ("status", "state", "permanent"),
    [
        *((status, "refused", True) for status in (400, 401, 403, 404, 410, 429, 451)),
        *((status, "unreachable", False) for status in (500, 502, 503)),
    ],
)
def test_statuses_tell_refusal_from_outage(status, state, permanent):
    """Refusals are permanent, outages transient, and both say who and which status."""
    failure = failure_of_status(status, {}, "h.test", NOW)
    assert (failure.state, failure.is_permanent) == (state, permanent)
    assert "h.test" in failure.sentence
    assert str(status) in failure.sentence


def _collected(state, **more):
    return Collected(
        sweep_id="s",
        source_id="m",
        source_key="k",
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=1),
        state=state,
        **more,
    )


def test_health_keeps_since_while_state_stays():
    """A state's beginning is that of its first sweep; a failure never moves the last answer."""
    first = next_health(None, _collected("unreachable", detail="x"), 0)
    assert (first.since_at, first.last_answer_at, first.detail) == (NOW, None, "x")
    later = dataclasses.replace(
        _collected("unreachable"),
        started_at=NOW + timedelta(hours=1),
        finished_at=NOW + timedelta(hours=1),
    )
    second = next_health(first, later, 0)
    assert second.since_at == NOW
    third = next_health(second, dataclasses.replace(later, state="ok", seen_count=3), 2)
    assert third.since_at == later.started_at
    assert (third.last_news_at, third.seen_count, third.kept_count) == (later.finished_at, 3, 2)


def test_silence_is_about_answers_not_news():
    """An empty answer is no silence; no answer beyond the limit is, also if there never was one."""
    health = next_health(None, _collected("empty"), 0)
    assert not is_silent(health, 30, NOW - timedelta(days=1), NOW + timedelta(minutes=30))
    assert is_silent(health, 30, NOW, NOW + timedelta(minutes=31))
    assert is_silent(None, 30, NOW, NOW + timedelta(minutes=31))


def test_postponed_until_its_time():
    """A source that asked for patience is left alone until then, its cursor untouched."""
    source = Source(
        id="m",
        name="M",
        kind="mastodon",
        address="https://m.test",
        cadence_minutes=5,
        silence_minutes=60,
        budget=Budget(requests=10, per_minutes=5),
    )
    until = NOW + timedelta(minutes=5)
    health = next_health(None, _collected("refused", retry_at=until, detail="429"), 0)
    waiting = postponed(source, health, {"a": "1"}, {}, sweep_id="s2", now=NOW)
    assert (waiting.state, waiting.detail, waiting.cursor) == ("refused", "429", {"a": "1"})
    assert not is_worth_retrying(waiting)
    assert postponed(source, health, {}, {}, sweep_id="s2", now=until) is None


@pytest.mark.parametrize(
    ("address", "real", "loopback", "exercise"),
    [
        ("127.0.0.1", False, True, True),
        ("::1", False, True, True),
        ("::ffff:127.0.0.1", False, True, True),
        ("127.0.0.2", False, True, False),
        ("::ffff:127.0.0.2", False, True, False),
        ("64:ff9b::7f00:2", False, True, False),
        ("93.184.216.34", True, True, False),
        ("2606:4700::1111", True, True, False),
        ("10.0.0.1", False, False, False),
        ("169.254.169.254", False, False, False),
        ("::ffff:10.0.0.1", False, False, False),
        ("64:ff9b::a00:1", False, False, False),
        ("2002:7f00:1::", False, True, True),
        ("100.64.0.1", False, False, False),
        ("0.0.0.0", False, False, False),
        ("224.0.0.1", False, False, False),
        ("fe80::1%eth0", False, False, False),
        ("not an address", False, False, False),
    ],
)
def test_addresses_are_judged(address, real, loopback, exercise):
    """Real sources are public, exercises are here, whatever dress an address wears."""
    judged = (
        AddressPolicy(kind="real").judge(address),
        AddressPolicy(kind="real", is_loopback_allowed=True).judge(address),
        AddressPolicy(kind="exercise").judge(address),
    )
    assert [verdict == "allowed" for verdict in judged] == [real, loopback, exercise]


def test_an_exercise_has_one_port():
    """On this machine an exercise asks its networks' port and no other; real sources any."""
    exercise = AddressPolicy(kind="exercise", port=4100)
    assert exercise.judge("127.0.0.1", 4100) == "allowed"
    assert exercise.judge("::1", 4100) == "allowed"
    assert exercise.judge("127.0.0.1", 4200) == "not_network"
    assert exercise.judge("127.0.0.2", 4100) == "not_network"
    assert exercise.judge("127.0.0.1") == "not_network"
    assert exercise.judge("93.184.216.34", 4100) == "not_loopback"
    assert [
        exercise.is_looked_up(host)
        for host in ("127.0.0.1", "::1", "localhost", "LOCALHOST", "2130706434", "a.example")
    ] == [True, True, True, True, False, False]
    assert AddressPolicy(kind="real").is_looked_up("a.example")
    assert AddressPolicy(kind="real", port=None).judge("93.184.216.34", 443) == "allowed"


def test_secrets_come_from_the_environment_only():
    """An unset or empty variable is named missing; a set one never shows."""
    source = Source(
        id="m",
        name="M",
        kind="mastodon",
        address="https://m.test",
        cadence_minutes=5,
        silence_minutes=60,
        budget=Budget(requests=10, per_minutes=5),
        secrets={"token": "${env:A_TOKEN}", "other": "${env:B_TOKEN}"},
    )
    context = SourceContext.of(source, {"A_TOKEN": "s3cret", "B_TOKEN": " "})
    assert context.secrets == {"token": "s3cret"}
    assert context.missing_variables == ("B_TOKEN",)
    assert "s3cret" not in repr(context)


def test_registry_imports_nothing_heavy():
    """Asking which connectors exist imports neither the transport nor any parser."""
    code = (
        "import sys; from vigie.sources.registry import params_by_kind; params_by_kind();"
        "print([m for m in ('httpx', 'httpcore', 'feedparser', 'lxml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("piece", [b"<!--", b"<![CDATA[", b"<item>", b"<", b"<![CDATA[]]>"])
def test_unclosed_xml_costs_one_pass(piece):
    """A megabyte of beginnings without ends is searched in one pass, not once per beginning."""
    begin = time.process_time()
    text = read_xml(piece * (1_000_000 // len(piece))).text
    assert _pieces(text) == []
    assert time.process_time() - begin < 30  # Quadratic work would take minutes.
