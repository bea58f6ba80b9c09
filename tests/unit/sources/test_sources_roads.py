"""Road situations from publication to publication: closures, ends, torn and stale files."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vigie.sources import datex
from vigie.sources.contract import Answer, SourceContext

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "sources" / "datex"
NOW = datetime(2026, 8, 26, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=6)
SOURCE = SourceContext(id="b", key="datex:https://b.test", address="https://b.test/content.xml")
WHOLE = (PAYLOADS / "adapted_cote_dor.xml").read_text("utf-8")
NO_IDENTITY = '<ns2:situation version="3">'


def _without(text, *names):
    """The publication without some situations."""
    for name in names:
        begin = text.index(f'<ns2:situation id="{name}"')
        text = text[:begin] + text[text.index("</ns2:situation>", begin) + 16 :]
    return text


SOUND = WHOLE.replace(NO_IDENTITY, '<ns2:situation id="D-0" version="3">')
"""The publication with an identity for each of its situations."""


def _read(text, cursor=None, now=NOW, source=SOURCE, **params):
    made = datex.Params.model_validate(params)
    request = datex.first(made, cursor or {}, source, SINCE)[0]
    answer = Answer(status=200, headers={}, body=text.encode(), url="u", received_at=now)
    page = datex.read(request, answer, made, source)
    return page, {**(cursor or {}), **page.cursor}


def _later(text, minutes=10):
    return text.replace("13:55:00", f"{13 + (55 + minutes) // 60}:{(55 + minutes) % 60:02d}:00")


def test_filters_keep_what_fits_one_of_them():
    """Department, road and box: one that fits suffices; none keeps everything in force."""
    assert {p.native_id for p in _read(SOUND)[0].posts} == {
        *("D-0", "D-1", "D-3", "D-5", "D-9", "D-10")
    }
    assert {p.native_id for p in _read(SOUND, departments=["39"])[0].posts} == {"D-9"}
    assert {p.native_id for p in _read(SOUND, roads=["N274"])[0].posts} == {"D-5"}
    assert {p.native_id for p in _read(SOUND, box=[5.4, 47.0, 5.6, 47.2])[0].posts} == {"D-9"}


def test_roadworks_are_kept_when_asked_for_or_when_they_close_the_road():
    """Works that only narrow a road are left, unless the convention wants them."""
    posts = {p.native_id for p in _read(SOUND, with_roadworks=True)[0].posts}
    assert {"D-4", "D-5"} <= posts
    assert "D-4" not in {p.native_id for p in _read(SOUND)[0].posts}


def test_a_planned_closure_is_told_when_its_time_comes():
    """What begins within the hours asked for is told, with its beginning."""
    page, _ = _read(SOUND, roads=["A38"], ahead_hours=24 * 60)
    planned = next(post for post in page.posts if post.native_id == "D-6")
    assert planned.posted_at is not None
    assert "01/10/2026 08:30" in planned.text


def test_internal_notes_and_operating_units_are_not_shown():
    """What the operator notes for itself stays out of the text."""
    text = " ".join(post.text for post in _read(SOUND)[0].posts)
    assert "astreinte" not in text
    assert "DIR Démonstration" not in text


def test_a_closure_that_vanishes_or_is_closed_has_ended():
    """Gone from the next publication, or listed with its end: either way the row is lifted."""
    _, cursor = _read(SOUND)
    closed = _later(_without(SOUND, "D-9")).replace(
        "<ns2:validityStatus>definedByValidityTimeSpec</ns2:validityStatus>"
        "<ns2:validityTimeSpecification><ns2:overallStartTime>2026-02-12",
        "<ns2:validityStatus>suspended</ns2:validityStatus>"
        "<ns2:validityTimeSpecification><ns2:overallStartTime>2026-02-12",
    )
    page, cursor = _read(closed, cursor)
    ended = {post.repost_of or post.native_id for post in page.posts if post.is_ended}
    assert ended == {"D-9", "D-10"}
    assert _read(_later(closed, 20), cursor)[0].state == "unchanged"


def test_an_end_that_passes_is_an_end():
    """A closure whose end has passed is over although the publication still lists it."""
    _, cursor = _read(SOUND, roads=["N274"])
    evening = datetime(2026, 8, 26, 18, 1, tzinfo=UTC)
    page, _ = _read(SOUND, cursor, evening, roads=["N274"])
    assert [(post.native_id, post.is_ended) for post in page.posts] == [("D-5", True)]


def test_one_record_that_ends_leaves_its_situation_open():
    """The accident is cleared, traffic still alternates: the row stands, and says so."""
    post = next(p for p in _read(SOUND)[0].posts if p.native_id == "D-3")
    assert post.text.startswith("Circulation alternée")
    assert not post.is_ended


def test_a_torn_file_ends_nothing():
    """A truncated publication and one with a nameless situation lift no row, and say so."""
    _, cursor = _read(SOUND)
    torn = _later(SOUND)[: SOUND.index('<ns2:situation id="D-3"') + 900]
    page, cursor = _read(torn, cursor)
    assert page.state == "malformed"
    assert not any(post.is_ended for post in page.posts)
    page, _ = _read(_later(_without(WHOLE, "D-9"), 20), cursor)
    assert page.faults
    assert not any(post.is_ended for post in page.posts)


def test_a_server_that_lags_behind_ends_nothing():
    """A publication older than the last one is passed over."""
    _, cursor = _read(_later(SOUND))
    page, _ = _read(_without(SOUND, "D-1", "D-9"), cursor)
    assert (page.state, page.posts, page.cursor) == ("unchanged", (), {})


def test_exercises_are_played_in_exercises_only():
    """A situation marked as a test is left and counted in a real activation."""
    page, _ = _read(SOUND)
    assert "D-7" not in {post.native_id for post in page.posts}
    assert any("1" in fault.sentence for fault in page.faults)
    played = SourceContext(id="b", key=SOURCE.key, address=SOURCE.address, is_exercise=True)
    assert "D-7" in {post.native_id for post in _read(SOUND, source=played)[0].posts}


def test_a_national_file_is_read_in_bounded_memory():
    """Nine megabytes of situations cost far less memory than their tree would."""
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc, which this system has not")
    begin = SOUND.index('<ns2:situation id="D-1"')
    end = SOUND.index("</ns2:situation>", begin) + 16
    one = SOUND[begin:end]
    count = 9_000_000 // len(one.encode())
    many = "\n".join(one.replace('id="D-1"', f'id="N-{n}"') for n in range(count))
    text = SOUND[:begin] + many + SOUND[SOUND.rindex("</ns2:situation>") + 16 :]
    program = """
import json, re, sys
from datetime import UTC, datetime
from vigie.sources import datex
from vigie.sources.contract import Answer, SourceContext
body = sys.stdin.buffer.read()
source = SourceContext(id="b", key="k", address="https://b.test")
params = datex.Params(roads=["A999"])
request = datex.first(params, {}, source, datetime.now(UTC))[0]
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
before = peak()
answer = Answer(status=200, headers={}, body=body, url="u", received_at=datetime.now(UTC))
page = datex.read(request, answer, params, source)
print(json.dumps([page.seen_count, len(page.posts), (peak() - before) // 1024]))
"""
    run = subprocess.run(
        [sys.executable, "-c", program], input=text.encode(), capture_output=True, check=True
    )
    seen_count, kept_count, grown_megabytes = json.loads(run.stdout)
    print(f"\n  {len(text) / 1e6:.0f} MB, {seen_count} situations: {grown_megabytes} MB more")
    assert (seen_count, kept_count) == (count, 0)
    assert grown_megabytes < 90
