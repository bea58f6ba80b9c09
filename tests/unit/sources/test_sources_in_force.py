"""Lists of what is in force: news, ends, new beginnings, whatever the service does meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.records.post import Post
from vigie.sources.contract import Answer, SourceContext
from vigie.sources.in_force import Listing, Standing, awaits_an_end, news_time, settle

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SOURCE = SourceContext(id="r", key="datex:https://r.test", address="https://r.test")


def _answer(minute=0):
    at = NOW + timedelta(minutes=minute)
    return Answer(status=200, headers={}, body=b"", url="https://r.test", received_at=at)


def _post(name, text="route coupée", minute=0):
    return Post(
        source_key=SOURCE.key,
        source_id=SOURCE.id,
        native_id=name,
        kind="alert",
        text=text,
        captured_at=NOW + timedelta(minutes=minute),
        payload="{}",
    )


def _step(mark, names, minute, *, over=(), text="route coupée", **known):
    listing = Listing(
        standing=[Standing(_post(name, text, minute)) for name in names],
        over=[_post(name, text, minute) for name in over],
        **{"is_exhaustive": True, **known},
    )
    return settle(mark, listing, _answer(minute), SOURCE)


def test_news_is_told_once_and_again_when_it_changes():
    """What is new is told, what stays is not, what reads otherwise is."""
    posts, mark = _step("", ["a", "b"], 0)
    assert [post.native_id for post in posts] == ["a", "b"]
    assert _step(mark, ["a", "b"], 5) == ([], mark)
    posts, _ = _step(mark, ["a", "b"], 5, text="circulation alternée")
    assert len(posts) == 2
    assert not any(post.is_ended for post in posts)


def test_what_is_gone_has_ended_once():
    """What an exhaustive list no longer holds is told as ended, and only once."""
    _, mark = _step("", ["a", "b"], 0)
    (end,), mark = _step(mark, ["a"], 5)
    assert (end.repost_of, end.is_ended) == ("b", True)
    assert _step(mark, ["a"], 10)[0] == []


@pytest.mark.parametrize("known", [{"is_whole": False}, {"is_exhaustive": False}])
def test_in_doubt_nothing_ends(known):
    """A torn list, and one that is not exhaustive, end nothing by absence; later ones still can."""
    _, mark = _step("", ["a", "b"], 0)
    posts, mark = _step(mark, [], 5, **known)
    assert posts == []
    posts, _ = _step(mark, [], 10)
    assert sorted(post.repost_of or "" for post in posts) == ["a", "b"]


def test_what_was_never_in_force_does_not_end():
    """A thing that is over when it is first seen is no news."""
    assert _step("", [], 0, over=["a"])[0] == []


def test_a_stated_end_that_passes_is_an_end_without_any_list():
    """A thing that vanished from a list that is not exhaustive ends at its stated time."""
    end = (NOW + timedelta(minutes=30)).isoformat()
    listing = Listing(standing=[Standing(_post("a"), end)])
    _, mark = settle("", listing, _answer(), SOURCE)
    assert awaits_an_end(mark)
    assert _step(mark, [], 10, is_exhaustive=False)[0] == []
    (ended,), mark = _step(mark, [], 31, is_exhaustive=False)
    assert ended.is_ended
    assert not awaits_an_end(mark)


def test_what_returns_is_told_as_of_now_and_stays_told():
    """After a gap the thing is a new version of itself, the same one from then on."""
    _, mark = _step("", ["a"], 0)
    _, mark = _step(mark, [], 5)
    (again,), mark = _step(mark, ["a"], 10)
    assert (again.native_id, again.is_ended) == ("a", False)
    assert again.edited_at == NOW + timedelta(minutes=10)
    posts, mark = _step(mark, ["a"], 15, text="déviation")
    assert posts[0].edited_at == again.edited_at


def test_a_damaged_mark_is_an_empty_one():
    """Whatever stands in the mark, reading goes on."""
    for mark in ("{", "[]", "null", '{"in":1,"out":2}', '{"in":{"a":[1,2,3,4,5]},"out":[]}'):
        assert [post.native_id for post in _step(mark, ["a"], 0)[0]] == ["a"]


@given(
    st.lists(
        st.tuples(st.frozensets(st.sampled_from("abcd")), st.frozensets(st.sampled_from("abcd"))),
        max_size=12,
    )
)
def test_believed_open_is_what_is_listed(steps):
    """After any whole list the rows that stand open are exactly the things it lists."""
    mark = ""
    rows: dict[str, dict[str, Post]] = {}
    hashes: dict[str, str] = {}
    for minute, (present, over) in enumerate(steps):
        posts, mark = _step(mark, sorted(present), minute * 5, over=sorted(over - present))
        for post in posts:
            if hashes.get(post.native_id) != post.content_hash:  # what the store calls a revision
                hashes[post.native_id] = post.content_hash
                rows.setdefault(post.repost_of or post.native_id, {})[post.native_id] = post
        newest = {
            name: max(row.values(), key=lambda one: one.edited_at or one.happened_at)
            for name, row in rows.items()
        }
        assert {name for name, post in newest.items() if not post.is_ended} == set(present)


def test_old_and_coming_things_are_said_now():
    """A stated time counts as the time of the news only where it can be that."""
    assert news_time(NOW - timedelta(hours=1), NOW) == NOW - timedelta(hours=1)
    assert news_time(NOW - timedelta(days=200), NOW) is None
    assert news_time(NOW + timedelta(hours=1), NOW) is None
    assert news_time(None, NOW) is None
