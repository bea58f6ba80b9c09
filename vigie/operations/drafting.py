"""From checked posts to drafts and updates of rows. Pure; called by the analysis."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from vigie.operations.describing import Describer
from vigie.records.observation import CellValue
from vigie.records.post import Post
from vigie.records.sweep import Draft, Leader, Level, PostKey, Update
from vigie.signals.gathering import gather
from vigie.signals.measurements import read_levels

_URGENCY_OF_LEVEL = {1: "information", 2: "information", 3: "high", 4: "high"}
"""Yellow informs, orange and red press. A level is never ``life_at_risk`` by itself."""

PostsOf = Callable[[Collection[str]], Mapping[str, list[Post]]]


def draft_messages(
    describer: Describer,
    posts: Sequence[Post],
    leaders: Sequence[Leader],
    posts_of: PostsOf,
    *,
    revised: Sequence[Post] = (),
) -> tuple[list[Draft], list[Update]]:
    """Gather people's posts and alerts into new rows and into known ones.

    Args:
        describer: What a row's cells are made with.
        posts: New posts in canonical order.
        leaders: Earliest posts of the known rows.
        posts_of: Returns the stored posts of known rows, earliest first.
        revised: Later versions of known posts; their rows are described again.
    """
    gathering = gather(posts, leaders, names_in=describer.names_in)
    groups: dict[int, list[Post]] = {}
    joined: dict[str, list[Post]] = {}
    for post in posts:
        home = gathering.groups[post.source_key, post.native_id]
        if isinstance(home, str):
            joined.setdefault(home, []).append(post)
        else:
            groups.setdefault(home, []).append(post)
    refs_by_leader = {leader.post_key: leader.ref for leader in leaders}
    changed = {
        (post.source_key, post.native_id): post
        for post in revised
        if (post.source_key, post.native_id) in refs_by_leader
    }
    for key in changed:
        joined.setdefault(refs_by_leader[key], [])
    drafts = [_draft(describer, members) for members in groups.values()]
    known = posts_of(list(joined)) if joined else {}
    updates = []
    for ref, members in joined.items():
        former = [changed.get(_key(post), post) for post in known.get(ref, [])]
        everyone = sorted([*former, *members], key=_canonical)
        updates.append(
            Update(
                ref=ref,
                machine=describer.describe(everyone),
                posts=tuple(_key(post) for post in members),
                leader=_key(everyone[0]),
            )
        )
    return sorted(drafts, key=lambda draft: _order(draft)), updates


def draft_levels(
    describer: Describer,
    posts: Sequence[Post],
    known: Mapping[tuple[str, str], Level],
    now: datetime,
) -> tuple[list[Draft], list[Update], tuple[Level, ...]]:
    """Turn measurements into rows: only changes of level at or above the threshold."""
    changes = read_levels(posts, known, lambda post: describer.threshold_of(post.source_id))
    drafts = []
    for post in changes.raised:
        cells: dict[str, CellValue] = describer.describe([post])
        cells["urgency"] = _URGENCY_OF_LEVEL.get(post.level or 1, "information")
        cells["category"] = "official"
        if (_key(post)) in changes.over:
            cells["status"] = "lifted"
        drafts.append(
            Draft(
                machine=cells,
                leader=_key(post),
                posts=(_key(post),),
                level_of=(post.source_key, post.subject or ""),
            )
        )
    updates = [Update(ref=ref, machine={"status": "lifted"}) for ref in changes.lifted_refs]
    return drafts, updates, changes.levels


def _draft(describer: Describer, members: Sequence[Post]) -> Draft:
    ordered = sorted(members, key=_canonical)
    return Draft(
        machine=describer.describe(ordered),
        leader=_key(ordered[0]),
        posts=tuple(_key(post) for post in ordered),
    )


def _order(draft: Draft) -> tuple[str, str]:
    return (str(draft.machine["observed_at"]), str(draft.leader))


def _key(post: Post) -> PostKey:
    return (post.source_key, post.native_id)


def _canonical(post: Post) -> tuple[object, ...]:
    return (post.happened_at, post.source_key, post.native_id)
