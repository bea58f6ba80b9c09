"""Bluesky, Telegram and YouTube over real HTTP: sessions, paging, refusals."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
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
from vigie.sources.transport_session import REFUSED_MINUTES, Sessions

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIMITS = Limits(total_seconds=10, connect_seconds=5, read_seconds=5)
ENVIRON = {"BSKY_NAME": "vost.test", "BSKY_WORD": "app-s3cret"}
SECRETS = {"identifier": "${env:BSKY_NAME}", "password": "${env:BSKY_WORD}"}
PREVIEW = '<div class="tgme_channel_history">{}</div>'


def sweep(kind, address, queries, *, sessions=None, secrets=None, cursor=None, now=NOW):
    """One whole collection of one source."""
    source = Source(
        id="s",
        name="S",
        kind=kind,
        address=address.rstrip("/"),
        queries=queries,
        cadence_minutes=15,
        silence_minutes=60,
        budget=Budget(requests=100, per_minutes=5),
        secrets=secrets or {},
    )

    async def run():
        async with Transport(
            limits=LIMITS,
            policy=AddressPolicy(kind="exercise"),
            clock=lambda: now,
            spend=lambda host, source_id, at: None,
            sessions=sessions,
        ) as transport:
            return await collect(
                connectors()[kind],
                source,
                SourceContext.of(source, ENVIRON),
                cursor or {},
                {},
                transport,
                sweep_id="s1",
                since_at=now - timedelta(hours=6),
                clock=lambda: now,
            )

    return asyncio.run(run())


def _json(value, status=200, **headers):
    return Response(json.dumps(value), status, headers, content_type="application/json")


class Pds:
    """An account's own server: a session, its refresh, and a search that pages."""

    def __init__(self, count=250):
        self.logins = self.refreshes = self.searches = 0
        self.tokens: set[str] = set()
        self.refresh_tokens: set[str] = set()
        self.is_closed = False
        self.accepts_nothing = False
        self.views = [
            {
                "uri": f"at://d/app.bsky.feed.post/{n}",
                "cid": f"c{n}",
                "author": {"handle": "a.test"},
                "record": {"text": f"post {n}", "createdAt": at},
                "indexedAt": at,
            }
            for n in range(count)
            if (at := (NOW - timedelta(seconds=n)).isoformat())
        ]

    def _pair(self):
        number = self.logins + self.refreshes
        self.tokens, self.refresh_tokens = {f"access-{number}"}, {f"refresh-{number}"}
        return _json({"accessJwt": f"access-{number}", "refreshJwt": f"refresh-{number}"})

    def login(self, request):
        self.logins += 1
        if self.is_closed or request.json != {"identifier": "vost.test", "password": "app-s3cret"}:
            return _json({"error": "AuthenticationRequired", "message": "app-s3cret"}, 401)
        return self._pair()

    def refresh(self, request):
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.refresh_tokens:
            return _json({"error": "ExpiredToken"}, 400)
        self.refreshes += 1
        return self._pair()

    def search(self, request):
        self.searches += 1
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.accepts_nothing or (token and token not in self.tokens):
            return _json({"error": "InvalidToken", "message": "bad"}, 400)
        if not token:
            return Response("<html>Request forbidden by administrative rules", 403)
        start = int(request.args.get("cursor", "0"))
        since = datetime.fromisoformat(request.args["since"])
        found = [v for v in self.views if datetime.fromisoformat(v["indexedAt"]) >= since]
        size = int(request.args["limit"])
        more = {"cursor": str(start + size)} if start + size < len(found) else {}
        return _json({"posts": found[start : start + size], **more})


@pytest.fixture
def pds(httpserver):
    """A server with an account."""
    server = Pds()
    base = "/xrpc/com.atproto.server"
    httpserver.expect_request(f"{base}.createSession", "POST").respond_with_handler(server.login)
    httpserver.expect_request(f"{base}.refreshSession", "POST").respond_with_handler(server.refresh)
    httpserver.expect_request("/xrpc/app.bsky.feed.searchPosts").respond_with_handler(server.search)
    server.address = httpserver.url_for("/")
    return server


def search(pds, sessions, **more):
    """One sweep of one hashtag with the account."""
    return sweep(
        "bluesky", pds.address, {"hashtags": ["Crue"]}, sessions=sessions, secrets=SECRETS, **more
    )


def test_one_login_serves_many_sweeps_and_pages(pds):
    """250 posts come in three pages; two sweeps log in once; the second reads what is new."""
    sessions = Sessions()
    first = search(pds, sessions)
    assert (first.state, len(first.posts), first.seen_count) == ("ok", 250, 250)
    second = search(pds, sessions, cursor=first.cursor)
    assert second.state == "unchanged"
    assert len(second.posts) == 121
    assert (pds.logins, pds.refreshes, pds.searches) == (1, 0, 5)


def test_several_searches_at_once_log_in_once(pds):
    """Sweeps that begin together share one login."""

    async def both():
        sessions = Sessions()
        source = Source(
            id="s",
            name="S",
            kind="bluesky",
            address=pds.address.rstrip("/"),
            queries={"hashtags": ["Crue"]},
            cadence_minutes=5,
            silence_minutes=60,
            budget=Budget(requests=100, per_minutes=5),
            secrets=SECRETS,
        )

        async def one():
            async with Transport(
                limits=LIMITS,
                policy=AddressPolicy(kind="exercise"),
                clock=lambda: NOW,
                spend=lambda host, source_id, at: None,
                sessions=sessions,
            ) as transport:
                return await collect(
                    connectors()["bluesky"],
                    source,
                    SourceContext.of(source, ENVIRON),
                    {},
                    {},
                    transport,
                    sweep_id="s",
                    since_at=NOW - timedelta(hours=1),
                    clock=lambda: NOW,
                )

        return await asyncio.gather(*(one() for _ in range(4)))

    assert {share.state for share in asyncio.run(both())} == {"ok"}
    assert pds.logins == 1


def test_an_expired_token_is_prolonged_once(pds):
    """400 InvalidToken prolongs the session; where that fails too, it is opened anew."""
    sessions = Sessions()
    search(pds, sessions)
    pds.tokens = {"other"}
    assert search(pds, sessions).state == "ok"
    assert (pds.logins, pds.refreshes) == (1, 1)
    pds.tokens, pds.refresh_tokens = {"other"}, set()
    assert search(pds, sessions).state == "ok"
    assert (pds.logins, pds.refreshes) == (2, 1)


def test_a_session_that_nothing_helps_is_refused(pds):
    """A server that takes not even a fresh token is asked twice, then told as refused."""
    pds.accepts_nothing = True
    share = search(pds, Sessions())
    assert share.state == "refused"
    assert pds.searches == 2


def test_a_refused_login_is_told_and_not_repeated(pds, caplog):
    """A wrong password asks once, is told without secrets, and is left alone for a while."""
    caplog.set_level(logging.DEBUG)
    pds.is_closed = True
    sessions = Sessions()
    share = search(pds, sessions)
    assert share.state == "refused"
    assert "mot de passe d’application" in share.detail
    search(pds, sessions, now=NOW + timedelta(minutes=REFUSED_MINUTES - 1))
    assert (pds.logins, pds.searches) == (1, 0)
    pds.is_closed = False
    later = search(pds, sessions, now=NOW + timedelta(minutes=REFUSED_MINUTES + 1))
    assert later.state == "ok"
    told = repr(share) + repr(sessions) + repr(vars(sessions)) + repr(later) + caplog.text
    assert "app-s3cret" not in told
    assert "access-" not in told
    assert "refresh-" not in told


def test_anonymous_search_is_refused_in_words(pds):
    """403 with HTML, as anonymous askers get it, says what is missing."""
    share = sweep("bluesky", pds.address, {"hashtags": ["Crue"]})
    assert share.state == "refused"
    assert "compte" in share.detail


def test_a_password_is_never_sent_on(httpserver):
    """A login that is redirected goes nowhere."""
    base = "/xrpc/com.atproto.server.createSession"
    httpserver.expect_request(base).respond_with_data("", 307, headers={"Location": "/other"})
    httpserver.expect_request("/other").respond_with_data("{}")
    share = sweep("bluesky", httpserver.url_for("/"), {"hashtags": ["x"]}, secrets=SECRETS)
    assert share.state == "refused"
    assert [request.path for request, _ in httpserver.log] == [base]


@pytest.mark.parametrize(
    ("headers", "retry_at"),
    [
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"Retry-After": "60"}, 60),
    ],
)
def test_rate_limits_are_kept(httpserver, headers, retry_at):
    """429 and its headers say when to come back, to every kind."""
    httpserver.expect_request("/xrpc/app.bsky.feed.searchPosts").respond_with_data(
        "{}", 429, headers=headers
    )
    share = sweep("bluesky", httpserver.url_for("/"), {"hashtags": ["x"]})
    assert (share.state, share.retry_at) == ("refused", NOW + timedelta(seconds=retry_at))


def test_a_channel_without_preview_is_refused_in_words(httpserver):
    """Telegram sends on to the channel's card: that is told, and the other channels are read."""
    httpserver.expect_request("/s/fermee").respond_with_data(
        "", 302, headers={"Location": "/fermee"}
    )
    httpserver.expect_request("/fermee").respond_with_data("<html>card</html>")
    httpserver.expect_request("/s/ouverte").respond_with_data(PREVIEW.format(""))
    share = sweep("telegram", httpserver.url_for("/"), {"channels": ["fermee", "ouverte"]})
    assert share.state == "refused"
    assert "fermee" in share.detail
    assert len(httpserver.log) == 3


def test_youtube_pages_and_keeps_to_its_day(httpserver):
    """Two pages at most; a used-up quota is refused until midnight Pacific."""

    def answer(request):
        assert request.headers["X-Goog-Api-Key"] == "k"
        token = request.args.get("pageToken", "0")
        item = {
            "id": {"videoId": f"video{token}"},
            "snippet": {"title": "t", "publishedAt": NOW.isoformat()},
        }
        return _json({"items": [item], "nextPageToken": str(int(token) + 1)})

    httpserver.expect_request("/youtube/v3/search").respond_with_handler(answer)
    ENVIRON["YT"] = "k"
    secrets = {"key": "${env:YT}"}
    share = sweep("youtube", httpserver.url_for("/"), {"searches": ["crue"]}, secrets=secrets)
    assert (share.state, len(share.posts), len(httpserver.log)) == ("ok", 2, 2)
    httpserver.clear()
    body = json.dumps({"error": {"errors": [{"reason": "quotaExceeded"}]}})
    httpserver.expect_request("/youtube/v3/search").respond_with_data(body, 403)
    queries = {"searches": ["crue", "Ouche"]}
    share = sweep("youtube", httpserver.url_for("/"), queries, secrets=secrets)
    assert share.state == "refused"
    assert share.retry_at == datetime(2026, 11, 21, 8, 1, tzinfo=UTC)
    assert len(httpserver.log) == 1


def test_bluesky_against_its_own_development_network():
    """Where Bluesky's own servers can be started they prove the session and the search."""
    installed = list(Path().glob("node_modules/@atproto/dev-env"))
    if shutil.which("node") is None or not installed:
        pytest.skip(
            "Bluesky's development network (@atproto/dev-env) is not installed: the session and "
            "the search are proved against the tests' own server only"
        )
    assert not installed, "Bluesky's development network is here: write the proof against it"
