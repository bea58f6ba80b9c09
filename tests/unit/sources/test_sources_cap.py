"""CAP from sweep to sweep: updates, cancels, ends by time and absence, dead links, torn files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vigie.sources import cap
from vigie.sources.cap_memory import CapMemory
from vigie.sources.contract import Answer, SourceContext

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "sources" / "cap"
NOW = datetime(2026, 8, 26, 9, 0, tzinfo=UTC)
SOURCE = SourceContext(id="c", key="cap:https://c.test/i", address="https://c.test/i")
ALERT = (PAYLOADS / "alert_orange.xml").read_text("utf-8")
CANCEL = (PAYLOADS / "cancel.xml").read_text("utf-8")
UPDATE = (
    ALERT.replace("<identifier>VIGIE-DEMO-2026-0001", "<identifier>VIGIE-DEMO-2026-0003")
    .replace("<msgType>Alert</msgType>", "<msgType>Update</msgType>")
    .replace(
        "<scope>Public</scope>",
        "<scope>Public</scope><references>alertes@prefecture-demonstration.example,"
        "VIGIE-DEMO-2026-0001,2026-08-26T10:00:00+02:00</references>",
    )
)


class Feed:
    """An index and its files; a file of None is a dead link."""

    def __init__(self, **params):
        self.files: dict[str, str | None] = {}
        self.params = cap.Params.model_validate({"vanishing_means_ended": True, **params})
        self.cursor: dict[str, str] = {}
        self.asked: list[str] = []

    def index(self, tail="</feed>"):
        links = "".join(f'<entry><link href="/{name}"/></entry>' for name in self.files)
        return f'<feed xmlns="http://www.w3.org/2005/Atom">{links}{tail}'

    def sweep(self, minute=0, index=None):
        """Walk the chain as the collection does: it ends at the first link that is dead."""
        request = cap.first(self.params, self.cursor, SOURCE, NOW)[0]
        text, posts, faults = index or self.index(), [], []
        while True:
            answer = Answer(
                status=200,
                headers={},
                body=text.encode(),
                url=request.url,
                received_at=NOW + timedelta(minutes=minute),
            )
            page = cap.read(request, answer, self.params, SOURCE)
            posts += page.posts
            faults += page.faults
            self.cursor |= page.cursor
            if page.next is None:
                return posts, faults
            request = page.next
            self.asked.append(request.url.rsplit("/", 1)[1])
            found = self.files.get(self.asked[-1])
            if found is None:
                return posts, faults
            text = found


def _alert(number):
    return ALERT.replace("2026-0001", f"2026-{number:04d}")


def test_a_dead_link_keeps_nobody_waiting():
    """A file that cannot be read stands first once; the next sweep reads all the others."""
    feed = Feed()
    feed.files = {"dead": None, "1": _alert(1), "2": _alert(2)}
    assert feed.sweep()[0] == []
    posts, _ = feed.sweep(5)
    assert len(posts) == 2
    feed.asked.clear()
    assert feed.sweep(10)[0] == []
    assert feed.asked == ["dead"]


def test_an_alert_that_leaves_the_index_ends_and_returns():
    """Gone is over; listed again is in force again, as a newer version."""
    feed = Feed()
    feed.files = {"1": _alert(1)}
    ((alert,), _) = feed.sweep()
    whole, feed.files = feed.files, {"2": _alert(2)}
    posts, _ = feed.sweep(5)
    assert [post.repost_of for post in posts if post.is_ended] == [alert.native_id]
    feed.files = whole
    posts, _ = feed.sweep(10)
    (again,) = [post for post in posts if not post.is_ended]
    assert (again.native_id, again.edited_at) == (alert.native_id, NOW + timedelta(minutes=10))


def test_an_alert_replaced_by_its_update_never_ends():
    """The index drops the alert as its update comes: what is in force is worse, not over."""
    feed = Feed()
    feed.files = {"1": ALERT}
    feed.sweep()
    feed.files = {"2": UPDATE}
    posts, _ = feed.sweep(5)
    assert posts
    assert not any(post.is_ended for post in posts)
    assert not any(post.is_ended for post in feed.sweep(10)[0])
    feed.files = {}
    posts, _ = feed.sweep(15)
    assert [post.is_ended for post in posts] == [True]


def test_a_file_that_stays_dead_keeps_no_alert_alive():
    """A dead link waits once; then what left the index ends."""
    feed = Feed()
    feed.files = {"1": ALERT}
    feed.sweep()
    feed.files = {"dead": None}
    assert feed.sweep(5)[0] == []
    assert [post.is_ended for post in feed.sweep(10)[0]] == [True]


def test_a_torn_index_ends_nothing():
    """An index that breaks off, and one with an entry that leads nowhere, end no alert."""
    feed = Feed()
    feed.files = {"1": _alert(1)}
    feed.sweep()
    for torn in (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>',
    ):
        posts, faults = feed.sweep(5, torn)
        assert posts == []
        assert faults


def test_a_torn_file_is_read_again():
    """Half an alert is told, and asked for again until it is whole."""
    feed = Feed()
    feed.files = {"1": _alert(1)[:-60]}
    posts, faults = feed.sweep()
    assert len(posts) == 1
    assert faults
    feed.files["1"] = _alert(1)
    feed.asked.clear()
    feed.sweep(5)
    assert feed.asked == ["1"]


def test_time_alone_ends_an_alert_once():
    """Past ``expires`` the alert is over although the index still lists it; it is said once."""
    feed = Feed()
    feed.files = {"1": _alert(1)}
    feed.sweep()
    posts, _ = feed.sweep(60 * 48)
    assert [post.is_ended for post in posts] == [True]
    assert feed.sweep(60 * 49)[0] == []


def test_a_cancelled_alert_does_not_end_twice():
    """A cancel ends what it names; its absence later on is no further end."""
    feed = Feed()
    feed.files = {"1": ALERT}
    feed.sweep()
    feed.files["2"] = CANCEL
    posts, _ = feed.sweep(70)
    assert [post.is_ended for post in posts] == [True]
    feed.files = {}
    assert [p for p in feed.sweep(75, feed.index())[0] if p.repost_of] == []


@pytest.mark.parametrize(
    ("status", "is_exercise", "count"),
    [
        ("Actual", False, 1),
        ("Exercise", False, 0),
        ("Exercise", True, 1),
        ("Test", False, 0),
        ("Test", True, 0),
        ("System", False, 0),
        ("Draft", False, 0),
    ],
)
def test_what_is_played_is_no_alert(status, is_exercise, count):
    """Only actual alerts are told in a real activation; an exercise plays exercises; all named."""
    source = SourceContext(id="c", key=SOURCE.key, address=SOURCE.address, is_exercise=is_exercise)
    text = ALERT.replace("<status>Actual", f"<status>{status}")
    answer = Answer(status=200, headers={}, body=text.encode(), url="u", received_at=NOW)
    request = cap.first(cap.Params(), {}, source, NOW)[0]
    page = cap.read(request, answer, cap.Params(), source)
    assert len(page.posts) == count
    assert len(page.faults) == 1 - count


def test_filters_of_severity_area_and_place():
    """Lesser alerts, other areas and other places are left; a cancel is always heard."""

    def kept(text=ALERT, **params):
        made = cap.Params.model_validate(params)
        request = cap.first(made, {}, SOURCE, NOW)[0]
        answer = Answer(status=200, headers={}, body=text.encode(), url="u", received_at=NOW)
        return len(cap.read(request, answer, made, SOURCE).posts)

    assert kept(from_severity="severe") == 1
    assert kept(from_severity="extreme") == 0
    assert kept(areas=["ouche"]) == 1
    assert kept(areas=["Rhône"]) == 0
    assert kept(box=[4.0, 46.0, 6.0, 48.0]) == 1
    assert kept(box=[0.0, 40.0, 1.0, 41.0]) == 0
    assert kept(CANCEL, from_severity="extreme") == 1


def test_a_damaged_mark_is_an_empty_one():
    """Whatever stands in the mark, reading goes on."""
    for mark in ("{", "[]", "1", '{"live": 1}', '{"files": {"a": 1}}', '{"tried": 3}'):
        assert not CapMemory.read(mark).live
