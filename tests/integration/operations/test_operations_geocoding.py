"""The online geocoder over real local HTTP: asked little, told once, never needed."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tasks.analysis import analyse_in_turn as task_s_way
from tests.integration.operations.stage import CELLAR, NOW, ROOT, Stage
from vigie.operations.addressing import GEOCODER_ID, question_of
from vigie.operations.geocoding import MOST_QUESTIONS, refine_points
from vigie.operations.leases import lease
from vigie.operations.mapping_ground import commune_finder
from vigie.operations.status import activation_status
from vigie.operations.sweeping import analyse_in_turn, sweep_here
from vigie.records.addresses import PlacedAddress
from vigie.records.observation import CellValue
from vigie.records.sheet import Edit
from vigie.records.sweep import Draft, SweepOutcome
from vigie.situation.map_public import PublicRules, public_items

PAYLOADS = ROOT / "tests" / "payloads" / "geocoding"
AUXONNE = (5.41437, 47.18869)
DIJON = (5.03748, 47.32286)
PORT = (5.3852, 47.1952)
MONGE = (5.03571, 47.32006)
_BUDGET = "budget: {requests: 1000, per_minutes: 5}"


class Geocoder:
    """A geocoder on this machine that answers with payloads and remembers what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[dict[str, str]] = []
        self.raw: list[str] = []
        self.answers: dict[str, str] = {}
        self.reply: Callable[[], Response] | None = None
        server.expect_request("/geocodage/search").respond_with_handler(self._answer)
        self.address = server.url_for("/geocodage")

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.args.to_dict())
        self.raw.append(f"{request.full_path} {dict(request.headers)} {request.data!r}")
        if self.reply is not None:
            return self.reply()
        name = self.answers.get(request.args["q"].casefold(), "empty")
        body = (PAYLOADS / f"{name}.json").read_bytes()
        return Response(body, content_type="application/json")


@pytest.fixture
def geocoder(httpserver: HTTPServer) -> Geocoder:
    """A geocoder that knows the street of the flooded cellar."""
    made = Geocoder(httpserver)
    made.answers = {"rue du port": "street", "12 rue monge": "housenumber"}
    return made


def written(stage: Stage, *, geocoder: bool, is_real: bool) -> None:
    """Write the convention: with or without the geocoder, its sources on this machine or not."""
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    if is_real:
        for source in re.findall(r"  - id: (\S+)\n", text):
            begin = text.index(f"  - id: {source}\n")
            at = text.index("address: ", begin) + len("address: ")
            text = f"{text[:at]}{stage.server.address}/{source}{text[text.index(chr(10), at) :]}"
        text = re.sub(r"budget: \{requests: \d+, per_minutes: \d+\}", _BUDGET, text)
    if geocoder:
        text = text.replace("territory:\n", "territory:\n  geocoder: geoplateforme\n")
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def stage(make_stage: Callable[..., Stage], geocoder: Geocoder) -> Stage:
    """A real activation of a convention with the geocoder; sources and geocoder lie here."""
    made = make_stage(
        "geocoded",
        kind="real",
        allow_loopback=True,
        geocoder_address=geocoder.address,
        environ={"METEOFRANCE_APIKEY": "key"},
    )
    written(made, geocoder=True, is_real=True)
    made.open()
    return made


def add_rows(stage: Stage, *rows: dict[str, CellValue]) -> list[str]:
    """Put machine's rows in Dijon into the store; return their references."""
    base: dict[str, CellValue] = {
        "observed_at": NOW,
        "received_at": NOW,
        "urgency": "normal",
        "status": "unverified",
        "commune": "Dijon",
        "lon": DIJON[0],
        "lat": DIJON[1],
        "precision_metres": 1500,
        "original_text": "Cave inondée 12 rue Monge à Dijon, venez vite",
    }
    number = len(stage.store.observations(stage.id))
    outcome = SweepOutcome(
        sweep_id=f"test-{number}",
        committed_at=NOW,
        drafts=tuple(Draft(machine={**base, **row}, leader=None) for row in rows),
    )
    return stage.store.commit_sweep(stage.id, "CO21", outcome)


def cells(stage: Stage, ref: str) -> dict[str, CellValue]:
    """Return the machine's cells of a row."""
    rows = {row.ref: dict(row.machine) for row in stage.store.observations(stage.id)}
    return rows[ref]


def point(machine: Any) -> tuple[CellValue, CellValue]:
    """Return longitude and latitude of a row's cells."""
    return (machine["lon"], machine["lat"])


def told(stage: Stage) -> list[str]:
    """Return the states of the geocoder as the journal tells them."""
    return [
        entry.after for _, entry in stage.store.journal(stage.id) if entry.subject == GEOCODER_ID
    ]


def test_a_sweep_refines_the_point_of_a_new_row(stage: Stage, geocoder: Geocoder) -> None:
    """The street's point with its precision and its words; the sweep counts the row as updated."""
    result = stage.sweep()
    row = stage.observation(CELLAR)
    assert point(row.machine) == PORT
    assert row.machine["precision_metres"] == 400
    assert str(row.machine["place"]).split(" ; ")[0] == "rue du Port"
    assert row.machine["commune"] == "Auxonne"
    assert result.updated_count >= 1
    assert [one["citycode"] for one in geocoder.asked] == ["21038"]
    assert stage.store.healths(stage.id)[GEOCODER_ID].state == "ok"
    assert told(stage) == []


def test_nothing_but_address_and_commune_is_sent(
    stage: Stage, geocoder: Geocoder, caplog: pytest.LogCaptureFixture
) -> None:
    """No other word of the post, no author, no reference in the request; no address in our logs."""
    caplog.set_level(logging.DEBUG)
    stage.sweep()
    ours = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert not any("q=" in line or re.search(r"\brue\b", line) for line in ours)
    assert [set(one) for one in geocoder.asked] == [
        {"q", "citycode", "limit", "autocomplete", "index"}
    ]
    sent = " ".join(geocoder.raw).casefold()
    for word in ("inond", "pompe", "suit", "auxonn", "cave", stage.id, "co21"):
        assert word not in sent.replace(geocoder.address.split("//")[1].split("/")[0], "")


def test_an_answer_is_asked_once_and_survives_later_sweeps(
    stage: Stage, geocoder: Geocoder
) -> None:
    """Found or not found: never asked again; a row described anew keeps its finer point."""
    stage.sweep()
    add_rows(stage, {"original_text": "Arbre tombé 3 rue Introuvable à Dijon"})
    assert refine_points(stage.runtime, stage.id) == 0
    asked = len(geocoder.asked)
    assert asked == 2
    stage.server.set_wave(3)
    stage.clock.forward(5)
    stage.sweep()
    stage.clock.forward(5)
    stage.sweep()
    assert len(geocoder.asked) == asked
    row = stage.observation(CELLAR)
    assert point(row.machine) == PORT
    # The description itself knows the answer: the commune's point does not come back in between.
    entries = [
        entry
        for _, entry in stage.store.journal(stage.id)
        if entry.subject == row.ref and entry.field == "lat"
    ]
    assert len(entries) == 1


def test_two_rows_of_one_address_are_one_question(stage: Stage, geocoder: Geocoder) -> None:
    """Both are refined by one answer, whatever their capitals."""
    refs = add_rows(stage, {}, {"original_text": "SOS 12 RUE MONGE À DIJON"})
    assert refine_points(stage.runtime, stage.id) == 2
    assert len(geocoder.asked) == 1
    assert [point(cells(stage, ref)) for ref in refs] == [MONGE, MONGE]
    assert cells(stage, refs[0])["precision_metres"] == 30


@pytest.mark.parametrize("payload", ["other_commune", "weak", "empty", "municipality", "twins"])
def test_what_is_not_sure_leaves_the_commune(
    stage: Stage, geocoder: Geocoder, payload: str
) -> None:
    """Another commune, a low score, nothing, two streets: the row stays, nothing is told."""
    geocoder.answers["12 rue monge"] = payload
    [ref] = add_rows(stage, {})
    assert refine_points(stage.runtime, stage.id) == 0
    assert point(cells(stage, ref)) == DIJON
    assert told(stage) == []
    assert refine_points(stage.runtime, stage.id) == 0
    assert len(geocoder.asked) == 1


def test_another_street_or_number_is_not_believed(stage: Stage, geocoder: Geocoder) -> None:
    """The service answers with what is like it; only the same street and number count."""
    geocoder.answers |= {"12 rue mongeard": "housenumber", "14 rue monge": "housenumber"}
    refs = add_rows(
        stage,
        {"original_text": "Fuite de gaz 12 rue Mongeard à Dijon"},
        {"original_text": "Fuite de gaz 14 rue Monge à Dijon"},
    )
    refine_points(stage.runtime, stage.id)
    first, second = (cells(stage, ref) for ref in refs)
    assert point(first) == DIJON
    # The street is right, the house is not: its street's own answer is taken.
    assert (point(second), second["precision_metres"]) == ((5.0355, 47.3198), 400)


def too_often() -> Response:
    """What the service says beyond fifty requests a second."""
    return Response("slow down", status=429, headers={"Retry-After": "120"})


def garbage() -> Response:
    """What a broken gateway says."""
    return Response("<html>moved</html>", content_type="text/html")


def broken() -> Response:
    """What a server out of order says."""
    return Response("oops", status=503)


@pytest.mark.parametrize(
    ("reply", "state", "most"),
    [(too_often, "refused", 1), (garbage, "malformed", 2), (broken, "unreachable", 1)],
)
def test_a_failure_harms_nothing_and_is_told_once(
    stage: Stage, geocoder: Geocoder, reply: Callable[[], Response], state: str, most: int
) -> None:
    """The rows stand, few questions are lost on it, one line in the journal until it is over."""
    geocoder.reply = reply
    streets = ("Monge", "Berbisey", "Jeannin", "Chabot")
    refs = add_rows(stage, *({"original_text": f"Feu 12 rue {one} à Dijon"} for one in streets))
    for _ in range(3):
        assert refine_points(stage.runtime, stage.id) == 0
    assert all(point(cells(stage, ref)) == DIJON for ref in refs)
    assert told(stage) == [state]
    health = stage.store.healths(stage.id)[GEOCODER_ID]
    assert health.state == state
    assert health.detail
    assert "monge" not in health.detail.casefold()
    lines = activation_status(stage.runtime, stage.id).sources
    shown = {line.source_id: line.state for line in lines}
    assert shown[GEOCODER_ID] == state
    assert len(geocoder.asked) <= 3 * most
    geocoder.reply = None
    stage.clock.forward(90)
    assert refine_points(stage.runtime, stage.id) == 1
    assert told(stage) == [state, "ok"]


def test_a_wish_to_be_left_in_peace_is_kept(stage: Stage, geocoder: Geocoder) -> None:
    """After a 429 with Retry-After nothing is asked before its end."""
    geocoder.reply = too_often
    add_rows(stage, {})
    refine_points(stage.runtime, stage.id)
    geocoder.reply = None
    stage.clock.forward(1.5)
    assert refine_points(stage.runtime, stage.id) == 0
    assert len(geocoder.asked) == 1
    stage.clock.forward(1)
    assert refine_points(stage.runtime, stage.id) == 1


def test_words_that_it_refuses_are_not_asked_again(stage: Stage, geocoder: Geocoder) -> None:
    """A 400 is the answer to these words; the next question is asked all the same."""
    replies = iter([Response("bad q", status=400)])
    body = (PAYLOADS / "housenumber.json").read_bytes()
    geocoder.reply = lambda: next(replies, Response(body, content_type="application/json"))
    add_rows(stage, {"original_text": "Feu 12 rue Berbisey à Dijon", "urgency": "high"}, {})
    assert refine_points(stage.runtime, stage.id) == 1
    assert [one["q"] for one in geocoder.asked] == ["12 rue Berbisey", "12 rue Monge"]
    refine_points(stage.runtime, stage.id)
    assert len(geocoder.asked) == 2


def test_a_silent_geocoder_costs_one_short_wait(
    make_stage: Callable[..., Stage], geocoder: Geocoder
) -> None:
    """A server that never answers is left after the time-out of one question."""
    stage = make_stage(
        "silent",
        kind="real",
        allow_loopback=True,
        geocoder_address=geocoder.address,
        request_timeout_seconds=0.5,
    )
    written(stage, geocoder=True, is_real=True)
    stage.open()
    over = threading.Event()

    def hang() -> Response:
        over.wait(20)
        return Response("late")

    geocoder.reply = hang
    [ref] = add_rows(stage, {})
    begin = time.monotonic()
    try:
        assert refine_points(stage.runtime, stage.id) == 0
    finally:
        over.set()
    assert time.monotonic() - begin < 15
    assert point(cells(stage, ref)) == DIJON
    assert told(stage) == ["unreachable"]


def test_ten_questions_a_sweep_the_most_pressing_first(stage: Stage, geocoder: Geocoder) -> None:
    """The others wait for the next sweep."""
    names = [f"{chr(65 + n)}lma" for n in range(12)]
    rows: list[dict[str, CellValue]] = [
        {"original_text": f"Feu 12 rue {name} à Dijon"} for name in names
    ]
    rows[0]["urgency"] = "life_at_risk"
    add_rows(stage, *rows)
    refine_points(stage.runtime, stage.id)
    assert len(geocoder.asked) == MOST_QUESTIONS
    assert geocoder.asked[0]["q"] == "12 rue Alma"
    assert geocoder.asked[1]["q"] == "12 rue Llma"
    refine_points(stage.runtime, stage.id)
    assert len(geocoder.asked) == len(names)
    refine_points(stage.runtime, stage.id)
    assert len(geocoder.asked) == len(names)


@pytest.mark.parametrize("column", ["commune", "place", "lat", "lon", "precision_metres"])
def test_a_place_that_a_person_touched_is_theirs(
    stage: Stage, geocoder: Geocoder, column: str
) -> None:
    """Any cell of the place: the row is not asked about, its machine's cells stay."""
    [ref] = add_rows(stage, {})
    value: CellValue = "typed" if column in ("commune", "place") else 5
    typed = Edit(
        sheet="log", key=ref, column=column, value=value, base=cells(stage, ref).get(column)
    )
    stage.store.apply_edits(
        stage.id, "CO21", edits=[typed], added=[], conflicts=[], journal=[], now=NOW
    )
    assert refine_points(stage.runtime, stage.id) == 0
    assert geocoder.asked == []
    assert point(cells(stage, ref)) == DIJON


def test_other_points_and_several_communes_are_left(stage: Stage, geocoder: Geocoder) -> None:
    """A listed site's or an alert's own point, two communes, no commune: nothing is asked."""
    add_rows(
        stage,
        {"lon": 5.03, "lat": 47.32, "precision_metres": 200},
        {"place": "Beaune"},
        {"commune": None, "lon": None, "lat": None},
        {"original_text": "Cave inondée à Dijon"},
    )
    assert refine_points(stage.runtime, stage.id) == 0
    assert geocoder.asked == []


def test_a_refined_point_never_reaches_the_public_map(stage: Stage, geocoder: Geocoder) -> None:
    """Confirmed and drawn, the row shows the commune's point and no word of the address."""
    stage.sweep()
    row = stage.observation(CELLAR)
    assert point(row.machine) == PORT
    people: dict[str, CellValue] = {
        "status": "confirmed",
        "verified_by": "Luc",
        "evidence": "appel au CODIS 10 h 12",
        "category": "water",
        "urgency": "normal",
    }
    confirmed = dataclasses.replace(row, people=people)
    convention = stage.runtime.convention_of(stage.store.activation(stage.id))
    rules = PublicRules(
        now=NOW + timedelta(hours=1),
        delay=timedelta(minutes=15),
        max_age=timedelta(hours=24),
        official_refs=frozenset(),
        commune_spot=commune_finder(stage.runtime, convention.territory),
    )
    [item] = public_items([confirmed], rules)
    assert (item.commune, item.point) == ("Auxonne", AUXONNE)
    shown = json.dumps(dataclasses.asdict(item), default=str).casefold()
    assert "port" not in shown
    assert str(PORT[0]) not in shown
    assert str(PORT[1]) not in shown


def test_an_exercise_asks_nobody(make_stage: Callable[..., Stage], geocoder: Geocoder) -> None:
    """Even where the convention wants the geocoder, an exercise's rows keep their commune."""
    stage = make_stage("exercise", geocoder_address=geocoder.address)
    written(stage, geocoder=True, is_real=False)
    stage.open()
    stage.sweep()
    assert geocoder.asked == []
    assert point(stage.observation(CELLAR).machine) == AUXONNE
    assert GEOCODER_ID not in stage.store.healths(stage.id)


def test_without_the_convention_s_wish_nobody_is_asked(
    make_stage: Callable[..., Stage], geocoder: Geocoder
) -> None:
    """The geocoder is off by default."""
    stage = make_stage("off", kind="real", allow_loopback=True, geocoder_address=geocoder.address)
    written(stage, geocoder=False, is_real=True)
    stage.open()
    stage.sweep()
    assert geocoder.asked == []
    assert point(stage.observation(CELLAR).machine) == AUXONNE


def test_a_closed_or_paused_activation_asks_nobody(stage: Stage, geocoder: Geocoder) -> None:
    """Only what is active is refined."""
    add_rows(stage, {})
    stage.move("standby")
    assert refine_points(stage.runtime, stage.id) == 0
    assert geocoder.asked == []


def test_one_round_at_a_time(stage: Stage, geocoder: Geocoder) -> None:
    """While another process is asking, a sweep does not wait and does not ask."""
    add_rows(stage, {})
    with lease(stage.runtime, f"geocoding:{stage.id}", "other") as is_theirs:
        assert is_theirs
        assert refine_points(stage.runtime, stage.id) == 0
    assert geocoder.asked == []
    assert refine_points(stage.runtime, stage.id) == 1


def test_answers_kept_by_a_killed_sweep_are_laid_over_by_the_next(
    stage: Stage, geocoder: Geocoder
) -> None:
    """Between keeping the answer and changing the row a kill costs nothing but time."""
    [ref] = add_rows(stage, {})
    question = question_of(cells(stage, ref), stage.runtime.gazetteer)
    assert question is not None
    kept = PlacedAddress(lon=MONGE[0], lat=MONGE[1], precision_metres=30)
    stage.store.keep_addresses(stage.id, {question.key: kept})
    assert refine_points(stage.runtime, stage.id) == 1
    assert geocoder.asked == []
    assert point(cells(stage, ref)) == MONGE


def test_no_address_stands_in_the_table_of_answers(stage: Stage, geocoder: Geocoder) -> None:
    """Questions are kept as digests."""
    stage.sweep()
    known = stage.store.addresses(stage.id)
    assert len(known) == 1
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in known)


def test_the_flow_s_way_refines_too(stage: Stage) -> None:
    """``sweep_here`` and the analysis task meet in ``analyse_in_turn``: both refine."""
    assert task_s_way is analyse_in_turn
    asyncio.run(sweep_here(stage.runtime, stage.id))
    assert point(stage.observation(CELLAR).machine) == PORT
