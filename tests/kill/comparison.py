"""Are two houses equal: posts, partition, machine's cells? Called by ``tests.kill_proof``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.kill.house import ACTIVATION, House
from vigie.records.post import Post

PostName = tuple[str, str]
"""(source key without port, native id)."""
Group = frozenset[PostName]
OF_CAPTURE = {"ref", "received_at"}
"""Machine cells that tell when and in what order it was captured, not what."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a house's store holds, in names that do not depend on ports or numbering.

    Attributes:
        groups: Partition of the posts into observations.
        cells: Group → machine's cells without those of capture.
    """

    posts: frozenset[PostName]
    quarantined: frozenset[PostName]
    groups: frozenset[Group]
    cells: dict[Group, dict[str, str]]


def holdings(house: House) -> Holdings:
    """Read a house's store."""
    with house.store() as store:
        posts_of = store.posts_of(ACTIVATION)
        machine = {item.ref: item.machine for item in store.observations(ACTIVATION)}
        held = store.quarantined_posts(ACTIVATION)
    quarantined = _names(held)
    groups: dict[str, Group] = {ref: _names(posts) for ref, posts in posts_of.items() if posts}
    cells = {
        group: {
            column: str(value) for column, value in machine[ref].items() if column not in OF_CAPTURE
        }
        for ref, group in groups.items()
    }
    named = frozenset(name for group in groups.values() for name in group)
    return Holdings(named | quarantined, quarantined, frozenset(groups.values()), cells)


def differing_cells(left: Holdings, right: Holdings) -> list[str]:
    """Name every machine cell of a common group that differs."""
    found = []
    for group in left.groups & right.groups:
        mine, other = left.cells[group], right.cells[group]
        found += [
            f"{min(group)}: {column}: {mine.get(column)} / {other.get(column)}"
            for column in sorted(mine.keys() | other.keys())
            if mine.get(column) != other.get(column)
        ]
    return found


def _names(posts: Iterable[Post]) -> Group:
    """Return the posts' names; what came twice under one name is numbered, so that it shows.

    The end of an alert that is listed no longer bears the time at which that was found out.
    """
    counted: Counter[PostName] = Counter()
    names = set()
    for post in posts:
        source = re.sub(r"127\.0\.0\.1:\d+", "network", post.source_key)
        native_id = re.sub(r"#end-\d{8}T\d{6}$", "#end", post.native_id)
        counted[source, native_id] += 1
        count = counted[source, native_id]
        names.add((source, native_id if count == 1 else f"{native_id} ({count})"))
    return frozenset(names)
