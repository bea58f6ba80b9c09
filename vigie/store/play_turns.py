"""Turns of plays, and which plays the service conducts. A part of ``repository.Store``.

A turn that is done stays: it proves that each due sweep was made, once, and by whom.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import delete
from sqlmodel import col, select

from vigie.records.turn import Commission, Job, Turn, TurnMaker
from vigie.store.connection import Connected, lock_activation
from vigie.store.tables import CommissionRow, PlayTurnRow


class PlayTurns(Connected):
    """What the conductor of a play and the scheduled runs tell each other."""

    def turns(self, activation_id: str) -> list[Turn]:
        """Return a play's turns, open and done, by minute and job."""
        query = (
            select(PlayTurnRow)
            .where(PlayTurnRow.activation_id == activation_id)
            .order_by(col(PlayTurnRow.minute), col(PlayTurnRow.job))
        )
        with self._reading() as session:
            return [
                Turn(cast(Job, row.job), row.minute, cast("TurnMaker | None", row.done_by))
                for row in session.exec(query)
            ]

    def open_turn(self, activation_id: str, job: Job, minute: float) -> None:
        """Open a turn, unless it was done; one left open before it was passed by a jump, and goes.

        Raises:
            UnknownActivationError: If there is no such activation.
        """
        passed = delete(PlayTurnRow).where(
            col(PlayTurnRow.activation_id) == activation_id,
            col(PlayTurnRow.job) == job,
            col(PlayTurnRow.minute) < minute,
            col(PlayTurnRow.done_by).is_(None),
        )
        with self._writing() as session:
            lock_activation(session, activation_id)
            session.execute(passed)
            if session.get(PlayTurnRow, (activation_id, job, minute)) is None:
                session.add(PlayTurnRow(activation_id=activation_id, job=job, minute=minute))

    def end_turn(self, activation_id: str, job: Job, minute: float, done_by: TurnMaker) -> None:
        """Write down that a job was done; the first who says so is believed.

        Raises:
            UnknownActivationError: If there is no such activation.
        """
        with self._writing() as session:
            lock_activation(session, activation_id)
            row = session.get(PlayTurnRow, (activation_id, job, minute))
            if row is None:
                row = PlayTurnRow(activation_id=activation_id, job=job, minute=minute)
            if row.done_by is None:
                row.done_by = done_by
                session.add(row)

    def commissions(self) -> list[Commission]:
        """Return the plays that the service shall conduct, by activation."""
        query = select(CommissionRow).order_by(col(CommissionRow.activation_id))
        with self._reading() as session:
            return [
                Commission(row.activation_id, row.until_minute, row.is_team_played)
                for row in session.exec(query)
            ]

    def commission_play(self, commission: Commission) -> None:
        """Write down that the service shall conduct a play, and how; the last word holds."""
        with self._writing() as session:
            session.merge(
                CommissionRow(
                    activation_id=commission.activation_id,
                    until_minute=commission.until_minute,
                    is_team_played=commission.is_team_played,
                )
            )

    def end_commission(self, activation_id: str) -> None:
        """Write down that the service conducts a play no more; nothing happens if it did not."""
        statement = delete(CommissionRow).where(col(CommissionRow.activation_id) == activation_id)
        with self._writing() as session:
            session.execute(statement)
