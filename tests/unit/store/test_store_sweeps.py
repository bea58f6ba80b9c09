"""Committing sweeps: whole, once, in order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.store.store_samples import (
    NOW,
    key,
    make_activation,
    make_draft,
    make_entry,
    make_outcome,
    make_post,
)
from vigie.problem import UnknownActivationError
from vigie.records.collected import Collected
from vigie.records.finding import Finding
from vigie.records.health import Health
from vigie.records.post import Point, Post
from vigie.records.sweep import Level, SweepOutcome, Update
from vigie.store.repository import Counts, Store

ODD = "\x00\x1a\ud83d 🌊 = +33"


@pytest.fixture
def name(store: Store) -> str:
    """Id of an open activation."""
    return store.create_activation(make_activation(), make_entry()).id


def _health(**changes: object) -> Health:
    health = Health(source_id="m", state="ok", since_at=NOW, last_attempt_at=NOW)
    return dataclasses.replace(health, **changes)  # type: ignore[arg-type]


def test_everything_of_a_sweep_is_kept(store: Store, name: str) -> None:
    """Posts, rows, levels, findings, health, cursor, validators and journal come in together."""
    post = make_post(1, text=ODD, native_id="x" * 5000, point=Point(5.04, 47.32), url=ODD)
    level = Level(source_key="v", subject="Tille", level=2, happened_at=NOW)
    finding = Finding(check="age", severity="warn", message="Vieux", found_at=NOW, post=key(post))
    outcome = make_outcome(
        "s1",
        [post],
        drafts=(make_draft(post), make_draft(level_of=("v", "Tille"))),
        levels=(level,),
        findings=(finding,),
        healths=(_health(),),
        cursors={"m": {"#crue": "17"}},
        validators={"m": {"https://x": ("e", "")}},
        journal=(make_entry("source_state"),),
    )
    assert store.commit_sweep(name, "CO21", outcome) == ["CO21-0001", "CO21-0002"]
    assert store.posts_of(name) == {"CO21-0001": [post]}
    assert store.levels(name)["v", "Tille"] == dataclasses.replace(level, ref="CO21-0002")
    (found,) = store.findings(name)
    assert found == dataclasses.replace(finding, id=found.id, ref="CO21-0001")
    assert store.healths(name) == {"m": _health()}
    assert store.cursor(name, "m") == {"#crue": "17"}
    assert store.validators(name, "m") == {"https://x": ("e", "")}
    actions = [(entry.action, entry.subject) for _, entry in store.journal(name)][1:]
    assert actions == [("create", "CO21-0001"), ("create", "CO21-0002"),
                       ("source_state", "activation")]  # fmt: skip
    assert store.counts(name) == Counts(1, 1, 0, 2)
    assert store.observation(name, "CO21-0001").machine["received_at"] == NOW


def test_a_sweep_counts_once(store: Store, name: str) -> None:
    """Committing a sweep again changes nothing and returns the same references."""
    outcome = make_outcome("s1", [make_post(1), make_post(2)], journal=(make_entry("x"),))
    refs = store.commit_sweep(name, "CO21", outcome)
    before = store.journal(name)
    assert store.commit_sweep(name, "CO21", outcome) == refs
    assert store.journal(name) == before
    assert store.counts(name) == Counts(2, 2, 0, 2)


def test_a_sweep_that_fails_leaves_nothing(store: Store, name: str) -> None:
    """A fault just before COMMIT undoes all of it, and the numbers are not lost."""
    outcome = make_outcome("s1", [make_post(1)], cursors={"m": {"a": "1"}})

    def fail() -> None:
        raise RuntimeError("power cut")

    before = store.journal(name)
    with pytest.raises(RuntimeError):
        store.commit_sweep(name, "CO21", outcome, on_before_commit=fail)
    assert store.counts(name) == Counts(0, 0, 0, 0)
    assert store.cursor(name, "m") == {}
    assert store.journal(name) == before
    assert store.commit_sweep(name, "CO21", outcome) == ["CO21-0001"]


def test_references_count_across_activations(store: Store, name: str) -> None:
    """A prefix's numbers go on from one activation to the next."""
    other = store.create_activation(make_activation(), make_entry()).id
    assert store.commit_sweep(name, "CO21", make_outcome("s", [make_post(1)])) == ["CO21-0001"]
    assert store.commit_sweep(other, "CO21", make_outcome("s", [make_post(1)])) == ["CO21-0002"]
    with pytest.raises(UnknownActivationError):
        store.observation(other, "CO21-0001")


def test_a_later_version_is_a_new_revision(store: Store, name: str) -> None:
    """Another content adds a version, the same content adds none, the earlier ones stay."""
    first, second = make_post(1), make_post(1, text="Rouverte")
    store.commit_sweep(name, "CO21", make_outcome("s1", [first]))
    store.commit_sweep(name, "CO21", make_outcome("s2", [first, second], drafts=()))
    store.commit_sweep(name, "CO21", make_outcome("s3", [second], drafts=()))
    assert store.counts(name) == Counts(1, 2, 0, 1)
    assert store.known_posts(name, [key(first), ("a", "b")]) == {key(first): second.content_hash}
    assert store.posts_of(name, ["CO21-0001", "CO21-0009"]) == {"CO21-0001": [second]}


def test_leader_is_the_earliest_whatever_the_order(store: Store, name: str) -> None:
    """A row is led by its earliest post, also when that one comes later; reposts name all of it."""
    late = make_post(9, repost_of="https://elsewhere/1")
    early = make_post(3)
    store.commit_sweep(name, "CO21", make_outcome("s1", [late]))
    join = Update(ref="CO21-0001", machine={"corroboration_count": 1}, posts=(key(early),))
    store.commit_sweep(name, "CO21", make_outcome("s2", [early], drafts=(), updates=(join,)))
    (leader,) = store.leaders(name)
    assert (leader.post_key, leader.grouping_text) == (key(early), early.text)
    assert set(leader.repost_keys) == {early.native_id, late.native_id, "https://elsewhere/1"}
    assert store.posts_of(name) == {"CO21-0001": [early, late]}


def test_measurements_lead_rows_that_nothing_joins(store: Store, name: str) -> None:
    """A measurement's row is not gatherable."""
    store.commit_sweep(name, "CO21", make_outcome("s1", [make_post(1, kind="measurement")]))
    assert [leader.is_gatherable for leader in store.leaders(name)] == [False]


def test_updates_are_laid_over_and_journalled(store: Store, name: str) -> None:
    """New machine values replace theirs, leave the others, and are journalled with the old one."""
    store.commit_sweep(name, "CO21", make_outcome("s1", [make_post(1)]))
    change = Update(ref="CO21-0001", machine={"status": "lifted", "received_at": NOW})
    store.commit_sweep(name, "CO21", make_outcome("s2", updates=(change,)))
    machine = store.observation(name, "CO21-0001").machine
    assert (machine["status"], machine["summary"]) == ("lifted", make_post(1).text)
    updates = [entry for _, entry in store.journal(name) if entry.action == "update"]
    assert [(item.subject, item.field, item.before, item.after) for item in updates] == [
        ("CO21-0001", "status", "", "lifted")
    ]


def test_mistaken_outcomes_are_refused_whole(store: Store, name: str) -> None:
    """Unknown rows, posts and activations are refused and nothing of the sweep is kept."""
    lost = make_outcome("s1", [make_post(1)], updates=(Update(ref="CO21-0009", machine={}),))
    with pytest.raises(UnknownActivationError):
        store.commit_sweep(name, "CO21", lost)
    with pytest.raises(ValueError, match="nobody collected"):
        store.commit_sweep(name, "CO21", make_outcome("s1", drafts=(make_draft(make_post(5)),)))
    with pytest.raises(UnknownActivationError):
        store.commit_sweep("landes-1", "CO21", make_outcome("s1"))
    assert store.counts(name) == Counts(0, 0, 0, 0)


def test_quarantined_posts_are_held_until_they_join(store: Store, name: str) -> None:
    """A held-back post is listed, stays held in a new version, and is free once it joins a row."""
    held, free = make_post(1), make_post(2)
    edited = make_post(1, text="Autre")
    both = make_outcome(
        "s1", [held, free], drafts=(make_draft(free),), quarantined=frozenset({key(held)})
    )
    store.commit_sweep(name, "CO21", both)
    store.commit_sweep(name, "CO21", make_outcome("s2", [edited], drafts=()))
    assert store.quarantined_posts(name) == [edited]
    assert store.quarantined_posts(name, [key(free)]) == []
    assert store.counts(name).quarantined == 1
    store.commit_sweep(name, "CO21", make_outcome("s3", drafts=(make_draft(held),)))
    assert store.quarantined_posts(name) == []
    assert store.posts_of(name)["CO21-0002"] == [edited]


def test_release_lets_posts_in(store: Store, name: str) -> None:
    """Released posts are no longer held back."""
    held = make_post(1)
    outcome = make_outcome("s1", [held], drafts=(), quarantined=frozenset({key(held)}))
    store.commit_sweep(name, "CO21", outcome)
    store.release_quarantine(name, [key(held)])
    assert store.quarantined_posts(name) == []


def test_the_same_finding_stands_once(store: Store, name: str) -> None:
    """A finding told again is not listed again; a decision about it is kept and journalled."""
    finding = Finding(check="age", severity="stop", message="a", found_at=NOW, value="3")
    for sweep in ("s1", "s2"):
        store.commit_sweep(name, "CO21", make_outcome(sweep, findings=(finding,)))
    (found,) = store.findings(name)
    store.decide_finding(name, found.id, "let_in", "Anne", make_entry("decide"))
    (decided,) = store.findings(name)
    assert (decided.decision, decided.decided_by) == ("let_in", "Anne")
    assert store.journal(name)[-1][1].action == "decide"
    with pytest.raises(UnknownActivationError):
        store.decide_finding(name, 999, "let_in", "Anne", make_entry("decide"))


def test_staged_answers_wait_for_their_sweep(store: Store, name: str) -> None:
    """A staged share comes back equal, is replaced by a later one, and goes with its commit."""
    share = Collected(
        sweep_id=ODD,
        source_id="m",
        source_key="k",
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=1),
        state="ok",
        posts=(make_post(1, text=ODD, point=Point(5.0, 47.0)), make_post(2)),
        faults=("x",),
        cursor=MappingProxyType({"#a": "1"}),
        validators={"u": ("e", "m")},
    )
    store.stage(name, dataclasses.replace(share, posts=()))
    store.stage(name, share)
    store.stage(name, dataclasses.replace(share, source_id="b", sweep_id="other"))
    assert store.staged(name, ODD) == [share]
    store.commit_sweep(name, "CO21", make_outcome(ODD))
    assert store.staged(name, ODD) == []
    assert len(store.staged(name, "other")) == 1


def test_healths_are_replaced(store: Store, name: str) -> None:
    """A source's later health takes the place of its earlier one."""
    store.save_healths(name, [_health()])
    store.save_healths(name, [_health(state="refused", detail="401", retry_at=NOW)])
    assert store.healths(name)["m"] == _health(state="refused", detail="401", retry_at=NOW)


def _posts() -> st.SearchStrategy[list[Post]]:
    numbers = st.lists(st.integers(1, 6), max_size=6)
    return numbers.map(lambda found: [make_post(n, text=f"t{n % 4}") for n in dict.fromkeys(found)])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_posts(), min_size=1, max_size=4), st.data())
def test_repeats_and_order_do_not_matter(
    make_database: Callable[[], str], sweeps: list[list[Post]], data: st.DataObject
) -> None:
    """Sweeps committed twice, with their posts in any order, leave the same posts and leaders."""
    outcomes = [_gathered(f"s{n}", posts) for n, posts in enumerate(sweeps)]
    seen = []
    for is_disturbed in (False, True):
        with Store.open(make_database()) as store:
            name = store.create_activation(make_activation(), make_entry()).id
            for outcome in outcomes:
                posts = outcome.posts
                if is_disturbed:
                    posts = tuple(data.draw(st.permutations(posts)))
                    store.commit_sweep(name, "X1", dataclasses.replace(outcome, posts=posts))
                store.commit_sweep(name, "X1", dataclasses.replace(outcome, posts=posts))
            seen.append((store.leaders(name), store.posts_of(name), store.counts(name)))
    assert seen[0] == seen[1]


def _gathered(sweep_id: str, posts: list[Post]) -> SweepOutcome:
    drafts = (make_draft(*sorted(posts, key=lambda post: post.native_id)),) if posts else ()
    return make_outcome(sweep_id, posts, drafts=drafts)


def test_a_released_post_is_held_no_longer_and_makes_no_row(store: Store, name: str) -> None:
    """What people let in is released by the commit that names it, whether or not it makes a row."""
    post = make_post(1)
    held = make_outcome("s1", [post], drafts=(), quarantined=frozenset({key(post)}))
    store.commit_sweep(name, "CO21", held)
    assert store.quarantined_posts(name) == [post]
    store.commit_sweep(name, "CO21", make_outcome("s2", released=frozenset({key(post)})))
    assert store.quarantined_posts(name) == []
    assert store.observations(name) == []


def test_every_post_knows_its_row(store: Store, name: str) -> None:
    """The row of a post is found by the post, leading or not; one without a row has none."""
    one, two, three = make_post(1), make_post(2), make_post(3)
    outcome = make_outcome("s1", [one, two, three], drafts=(make_draft(one, two),))
    (ref,) = store.commit_sweep(name, "CO21", outcome)
    assert store.refs_of(name, [key(post) for post in (one, two, three, make_post(4))]) == {
        key(one): ref,
        key(two): ref,
    }


def test_a_row_has_been_received_since_its_first_capture(store: Store, name: str) -> None:
    """A later version of its post moves neither the time of receipt nor the journal's."""
    store.commit_sweep(name, "CO21", make_outcome("s1", [make_post(1)]))
    later = {"received_at": NOW + timedelta(minutes=28), "summary": "corrigé"}
    revised = Update(ref="CO21-0001", machine=later)
    store.commit_sweep(name, "CO21", make_outcome("s2", updates=(revised,)))
    row = store.observation(name, "CO21-0001")
    assert (row.machine["received_at"], row.machine["summary"]) == (NOW, "corrigé")
    assert [e.field for _, e in store.journal(name) if e.action == "update"] == ["summary"]
