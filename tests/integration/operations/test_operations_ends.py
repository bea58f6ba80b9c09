"""From a service's list to rows and back: what ended is levé, what returns is open again.

The connectors read, the analysis decides, the store keeps; only the answers are written by hand.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.operations.stage import NOW, Stage
from vigie.operations.analysis import SweepResult, analyse
from vigie.records.collected import Collected
from vigie.records.observation import Observation
from vigie.records.sheet import Edit
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.registry import connectors

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "sources"
_numbers = itertools.count()


@dataclass
class Service:
    """One source whose answers a test writes; it keeps the mark between the sweeps.

    The convention's source ``prefecture`` lends its id: its grade is A.
    """

    stage: Stage
    kind: str
    queries: Mapping[str, Any]
    cursor: dict[str, str] = field(default_factory=dict)

    def answers(self, body: bytes) -> SweepResult:
        """Read an answer as of the stage's clock, and analyse what it brought."""
        connector = connectors()[self.kind]
        address = f"https://{self.kind}.example"
        source = SourceContext(id="prefecture", key=f"{self.kind}:{address}", address=address)
        params = connector.Params.model_validate(self.queries)
        now = self.stage.clock()
        request = connector.first(params, self.cursor, source, now - timedelta(hours=6))[0]
        answer = Answer(status=200, headers={}, body=body, url=address, received_at=now)
        page = connector.read(request, answer, params, source)
        self.cursor |= page.cursor
        sweep_id = f"service-{next(_numbers)}"
        share = Collected(
            sweep_id=sweep_id,
            source_id=source.id,
            source_key=source.key,
            started_at=now,
            finished_at=now,
            state=page.state,
            posts=page.posts,
            cursor=self.cursor,
        )
        self.stage.store.stage(self.stage.id, share)
        return analyse(self.stage.runtime, self.stage.id, sweep_id)

    def rows(self) -> list[Observation]:
        """Return the rows that stand since this service spoke."""
        return self.stage.store.observations(self.stage.id)


def feed(*names: str, text: str = "coupée") -> bytes:
    """Return a road map with closures at Genlis."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "t": f"{name} : route {text} à Genlis", "k": "barrée"},
            "geometry": {"type": "Point", "coordinates": [5.2190, 47.2471]},
        }
        for name in names
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def road_map(running: Stage) -> Service:
    """A department's road map that lists everything in force."""
    queries = {
        "identity": "id",
        "title": "t",
        "category": "k",
        "categories": {"barrée": "road_closed"},
        "vanishing_means_ended": True,
    }
    return Service(running, "geojson", queries)


def row(service: Service, ref: str) -> Observation:
    """Return a row by its reference."""
    return next(one for one in service.rows() if one.ref == ref)


def test_a_closure_that_vanishes_is_lifted_and_opens_again(road_map: Service) -> None:
    """One row for the closure's whole life: open, levé, open again, levé again."""
    first, second = road_map.answers(feed("RD 970", "RD 905")).new_refs
    assert row(road_map, first).value("category") == "road_closed"
    closed = {str(row(road_map, ref).value("summary"))[:6]: ref for ref in (first, second)}
    ref, other = closed["RD 905"], closed["RD 970"]
    for names, status in (
        (["RD 970"], "lifted"),
        (["RD 970"], "lifted"),
        (["RD 970", "RD 905"], "unverified"),
        (["RD 970", "RD 905"], "unverified"),
        (["RD 970"], "lifted"),
    ):
        road_map.stage.clock.forward(5)
        assert road_map.answers(feed(*names)).new_refs == ()
        assert row(road_map, ref).value("status") == status
        assert row(road_map, other).value("status") == "unverified"
    assert "RD 905" in str(row(road_map, ref).value("summary"))


def test_a_restarting_service_closes_no_road_for_ever(road_map: Service) -> None:
    """An empty list for one sweep lifts the rows, and the next whole one opens them all."""
    refs = road_map.answers(feed("RD 970", "RD 905", "RD 10")).new_refs
    road_map.stage.clock.forward(5)
    road_map.answers(feed())
    assert {row(road_map, ref).value("status") for ref in refs} == {"lifted"}
    road_map.stage.clock.forward(5)
    road_map.answers(feed("RD 970", "RD 905", "RD 10"))
    assert {row(road_map, ref).value("status") for ref in refs} == {"unverified"}


def test_an_answer_that_is_none_lifts_nothing(road_map: Service) -> None:
    """Garbage, a torn list and a login page leave every row as it is."""
    (ref,) = road_map.answers(feed("RD 970")).new_refs
    torn = json.dumps({"type": "FeatureCollection", "features": [{"properties": {}}]}).encode()
    for body in (b"", b"<!doctype html><p>", b"[1, 2", torn):
        road_map.stage.clock.forward(5)
        road_map.answers(body)
        assert row(road_map, ref).value("status") == "unverified"


def test_what_people_typed_stands(road_map: Service) -> None:
    """A person's status outranks the end, and stays when the closure returns."""
    (ref,) = road_map.answers(feed("RD 970")).new_refs
    typed = Edit(sheet="log", key=ref, column="status", value="confirmed", base="unverified")
    store, stage = road_map.stage.store, road_map.stage
    store.apply_edits(
        stage.id, "CO21", edits=[typed], added=[], conflicts=[], journal=[], now=stage.clock()
    )
    for names in ((), ("RD 970",)):
        stage.clock.forward(5)
        road_map.answers(feed(*names))
        assert row(road_map, ref).value("status") == "confirmed"


def test_the_end_of_what_made_no_row_makes_none(running: Stage) -> None:
    """A service that ends what nobody was shown makes no row of nonsense."""
    cancel = (PAYLOADS / "cap" / "cancel.xml").read_bytes()
    service = Service(running, "cap", {})
    running.clock.now = NOW.replace(year=2026, month=8, day=26, hour=12)
    assert service.answers(cancel).new_refs == ()


def test_a_cap_alert_is_cancelled_on_its_row(running: Stage) -> None:
    """Alert, then its cancel in another sweep: one row, levé, whose words are the alert's."""
    running.clock.now = NOW.replace(month=8, day=26, hour=9)
    service = Service(running, "cap", {})
    (ref,) = service.answers((PAYLOADS / "cap" / "alert_orange.xml").read_bytes()).new_refs
    placed = row(service, ref)
    assert (placed.value("urgency"), placed.value("status")) == ("high", "unverified")
    running.clock.forward(120)
    assert service.answers((PAYLOADS / "cap" / "cancel.xml").read_bytes()).new_refs == ()
    assert row(service, ref).value("status") == "lifted"


def test_a_road_situation_is_one_row_and_ends_with_its_file(running: Stage) -> None:
    """A flood, a closure and a diversion of one situation are one row at the operator's point."""
    running.clock.now = NOW.replace(month=8, day=26, hour=12)
    whole = (PAYLOADS / "datex" / "adapted_cote_dor.xml").read_bytes()
    service = Service(running, "datex", {"departments": ["21"]})
    refs = service.answers(whole).new_refs
    assert len(refs) == 3
    ref = next(ref for ref in refs if "A38" in str(row(service, ref).value("summary")))
    shown = row(service, ref)
    assert shown.value("category") in {"road_closed", "transport"}
    assert (shown.value("lat"), shown.value("lon")) == (47.34, 4.96)
    assert shown.value("source_grade") == "A"
    sound = whole.replace(b'<ns2:situation version="3">', b'<ns2:situation id="D-0" version="3">')
    begin = sound.index(b'<ns2:situation id="')
    nothing = sound[:begin] + sound[sound.rindex(b"</ns2:situation>") + 16 :]
    running.clock.forward(10)
    service.answers(nothing.replace(b"13:55:00", b"14:05:00"))
    assert {row(service, one).value("status") for one in refs} == {"lifted"}


def test_a_gauge_becomes_a_row_on_a_change_of_level_only(running: Stage) -> None:
    """Readings below the threshold and repeated ones make no row; a rise does, a fall lifts it."""
    station = {"code": "U132401001", "grandeur": "H", "name": "Ouche à Plombières"}
    queries = {"stations": [{**station, "levels": [1.5, 2.0]}]}
    service = Service(running, "hubeau", queries)
    shown: list[str] = []
    for value, rows, open_rows in (
        (900, 0, 0),
        (1600, 1, 1),
        (1650, 1, 1),
        (1490, 1, 1),
        (2100, 2, 1),
        (1000, 2, 0),
    ):
        running.clock.forward(10)
        line = {
            "code_station": station["code"],
            "grandeur_hydro": "H",
            "date_obs": f"{running.clock():%Y-%m-%dT%H:%M:%SZ}",
            "resultat_obs": value,
        }
        shown += service.answers(json.dumps({"data": [line], "next": None}).encode()).new_refs
        assert len(shown) == rows
        stands = [row(service, ref) for ref in shown]
        assert sum(one.value("status") != "lifted" for one in stands) == open_rows
    assert {row(service, ref).value("category") for ref in shown} == {"water"}
