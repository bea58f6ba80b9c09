"""Which rows people merged: chains, circles, notes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vigie.records.grouping import grouping_of
from vigie.records.observation import Observation


def _row(number: int, written: str | None) -> Observation:
    return Observation(
        ref=f"CO21-{number:04d}", people={} if written is None else {"grouped_with": written}
    )


def test_a_chain_counts_with_its_last_row() -> None:
    """1 → 2 → 3 counts with 3, and 3 knows both."""
    made = grouping_of([_row(1, "co21-0002"), _row(2, "voir CO21-0003 !"), _row(3, None)])
    assert made.roots == {"CO21-0001": "CO21-0003", "CO21-0002": "CO21-0003"}
    assert made.members == {"CO21-0003": ("CO21-0001", "CO21-0002")}
    assert made.faults == {}


def test_a_circle_counts_with_its_first_row() -> None:
    """Rows that name each other count with the first of them, whoever wrote first."""
    made = grouping_of([_row(1, "CO21-0002"), _row(2, "CO21-0001")])
    assert made.roots == {"CO21-0002": "CO21-0001"}


def test_what_names_no_row_is_a_fault_or_a_note() -> None:
    """Itself, an unknown row, two rows are faults; words alone are a note."""
    rows = [_row(1, "CO21-0001"), _row(2, "CO21-0099"), _row(3, "CO21-0001 CO21-0002")]
    made = grouping_of([*rows, _row(4, "même rue")])
    assert set(made.faults) == {"CO21-0001", "CO21-0002", "CO21-0003"}
    assert made.roots == {}


@given(st.lists(st.integers(0, 8), min_size=1, max_size=8))
def test_every_row_counts_with_one_root(targets: list[int]) -> None:
    """Whatever people write, roots are their own, groups do not overlap, nothing loops."""
    rows = [_row(n + 1, f"CO21-{to:04d}" if to else None) for n, to in enumerate(targets)]
    made = grouping_of(rows)
    for row in rows:
        root = made.root_of(row.ref)
        assert made.root_of(root) == root
    listed = [ref for refs in made.members.values() for ref in refs]
    assert sorted(listed) == sorted(made.roots)
