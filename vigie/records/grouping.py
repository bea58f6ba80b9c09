"""Which rows people said are one fact: the ``Réf`` that they wrote into ``Regroupé avec``. Pure.

Called by the operations and the sheets. A row is never merged away: it stays, and counts with the
row that its people named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vigie.records.observation import Observation

_REF = re.compile(r"\b(?:EX-)?[A-Z][A-Z0-9]{1,7}-\d{1,7}\b")


@dataclass(frozen=True, slots=True)
class Grouping:
    """Rows that people merged.

    Attributes:
        roots: Row to the row that it counts with; only rows that are not their own.
        members: Row to those that count with it, by number; only rows that have any.
        faults: Row to what was written that names no other row of this activation.
    """

    roots: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    faults: Mapping[str, str]

    def root_of(self, ref: str) -> str:
        """Return the row that a row counts with: its own where nobody merged it."""
        return self.roots.get(ref, ref)

    def is_member(self, ref: str) -> bool:
        """Tell whether a row counts with another one."""
        return ref in self.roots


def grouping_of(observations: Iterable[Observation]) -> Grouping:
    """Return what people merged.

    A chain ends at its last row; rows that name each other count with the first of them, so that
    the order of writing does not matter. Words without a ``Réf`` are people's notes and merge
    nothing.

    Args:
        observations: All rows of one activation.
    """
    rows = list(observations)
    order = {row.ref: number for number, row in enumerate(rows)}
    targets: dict[str, str] = {}
    faults: dict[str, str] = {}
    for row in rows:
        written = str(row.value("grouped_with") or "").strip()
        found = _REF.findall(written.upper())
        if not found:
            continue
        if len(set(found)) > 1 or found[0] not in order or found[0] == row.ref:
            faults[row.ref] = written
        else:
            targets[row.ref] = found[0]
    roots = {ref: _root(ref, targets, order) for ref in targets}
    roots = {ref: root for ref, root in roots.items() if ref != root}
    members: dict[str, list[str]] = {}
    for ref in sorted(roots, key=order.__getitem__):
        members.setdefault(roots[ref], []).append(ref)
    return Grouping(roots, {root: tuple(refs) for root, refs in members.items()}, faults)


def _root(ref: str, targets: Mapping[str, str], order: Mapping[str, int]) -> str:
    seen = [ref]
    while seen[-1] in targets:
        following = targets[seen[-1]]
        if following in seen:
            return min(seen[seen.index(following) :], key=order.__getitem__)
        seen.append(following)
    return seen[-1]
