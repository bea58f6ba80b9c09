"""Running a convention's checks: quarantine, marks, lives, threads, size."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from vigie.checks.suite import CheckResult, run_checks
from vigie.convention.model import Check
from vigie.problem import ConventionError
from vigie.records.post import Post

ALL = [
    Check(check="text_present", severity="stop"),
    Check(check="text_length", severity="warn", params={"max_characters": 100}),
    Check(check="text_length", severity="stop", params={"max_characters": 5000}),
    Check(check="posted_at_plausible", severity="stop", params={"max_age_hours": 48}),
    Check(check="address_well_formed", severity="warn"),
    Check(check="native_id_present", severity="stop"),
    Check(check="language_expected", severity="stop", params={"languages": ["fr"]}),
    Check(check="author_flood", severity="warn", params={"max_posts_per_author": 20}),
]


def test_life_at_risk_is_never_held_back(make_post: Callable[..., Post], now: datetime) -> None:
    """A text that says a life is at risk is kept and marked, whatever check it fails."""
    posts = [make_post("1", language="en", text="help, on the roof"), make_post("2", language="en")]
    result = run_checks(posts, ALL, now, "fr", lambda post: "roof" in post.text)
    assert result.kept == (posts[0],)
    assert result.quarantined == {(posts[1].source_key, "2")}
    assert [finding.severity for finding in result.findings] == ["warn", "stop"]
    assert "vie" in result.findings[0].message


def test_same_check_twice_with_other_thresholds(
    make_post: Callable[..., Post], now: datetime
) -> None:
    """Two uses of one check are judged each with its own threshold and severity."""
    posts = [make_post("1", text="x" * 50), make_post("2", text="x" * 500)]
    posts.append(make_post("3", text="x" * 6000))
    result = run_checks(posts, ALL, now, "fr", lambda _post: False)
    assert [(f.post[1], f.severity) for f in result.findings if f.post] == [
        ("2", "warn"),
        ("3", "warn"),
        ("3", "stop"),
    ]
    assert [post.native_id for post in result.kept] == ["1", "2"]


def test_identical_check_twice(make_post: Callable[..., Post], now: datetime) -> None:
    """A check written twice alike is judged twice and fails nobody."""
    result = run_checks([make_post("1", text="")], [ALL[0], ALL[0]], now, "fr", lambda _p: False)
    assert len(result.findings) == 2


def test_no_posts_no_work(now: datetime) -> None:
    """An empty table gives an empty result."""
    assert run_checks([], ALL, now, "fr", lambda _post: False) == CheckResult((), frozenset(), ())


def test_unknown_check_and_wrong_parameters_are_told(
    make_post: Callable[..., Post], now: datetime
) -> None:
    """A check that cannot be planned is a fault of the convention, in words."""
    for check in (
        Check(check="no_such", severity="stop"),
        Check(check="text_length", severity="stop", params={"max_characters": "ten"}),
    ):
        with pytest.raises(ConventionError):
            run_checks([make_post("1")], [check], now, "fr", lambda _post: False)


def test_hostile_text_passes_through(make_post: Callable[..., Post], now: datetime) -> None:
    """Lone surrogates, NULs and formulas neither crash a check nor change."""
    posts = [make_post(str(i), text=t) for i, t in enumerate(["\ud800", "\x00", "=1+1", "NaN"])]
    assert run_checks(posts, ALL, now, "fr", lambda _post: False).kept == tuple(posts)


def test_threads_share_one_context(make_post: Callable[..., Post], now: datetime) -> None:
    """Runs at the same time each get their own findings."""

    def run(bad: int) -> int:
        posts = [make_post(str(i), text="" if i < bad else "crue") for i in range(12)]
        return len(run_checks(posts, ALL, now, "fr", lambda _post: False).quarantined)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(8))) == list(range(8))
