"""Leases and budgets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.store.store_samples import NOW
from vigie.store.repository import Lease, Store


def _at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_lease_is_taken_over_after_its_expiry_not_before(store: Store) -> None:
    """One holder at a time; the same one may take again; an expired lease is free."""
    assert store.take_lease("workbook:a", "one", 60, _at(0))
    assert not store.take_lease("workbook:a", "two", 60, _at(59.9))
    assert store.take_lease("workbook:a", "one", 60, _at(30))
    assert not store.take_lease("workbook:a", "two", 60, _at(60))
    assert store.take_lease("workbook:a", "two", 60, _at(90))
    assert not store.renew_lease("workbook:a", "one", 60, _at(91))
    assert store.leases() == [Lease("workbook:a", "two", _at(150))]


def test_lease_is_renewed_and_given_back_by_its_holder_only(store: Store) -> None:
    """Only the holder can prolong a lease or give it back."""
    store.take_lease("a", "one", 60, _at(0))
    assert store.renew_lease("a", "one", 60, _at(50))
    assert not store.renew_lease("a", "two", 60, _at(50))
    store.release_lease("a", "two")
    assert store.leases() == [Lease("a", "one", _at(110))]
    store.release_lease("a", "one")
    assert store.leases() == []


def test_leases_of_dead_holders_are_given_back(store: Store) -> None:
    """All leases of the named holders go, the others stay."""
    for name, holder in [("a", "one"), ("b", "one"), ("c", "two")]:
        store.take_lease(name, holder, 60, _at(0))
    assert store.release_leases_of({"one", "three"}) == 2
    assert [lease.name for lease in store.leases()] == ["c"]


def test_budget_says_when_the_next_request_is_free(store: Store) -> None:
    """The limit is per sliding window and host; the refusal names the earliest free time."""
    assert [store.spend_budget("h", 2, 60, _at(t)) for t in (0, 10)] == [None, None]
    assert store.spend_budget("h", 2, 60, _at(20)) == _at(60)
    assert store.spend_budget("other", 2, 60, _at(20)) is None
    assert store.spend_budget("h", 2, 60, _at(60)) is None
    assert store.spend_budget("h", 2, 60, _at(61)) == _at(70)


def test_callers_with_other_limits_share_the_count(store: Store) -> None:
    """What one caller spends counts for another with a wider window on the same host."""
    assert store.spend_budget("h", 3, 3600, _at(0)) is None
    assert store.spend_budget("h", 1, 10, _at(20)) is None
    assert store.spend_budget("h", 1, 10, _at(40)) is None
    assert store.spend_budget("h", 3, 3600, _at(60)) == _at(3600)


def test_a_clock_set_back_does_not_block_for_ever(store: Store) -> None:
    """Requests counted far in the future, before the clock was put right, are forgotten."""
    assert store.spend_budget("h", 1, 60, _at(86_400)) is None
    assert store.spend_budget("h", 1, 60, _at(0)) is None


def test_a_caller_that_waited_counts_as_late(store: Store) -> None:
    """A caller whose reading of the clock is old neither slips in nor makes others forget."""
    assert store.spend_budget("h", 2, 5, _at(12)) is None
    assert store.spend_budget("h", 2, 5, _at(0)) is None
    assert store.spend_budget("h", 2, 5, _at(0)) == _at(17)
    assert store.spend_budget("h", 2, 5, _at(13)) == _at(17)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.integers(1, 4),
    st.integers(1, 30),
    st.lists(st.integers(0, 12), min_size=1, max_size=25),
)
def test_budget_is_never_exceeded(
    make_database: Callable[[], str], limit: int, window: int, gaps: list[int]
) -> None:
    """In no window are more requests granted than the limit, and a promised time is granted."""
    granted: list[datetime] = []
    with Store.open(make_database()) as store:
        now = NOW
        for gap in gaps:
            now += timedelta(seconds=gap)
            free_at = store.spend_budget("h", limit, window, now)
            if free_at is not None:
                assert free_at > now
                now = free_at
                assert store.spend_budget("h", limit, window, now) is None
            granted.append(now)
    for end in granted:
        inside = [at for at in granted if end - timedelta(seconds=window) < at <= end]
        assert len(inside) <= limit
