"""Analysis: what a sweep staged becomes posts, observations, findings and health, all at once.

parse → checks on the table of posts → gather → locate → triage → grade → one transaction. Called by
the analysis task and by ``vigie sweep --here``. The outcome does not depend on the order of arrival
within a sweep.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from vigie.convention.model import Convention
from vigie.operations.describing import Describer
from vigie.operations.drafting import draft_levels, draft_messages
from vigie.operations.leases import analysis_turn
from vigie.operations.runtime import Runtime
from vigie.operations.stages import mark_stage
from vigie.operations.watched import watched_tags
from vigie.records.activation import Activation, JournalEntry
from vigie.records.collected import Collected
from vigie.records.health import SourceState
from vigie.records.post import Post
from vigie.records.sweep import PostKey, SweepOutcome
from vigie.sources.health import next_health
from vigie.sources.registry import connectors

_OFFICIAL_GRADES = ("A",)


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


def _admit(runtime: Runtime, activation_id: str, keys: Collection[PostKey]) -> list[str]:
    posts = runtime.store.quarantined_posts(activation_id, keys)
    if not posts:
        return []
    activation = runtime.store.activation(activation_id)
    convention = runtime.convention_of(activation)
    now = runtime.clock()
    drafts, updates = draft_messages(
        make_describer(runtime, activation, convention),
        sorted(posts, key=_canonical),
        runtime.store.leaders(activation_id),
        lambda refs: runtime.store.posts_of(activation_id, refs),
    )
    sweep_id = f"decision-{min(post.native_id for post in posts)}-{len(posts)}-{now.isoformat()}"
    outcome = SweepOutcome(
        sweep_id=sweep_id, committed_at=now, drafts=tuple(drafts), updates=tuple(updates)
    )
    # A post stays held until it has joined a row: a kill in between loses nothing from sight.
    return runtime.store.commit_sweep(activation_id, _prefix(activation, convention), outcome)


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
    )


def _prefix(activation: Activation, convention: Convention) -> str:
    return f"EX-{convention.prefix}" if activation.kind == "exercise" else convention.prefix


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
    now = runtime.clock()
    result = run_checks(
        new,
        convention.checks,
        now=now,
        language=convention.workbook.language,
        is_life_at_risk=lambda post: describer.triage(post).is_life_at_risk,
    )
    mark_stage(runtime.house, activation.id, outcome.sweep_id, "gathering", runtime.clock())
    kept = [post for post in new if (post.source_key, post.native_id) not in result.quarantined]
    leaders = runtime.store.leaders(activation.id)
    drafts, updates = draft_messages(
        describer,
        [post for post in kept if post.kind != "measurement"],
        leaders,
        lambda refs: runtime.store.posts_of(activation.id, refs),
        revised=[post for post in revised if post.kind != "measurement"],
    )
    level_drafts, level_updates, levels = draft_levels(
        describer,
        [post for post in kept if post.kind == "measurement"],
        runtime.store.levels(activation.id),
    )
    return replace(
        outcome,
        posts=(*new, *revised),
        quarantined=result.quarantined,
        drafts=(*drafts, *level_drafts),
        updates=(*updates, *level_updates),
        levels=levels,
        findings=result.findings,
        journal=_revision_entries(revised, outcome),
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


def _with_healths(
    runtime: Runtime,
    activation_id: str,
    staged: Sequence[Collected],
    new: Sequence[Post],
    outcome: SweepOutcome,
) -> SweepOutcome:
    before = runtime.store.healths(activation_id)
    new_counts: dict[str, int] = {}
    for post in new:
        new_counts[post.source_id] = new_counts.get(post.source_id, 0) + 1
    healths = []
    entries = list(outcome.journal)
    for share in staged:
        previous = before.get(share.source_id)
        health = next_health(previous, share, new_counts.get(share.source_id, 0))
        healths.append(health)
        if previous is None or previous.state != health.state:
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
