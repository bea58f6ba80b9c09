"""Water levels: thresholds, laps of water at a threshold, stations that lag or fall silent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vigie.sources import hubeau
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.gauge_memory import GaugeMemory

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=6)
SOURCE = SourceContext(id="h", key="hubeau:https://h.test", address="https://h.test/tr")
OUCHE, TILLE = "U132401001", "U120401001"


def _params(*stations, **known):
    made = stations or ((OUCHE, "H", [1.5, 2.0, 2.3]),)
    return hubeau.Params.model_validate(
        {
            "stations": [
                {"code": code, "grandeur": grandeur, "name": code, "levels": levels}
                for code, grandeur, levels in made
            ],
            **known,
        }
    )


def _row(at, value, code=OUCHE, grandeur="H"):
    return {
        "code_station": code,
        "grandeur_hydro": grandeur,
        "date_obs": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "resultat_obs": value,
    }


def _read(rows, params, cursor, now=NOW):
    """One sweep of the first chain against a server that keeps to ``date_debut_obs``."""
    request = hubeau.first(params, cursor, SOURCE, SINCE)[0]
    begin = datetime.fromisoformat(request.params["date_debut_obs"])
    shown = [row for row in rows if datetime.fromisoformat(row["date_obs"]) >= begin]
    body = json.dumps({"data": shown, "next": None}).encode()
    answer = Answer(status=200, headers={}, body=body, url="u", received_at=now)
    page = hubeau.read(request, answer, params, SOURCE)
    return page, {**cursor, **page.cursor}


def test_units_and_levels():
    """Millimetres become metres and litres cubic metres; the level is by the thresholds."""
    params = _params((OUCHE, "Q", [40, 80]))
    page, _ = _read([_row(NOW, 42_600, grandeur="Q")], params, {})
    (post,) = page.posts
    assert (post.level, post.subject, post.category) == (2, f"{OUCHE}/Q", "water")
    assert "42,6 m³/s" in post.text
    assert "40 m³/s" in post.text


def test_water_that_laps_at_a_threshold_is_one_rise():
    """Values that cross a threshold by centimetres do not make the level flap."""
    memory = GaugeMemory()
    values = [1.49, 1.51, 1.49, 1.51, 1.48, 1.46, 1.48]
    levels = [
        memory.judge("s", NOW + timedelta(minutes=5 * n), value, [1.5], 2.0)
        for n, value in enumerate(values)
    ]
    assert levels == [1, 2, 2, 2, 2, 1, 1]
    assert GaugeMemory().judge("s", NOW, 1.5, [1.5], 2.0) == 2


def test_level_is_remembered_from_sweep_to_sweep():
    """The margin holds across sweeps too: the mark carries the level."""
    params = _params()
    _, cursor = _read([_row(NOW, 1510)], params, {})
    later = NOW + timedelta(minutes=40)
    page, _ = _read([_row(later, 1490)], params, cursor, later)
    assert [post.level for post in page.posts] == [2]


def test_a_known_value_is_read_once_and_a_corrected_one_again():
    """The overlap brings values twice: the same one is no news, a corrected one is."""
    params = _params()
    _, cursor = _read([_row(NOW, 1200)], params, {})
    page, _ = _read([_row(NOW, 1200)], params, cursor)
    assert (page.state, page.posts) == ("unchanged", ())
    page, _ = _read([_row(NOW, 1900)], params, cursor)
    assert [(post.level, post.native_id.endswith("12:00:00Z")) for post in page.posts] == [
        (2, True)
    ]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3000)), unique_by=lambda one: one[0]),
    st.integers(0, 60),
)
def test_two_sweeps_read_every_value_once(values, cut):
    """However values fall around the pause between two sweeps, each is read by one of them."""
    rows = [_row(SINCE + timedelta(minutes=5 * n), value) for n, value in sorted(values)]
    params = _params()
    first, cursor = _read(
        [row for n, row in zip(sorted(values), rows, strict=True) if n[0] < cut], params, {}
    )
    second, _ = _read(rows, params, cursor)
    got = [post.native_id for post in (*first.posts, *second.posts)]
    assert len(got) == len(set(got)) == len(rows)


def test_a_station_that_reports_by_the_hour_loses_nothing():
    """A quick gauge does not push the slow one's late values out of the question."""
    params = _params((OUCHE, "H", [1]), (TILLE, "H", [1]))
    quick = [_row(NOW - timedelta(minutes=m), 500) for m in range(0, 120, 5)]
    slow = [_row(NOW - timedelta(minutes=m), 500, TILLE) for m in range(60, 120, 5)]
    _, cursor = _read(sorted(quick + slow, key=lambda row: row["date_obs"]), params, {})
    late = [_row(NOW - timedelta(minutes=m), 500, TILLE) for m in range(0, 60, 5)]
    page, _ = _read(sorted(quick + slow + late, key=lambda row: row["date_obs"]), params, cursor)
    assert len(page.posts) == 12
    assert {post.subject for post in page.posts} == {f"{TILLE}/H"}


def test_a_silent_station_is_named():
    """No value is not low water: a station that falls silent is told by its name."""
    params = _params((OUCHE, "H", [1]), (TILLE, "H", [1]), silence_minutes=60)
    page, cursor = _read([_row(NOW, 500)], params, {})
    assert page.state == "ok"
    assert [TILLE in fault.sentence for fault in page.faults] == [True]
    later = NOW + timedelta(hours=2)
    page, _ = _read([_row(later, 500, TILLE)], params, cursor, later)
    assert [OUCHE in fault.sentence for fault in page.faults] == [True]


def test_a_next_page_never_leads_to_another_host():
    """Of ``next`` only the parameters are taken; one that leads in a circle is told."""
    params = _params()
    request = hubeau.first(params, {}, SOURCE, SINCE)[0]

    def page_of(address):
        body = json.dumps({"data": [_row(NOW, 1)], "next": address}).encode()
        answer = Answer(status=206, headers={}, body=body, url="u", received_at=NOW)
        return hubeau.read(request, answer, params, SOURCE)

    following = page_of("https://evil.example/x?cursor=abc&size=1").next
    assert following is not None
    assert (following.url, following.params["cursor"]) == ("https://h.test/tr", "abc")
    for address in ("https://evil.example/", "//[", "x" * 10_000):
        assert page_of(address).next is None
    circle = "https://h.test/tr?" + "&".join(f"{k}={v}" for k, v in request.params.items())
    page = page_of(circle)
    assert page.next is None
    assert page.faults


def test_heights_and_discharges_are_asked_apart_and_in_hundreds():
    """One request for each grandeur and for each hundred codes, each with its own mark."""
    many = [(f"U{n:09d}", "H", [1.0]) for n in range(150)] + [(OUCHE, "Q", [1.0])]
    requests = hubeau.first(_params(*many), {}, SOURCE, SINCE)
    assert [request.chain for request in requests] == ["H/0", "H/1", "Q/0"]
    assert len(requests[1].params["code_entite"].split(",")) == 50


def test_thresholds_must_rise():
    """Thresholds out of order, or none, are refused."""
    for levels in ([2.0, 1.0], [1.0, 1.0], [], [1, 2, 3, 4]):
        with pytest.raises(ValidationError):
            _params((OUCHE, "H", levels))


def test_a_damaged_mark_starts_anew():
    """Whatever stands in the mark, reading goes on from the sweep's beginning."""
    for mark in ("{", "[]", "1", '{"a": 1}', '{"a": [["x", 1, 1]]}', '{"a": []}'):
        assert GaugeMemory.read(mark).start_at(["a"], SINCE) == SINCE
