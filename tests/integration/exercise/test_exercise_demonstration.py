"""The demonstration's play without Prefect: every source answers, what people do stands."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from vigie.exercise.expectation import load_expected
from vigie.exercise.material import INTAKE_ID, load_material
from vigie.exercise.networks.replay import ReplayServer
from vigie.exercise.volunteer import load_volunteer
from vigie.operations.alarms import alarms_of
from vigie.operations.demonstration_hands import Hands
from vigie.operations.demonstration_telling import compared
from vigie.operations.opening import Opening, close_activation, open_activation, watch
from vigie.operations.publication import publish
from vigie.operations.runtime import Runtime
from vigie.operations.sweeping import finish_workbook, sweep_here
from vigie.records.health import GOOD_STATES
from vigie.settings import Settings, house_of
from vigie.store.repository import Store

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "data" / "demonstration"
BY = "Claire M."


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Iterator[tuple[Hands, dict]]:
    """The whole play, swept in this process; with what was seen on the way."""
    home = tmp_path_factory.mktemp("demonstration")
    (home / "conventions").mkdir()
    text = (ROOT / "conventions" / "cote-dor.yml").read_text(encoding="utf-8")
    text = re.sub(r"delay_minutes: \d+", "delay_minutes: 0", text)
    text = re.sub(r"budget: \{.*\}", "budget: {requests: 3000, per_minutes: 10}", text)
    (home / "conventions" / "cote-dor.yml").write_text(text, encoding="utf-8")
    house = house_of(Settings(home=home / "var", conventions=home / "conventions"), "exercise")
    store = Store.open(house.database_url)
    runtime = Runtime(house, store, environ={})
    material = load_material(FOLDER)
    with ReplayServer(material) as server:
        opening = Opening(convention_id="cote-dor", event="Crue", by=BY, network=server.address)
        identity = open_activation(runtime, opening, "activate").id
        hands = Hands(
            *(runtime, identity, FOLDER, material, load_volunteer(FOLDER / "volunteer.yml")),
            load_expected(FOLDER / "expected.csv"),
        )
        yield hands, _play(hands, server, home)
    store.close()


def _play(hands: Hands, server: ReplayServer, home: Path) -> dict:
    seen: dict = {"states": [], "rings": {}, "reports": []}
    store, identity = hands.runtime.store, hands.identity
    for wave in hands.material.play.waves:
        server.set_wave(wave.number)
        for tag in (one.tag for one in hands.material.play.watch if one.wave == wave.number):
            watch(hands.runtime, identity, add=(f"#{tag}",), remove=(), by=BY)
        asyncio.run(sweep_here(hands.runtime, identity))
        publish(hands.runtime, identity)
        seen["states"] += [
            (wave.number, name, health.state) for name, health in store.healths(identity).items()
        ]
        for entry in hands.material.play.intake:
            if entry.after_wave == wave.number:
                seen[entry.document] = hands.enter(entry)
        if wave.number == hands.volunteer.after_wave:
            seen["rings"]["before"] = _ringing(hands)
            hands.type_cells()
            seen["rings"]["after"] = _ringing(hands)
            seen["reports"].append(hands.report(BY))
    seen["map"], seen["kept"] = hands.open_map(BY, home / "kept")
    seen["reports"].append(hands.report(BY, hands.volunteer.paragraph))
    close_activation(hands.runtime, identity, by=BY, reason="fin")
    finish_workbook(hands.runtime, identity)
    return seen


def _ringing(hands: Hands) -> set[str]:
    store = hands.runtime.store
    activation = store.activation(hands.identity)
    observations = store.observations(hands.identity)
    alarms = alarms_of(hands.runtime, activation, observations, store.healths(hands.identity))
    return {alarm.key for alarm in alarms}


def test_every_source_answers_at_every_wave(played):
    """All thirteen sources are answered in form, at each wave."""
    _, seen = played
    asked = {name for _, name, _ in seen["states"]} - {INTAKE_ID}
    assert len(asked) == 13
    assert [one for one in seen["states"] if one[2] not in GOOD_STATES] == []


def test_everything_told_has_its_row_and_every_end_lifts(played):
    """No line of the table is without a row, nothing came that nobody wrote, ends are heeded."""
    hands, _ = played
    found = compared(hands)
    kinds = {one.kind for one in found.differences}
    print(f"\n{len(found.differences)} differences: {sorted(kinds)}")
    assert not kinds & {"missing", "unexpected", "status"}
    assert found.end_count == found.ends_lifted_count == 3
    assert found.look_alike_count == found.look_alikes_apart_count
    assert found.source_count == 14


def test_what_is_entered_by_hand_becomes_rows(played):
    """A call is one row at once and rings; a list is a row for each of its lines."""
    _, seen = played
    call, listed = seen["appel-codis.txt"], seen["liste-velars.csv"]
    assert (call.new_count, listed.new_count) == (1, 3)
    assert f"life:{call.refs[0]}" in seen["rings"]["before"]
    assert not call.refused
    assert not listed.refused


def test_what_the_volunteer_typed_stands_to_the_end(played):
    """No cell is lost; merged rows are counted together; the acknowledged life rings no more."""
    hands, seen = played
    assert hands.lost() == []
    assert all(count >= 2 for _, _, count in hands.merged())
    ref, delay = hands.acknowledged()
    assert timedelta(0) <= delay < timedelta(minutes=10)
    assert seen["rings"]["before"] - seen["rings"]["after"] == {f"life:{ref}"}


def test_reports_and_maps_tell_what_was_decided(played):
    """Two reports; the public map has official and confirmed facts and the hand's words only."""
    hands, seen = played
    first, last = (issued.report for issued in seen["reports"])
    assert (first.number, last.number) == (1, 2)
    assert first.data["verified_count"] >= 2
    assert hands.volunteer.paragraph.split(";")[0].strip() in " ".join(last.text.split())
    written = seen["map"]
    assert written.shown_count > written.public_count > 0
    public = next(path for path in seen["kept"] if path.suffix == ".geojson")
    facts = [one["properties"] for one in json.loads(public.read_text("utf-8"))["features"]]
    assert len(facts) == written.public_count
    assert {fact["description"] for fact in facts} <= {
        "",
        *(edit.value for edit in hands.volunteer.edits if edit.column == "summary"),
    }
