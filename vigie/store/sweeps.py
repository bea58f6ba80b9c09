"""Committing an analysed sweep: everything it changes, in one transaction, once.

A part of ``repository.Store``. Must not judge posts: that was done before.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete
from sqlmodel import Session, col

from vigie.records.activation import JournalEntry
from vigie.records.sweep import SweepOutcome
from vigie.store.bulk import add_rows, replace_rows, take_numbers
from vigie.store.collection import write_healths, write_marks
from vigie.store.columns import key_hash
from vigie.store.connection import Connected, lock_activation
from vigie.store.findings import write_findings
from vigie.store.incoming import Incoming
from vigie.store.journal import write_journal
from vigie.store.numbering import ref_counter, ref_text
from vigie.store.tables import LevelRow, ObservationRow, StagedRow, SweepRow
from vigie.store.updating import apply_updates


class Sweeps(Connected):
    """The one way by which posts and the machine's observations come into the store."""

    def commit_sweep(
        self,
        activation_id: str,
        prefix: str,
        outcome: SweepOutcome,
        *,
        on_before_commit: Callable[[], None] | None = None,
    ) -> list[str]:
        """Apply everything that a sweep changes, whole or not at all.

        Posts of a known key and another content become a new revision; the earlier ones stay.
        Machine values of an update are laid over those that stand. Every new observation and every
        changed machine value is journalled here, where the value before is certain. What the sweep
        staged is deleted.

        Args:
            activation_id: Which activation.
            prefix: Of the references, e.g. ``CO21`` or ``EX-CO21``.
            outcome: What the analysis decided.
            on_before_commit: Called when all is written, just before COMMIT.

        Returns:
            The references of the drafts, in order. A sweep that was committed before changes
            nothing and returns the same ones.

        Raises:
            UnknownActivationError: If there is no such activation, or an update names an
                observation that it does not hold.
            ValueError: If a draft or update names a post that is neither known nor in the sweep.
        """
        with self._writing(on_before_commit) as session:
            lock_activation(session, activation_id)
            sweep_hash = key_hash(outcome.sweep_id)
            done = session.get(SweepRow, (activation_id, sweep_hash))
            if done is not None:
                return list(done.refs)
            refs = _apply(session, activation_id, prefix, outcome)
            session.add(
                SweepRow(
                    activation_id=activation_id,
                    sweep_hash=sweep_hash,
                    sweep_id=outcome.sweep_id,
                    committed_at=outcome.committed_at,
                    refs=refs,
                )
            )
        return refs


def _apply(session: Session, activation_id: str, prefix: str, outcome: SweepOutcome) -> list[str]:
    incoming = Incoming(session, activation_id, outcome)
    numbers = take_numbers(session, ref_counter(prefix), len(outcome.drafts))
    refs = [ref_text(prefix, number) for number in numbers]
    _add_observations(session, activation_id, outcome, incoming, numbers, refs)
    changes = apply_updates(session, activation_id, outcome, incoming)
    incoming.write(refs)
    _write_levels(session, activation_id, outcome, refs)
    write_findings(session, activation_id, outcome.findings)
    write_healths(session, activation_id, outcome.healths)
    write_marks(session, activation_id, outcome.cursors, outcome.validators)
    created = [
        JournalEntry(at=outcome.committed_at, actor="vigie", subject=ref, action="create")
        for ref in refs
    ]
    write_journal(session, activation_id, [*created, *changes, *outcome.journal])
    session.execute(
        delete(StagedRow).where(
            col(StagedRow.activation_id) == activation_id,
            col(StagedRow.sweep_id) == outcome.sweep_id,
        )
    )
    return refs


def _add_observations(
    session: Session,
    activation_id: str,
    outcome: SweepOutcome,
    incoming: Incoming,
    numbers: range,
    refs: list[str],
) -> None:
    rows = [
        {
            "ref": ref,
            "activation_id": activation_id,
            "number": number,
            "machine": dict(draft.machine),
            "people": {},
            "is_added_by_people": False,
            "is_withdrawn": False,
            "leader_hash": incoming.leader(draft.leader, draft.posts),
        }
        for ref, number, draft in zip(refs, numbers, outcome.drafts, strict=True)
    ]
    add_rows(session, ObservationRow, rows)


def _write_levels(
    session: Session, activation_id: str, outcome: SweepOutcome, refs: list[str]
) -> None:
    born = {
        draft.level_of: ref
        for draft, ref in zip(outcome.drafts, refs, strict=True)
        if draft.level_of is not None
    }
    # The last word on a subject counts, should the sweep say two.
    levels = {(level.source_key, level.subject): level for level in outcome.levels}
    rows = [
        {
            "activation_id": activation_id,
            "subject_hash": key_hash(*subject),
            "source_key": level.source_key,
            "subject": level.subject,
            "level": level.level,
            "ref": level.ref or born.get(subject),
            "happened_at": level.happened_at,
        }
        for subject, level in levels.items()
    ]
    replace_rows(session, LevelRow, rows, ("activation_id", "subject_hash"))
