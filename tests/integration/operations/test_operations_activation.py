"""Opening, moving, watching and ending an activation, with the store and the network real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.integration.operations.stage import FEED, FEED_ITEM, NOW, TAGGED, Stage
from vigie.operations.briefing import write_briefings
from vigie.operations.opening import purge_day, watch
from vigie.operations.sweeping import begin_sweep
from vigie.operations.watched import feed_id
from vigie.problem import ConventionError, TransitionError, UnknownActivationError


def rewrite(stage: Stage, before: str, after: str) -> None:
    """Edit the convention as a maintainer would."""
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def said(stage: Stage) -> list[tuple[str, str, str, str, str]]:
    """Return the activation's steps as the journal tells them."""
    return [
        (entry.action, entry.actor, entry.channel, entry.before, entry.after)
        for _, entry in stage.store.journal(stage.id)
        if entry.subject == "activation"
    ]


def test_a_convention_is_frozen_at_birth(stage: Stage) -> None:
    """Editing, then destroying the YAML changes nothing of an open activation."""
    opened = stage.open()
    before = stage.runtime.convention_of(opened)
    rewrite(stage, "retention_days: 180", "retention_days: 1")
    rewrite(stage, "hashtags: [Crue21,", "hashtags: [Autre,")
    (stage.conventions / "cote-dor.yml").write_text("id: [", encoding="utf-8")
    stage.runtime._conventions.clear()
    again = stage.store.activation(stage.id)
    assert stage.runtime.convention_of(again) == before
    assert stage.sweep().new_post_count > 0
    assert "Crue21" in stage.runtime.sources_of(again)[0].queries["hashtags"]


def test_every_step_is_journalled_with_who_when_how(stage: Stage) -> None:
    """Each transition leaves one line: who decided, when, by which channel, from what to what."""
    stage.open("propose", door="volunteer", channel="mail", by="Lise", caller="")
    for minutes, (action, by, channel) in enumerate(
        [
            ("alert", "Paul", "radio"),
            ("activate", "Anne", "telephone"),
            ("standby", "Paul", "telephone"),
            ("resume", "Anne", "mail"),
            ("close", "Anne", "telephone"),
        ],
        start=1,
    ):
        stage.clock.now = NOW + timedelta(minutes=minutes)
        stage.move(action, by=by, channel=channel, reason="parce que")
    assert said(stage) == [
        ("propose", "Lise", "mail", "", "proposed"),
        ("alert", "Paul", "radio", "proposed", "alerted"),
        ("activate", "Anne", "telephone", "alerted", "active"),
        ("standby", "Paul", "telephone", "active", "standby"),
        ("resume", "Anne", "mail", "standby", "active"),
        ("close", "Anne", "telephone", "active", "closed"),
    ]
    times = [e.at for _, e in stage.store.journal(stage.id) if e.subject == "activation"]
    assert times == [NOW + timedelta(minutes=m) for m in range(6)]
    assert stage.store.activation(stage.id).activated_at == NOW + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("reached", "refused"),
    [
        ([], "resume"),
        (["standby"], "activate"),
        (["standby"], "standby"),
        (["close"], "resume"),
        (["close"], "close"),
    ],
)
def test_a_step_that_the_state_forbids_changes_nothing(
    stage: Stage, reached: list[str], refused: str
) -> None:
    """A forbidden step is refused in a sentence and neither state nor journal changes."""
    stage.open()
    for action in reached:
        stage.move(action, reason="fin")
    before = (stage.store.activation(stage.id), said(stage))
    with pytest.raises(TransitionError) as raised:
        stage.move(refused, reason="fin")
    assert str(raised.value)
    assert (stage.store.activation(stage.id), said(stage)) == before


def test_only_the_doors_of_the_convention_open_it(stage: Stage) -> None:
    """A door that the convention does not have is refused, and nothing is opened."""
    rewrite(stage, "doors: [volunteer, partner]", "doors: [partner]")
    with pytest.raises(TransitionError, match="volontaire"):
        stage.open("propose", door="volunteer")
    assert stage.store.activations() == []
    assert stage.open(door="partner").door == "partner"


@pytest.mark.parametrize("dates", [("2020-01-01", "2025-12-31"), ("2026-12-01", "2028-12-31")])
def test_a_convention_outside_its_dates_needs_a_reason(
    stage: Stage, dates: tuple[str, str]
) -> None:
    """Expired or not yet valid is refused; with a reason it opens and the reason is journalled."""
    rewrite(stage, "valid_from: 2026-01-01", f"valid_from: {dates[0]}")
    rewrite(stage, "valid_until: 2028-12-31", f"valid_until: {dates[1]}")
    with pytest.raises(ConventionError) as raised:
        stage.open()
    assert dates[0] in str(raised.value)
    assert "--despite-expiry" in str(raised.value)
    assert stage.store.activations() == []
    stage.open(despite_expiry="renouvellement signé demain")
    assert stage.store.journal(stage.id)[0][1].detail["despite_expiry"] == (
        "renouvellement signé demain"
    )


def test_the_exercise_policy_binds(make_stage: Callable[..., Stage]) -> None:
    """No exercise where the convention forbids it, none without network, no network when real."""
    forbidden = make_stage("forbidden")
    rewrite(forbidden, "exercise:\n  allowed: true", "exercise:\n  allowed: false")
    with pytest.raises(ConventionError):
        forbidden.open()
    with pytest.raises(TransitionError, match="--network"):
        make_stage("without").open(network=None)
    real = make_stage("real", kind="real")
    with pytest.raises(TransitionError, match="--exercise"):
        real.open(network="http://127.0.0.1:1")


def test_an_exercise_reaches_loopback_only(stage: Stage) -> None:
    """An exercise whose network lies elsewhere asks nobody: every source is refused, told why."""
    for network in ("http://198.51.100.7", "http://127.0.0.2:80", "http://127.0.0.1", "ici"):
        with pytest.raises(TransitionError, match="--network"):
            stage.open(network=network)
    assert stage.store.activations() == []
    stage.open()
    stage.store.change_activation(stage.id, [], expected="active", network="http://198.51.100.7:80")
    stage.sweep()
    healths = stage.store.healths(stage.id)
    assert {item.state for item in healths.values()} == {"refused"}
    assert all(item.detail for item in healths.values())


def test_identities_are_never_used_twice(make_stage: Callable[..., Stage]) -> None:
    """Two activations of one convention get different ids, and references go on counting."""
    stage = make_stage("twice")
    first = stage.open().id
    stage.sweep()
    refs = {item.ref for item in stage.store.observations(first)}
    stage.move("close", reason="fin")
    second = stage.open().id
    stage.sweep()
    assert (first, second) == ("ex-cote-dor-1", "ex-cote-dor-2")
    again = {item.ref for item in stage.store.observations(second)}
    assert refs
    assert again
    assert not refs & again
    assert all(ref.startswith("EX-CO21-") for ref in refs | again)


def asked(stage: Stage, source_id: str) -> list[str]:
    """Return the paths that a source was asked for so far."""
    return [entry["path"] for entry in stage.server.state.requests().get(source_id, [])]


def test_a_hashtag_is_watched_from_the_next_sweep_on(running: Stage) -> None:
    """A hashtag born during the event is asked for by the next sweep, and no more once removed."""
    watch(running.runtime, running.id, add=("#SolidaritéCrue21",), remove=(), by="Lise")
    running.clock.forward(3)
    running.sweep()
    assert any("SolidaritéCrue21" in path for path in asked(running, "piaille"))
    assert running.observation(TAGGED)
    watch(running.runtime, running.id, add=(), remove=("solidaritécrue21",), by="Paul")
    before = len(asked(running, "piaille"))
    running.clock.forward(3)
    running.sweep()
    assert not any("SolidaritéCrue21" in path for path in asked(running, "piaille")[before:])
    lines = [e for _, e in running.store.journal(running.id) if e.action == "watch"]
    assert [(e.actor, e.before, e.after) for e in lines] == [
        ("Lise", "", "SolidaritéCrue21"),
        ("Paul", "SolidaritéCrue21", ""),
    ]


def test_a_commune_is_watched_by_name_and_by_code(running: Stage) -> None:
    """A name of the territory and an INSEE code are the same commune; a wrong removal is told."""
    named = watch(running.runtime, running.id, add=("Is-sur-Tille",), remove=(), by="Lise")
    assert named.communes == ("21317",)
    coded = watch(running.runtime, running.id, add=("21317", "21452"), remove=(), by="Lise")
    assert coded.communes == ("21317", "21452")
    fewer = watch(running.runtime, running.id, add=(), remove=("Is-sur-Tille",), by="Lise")
    assert fewer.communes == ("21452",)
    with pytest.raises(TransitionError, match="Inconnu"):
        watch(running.runtime, running.id, add=(), remove=("#Inconnu",), by="Lise")


def test_a_feed_is_swept_from_the_next_sweep_on(running: Stage) -> None:
    """An added feed is asked by the next sweep and its articles become rows."""
    watch(running.runtime, running.id, add=(FEED,), remove=(), by="Lise")
    running.sweep()
    assert running.observation(FEED_ITEM).value("source")
    assert running.store.healths(running.id)[feed_id(FEED)].state == "ok"


def test_an_ended_activation_is_watched_no_more(running: Stage) -> None:
    """After the closing nothing can be added."""
    running.move("close", reason="fin")
    with pytest.raises(TransitionError):
        watch(running.runtime, running.id, add=("#Tard",), remove=(), by="Lise")


def test_nothing_is_due_unless_active(stage: Stage) -> None:
    """Alerted, in standby or closed: a sweep asks nobody and says why."""
    stage.open("alert")
    for action in (None, "activate", "standby", "close"):
        if action:
            stage.move(action, reason="fin")
        started = begin_sweep(stage.runtime, stage.id, everything=True)
        if action == "activate":
            assert len(started.source_ids) == 6
        else:
            assert started.source_ids == ()
            assert started.reason


def test_closing_writes_a_last_revision_and_starts_the_retention(running: Stage) -> None:
    """Closing writes one more revision although nothing changed, and sets the day of purge."""
    running.move("close", reason="décrue confirmée", channel="telephone")
    published = running.publish(is_final=True)
    assert (published.revision, published.is_written) == (2, True)
    last = running.sheet("Journal").rows()[-1]
    print("last line of Journal:", last)
    closed = running.store.activation(running.id)
    assert purge_day(running.runtime, closed) == (NOW + timedelta(days=180)).date()
    end = NOW + timedelta(days=180)
    assert running.store.due_for_purge(end - timedelta(seconds=1)) == []
    due = running.store.due_for_purge(end + timedelta(seconds=1))
    assert [getattr(item, "id", item) for item in due] == [running.id]


def test_briefings_name_what_the_reader_needs(running: Stage) -> None:
    """Two texts, marked EXERCICE, with event, workbook and the rule 18/112; no placeholder left."""
    paths = write_briefings(running.runtime, running.id)
    assert len(paths) == 2
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith("EXERCICE ")
        assert "EXERCICE" in text
        assert "Crue de la Tille" in text
        assert "{{" not in text
        assert "18" in text
        assert "112" in text
    assert any(running.path.name in path.read_text(encoding="utf-8") for path in paths)


def test_an_unknown_activation_is_told_with_the_known_ones(running: Stage) -> None:
    """A mistyped id names those there are."""
    with pytest.raises(UnknownActivationError, match=running.id):
        running.store.activation("ex-cote-dor-9")
