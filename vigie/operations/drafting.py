"""From checked posts to drafts and updates of rows. Pure; called by the analysis."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

from vigie.operations.describing import Describer
from vigie.records.post import Post
from vigie.records.sweep import Draft, Leader, Level, PostKey, Update
from vigie.signals.gathering import gather
from vigie.signals.measurements import LevelRow, read_levels

_URGENCY_OF_LEVEL = {1: "information", 2: "information", 3: "high", 4: "high"}
"""Yellow informs, orange and red press. A level is never ``life_at_risk`` by itself."""

_CATEGORY_OF_PHENOMENON = {"1": "wind", "2": "water", "4": "water", "9": "water"}
_SUBJECT_PARTS = 3
_NO_HOMES: Mapping[PostKey, str] = MappingProxyType({})

PostsOf = Callable[[Collection[str]], Mapping[str, list[Post]]]


def draft_messages(
    describer: Describer,
    posts: Sequence[Post],
    leaders: Sequence[Leader],
    posts_of: PostsOf,
    *,
    revised: Sequence[Post] = (),
    homes: Mapping[PostKey, str] = _NO_HOMES,
) -> tuple[list[Draft], list[Update]]:
    """Gather people's posts and alerts into new rows and into known ones.

    Args:
        describer: What a row's cells are made with.
        posts: New posts in canonical order.
        leaders: Earliest posts of the known rows.
        posts_of: Returns the stored posts of known rows, earliest first.
        revised: Later versions of known posts; the rows of ``homes`` are described again.
        homes: Revised post to the ``Réf`` of the row that it has joined, leading or not.
    """
    gathering = gather(
        posts,
        leaders,
        distinguishing=describer.gazetteer.names_in,
        ignored_tags=describer.ignored_tags,
    )
    groups: dict[int, list[Post]] = {}
    joined: dict[str, list[Post]] = {}
    for post in posts:
        home = gathering.place_of(_key(post))
        if isinstance(home, str):
            joined.setdefault(home, []).append(post)
        else:
            groups.setdefault(home, []).append(post)
    changed = {_key(post): post for post in revised if _key(post) in homes}
    for key in changed:
        joined.setdefault(homes[key], [])
    drafts = [_draft(describer, members) for members in groups.values() if not _is_end(members)]
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
    return sorted(drafts, key=_order), updates


def draft_levels(
    describer: Describer,
    posts: Sequence[Post],
    known: Mapping[tuple[str, str], Level],
) -> tuple[list[Draft], list[Update], tuple[Level, ...]]:
    """Turn measurements into rows: only changes of level at or above the threshold."""
    drafts: list[Draft] = []
    updates: list[Update] = []
    levels: list[Level] = []
    for source_id in sorted({post.source_id for post in posts}):
        mine = [post for post in posts if post.source_id == source_id]
        changes = read_levels(mine, known, describer.thresholds.get(source_id, 2))
        drafts += [_level_draft(describer, row) for row in changes.rows]
        updates += [Update(ref=ref, machine={"status": "lifted"}) for ref in changes.lifted]
        levels += changes.levels
    return drafts, updates, tuple(levels)


def _level_draft(describer: Describer, row: LevelRow) -> Draft:
    post = row.post
    cells = describer.describe([post])
    cells["urgency"] = _URGENCY_OF_LEVEL.get(post.level or 1, "information")
    cells["category"] = level_category(post)
    is_open = row.lifted_by is None
    if not is_open:
        cells["status"] = "lifted"
    return Draft(
        machine=cells,
        leader=_key(post),
        posts=(_key(post),),
        level_of=(post.source_key, post.subject or "") if is_open else None,
    )


def level_category(post: Post) -> str:
    """Return what a measured level is about, by what its source measures.

    Source: subjects of the connectors: a river reach; ``domain/phenomenon/horizon`` of DPVigilance,
    where 1 is wind, 2 rain and flood, 4 river flood, 9 coastal flooding.
    """
    if post.category:
        return post.category
    kind = post.source_key.split(":", 1)[0]
    if kind == "vigicrues":
        return "water"
    parts = (post.subject or "").split("/")
    if kind == "vigilance" and len(parts) == _SUBJECT_PARTS:
        return _CATEGORY_OF_PHENOMENON.get(parts[1], "official")
    return "official"


def _draft(describer: Describer, members: Sequence[Post]) -> Draft:
    ordered = sorted(members, key=_canonical)
    return Draft(
        machine=describer.describe(ordered),
        leader=_key(ordered[0]),
        posts=tuple(_key(post) for post in ordered),
    )


def _is_end(members: Sequence[Post]) -> bool:
    """Whether posts only say that something ended of which no row tells: that is no news."""
    return all(post.is_ended and post.repost_of for post in members)


def _order(draft: Draft) -> tuple[str, str]:
    return (str(draft.machine["observed_at"]), str(draft.leader))


def _key(post: Post) -> PostKey:
    return (post.source_key, post.native_id)


def _canonical(post: Post) -> tuple[object, ...]:
    return (post.happened_at, post.source_key, post.native_id)
