"""From the network to rows: sweeps may repeat, shuffle and be revised, the rows stay the same."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from collections.abc import Callable

import pytest

from tests.integration.operations.stage import (
    CELLAR,
    FUTURE,
    FUTURE_LIFE,
    LIFE,
    ROAD,
    SCHOOL,
    Stage,
)
from vigie.operations.analysis import analyse
from vigie.operations.collecting import collect_source
from vigie.operations.sweeping import begin_sweep, end_sweep

ORANGE = "Vigilance crues orange"


def rows_told(stage: Stage) -> list[tuple[object, ...]]:
    """Return what people read of every row, in order of reference."""
    return [
        (item.ref, *(sorted((k, str(v)) for k, v in item.machine.items())))
        for item in stage.store.observations(stage.id)
    ]


def collect_all(stage: Stage, sweep_id: str) -> None:
    """Stage what every source gives, without analysing it."""

    async def everything() -> None:
        sources = stage.runtime.sources_of(stage.store.activation(stage.id))
        for source in sources:
            await collect_source(stage.runtime, stage.id, source.id, sweep_id)

    asyncio.run(everything())


def test_a_first_sweep_fills_every_kind_of_row(running: Stage) -> None:
    """Posts, articles and levels of six sources become rows with place, urgency and words."""
    road = running.observation(ROAD)
    assert (road.value("commune"), road.value("urgency")) == ("Genlis", "normal")
    assert road.value("category") is not None
    life = running.observation(LIFE)
    assert life.value("urgency") == "life_at_risk"
    assert running.observation(ORANGE).value("urgency") == "high"
    assert {item.state for item in running.store.healths(running.id).values()} == {"ok"}


def test_a_repeated_post_joins_its_row(running: Stage) -> None:
    """The same words on another network are one row of two posts, not two rows."""
    ref = running.observation(ROAD).ref
    assert len(running.store.posts_of(running.id)[ref]) == 2


def test_committing_the_same_sweep_twice_changes_nothing(stage: Stage) -> None:
    """A sweep whose analysis runs again after its commit leaves every row as it was."""
    stage.open()
    collect_all(stage, "sweep-a")
    shares = stage.store.staged(stage.id, "sweep-a")
    analyse(stage.runtime, stage.id, "sweep-a")
    before, counts = rows_told(stage), stage.store.counts(stage.id)
    assert before
    for share in shares:
        stage.store.stage(stage.id, share)
    result = analyse(stage.runtime, stage.id, "sweep-a")
    assert rows_told(stage) == before
    assert stage.store.counts(stage.id) == counts
    assert result.new_post_count == 0


def test_the_same_answers_twice_make_no_second_row(running: Stage) -> None:
    """The same answers under another sweep id, cursors lost, add neither post nor row."""
    before, counts = rows_told(running), running.store.counts(running.id)
    collect_all(running, "sweep-b")
    shares = running.store.staged(running.id, "sweep-b")
    for share in shares:
        running.store.stage(running.id, dataclasses.replace(share, cursor={}, validators={}))
    analyse(running.runtime, running.id, "sweep-b")
    running.clock.forward(1)
    result = running.sweep()
    assert result.new_refs == ()
    assert rows_told(running) == before
    assert running.store.counts(running.id) == counts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_of_arrival_does_not_matter(make_stage: Callable[..., Stage], seed: int) -> None:
    """Staged posts in any order give the same rows, references and partition."""
    draw = random.Random(seed)
    straight, shuffled = make_stage("straight"), make_stage("shuffled")
    for stage in (straight, shuffled):
        stage.server.set_wave(3)
        stage.open()
        collect_all(stage, "s")
    for share in straight.store.staged(straight.id, "s"):
        posts = list(share.posts)
        draw.shuffle(posts)
        shuffled.store.stage(shuffled.id, dataclasses.replace(share, posts=tuple(posts)))
    for stage in (straight, shuffled):
        analyse(stage.runtime, stage.id, "s")

    def told(stage: Stage) -> list[tuple[object, ...]]:
        # Pseudonyms are keyed by house: two houses never share them.
        return [tuple(c for c in row if c[0] != "author") for row in rows_told(stage)]

    assert straight.partition() == shuffled.partition()
    assert told(straight) == told(shuffled)


def test_a_revised_article_updates_its_row(running: Stage) -> None:
    """A later version of an article keeps its reference, shows the new words, and is journalled."""
    before = running.observation("la levée tient")
    running.server.set_wave(2)
    running.clock.forward(5)
    running.sweep()
    after = next(o for o in running.store.observations(running.id) if o.ref == before.ref)
    assert "la levée cède" in str(after.value("original_text"))
    entries = [e for _, e in running.store.journal(running.id) if e.action == "post_revised"]
    assert [entry.subject for entry in entries] == ["presse-locale"]
    assert running.store.counts(running.id).revisions >= 1


def test_measurements_are_rows_only_on_change(running: Stage) -> None:
    """An orange reach asked ten times is one row; back to green lifts it and opens no other."""
    ref = running.observation(ORANGE).ref
    for _ in range(3):
        running.clock.forward(12)
        running.sweep()
    assert running.observation(ORANGE).ref == ref
    running.server.set_wave(3)
    running.clock.forward(12)
    running.sweep()
    lifted = running.observation("Ouche (tronçon")
    assert (lifted.ref, lifted.value("status")) == (ref, "lifted")


def test_quarantine_holds_back_but_never_a_life(running: Stage) -> None:
    """An implausible post waits on Contrôles; the same fault in a cry for help only marks it."""
    running.server.set_wave(3)
    running.clock.forward(5)
    result = running.sweep()
    assert result.quarantined_count == 1
    texts = [str(o.value("original_text")) for o in running.store.observations(running.id)]
    assert not any(FUTURE in text for text in texts)
    life = running.observation(FUTURE_LIFE)
    assert life.value("urgency") == "life_at_risk"
    by_severity = {f.severity: f for f in running.store.findings(running.id)}
    assert set(by_severity) == {"stop", "warn"}
    assert by_severity["warn"].ref == life.ref
    held = running.store.quarantined_posts(running.id)
    assert [FUTURE in post.text for post in held] == [True]


def test_a_source_held_by_another_sweep_is_left_alone(running: Stage) -> None:
    """Two sweeps at once never ask the same source together; afterwards the lease is free."""
    first = begin_sweep(running.runtime, running.id, everything=True)
    asyncio.run(collect_source(running.runtime, running.id, "piaille", first.sweep_id))
    second = begin_sweep(running.runtime, running.id, everything=True)
    taken = asyncio.run(collect_source(running.runtime, running.id, "piaille", second.sweep_id))
    assert taken is None
    end_sweep(running.runtime, running.id, first)
    assert running.store.leases() == []


def test_only_what_is_due_is_asked(running: Stage) -> None:
    """Two minutes after a sweep the two Mastodon sources are due, the ten-minute ones are not."""
    running.clock.forward(2)
    due = begin_sweep(running.runtime, running.id).source_ids
    assert due == ("mastodon-social", "piaille")


def test_later_waves_bring_only_what_is_new(running: Stage) -> None:
    """The cursor goes on: a later sweep adds the new facts and repeats none of the old."""
    known = {o.ref for o in running.store.observations(running.id)}
    running.server.set_wave(2)
    running.clock.forward(3)
    result = running.sweep()
    assert known <= {o.ref for o in running.store.observations(running.id)}
    assert running.observation(SCHOOL).ref in result.new_refs
    assert running.observation(CELLAR).ref in known
    ref = running.observation(ROAD).ref
    assert len(running.store.posts_of(running.id)[ref]) == 3
