"""Plays: the exercise clock and the changed injects. A part of ``repository.Store``.

Every movement is journalled in the same transaction.
"""

from __future__ import annotations

from typing import cast

from sqlmodel import Session, col, select

from vigie.records.activation import JournalEntry
from vigie.records.play import ExerciseClock, InjectChange, InjectState, Play, PlayState
from vigie.store.connection import Connected, lock_activation
from vigie.store.journal import write_journal
from vigie.store.tables import InjectChangeRow, PlayRow


class Plays(Connected):
    """What the conduct of an exercise needs to keep."""

    def play(self, activation_id: str) -> Play | None:
        """Return the play of an activation; None if it follows no scenario."""
        with self._reading() as session:
            row = session.get(PlayRow, activation_id)
            if row is None:
                return None
            changes = session.exec(
                select(InjectChangeRow)
                .where(InjectChangeRow.activation_id == activation_id)
                .order_by(col(InjectChangeRow.inject_id))
            ).all()
            return _play(row, list(changes))

    def save_play(self, play: Play, *entries: JournalEntry) -> None:
        """Write a play as it stands, and what is said about it into the journal.

        Raises:
            UnknownActivationError: If its activation does not exist.
        """
        with self._writing() as session:
            lock_activation(session, play.activation_id)
            session.merge(_row(play))
            for change in play.changes:
                session.merge(_change_row(play.activation_id, change))
            _journal(session, play.activation_id, entries)


def _journal(session: Session, activation_id: str, entries: tuple[JournalEntry, ...]) -> None:
    if entries:
        write_journal(session, activation_id, list(entries))


def _row(play: Play) -> PlayRow:
    clock = play.clock
    return PlayRow(
        activation_id=play.activation_id,
        scenario_id=play.scenario_id,
        scenario_text=play.scenario_text,
        seed=play.seed,
        port=play.port,
        state=play.state,
        wanted_speed=play.wanted_speed,
        started_at=clock.started_at,
        anchor_at=clock.anchor_at,
        anchor_minute=clock.anchor_minute,
        speed=clock.speed,
        is_running=clock.is_running,
    )


def _change_row(activation_id: str, change: InjectChange) -> InjectChangeRow:
    return InjectChangeRow(
        activation_id=activation_id,
        inject_id=change.inject_id,
        state=change.state,
        minute=change.minute,
        text=change.text,
    )


def _play(row: PlayRow, changes: list[InjectChangeRow]) -> Play:
    return Play(
        activation_id=row.activation_id,
        scenario_id=row.scenario_id,
        scenario_text=row.scenario_text,
        seed=row.seed,
        port=row.port,
        state=cast(PlayState, row.state),
        clock=ExerciseClock(
            row.started_at, row.anchor_at, row.anchor_minute, row.speed, row.is_running
        ),
        wanted_speed=row.wanted_speed,
        changes=tuple(
            InjectChange(one.inject_id, cast(InjectState, one.state), one.minute, one.text)
            for one in changes
        ),
    )
