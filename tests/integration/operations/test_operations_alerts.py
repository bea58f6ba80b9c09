"""Alerts of services: later versions and ends act on the row that the first version made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.operations.stage import NOW, Stage
from tests.integration.operations.test_operations_held import give
from vigie.records.observation import Observation
from vigie.records.post import Point, Post
from vigie.records.sheet import Edit

KEY = "cap:https://alerts.example"
FIRST = "Crue de la Tille : évacuation du camping de Genlis conseillée"


def alert(number: int, text: str, minutes: int, **more: object) -> Post:
    """Return an alert of one service, ``minutes`` after now."""
    at = NOW + timedelta(minutes=minutes)
    known: dict[str, object] = {
        "source_key": KEY,
        "source_id": "vigicrues",
        "native_id": f"service,{number},{at.isoformat()}",
        "kind": "alert",
        "text": text,
        "captured_at": at,
        "payload": "{}",
        "posted_at": at,
        "level": 3,
    }
    return Post(**(known | more))  # type: ignore[arg-type]


def row(stage: Stage, ref: str) -> Observation:
    """Return a row by its reference."""
    return next(one for one in stage.store.observations(stage.id) if one.ref == ref)


@pytest.fixture
def told(running: Stage) -> tuple[Stage, Post, str]:
    """An activation in which one alert has made one row."""
    first = alert(1, FIRST, -30)
    (ref,) = give(running, first).new_refs
    return running, first, ref


def test_an_update_speaks_on_the_same_row_and_the_cancel_lifts_it(
    told: tuple[Stage, Post, str],
) -> None:
    """Update and cancel, in later sweeps each, make no second row; the end is shown as levé."""
    stage, first, ref = told
    assert row(stage, ref).value("urgency") == "high"
    update = alert(2, "Tille : évacuation ordonnée", -20, repost_of=first.native_id, level=4)
    assert give(stage, update).new_refs == ()
    assert row(stage, ref).value("summary") == "Tille : évacuation ordonnée"
    assert row(stage, ref).value("original_text") == FIRST
    again = alert(3, "Tille : évacuation terminée", -10, repost_of=update.native_id)
    assert give(stage, again).new_refs == ()
    end = alert(4, "Annulation", -5, repost_of=again.native_id, is_ended=True)
    assert give(stage, end).new_refs == ()
    assert row(stage, ref).value("status") == "lifted"
    assert row(stage, ref).value("summary") == "Tille : évacuation terminée"


def test_a_thing_that_begins_again_is_open_again(told: tuple[Stage, Post, str]) -> None:
    """A version that says that it is over lifts the row, a later one that it holds opens it."""
    stage, first, ref = told
    over = alert(1, FIRST, -30, native_id=first.native_id, is_ended=True, edited_at=NOW)
    give(stage, over)
    assert row(stage, ref).value("status") == "lifted"
    later = NOW + timedelta(minutes=3)
    give(stage, alert(1, FIRST, -30, native_id=first.native_id, edited_at=later))
    assert row(stage, ref).value("status") == "unverified"


def test_a_status_that_people_typed_outranks_the_end(told: tuple[Stage, Post, str]) -> None:
    """What a person said of a row stays, whatever the service says later."""
    stage, first, ref = told
    typed = Edit(sheet="log", key=ref, column="status", value="in_progress", base="unverified")
    stage.store.apply_edits(
        stage.id, "CO21", edits=[typed], added=[], conflicts=[], journal=[], now=stage.clock()
    )
    give(stage, alert(4, "Fin", -5, repost_of=first.native_id, is_ended=True))
    assert row(stage, ref).value("status") == "in_progress"


def test_numbers_of_one_service_are_two_things(told: tuple[Stage, Post, str]) -> None:
    """Two alerts of one service stay two rows, however alike they read."""
    stage, _, _ = told
    assert len(give(stage, alert(9, FIRST, -3)).new_refs) == 1


def test_a_services_own_point_is_kept(told: tuple[Stage, Post, str]) -> None:
    """The point that a service gives is better than its commune's, and says how good it is."""
    stage, _, _ = told
    point = Point(5.2190, 47.2471)
    (ref,) = give(stage, alert(7, "Chaussée affaissée à Genlis", -2, point=point)).new_refs
    placed = row(stage, ref)
    assert (placed.value("lat"), placed.value("lon")) == (point.lat, point.lon)
    assert placed.value("precision_metres") == 200
    assert placed.value("commune") == "Genlis"


def test_the_sources_own_category_stands(told: tuple[Stage, Post, str]) -> None:
    """A service that says that a road is closed needs no lexicon."""
    stage, _, _ = told
    (ref,) = give(stage, alert(8, "D10 PR 3", -2, category="road_closed")).new_refs
    assert row(stage, ref).value("category") == "road_closed"
