"""Rows that people merged, as the map draws them: one fact, one sign.

Called by ``map_items`` and ``map_public``. Pure. People's word that two rows are one fact holds on
both sides; which rows the public may see is decided in ``map_public`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from vigie.records.grouping import grouping_of
from vigie.records.observation import URGENCIES, Observation

Rows = tuple[Observation, ...]
"""Rows of one fact; the first one stands for all."""

_OVER = frozenset({"lifted", "refuted"})


def is_over(row: Observation) -> bool:
    """Tell whether a row's effective status says that nobody has to act upon it any more."""
    return row.effective_status() in _OVER


def groups_of(observations: Iterable[Observation]) -> list[Rows]:
    """Return the rows that are not withdrawn, those of one fact together, by number.

    The row that the others count with comes first; where it was withdrawn, the first of the others
    stands in for it. The same in any order of the rows.
    """
    rows = sorted(observations, key=_number)
    grouping = grouping_of(rows)
    groups: dict[str, list[Observation]] = {}
    for row in rows:
        if not row.is_withdrawn:
            groups.setdefault(grouping.root_of(row.ref), []).append(row)
    made = [
        tuple(sorted(group, key=lambda row, root=root: row.ref != root))  # type: ignore[misc]
        for root, group in groups.items()
    ]
    return sorted(made, key=lambda group: _number(group[0]))


def drawn_apart(group: Rows) -> list[Rows]:
    """Return what the crisis cell sees of one fact: one sign, or two where it must not be hidden.

    A row that people left open is not covered by one that is over: that may be a mistake.
    """
    if not is_over(group[0]):
        return [group]
    ended = tuple(row for row in group if is_over(row))
    going_on = tuple(row for row in group if not is_over(row))
    return [part for part in (ended, going_on) if part]


def worst_urgency(group: Rows) -> str:
    """Return the most pressing urgency of rows that are not over; empty if nobody gave one."""
    open_rows = [row for row in group if not is_over(row)] or list(group[:1])
    given = {str(row.value("urgency") or "") for row in open_rows}
    return next((code for code in URGENCIES if code in given), "")


def _number(row: Observation) -> tuple[int, str]:
    # Longer is later: a number grows beyond its zeros.
    return (len(row.ref), row.ref)
