"""Posts that were held back, and posts that are edited at their source."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from itertools import count

import pytest

from tests.integration.operations.stage import FUTURE, NOW, ROAD, Stage
from vigie.operations.analysis import SweepResult, admit_decided, analyse
from vigie.records.activation import JournalEntry
from vigie.records.collected import Collected
from vigie.records.post import Post

SOS = "SOS deux enfants coincés dans une voiture emportée à Pluvet, venez vite au secours"
_numbers = count(1)


@pytest.fixture
def holding(running: Stage) -> Stage:
    """An activation in which a post of the future is held back."""
    running.server.set_wave(3)
    running.clock.forward(5)
    running.sweep()
    assert FUTURE in held(running).text
    return running


def held(stage: Stage) -> Post:
    """Return the one post that is held back."""
    (post,) = stage.store.quarantined_posts(stage.id)
    return post


def give(stage: Stage, *posts: Post) -> SweepResult:
    """Have a source give posts, and analyse them."""
    sweep_id = f"given-{next(_numbers)}"
    now = stage.clock()
    stage.store.stage(
        stage.id,
        Collected(
            sweep_id=sweep_id,
            source_id=posts[0].source_id,
            source_key=posts[0].source_key,
            started_at=now,
            finished_at=now,
            state="ok",
            seen_count=len(posts),
            posts=posts,
        ),
    )
    return analyse(stage.runtime, stage.id, sweep_id)


def decide(stage: Stage, post: Post, decision: str) -> None:
    """Keep a decision on Contrôles, as a process does that is killed before it acts on it."""
    (finding,) = [
        item
        for item in stage.store.findings(stage.id)
        if item.post == (post.source_key, post.native_id) and item.severity == "stop"
    ]
    entry = JournalEntry(at=stage.clock(), actor="Paul", subject="checks", action="decide")
    stage.store.decide_finding(stage.id, finding.id, decision, "Paul", entry)


def level(number: int, value: int, at_minutes: int) -> Post:
    """Return a bulletin of a river's level."""
    return Post(
        source_key="vigicrues:https://www.vigicrues.example",
        source_id="vigicrues",
        native_id=f"TR9/{value}/{number}",
        kind="measurement",
        text="Vigicrues : Tille amont",
        captured_at=NOW,
        posted_at=NOW + timedelta(minutes=at_minutes),
        payload="{}",
        subject="TR9",
        level=value,
    )


def test_a_decision_that_a_kill_cut_off_is_carried_out(holding: Stage) -> None:
    """A decided post still held is let in by the next call, and by none after it."""
    decide(holding, held(holding), "let_in")
    (ref,) = admit_decided(holding.runtime, holding.id)
    assert holding.observation(FUTURE).ref == ref
    assert holding.store.quarantined_posts(holding.id) == []
    assert admit_decided(holding.runtime, holding.id) == []
    assert holding.observation(FUTURE).ref == ref


def test_what_nobody_let_in_stays_held(holding: Stage) -> None:
    """Undecided, kept out or commented in free words: the post stays held."""
    post = held(holding)
    for decision in ("", "keep_out", "voir avec la préfecture"):
        decide(holding, post, decision)
        assert admit_decided(holding.runtime, holding.id) == []
        assert held(holding) == post


@pytest.mark.parametrize(("value", "rows_count"), [(4, 1), (1, 0)])
def test_a_held_measurement_is_let_in(running: Stage, value: int, rows_count: int) -> None:
    """A held level becomes a row at or above the threshold, none below, and is held no longer."""
    bulletin = level(1, value, at_minutes=600)
    give(running, bulletin)
    assert held(running) == bulletin
    decide(running, bulletin, "let_in")
    refs = admit_decided(running.runtime, running.id)
    assert len(refs) == rows_count
    assert running.store.quarantined_posts(running.id) == []
    assert running.store.levels(running.id)[bulletin.source_key, "TR9"].level == value
    counts = running.store.counts(running.id)
    assert admit_decided(running.runtime, running.id) == []
    assert running.store.counts(running.id) == counts


def test_an_edit_of_any_post_of_a_row_describes_it_again(running: Stage) -> None:
    """A post that does not lead its row and is edited to a call for help makes the row vital."""
    row = running.observation(ROAD)
    assert row.value("urgency") != "life_at_risk"
    posts = running.store.posts_of(running.id)[row.ref]
    edited = dataclasses.replace(posts[-1], text=f"{ROAD} {SOS}", edited_at=running.clock())
    assert posts[-1].native_id != posts[0].native_id
    give(running, edited)
    again = running.store.observation(running.id, row.ref)
    assert again.value("urgency") == "life_at_risk"
    assert again.value("original_text") == row.value("original_text")


def test_a_held_post_edited_to_a_call_for_help_is_shown(holding: Stage) -> None:
    """A held post whose new text says that a life is at risk becomes a row, kept out or not."""
    post = held(holding)
    decide(holding, post, "keep_out")
    result = give(holding, dataclasses.replace(post, text=SOS, edited_at=holding.clock()))
    assert len(result.new_refs) == 1
    assert holding.observation(SOS).value("urgency") == "life_at_risk"
    assert holding.store.quarantined_posts(holding.id) == []


def test_a_held_post_that_was_mended_is_let_in(holding: Stage) -> None:
    """A held post whose later version breaks no rule becomes a row; a still broken one does not."""
    post = held(holding)
    text = f"{post.text} (mis à jour)"
    give(holding, dataclasses.replace(post, text=text))
    assert held(holding).text == text
    give(holding, dataclasses.replace(post, text=FUTURE, posted_at=holding.clock()))
    assert holding.observation(FUTURE)
    assert holding.store.quarantined_posts(holding.id) == []


def test_a_mended_post_that_people_keep_out_stays_out(holding: Stage) -> None:
    """What a person keeps out stays out, although its later version breaks no rule."""
    post = held(holding)
    decide(holding, post, "keep_out")
    give(holding, dataclasses.replace(post, text=FUTURE, posted_at=holding.clock()))
    assert held(holding).text == FUTURE
