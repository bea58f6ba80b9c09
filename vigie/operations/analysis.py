"""Analysis: what a sweep staged becomes posts, observations, findings and health, all at once.

parse → checks on the table of posts → gather → locate → triage → grade → one transaction. Called by
the analysis task and by ``vigie sweep --here``. The outcome does not depend on the order of arrival
within a sweep.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from vigie.convention.model import Convention
from vigie.operations.describing import Describer
from vigie.operations.drafting import draft_levels, draft_messages
from vigie.operations.geocoding import known_addresses
from vigie.operations.grouping import regrouped, uncounted_updates
from vigie.operations.leases import analysis_turn
from vigie.operations.runtime import Runtime
from vigie.operations.stages import mark_stage
from vigie.operations.watched import watched_tags
from vigie.records.activation import Activation, JournalEntry
from vigie.records.collected import Collected
from vigie.records.grouping import grouping_of
from vigie.records.health import SourceState
from vigie.records.observation import GROUP_NOTE
from vigie.records.post import Post
from vigie.records.sweep import PostKey, SweepOutcome
from vigie.signals.sites import sites_of
from vigie.sources.health import next_health
from vigie.sources.registry import connectors

_OFFICIAL_GRADES = ("A",)
_ANSWERS: frozenset[SourceState] = frozenset({"ok", "unchanged", "empty"})


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a sweep brought, for people and for the flow.

    Attributes:
        states: Source id to the state of its answer.
        new_refs: ``Réf`` of new rows.
        updated_count: Rows that changed.
        skipped_ids: Sources that another sweep was asking.
    """

    sweep_id: str
    states: dict[str, SourceState] = field(default_factory=dict)
    new_post_count: int = 0
    new_refs: tuple[str, ...] = ()
    updated_count: int = 0
    quarantined_count: int = 0
    skipped_ids: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether anything that the workbook shows of observations changed."""
        return bool(self.new_refs or self.updated_count or self.quarantined_count)


def analyse(runtime: Runtime, activation_id: str, sweep_id: str) -> SweepResult:
    """Turn what a sweep staged into rows and commit it, cursors included, in one transaction."""
    staged = sorted(
        runtime.store.staged(activation_id, sweep_id), key=lambda share: share.source_id
    )
    if not staged:
        return SweepResult(sweep_id)
    activation = runtime.store.activation(activation_id)
    convention = runtime.convention_of(activation)
    new, revised = _new_posts(runtime, activation_id, staged)
    outcome = SweepOutcome(
        sweep_id=sweep_id,
        committed_at=runtime.clock(),
        cursors={share.source_id: share.cursor for share in staged},
        validators={share.source_id: share.validators for share in staged},
    )
    if new or revised:
        mark_stage(runtime.house, activation_id, sweep_id, "checks", runtime.clock())
        outcome = _judged(runtime, activation, convention, new, revised, outcome)
    outcome = _with_healths(runtime, activation_id, staged, new, outcome)
    refs = runtime.store.commit_sweep(
        activation_id,
        _prefix(activation, convention),
        outcome,
        on_before_commit=lambda: mark_stage(
            runtime.house, activation_id, sweep_id, "before_commit", runtime.clock()
        ),
    )
    mark_stage(runtime.house, activation_id, sweep_id, "after_commit", runtime.clock())
    return SweepResult(
        sweep_id,
        states={share.source_id: share.state for share in staged},
        new_post_count=len(new),
        new_refs=tuple(refs),
        updated_count=len(outcome.updates),
        quarantined_count=len(outcome.quarantined),
    )


def admit_quarantined(runtime: Runtime, activation_id: str, keys: Collection[PostKey]) -> list[str]:
    """Let quarantined posts in, as a person decided; return the ``Réf`` of new rows."""
    with analysis_turn(runtime, activation_id):
        return _admit(runtime, activation_id, keys)


def admit_decided(runtime: Runtime, activation_id: str) -> list[str]:
    """Let in every post that is still held although a person's ``Décision`` lets it in.

    Called at each publication: a decision that a kill cut off is carried out by the next one, and
    what has been carried out is not done twice.

    Returns:
        The ``Réf`` of new rows.
    """
    keys = _decided(runtime, activation_id, "let_in")
    if not keys or not runtime.store.quarantined_posts(activation_id, keys):
        return []
    with analysis_turn(runtime, activation_id):
        return _admit(runtime, activation_id, keys)


def _decided(runtime: Runtime, activation_id: str, decision: str) -> frozenset[PostKey]:
    """Return the posts of which a finding bears a decision."""
    return frozenset(
        finding.post
        for finding in runtime.store.findings(activation_id)
        if finding.post is not None and finding.decision == decision
    )


def _admit(runtime: Runtime, activation_id: str, keys: Collection[PostKey]) -> list[str]:
    posts = runtime.store.quarantined_posts(activation_id, keys)
    if not posts:
        return []
    activation = runtime.store.activation(activation_id)
    convention = runtime.convention_of(activation)
    now = runtime.clock()
    sweep_id = f"decision-{min(post.native_id for post in posts)}-{len(posts)}-{now.isoformat()}"
    # A bulletin below the threshold makes no row: it is released all the same, once for all.
    outcome = SweepOutcome(
        sweep_id=sweep_id, committed_at=now, released=frozenset(_key(post) for post in posts)
    )
    outcome = _drafted(runtime, make_describer(runtime, activation, convention), posts, (), outcome)
    # A post stays held until this commit: a kill before it loses nothing from sight.
    return runtime.store.commit_sweep(activation_id, _prefix(activation, convention), outcome)


def count_merged(runtime: Runtime, activation: Activation) -> int:
    """Count together the rows that people merged, apart those that they split; return how many.

    Called at each publication, after people's edits were taken in.
    """
    observations = runtime.store.observations(activation.id)
    grouping = grouping_of(observations)
    if not grouping.members and not any(row.machine.get(GROUP_NOTE) for row in observations):
        return 0
    describer = make_describer(runtime, activation, runtime.convention_of(activation))
    updates = regrouped(
        describer,
        observations,
        grouping,
        lambda refs: runtime.store.posts_of(activation.id, refs),
    )
    if updates:
        now = runtime.clock()
        outcome = SweepOutcome(
            sweep_id=f"grouping-{uuid.uuid4().hex[:12]}", committed_at=now, updates=tuple(updates)
        )
        convention = runtime.convention_of(activation)
        runtime.store.commit_sweep(activation.id, _prefix(activation, convention), outcome)
    return len(updates)


def make_describer(runtime: Runtime, activation: Activation, convention: Convention) -> Describer:
    """Return the describer of an activation: lexicons, gazetteer, names and grades of sources."""
    sources = runtime.sources_of(activation)
    kinds = connectors()
    grades = {item.id: item.grade or kinds[item.kind].SOURCE_GRADE for item in sources}
    thresholds = {
        item.id: int(item.queries.get("from_level", item.queries.get("from_colour", 2)))
        for item in sources
    }
    return Describer(
        convention=convention,
        activation=activation,
        gazetteer=runtime.gazetteer,
        lexicons=runtime.lexicons(convention),
        pseudonym_key=runtime.pseudonym_key,
        source_names={item.id: item.name for item in sources},
        source_grades=grades,
        official_sources=frozenset(
            source_id for source_id, letter in grades.items() if letter in _OFFICIAL_GRADES
        ),
        thresholds=thresholds,
        ignored_tags=watched_tags(sources, activation),
        sites=sites_of(convention.territory.places),
        addresses=known_addresses(runtime, activation, convention),
    )


def _prefix(activation: Activation, convention: Convention) -> str:
    return f"EX-{convention.prefix}" if activation.kind == "exercise" else convention.prefix


def _key(post: Post) -> PostKey:
    return (post.source_key, post.native_id)


def _canonical(post: Post) -> tuple[object, ...]:
    return (post.happened_at, post.source_key, post.native_id)


def _new_posts(
    runtime: Runtime, activation_id: str, staged: Sequence[Collected]
) -> tuple[list[Post], list[Post]]:
    """Return posts never seen and later versions of known ones, each once, in canonical order."""
    latest: dict[PostKey, Post] = {}
    for share in staged:
        for post in share.posts:
            latest[post.source_key, post.native_id] = post
    known = runtime.store.known_posts(activation_id, list(latest))
    new = [post for key, post in latest.items() if key not in known]
    revised = [
        post for key, post in latest.items() if key in known and known[key] != post.content_hash
    ]
    return sorted(new, key=_canonical), sorted(revised, key=_canonical)


def _judged(
    runtime: Runtime,
    activation: Activation,
    convention: Convention,
    new: list[Post],
    revised: list[Post],
    outcome: SweepOutcome,
) -> SweepOutcome:
    from vigie.checks.suite import run_checks  # noqa: PLC0415 - Great Expectations costs seconds

    describer = make_describer(runtime, activation, convention)
    checked = sorted([*new, *_to_check_again(runtime, describer, revised)], key=_canonical)
    result = run_checks(
        checked,
        convention.checks,
        now=runtime.clock(),
        language=convention.workbook.language,
        is_life_at_risk=lambda post: describer.triage(post).is_life_at_risk,
    )
    mark_stage(runtime.house, activation.id, outcome.sweep_id, "gathering", runtime.clock())
    kept = [post for post in checked if _key(post) not in result.quarantined]
    outcome = replace(
        outcome,
        posts=(*new, *revised),
        quarantined=result.quarantined,
        released=frozenset(_key(post) for post in kept),
        findings=result.findings,
        journal=_revision_entries(revised, outcome),
    )
    return _drafted(runtime, describer, kept, revised, outcome)


def _to_check_again(runtime: Runtime, describer: Describer, revised: Sequence[Post]) -> list[Post]:
    """Return the later versions of held posts: what was wrong with them may be mended.

    What people keep out stays out, unless its new text says that a life is at risk.
    """
    activation_id = describer.activation.id
    keys = [_key(post) for post in revised]
    held = {_key(post) for post in runtime.store.quarantined_posts(activation_id, keys)}
    if not held:
        return []
    kept_out = _decided(runtime, activation_id, "keep_out")
    return [
        post
        for post in revised
        if _key(post) in held
        and (_key(post) not in kept_out or describer.triage(post).is_life_at_risk)
    ]


def _drafted(
    runtime: Runtime,
    describer: Describer,
    posts: Sequence[Post],
    revised: Sequence[Post],
    outcome: SweepOutcome,
) -> SweepOutcome:
    """Return the outcome with the rows that posts and later versions of known ones make.

    Args:
        runtime: Whose store.
        describer: Of the activation.
        posts: Let in, in canonical order.
        revised: Those without a row are left out.
        outcome: What is known beside the rows.
    """
    activation_id = describer.activation.id
    # A level is read, never reworded: only people's words and alerts are described again.
    reworded = [post for post in revised if post.kind != "measurement"]
    drafts, updates = draft_messages(
        describer,
        [post for post in posts if post.kind != "measurement"],
        runtime.store.leaders(activation_id),
        lambda refs: runtime.store.posts_of(activation_id, refs),
        revised=reworded,
        homes=runtime.store.refs_of(activation_id, [_key(post) for post in reworded]),
    )
    updates = uncounted_updates(updates, grouping_of(runtime.store.observations(activation_id)))
    level_drafts, level_updates, levels = draft_levels(
        describer,
        [post for post in posts if post.kind == "measurement"],
        runtime.store.levels(activation_id),
    )
    return replace(
        outcome,
        drafts=(*drafts, *level_drafts),
        updates=(*updates, *level_updates),
        levels=levels,
    )


def _revision_entries(revised: Sequence[Post], outcome: SweepOutcome) -> tuple[JournalEntry, ...]:
    return tuple(
        JournalEntry(
            at=outcome.committed_at,
            actor="vigie",
            subject=post.source_id,
            action="post_revised",
            field="text",
            after=post.url or post.native_id,
        )
        for post in revised
    )


def _told(state: SourceState) -> str:
    """Return a state as the journal tells it: with or without news, a source answers."""
    return "ok" if state in _ANSWERS else state


def _with_healths(
    runtime: Runtime,
    activation_id: str,
    staged: Sequence[Collected],
    new: Sequence[Post],
    outcome: SweepOutcome,
) -> SweepOutcome:
    before = runtime.store.healths(activation_id)
    sources = {
        item.id: item for item in runtime.sources_of(runtime.store.activation(activation_id))
    }
    new_counts: dict[str, int] = {}
    for post in new:
        new_counts[post.source_id] = new_counts.get(post.source_id, 0) + 1
    healths = []
    entries = list(outcome.journal)
    for share in staged:
        previous = before.get(share.source_id)
        source = sources.get(share.source_id)
        health = next_health(previous, share, new_counts.get(share.source_id, 0), source)
        healths.append(health)
        if previous is None or _told(previous.state) != _told(health.state):
            entries.append(
                JournalEntry(
                    at=share.finished_at,
                    actor="vigie",
                    subject=share.source_id,
                    action="source_state",
                    field="state",
                    before=previous.state if previous else "",
                    after=health.state,
                    detail={"detail": health.detail} if health.detail else {},
                )
            )
    return replace(outcome, healths=tuple(healths), journal=tuple(entries))
