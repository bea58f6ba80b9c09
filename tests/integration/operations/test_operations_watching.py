"""What is watched while an activation runs: bad addresses, many hands, feeds that stay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.operations.stage import FEED, Stage
from vigie.operations.opening import watch
from vigie.operations.runtime import Runtime
from vigie.operations.status import activation_status
from vigie.operations.watched import feed_id
from vigie.problem import TransitionError

OTHER_FEED = "https://autre.example/fil.rss"


@pytest.mark.parametrize(
    "address",
    [
        "https://agent:motdepasse@flux.example/rss",
        "https://agent:mot/depasse@flux.example/rss",
        "http:///sans-hote",
        "https://flux.example/" + "x" * 500,
        "https://" + "h" * 400 + "/rss",
        "ftp://flux.example/rss",
        "HTTPS://agent:motdepasse@flux.example",
    ],
)
def test_an_address_that_no_sweep_can_ask_is_not_stored(running: Stage, address: str) -> None:
    """A bad feed is refused with a cure, nothing is stored or journalled, no password is said."""
    before = len(running.store.journal(running.id))
    with pytest.raises(TransitionError) as raised:
        watch(running.runtime, running.id, add=("#Ouche2", address), remove=(), by="Lise")
    assert raised.value.cure
    assert "depasse" not in str(raised.value)
    assert len(str(raised.value)) < 500
    assert running.store.activation(running.id).feeds == ()
    assert running.store.activation(running.id).hashtags == ()
    assert len(running.store.journal(running.id)) == before
    assert activation_status(running.runtime, running.id).sources


def test_a_removed_feed_leaves_the_others_what_is_theirs(running: Stage) -> None:
    """Removing one feed gives its health and cursor to no other; added again it finds its own."""
    watch(running.runtime, running.id, add=(FEED, OTHER_FEED), remove=(), by="Lise")
    running.sweep()
    healths = running.store.healths(running.id)
    assert healths[feed_id(FEED)].state == "ok"
    assert healths[feed_id(OTHER_FEED)].state != "ok"
    watch(running.runtime, running.id, add=(), remove=(FEED,), by="Lise")
    activation = running.store.activation(running.id)
    sources = {item.id: item.name for item in running.runtime.sources_of(activation)}
    assert sources[feed_id(OTHER_FEED)] == "autre.example"
    assert feed_id(FEED) not in sources
    lines = {
        item.source_id: item for item in activation_status(running.runtime, running.id).sources
    }
    assert lines[feed_id(OTHER_FEED)].state == healths[feed_id(OTHER_FEED)].state


def test_commands_at_once_all_keep_what_they_say(running: Stage) -> None:
    """Eight people who watch eight hashtags at the same moment find all eight, journalled once."""
    tags = [f"Crue{number}" for number in range(8)]
    house, clock = running.house, running.clock

    def add(tag: str) -> None:
        runtime = Runtime(house, running.store, clock, {})
        runtime._gazetteer = running.runtime.gazetteer
        watch(runtime, running.id, add=(f"#{tag}",), remove=(), by=tag)

    with ThreadPoolExecutor(len(tags)) as people:
        list(people.map(add, tags))
    assert set(running.store.activation(running.id).hashtags) == set(tags)
    entries = [e for _, e in running.store.journal(running.id) if e.action == "watch"]
    assert {e.actor for e in entries} == set(tags)
    assert len(entries) == len(tags)
