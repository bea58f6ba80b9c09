"""Plays: the exercise clock and the changed injects. A part of ``repository.Store``.

A play is moved by several processes: who conducts it gives signs of life while others pause it,
jump, or fire injects. So nobody writes what it once read: a movement is a function of the play as
it stands, applied under the activation's lock, and journalled in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from sqlmodel import Session, col, select

from vigie.language import say
from vigie.problem import UnknownActivationError
from vigie.records.activation import JournalEntry
from vigie.records.play import ExerciseClock, InjectChange, InjectState, Play, PlayState
from vigie.store.connection import Connected, lock_activation
from vigie.store.journal import write_journal
from vigie.store.tables import InjectChangeRow, PlayRow


def _tell_nothing(_play: Play) -> Sequence[JournalEntry]:
    return ()


class Plays(Connected):
    """What the conduct of an exercise needs to keep."""

    def play(self, activation_id: str) -> Play | None:
        """Return the play of an activation; None if it follows no scenario."""
        with self._reading() as session:
            return _found(session, activation_id)

    def add_play(self, play: Play) -> None:
        """Keep a new play; it is changed by ``move_play`` alone from then on.

        Raises:
            UnknownActivationError: If its activation does not exist.
        """
        with self._writing() as session:
            lock_activation(session, play.activation_id)
            session.add(_row(play))
            _write_changes(session, play, ())

    def move_play(
        self,
        activation_id: str,
        change: Callable[[Play], Play],
        tell: Callable[[Play], Sequence[JournalEntry]] = _tell_nothing,
    ) -> Play:
        """Change a play as it stands now, whoever moved it meanwhile; return what it became.

        Args:
            activation_id: Whose play.
            change: Gives the play as it shall be; what it raises leaves everything as it was. It
                is called within the transaction, so it must not use the store.
            tell: Gives what the journal shall say of the changed play.

        Raises:
            UnknownActivationError: If there is no such activation, or it follows no scenario.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            before = _found(session, activation_id)
            if before is None:
                raise UnknownActivationError(activation_id, say("It follows no scenario."))
            after = change(before)
            if after != before:
                session.merge(_row(after))
                _write_changes(session, after, before.changes)
                # Flushed before the journal: a kill between the two leaves neither.
                session.flush()
            entries = tell(after)
            if entries:
                write_journal(session, activation_id, list(entries))
        return after


def _found(session: Session, activation_id: str) -> Play | None:
    row = session.get(PlayRow, activation_id)
    if row is None:
        return None
    changes = session.exec(
        select(InjectChangeRow)
        .where(InjectChangeRow.activation_id == activation_id)
        .order_by(col(InjectChangeRow.inject_id))
    ).all()
    return _play(row, list(changes))


def _write_changes(session: Session, play: Play, known: Sequence[InjectChange]) -> None:
    for change in play.changes:
        if change not in known:
            session.merge(_change_row(play.activation_id, change))


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
        bound_minute=clock.bound_minute,
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
            row.started_at,
            row.anchor_at,
            row.anchor_minute,
            row.speed,
            row.is_running,
            row.bound_minute,
        ),
        wanted_speed=row.wanted_speed,
        changes=tuple(
            InjectChange(one.inject_id, cast(InjectState, one.state), one.minute, one.text)
            for one in changes
        ),
    )
