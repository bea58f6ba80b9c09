"""One source of each bad kind beside a good one: the good rows are committed, each story told."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import pytest

from tests.integration.operations.stage import ROAD, Stage
from vigie.exercise.script import Fault

FLOOD_BYTES = 50_000_000
BOMB_BYTES = 200_000_000
TIMEOUT_SECONDS = 6.0
"""Server and sweep share this process: less would call a busy machine unreachable."""
FAULTS = {
    "mastodon-social": ("refuses", Fault(status=401, body="<html>Unauthorized</html>")),
    "prefecture": ("hangs", Fault(hang_seconds=60)),
    "presse-locale": ("garbage", Fault(garbage=True)),
    "vigicrues": ("50 MB without Content-Length", Fault(flood_bytes=FLOOD_BYTES)),
    "vigilance": ("gzip bomb", Fault(bomb_bytes=BOMB_BYTES)),
    "feed-1": ("redirects away", Fault(redirect_to="http://198.51.100.9/ailleurs")),
}


@pytest.fixture
def besieged(make_stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch) -> Stage:
    """An activation of seven sources, six of them hostile."""
    monkeypatch.setenv("VIGIE_REQUEST_TIMEOUT_SECONDS", str(TIMEOUT_SECONDS))
    stage = make_stage("besieged")
    assert stage.settings.request_timeout_seconds == TIMEOUT_SECONDS
    path = stage.conventions / "cote-dor.yml"
    text = path.read_text(encoding="utf-8")
    extra = (
        "  - id: feed-1\n    name: Fil qui renvoie ailleurs\n    kind: rss\n"
        "    address: https://feed.example.invalid/rss.xml\n    cadence_minutes: 4\n"
        "    silence_minutes: 60\n    budget: {requests: 10, per_minutes: 10}\n\nlexicons:"
    )
    path.write_text(text.replace("\nlexicons:", f"{extra}", 1), encoding="utf-8")
    for source_id, (_, fault) in FAULTS.items():
        stage.server.set_fault(source_id, fault)
    stage.runtime.warm_up()
    stage.open()
    return stage


def test_hostile_sources_stop_nobody(besieged: Stage) -> None:
    """Six hostile sources: the seventh's rows are committed all the same, Sources tells all."""
    held_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    result = besieged.sweep()
    seconds = time.monotonic() - started
    grown_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held_kilobytes
    assert besieged.observation(ROAD).ref in result.new_refs
    assert result.states["piaille"] == "ok"
    besieged.publish()
    lines = {row["Code"]: row for row in besieged.sheet("Sources").rows()}
    assert set(lines) == {*FAULTS, "piaille"}
    print(f"\nitem 5: one sweep of {len(lines)} sources in {seconds:.1f} s")
    for source_id, (name, _) in [("piaille", ("behaves", None)), *FAULTS.items()]:
        line = lines[source_id]
        print(f"  {name:<28} {line['État']:<14} {line['Explication'] or '-'}")
    states = {source_id: result.states[source_id] for source_id in FAULTS}
    assert states["mastodon-social"] == "refused"
    assert states["prefecture"] == "unreachable"
    assert states["presse-locale"] == "malformed"
    assert states["vigicrues"] == "malformed"
    assert states["vigilance"] == "malformed"
    assert states["feed-1"] in ("refused", "unreachable")
    stories = [str(lines[source_id]["Explication"]) for source_id in FAULTS]
    assert all(story and story != "None" for story in stories)
    assert len(set(stories)) == len(stories)
    assert seconds < TIMEOUT_SECONDS + 15
    print(f"  peak memory of server and sweep together grew by {grown_kilobytes / 1000:.0f} MB")
    assert grown_kilobytes * 1000 < BOMB_BYTES


def test_the_besieged_get_well_again(besieged: Stage) -> None:
    """When the sources behave again, the next sweep brings their rows and the sheet says so."""
    besieged.sweep()
    for source_id in FAULTS:
        besieged.server.set_fault(source_id, None)
    besieged.clock.forward(15)
    result = besieged.sweep()
    assert set(result.states.values()) <= {"ok", "unchanged", "empty"}
    assert len(result.new_refs) >= 4
    besieged.publish()
    lines = besieged.sheet("Sources").rows()
    assert not [row["Explication"] for row in lines if row["Explication"]]
    changes = [
        (e.subject, e.before, e.after)
        for _, e in besieged.store.journal(besieged.id)
        if e.action == "source_state" and e.before
    ]
    assert ("mastodon-social", "refused", "ok") in changes
    assert ("prefecture", "unreachable", "ok") in changes
