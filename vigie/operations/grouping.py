"""Counting together the rows that people merged, and apart again those that they split.

Called by the analysis for the rows of a sweep and by each publication for what people wrote since.
What people merged or split stays so: the machine only counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from vigie.operations.describing import Describer
from vigie.records.grouping import Grouping
from vigie.records.observation import GROUP_NOTE, CellValue, Observation
from vigie.records.post import Post
from vigie.records.sweep import Update
from vigie.signals.grading import corroboration_count, grade, status

_STALE = "?"
_OF_GROUP = frozenset({"corroboration_count", "status", "information_grade"})

PostsOf = Callable[[Collection[str]], Mapping[str, list[Post]]]


def uncounted_updates(updates: Sequence[Update], grouping: Grouping) -> list[Update]:
    """Return the updates of a sweep, those of merged rows without what depends on all of the group.

    These are counted by the publication that follows the sweep: ``regrouped`` finds their note
    taken away.

    Args:
        updates: As the posts of each row alone make them.
        grouping: What people merged.
    """
    if not grouping.members:
        return list(updates)
    changed: dict[str, Update] = {}
    for update in updates:
        if update.ref in grouping.members:
            own = {name: value for name, value in update.machine.items() if name not in _OF_GROUP}
            changed[update.ref] = replace(update, machine={**own, GROUP_NOTE: _STALE})
        else:
            changed[update.ref] = update
    for update in updates:
        root = grouping.root_of(update.ref)
        if root not in changed:
            changed[root] = Update(ref=root, machine={GROUP_NOTE: _STALE})
    return list(changed.values())


def regrouped(
    describer: Describer,
    observations: Sequence[Observation],
    grouping: Grouping,
    posts_of: PostsOf,
) -> list[Update]:
    """Return the updates that bring counts in line with what people merged or split since.

    Args:
        describer: For the grades of the sources.
        observations: All rows.
        grouping: Of these rows.
        posts_of: Returns the stored posts of rows.
    """
    updates = []
    for row in observations:
        mates = grouping.members.get(row.ref, ())
        noted = str(row.machine.get(GROUP_NOTE) or "")
        if noted == " ".join(mates):
            continue
        posts = posts_of([row.ref, *mates])
        joined = [post for one in posts.values() for post in one]
        # A row that people typed is a voice of its own, though no post of it is stored.
        typed_count = sum(
            one.is_added_by_people for one in observations if one.ref in (row.ref, *mates)
        )
        cells = _counts(describer, joined, typed_count)
        if not posts.get(row.ref):
            # Status and grades of a row that people typed are theirs.
            cells = {"corroboration_count": cells["corroboration_count"]}
        updates.append(Update(ref=row.ref, machine={**cells, GROUP_NOTE: " ".join(mates) or None}))
    return updates


def _counts(
    describer: Describer, posts: Sequence[Post], typed_count: int = 0
) -> dict[str, CellValue]:
    """Return what depends on how many independent sources tell a fact."""
    voices_count = corroboration_count(posts) + typed_count
    if not posts:
        return {"corroboration_count": voices_count}
    leader = min(posts, key=lambda post: (post.happened_at, post.source_key, post.native_id))
    _, information_grade = grade(
        describer.source_grades.get(leader.source_id, "F"),
        voices_count,
        is_official=leader.source_id in describer.official_sources,
    )
    return {
        "corroboration_count": voices_count,
        "status": status(voices_count),
        "information_grade": information_grade,
    }
