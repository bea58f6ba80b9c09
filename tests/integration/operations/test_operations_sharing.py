"""Identical questions of two activations are asked once; each gets every answer."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

from vigie.convention.model import Budget, Source
from vigie.operations.shelving import StoreShelf
from vigie.operations.sweeping import sweep_here
from vigie.sources.contract import Answer, Request
from vigie.sources.failure import unreachable
from vigie.sources.sharing import SharingTransport, question_key

ETAG = ('"v1"', "")


class Counting:
    """A transport that answers from a list and counts; it takes its time."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    async def fetch(self, request, source_id, validators=("", "")):
        self.asked.append(validators)
        await asyncio.sleep(0.05)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _source(**more):
    values = {
        "id": "s",
        "name": "S",
        "kind": "rss",
        "address": "https://x.test",
        "cadence_minutes": 4,
        "silence_minutes": 60,
        "budget": Budget(requests=10, per_minutes=5),
    }
    return Source(**{**values, **more})


def _answer(stage, **more):
    values = {
        "status": 200,
        "headers": {"content-type": "text/xml"},
        "body": b"\x00\xffbody",
        "url": "u",
        "received_at": stage.clock(),
        "validators": ETAG,
    }
    return Answer(**{**values, **more})


def _sharing(stage, transport, taker, source=None):
    return SharingTransport(
        transport,
        StoreShelf(stage.runtime, taker, f"holder-{taker}"),
        source or _source(),
        stage.clock,
        20,
    )


REQUEST = Request(url="https://x.test/feed", params={"a": "1"})


def test_side_by_side_one_asks_and_all_have_the_answer(stage):
    """Five activations that ask at once cost one request; each gets the whole answer."""
    transport = Counting([_answer(stage)])

    async def run():
        return await asyncio.gather(
            *(_sharing(stage, transport, f"a{n}").fetch(REQUEST, "s") for n in range(5))
        )

    outcomes = asyncio.run(run())
    assert len(transport.asked) == 1
    assert outcomes == [_answer(stage)] * 5


def test_nobody_is_given_the_same_answer_twice(stage):
    """Who asks again wants news: it is asked, and the others then get the newer answer."""
    transport = Counting([_answer(stage), _answer(stage, body=b"newer")])
    mine, other = _sharing(stage, transport, "a"), _sharing(stage, transport, "b")
    assert asyncio.run(mine.fetch(REQUEST, "s")).body == b"\x00\xffbody"
    assert asyncio.run(mine.fetch(REQUEST, "s")).body == b"newer"
    assert asyncio.run(other.fetch(REQUEST, "s")).body == b"newer"
    assert len(transport.asked) == 2


def test_an_answer_is_shared_for_half_a_cadence(stage):
    """After half the cadence the next one asks anew."""
    transport = Counting([_answer(stage)])
    asyncio.run(_sharing(stage, transport, "a").fetch(REQUEST, "s"))
    stage.clock.forward(2.1)
    asyncio.run(_sharing(stage, transport, "b").fetch(REQUEST, "s"))
    assert len(transport.asked) == 2


def test_conditions_are_right_for_each(stage):
    """Who has the shared version is told "unchanged"; who has another gets it whole."""
    transport = Counting([_answer(stage)])
    asyncio.run(_sharing(stage, transport, "a").fetch(REQUEST, "s"))
    same = asyncio.run(_sharing(stage, transport, "b").fetch(REQUEST, "s", ETAG))
    other = asyncio.run(_sharing(stage, transport, "c").fetch(REQUEST, "s", ('"v0"', "")))
    assert (same.status, same.body, same.validators) == (304, b"", ETAG)
    assert (other.status, other.body) == (200, b"\x00\xffbody")
    assert len(transport.asked) == 1


def test_unchanged_is_shared_only_with_who_asks_the_same(stage):
    """A 304 says nothing to an activation that has another version, or none: it asks itself."""
    unchanged = _answer(stage, status=304, body=b"")
    transport = Counting([unchanged, _answer(stage)])
    asyncio.run(_sharing(stage, transport, "a").fetch(REQUEST, "s", ETAG))
    same = asyncio.run(_sharing(stage, transport, "b").fetch(REQUEST, "s", ETAG))
    none = asyncio.run(_sharing(stage, transport, "c").fetch(REQUEST, "s"))
    assert (same.status, none.status) == (304, 200)
    assert transport.asked == [ETAG, ("", "")]


def test_a_failure_is_shared_with_who_waits_and_no_longer(stage):
    """Those who ask at the same moment are told the failure; a later try is a new one."""
    failure = dataclasses.replace(unreachable("out of order"), status=503)
    transport = Counting([failure, _answer(stage)])

    async def run():
        return await asyncio.gather(
            *(_sharing(stage, transport, name).fetch(REQUEST, "s") for name in "ab")
        )

    assert asyncio.run(run()) == [failure, failure]
    stage.clock.forward(0.2)
    assert asyncio.run(_sharing(stage, transport, "c").fetch(REQUEST, "s")).status == 200


def test_a_dead_asker_blocks_nobody_for_long(stage):
    """The right to ask expires."""
    shelf = StoreShelf(stage.runtime, "a", "dead")
    key = question_key(REQUEST, _source())
    assert shelf.claim(key, stage.clock()).is_ours
    stage.clock.forward(1)
    transport = Counting([_answer(stage)])
    assert asyncio.run(_sharing(stage, transport, "b").fetch(REQUEST, "s")).status == 200


def test_what_differs_is_never_shared():
    """Parameters, account, kind and address tell questions apart; secrets are no part of a key."""
    source = _source(secrets={"token": "${env:ONE}"})
    keys = {
        question_key(REQUEST, source),
        question_key(REQUEST, _source(secrets={"token": "${env:TWO}"})),
        question_key(REQUEST, _source(kind="cap")),
        question_key(dataclasses.replace(REQUEST, params={"a": "2"}), source),
        question_key(dataclasses.replace(REQUEST, body=b""), source),
    }
    assert len(keys) == 5
    told = dataclasses.replace(REQUEST, headers={"Authorization": "Bearer s3cret"})
    assert question_key(told, source) == question_key(REQUEST, source)


def test_two_activations_side_by_side_miss_nothing(stage):
    """Two activations of one network, swept together, hold the same posts as one alone would."""
    first = stage.open()
    second = stage.open(event="Crue de l'Ouche")

    async def both():
        return await asyncio.gather(
            sweep_here(stage.runtime, first.id), sweep_here(stage.runtime, second.id)
        )

    results = asyncio.run(both())
    assert results[0].new_post_count == results[1].new_post_count > 0
    again = asyncio.run(both())
    assert [result.new_post_count for result in again] == [0, 0]
    stage.clock.forward(3)
    stage.server.set_wave(2)
    later = asyncio.run(both())
    assert later[0].new_post_count == later[1].new_post_count > 0


def test_nothing_shared_outlives_an_event(stage):
    """Closing throws shared answers away: they hold people's words."""
    stage.open()
    shelf = StoreShelf(stage.runtime, "other", "h")
    key = question_key(REQUEST, _source())
    shelf.claim(key, stage.clock())
    later = stage.clock() + timedelta(minutes=9)
    shelf.share(key, {"form": "answer", "body": "cGVvcGxl"}, later)
    stage.store.forget_answers()
    assert StoreShelf(stage.runtime, "third", "h").claim(key, stage.clock()).is_ours
