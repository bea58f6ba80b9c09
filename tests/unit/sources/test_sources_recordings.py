"""Recorded answers of open data: every item is kept, named, or left for a reason; all printed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigie.sources.contract import Answer, SourceContext
from vigie.sources.registry import connectors

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "payloads"
OWN = ROOT / "tests" / "payloads" / "sources"
STATION = {"grandeur": "Q", "name": "Seine", "levels": [100.0]}
HEIGHT = {"code": "F490000105", "grandeur": "H", "name": "Paris", "levels": [40.0]}
STATIONS = [{"code": "F447000302", **STATION}, {"code": "F459000101", **STATION}, HEIGHT]
DESCRIBED = {"identity": "id", "title": "titre", "start": "debut", "end": "fin"}

# folder, file, kind, params, time of receipt, (in, kept, named, left for a reason), the reason
CASES = [
    ("official", "hubeau-observations_tr.json", "hubeau", {"stations": STATIONS}, "2026-08-26",
     (4, 3, 0, 1), "a repetition for the site"),
    ("official", "bison-fute-evenementiel.xml", "datex", {}, "2026-08-31", (1, 1, 0, 0), ""),
    ("gdacs", "gdacs-1.xml", "gdacs", {}, "2019-12-30", (4, 4, 0, 0), ""),
    ("gdacs", "gdacs-1.xml", "gdacs", {"countries": ["MUS"]}, "2019-12-30", (4, 1, 0, 3),
     "other countries"),
    ("cap", "dwd__Z_CAP_C_EDZW_20170223134450_PVW_4.xml", "cap", {}, "2017-02-23", (1, 1, 0, 0),
     ""),
    ("cap", "google__australia.cap", "cap", {}, "2011-12-01", (1, 1, 0, 0), ""),
    ("cap", "google__canada.cap", "cap", {}, "2011-12-01", (1, 1, 0, 0), ""),
    ("cap", "google__earthquake-iso8859-1.cap", "cap", {}, "2011-12-01", (1, 1, 0, 0), ""),
    ("cap", "google__weather.cap", "cap", {}, "2011-12-01", (1, 1, 0, 0), ""),
    ("cap", "google__invalid.cap", "cap", {}, "2011-12-01", None, "an alert that breaks the rules"),
    ("cap", "google__weather_index.atom", "cap", {}, "2011-12-01", None, "an index"),
]  # fmt: skip
OWN_CASES = [
    ("hubeau", "official_quiet.json", {"stations": STATIONS}, (4, 3, 0, 1)),
    ("datex", "official_situation.xml", {"ahead_hours": 240}, (1, 1, 0, 0)),
    ("datex", "adapted_cote_dor.xml", {}, (12, 5, 3, 4)),
    ("gdacs", "list.xml", {}, (6, 2, 2, 2)),
    ("gdacs", "api_list.json", {}, (4, 1, 2, 1)),
    ("geojson", "road_map.geojson", DESCRIBED, (6, 4, 0, 2)),
    ("cap", "alert_orange.xml", {}, (1, 1, 0, 0)),
    ("cap", "exercise.xml", {}, (1, 0, 1, 0)),
]


def _page(path, kind, queries, received_at):
    connector = connectors()[kind]
    address = f"https://{kind}.test/feed"
    source = SourceContext(id="x", key=f"{kind}:{address}", address=address)
    params = connector.Params.model_validate(queries)
    requests = connector.first(params, {}, source, received_at.replace(day=1))
    request = next((one for one in requests if one.chain.startswith("Q")), requests[0])
    answer = Answer(
        status=200, headers={}, body=path.read_bytes(), url=address, received_at=received_at
    )
    return connector.read(request, answer, params, source)


def _tell(capsys, path, page, left):
    with capsys.disabled():
        print(
            f"\n  {path.parent.name}/{path.name}: {page.state}, in {page.seen_count}, "
            f"kept {len(page.posts)}, named {len(page.faults)}, left for a reason {left}",
            end="",
        )


@pytest.mark.parametrize(
    ("folder", "name", "kind", "queries", "day", "counts", "reason"),
    CASES,
    ids=[f"{case[1]}-{number}" for number, case in enumerate(CASES)],
)
def test_recorded_answers_are_accounted_for(
    folder, name, kind, queries, day, counts, reason, capsys
):
    """Items in = kept + named + left for a stated reason, in every recorded answer."""
    path = SHARED / folder / name
    if not path.is_file():
        pytest.skip("the recorded answers (../shared/payloads) are not on this machine")
    received_at = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    page = _page(path, kind, queries, received_at)
    if counts is None:
        _tell(capsys, path, page, reason)
        assert page.posts or page.faults or page.next
        return
    count_in, kept, named, left = counts
    _tell(capsys, path, page, f"{left} {reason}".strip())
    silent = [fault for fault in page.faults if "Seine" in fault.sentence]
    assert (page.seen_count, len(page.posts)) == (count_in, kept)
    assert len(page.faults) - len(silent) == named
    assert count_in == kept + named + left


@pytest.mark.parametrize(
    ("kind", "name", "queries", "counts"), OWN_CASES, ids=[f"{c[0]}-{c[1]}" for c in OWN_CASES]
)
def test_own_answers_are_accounted_for(kind, name, queries, counts, capsys):
    """The same for the project's own payloads, which are always there."""
    received_at = datetime(2026, 8, 26, 12, 0, tzinfo=UTC)
    page = _page(OWN / kind / name, kind, queries, received_at)
    count_in, kept, named, left = counts
    _tell(capsys, OWN / kind / name, page, left)
    silent = [fault for fault in page.faults if "Seine" in fault.sentence]
    assert (page.seen_count, len(page.posts)) == (count_in, kept)
    assert len(page.faults) - len(silent) == named
    assert count_in == kept + named + left
