"""Bluesky, Telegram and YouTube of a play answer as their connectors read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from vigie.exercise.channels import channel_answer
from vigie.exercise.material import load_material
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.registry import connectors

ROOT = Path(__file__).parents[3]
MATERIAL = load_material(ROOT / "data" / "demonstration")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
START = MATERIAL.start_for(NOW)
QUERIES = {
    "bluesky": {"hashtags": ["Crue21", "CôtedOr", "SolidaritéCrue21"]},
    "telegram": {"channels": ["exemple_info_cote_dor"]},
    "youtube": {"searches": ["crue Ouche"]},
}


def read_all(kind: str, wave: int):
    """Ask a played source everything that its connector asks, at a wave."""
    connector = connectors()[kind]
    params = connector.Params.model_validate(QUERIES[kind])
    base = f"http://127.0.0.1/{kind}"
    source = SourceContext(id=kind, key=kind, address=base, language="fr", is_exercise=True)
    found = {}
    for asked in connector.first(params, MappingProxyType({}), source, NOW - timedelta(hours=6)):
        path = asked.url.removeprefix(f"{base}/")
        answer = channel_answer(
            MATERIAL.sources[kind], path, asked.params, MATERIAL.play, wave, START
        )
        assert answer is not None
        told = Answer(
            url=asked.url,
            status=200,
            headers={"content-type": answer[0]},
            body=answer[1],
            received_at=NOW,
        )
        page = connector.read(asked, told, params, source)
        assert page.state != "malformed"
        assert not page.faults
        assert page.next is None
        found |= {post.native_id: post for post in page.posts}
    return found


@pytest.mark.parametrize("kind", QUERIES)
def test_the_connector_finds_each_message_in_its_wave(kind):
    """At each wave exactly the messages written until then are there, under their identities."""
    source = MATERIAL.sources[kind]
    for wave in range(1, MATERIAL.play.last_wave + 1):
        written = {
            source.native_id(post): post
            for post in source.posts
            if MATERIAL.play.wave_of(post.at) <= wave
        }
        found = read_all(kind, wave)
        assert found.keys() == written.keys()
        for native_id, post in written.items():
            assert " ".join(post.text.split()) in " ".join(found[native_id].text.split())
            at = START + timedelta(minutes=post.at)
            assert abs((found[native_id].posted_at - at).total_seconds()) < 1


def test_a_search_finds_what_carries_the_words_and_is_new():
    """A hashtag fits whatever its accents, words fit all together, older posts are left out."""
    source = MATERIAL.sources["bluesky"]
    path = "xrpc/app.bsky.feed.searchPosts"

    def count(**params: str) -> int:
        answer = channel_answer(source, path, params, MATERIAL.play, 4, START)
        return answer[1].count(b'"uri"')

    tagged = [post for post in source.posts if "#CôtedOr" in post.text]
    assert count(q="#cotedor") == len(tagged)
    assert count(q="lavoir poussette") == 1
    assert count(q="lavoir playlist") == 0
    assert count(q="#cotedor", since=(START + timedelta(minutes=200)).isoformat()) == 1


def test_other_pages_are_not_there():
    """A service answers under its own address only."""
    for kind in QUERIES:
        source = MATERIAL.sources[kind]
        assert channel_answer(source, "elsewhere", {}, MATERIAL.play, 4, START) is None
